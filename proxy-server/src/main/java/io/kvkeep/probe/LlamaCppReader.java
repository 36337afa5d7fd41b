package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.architecture.Architectures;
import io.kvkeep.architecture.Attention;
import io.kvkeep.architecture.GgufFile;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.probe.EngineHttp.Answer;
import io.kvkeep.template.Fact;
import io.kvkeep.template.JinjaTemplate;
import io.kvkeep.template.Rendered;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.Truth;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Asks llama.cpp's server (b11434): {@code /props} tells version, slots, context and the template's text, {@code
 * /apply-template} renders. Neither that nor {@code /v1/models} names the model's architecture; the model's own file
 * does, where it can be read on this machine.
 */
public final class LlamaCppReader implements FactsReader {
    @Override
    public EngineFacts engine(EngineHttp http) {
        JsonNode props = http.get("/props").json();
        return new EngineFacts(
                Facts.text("/props", props, "build_info"),
                Facts.number("/props", props, "total_slots"),
                new Fact<>(CacheKind.SLOTS, "llama.cpp keeps one conversation per slot"),
                new Fact<>(Truth.YES, "llama.cpp tells cached tokens in every answer"),
                Optional.empty(),
                new Fact<>(Truth.UNKNOWN, "not tried yet"),
                List.of());
    }

    @Override
    public ModelFacts model(EngineHttp http, String model, LocalDate today) {
        JsonNode props = http.get("/props").json();
        if (isRouter(http, props)) {
            return ModelFacts.unknown(model, "llama.cpp runs as a router: to ask about a model would load it");
        }
        String text = props.path("chat_template").asText("");
        TemplateFacts read =
                text.isEmpty() ? TemplateFacts.unknown("/props: no chat_template") : JinjaTemplate.read("/props", text);
        TemplateFacts rendered = new TemplateTrials("/apply-template", model, chat -> render(http, chat))
                .run(TemplateSwitch.namedIn(text), today);
        return new ModelFacts(model, context(props), attention(http, props), rendered.or(read));
    }

    /** A router (llama.cpp from 2025-12 on, started without a model) loads whatever model a question names. */
    private static boolean isRouter(EngineHttp http, JsonNode props) {
        return props.path("role").asText().equals("router")
                || http.get("/v1/models").json().path("data").findValue("status") != null;
    }

    private static Rendered render(EngineHttp http, ObjectNode chat) {
        Answer answer = http.post("/apply-template", chat);
        JsonNode prompt = answer.json().path("prompt");
        return prompt.isTextual() ? new Rendered.Text(prompt.asText()) : TemplateTrials.refusedOrNothing(answer);
    }

    private static Fact<OptionalLong> context(JsonNode props) {
        return Facts.number("/props: default_generation_settings", props.path("default_generation_settings"), "n_ctx");
    }

    private static Fact<Attention> attention(EngineHttp http, JsonNode props) {
        String path = props.path("model_path").asText("");
        if (path.isEmpty() || !http.isLocal()) {
            return new Fact<>(Attention.UNKNOWN, "/props names no architecture, and no model file of this machine");
        }
        return GgufFile.metadata(path)
                .map(metadata -> Architectures.builtIn()
                        .attention("the model file", metadata.getOrDefault("general.architecture", ""), metadata))
                .orElseGet(() -> new Fact<>(
                        Attention.UNKNOWN,
                        "/props names no architecture, and its model_path can't be read here as GGUF"));
    }
}
