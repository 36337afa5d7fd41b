package io.kvkeep.doctor;

import io.kvkeep.architecture.Attention;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.ArrayList;
import java.util.List;

/** Says what a model and its chat template do to a prompt that only grows. */
final class ModelCheck implements Check {
    @Override
    public List<Finding> look(Seen seen) {
        List<Finding> findings = new ArrayList<>();
        for (ModelFacts model : seen.modelsInUse()) {
            attention(seen, model, findings);
            date(seen, model, findings);
            tools(model, findings);
            reasoning(seen, model, findings);
        }
        return findings;
    }

    private static void attention(Seen seen, ModelFacts model, List<Finding> findings) {
        Attention attention = model.attention().value();
        String evidence = model.attention().evidence();
        if (attention == Attention.FULL) {
            findings.add(
                    Finding.good("attention", model.model(), evidence + ": full, the engine goes on at any token"));
        } else if (attention != Attention.UNKNOWN) {
            String how = seen.proxied()
                    ? "kvkeep keeps that text as it was"
                    : "send its prompts through kvkeep, which keeps that text as it was";
            String[] flag =
                    attention == Attention.SLIDING_WINDOW && seen.engine().kind() == EngineKind.LLAMA_CPP
                            ? new String[] {how, "or, for much more memory: llama-server --swa-full"}
                            : new String[] {how};
            findings.add(Finding.note(
                    "attention",
                    model.model(),
                    evidence,
                    "the engine goes on only at few checkpoints, so one changed character in the system text costs the"
                            + " whole prompt",
                    flag));
        }
    }

    private static void date(Seen seen, ModelFacts model, List<Finding> findings) {
        TemplateFacts template = model.template();
        if (template.printsDate().value() == Truth.NO) {
            findings.add(Finding.good(
                    "template-date", model.model(), template.printsDate().evidence()));
        } else if (template.printsDate().value() == Truth.YES) {
            findings.add(Finding.problem(
                    "template-date",
                    model.model(),
                    template.printsDate().evidence(),
                    "at midnight every conversation is read again from its first lines on; nothing that is sent can"
                            + " prevent it",
                    withoutDate(seen)));
        }
    }

    /** llama.cpp and vLLM hand templates the function strftime_now; Llama 3.1 asks for date_string first. */
    private static String[] withoutDate(Seen seen) {
        String props = seen.http().get("/props").json().path("chat_template").asText("");
        if (seen.engine().kind() == EngineKind.LLAMA_CPP && props.contains("date_string")) {
            return new String[] {
                "llama-server --chat-template-kwargs '{\"date_string\":\"26 Jul 2024\"}'"
                        + "   (the model then takes that day for today, unless the agent tells the date)"
            };
        }
        if (seen.engine().kind() == EngineKind.LLAMA_CPP && props.contains("strftime_now")) {
            return new String[] {
                "curl -s " + seen.engine().address().url() + "/props | jq -r .chat_template"
                        + " | sed -E 's/strftime_now\\([^)]*\\)/\"unknown\"/g' > template.jinja",
                "llama-server --jinja --chat-template-file template.jinja"
            };
        }
        return switch (seen.engine().kind()) {
            case VLLM -> new String[] {"vllm serve --chat-template FILE, with a template that has no strftime_now"};
            case SGLANG ->
                new String[] {
                    "python -m sglang.launch_server --chat-template FILE, with a template that has no strftime_now"
                };
            case OLLAMA ->
                new String[] {
                    "a TEMPLATE without {{ currentDate }} in the model's Modelfile, where it has one of its own"
                };
            default -> new String[] {"a chat template that prints no date"};
        };
    }

    private static void tools(ModelFacts model, List<Finding> findings) {
        String evidence = model.template().toolsPlace().evidence();
        if (model.template().toolsPlace().value() == ToolsPlace.BEFORE_LAST_USER) {
            findings.add(Finding.problem(
                    "template-tools",
                    model.model(),
                    evidence,
                    "tools move with the newest user message: the whole history is read again at each of them, whatever is"
                            + " sent",
                    "another chat template (llama.cpp: --chat-template-file, vLLM: --chat-template, Ollama: TEMPLATE), or"
                            + " another model"));
        } else if (model.template().toolsPlace().value() != ToolsPlace.UNKNOWN) {
            findings.add(Finding.good("template-tools", model.model(), evidence));
        }
    }

    private static void reasoning(Seen seen, ModelFacts model, List<Finding> findings) {
        TemplateFacts template = model.template();
        if (template.stripsReasoning().value() != Truth.YES) {
            return;
        }
        String costs = "what the model answered since the last question is read again at the next one";
        String evidence = template.stripsReasoning().evidence();
        if (template.keepReasoning().value().isEmpty()) {
            findings.add(Finding.note("template-reasoning", model.model(), evidence, costs));
            return;
        }
        TemplateSwitch keep = template.keepReasoning().value().get();
        String json = "'{\"" + keep.name() + "\":" + keep.json() + "}'";
        String flag = seen.engine().kind() == EngineKind.LLAMA_CPP
                ? "llama-server --chat-template-kwargs " + json
                : "chat_template_kwargs " + json + " in each request";
        findings.add(Finding.note(
                "template-reasoning",
                model.model(),
                evidence,
                costs,
                seen.proxied() ? "nothing: kvkeep sends the template's switch, " + keep.shown() : flag));
    }
}
