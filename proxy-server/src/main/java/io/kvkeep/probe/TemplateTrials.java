package io.kvkeep.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.probe.EngineHttp.Answer;
import io.kvkeep.template.Fact;
import io.kvkeep.template.Rendered;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.Trial;
import io.kvkeep.template.TrialReading;
import io.kvkeep.template.Truth;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lets an engine render trial conversations with a model's chat template; nothing is generated. */
final class TemplateTrials {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Statuses that speak of the prompt: llama.cpp and vLLM 400, SGLang also 422, older llama.cpp 500. */
    private static final Set<Integer> ABOUT_THE_PROMPT = Set.of(400, 422, 500);

    private final String source;
    private final String model;
    private final Renderer renderer;

    TemplateTrials(String source, String model, Renderer renderer) {
        this.source = source;
        this.model = model;
        this.renderer = renderer;
    }

    /**
     * Renders all trials and concludes.
     *
     * @param switches those that are tried if the template strips reasoning
     */
    TemplateFacts run(List<TemplateSwitch> switches, LocalDate today) {
        Map<Trial, Rendered> renderings = new EnumMap<>(Trial.class);
        for (Trial trial : Trial.values()) {
            renderings.put(trial, renderer.render(body(trial)));
            if (renderings.get(Trial.TWO_TURNS) instanceof Rendered.Nothing) {
                break; // an engine that can't, or doesn't answer: no more of its time is taken
            }
        }
        TemplateFacts facts = new TrialReading(source, renderings).facts(today);
        return facts.stripsReasoning().value() == Truth.YES ? facts.withKeepReasoning(keepReasoning(switches)) : facts;
    }

    private Fact<Optional<TemplateSwitch>> keepReasoning(List<TemplateSwitch> switches) {
        for (TemplateSwitch one : switches) {
            ObjectNode body = body(Trial.NEXT_TURN);
            body.set("chat_template_kwargs", JSON.createObjectNode().set(one.name(), json(one.json())));
            if (TrialReading.keepsReasoning(renderer.render(body))) {
                return new Fact<>(Optional.of(one), source + ": with " + one.shown() + " the reasoning stayed");
            }
        }
        String tried =
                String.join(", ", switches.stream().map(TemplateSwitch::shown).toList());
        return new Fact<>(
                Optional.empty(),
                tried.isEmpty()
                        ? source + ": the template text names no switch"
                        : source + ": the reasoning did not stay with " + tried);
    }

    private ObjectNode body(Trial trial) {
        ObjectNode body = JSON.createObjectNode().put("model", model);
        body.set("messages", json(trial.messages()));
        body.set("tools", json(Trial.TOOLS));
        return body.put("add_generation_prompt", true);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a trial of this build is no JSON", e);
        }
    }

    /** Reads an answer without a prompt: the template raised, or there is nothing to conclude. */
    static Rendered refusedOrNothing(Answer answer) {
        return ABOUT_THE_PROMPT.contains(answer.status())
                ? new Rendered.Refused(answer.status(), answer.problem())
                : new Rendered.Nothing();
    }

    /** Renders a chat body with a model's template. */
    interface Renderer {
        Rendered render(ObjectNode chat);
    }
}
