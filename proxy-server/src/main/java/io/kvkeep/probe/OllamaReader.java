package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.architecture.Architectures;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.template.Fact;
import io.kvkeep.template.GoTemplate;
import io.kvkeep.template.JinjaTemplate;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.Truth;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks Ollama (0.34): {@code /api/show} tells a model's template and metadata without loading it. Trial rendering would
 * load it, so the text is read instead.
 */
public final class OllamaReader implements FactsReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern VERSION = Pattern.compile("^(\\d+)\\.(\\d+)");
    private static final Pattern RENDERER = Pattern.compile("(?m)^RENDERER\\s+(\\S+)");
    private static final Pattern NUM_CTX = Pattern.compile("(?m)^num_ctx\\s+(\\d+)");

    @Override
    public EngineFacts engine(EngineHttp http) {
        Fact<Optional<String>> version =
                Facts.text("/api/version", http.get("/api/version").json(), "version");
        return new EngineFacts(
                version,
                new Fact<>(
                        OptionalLong.empty(), "Ollama does not tell its slots; one unless OLLAMA_NUM_PARALLEL is set"),
                new Fact<>(CacheKind.SLOTS, "Ollama keeps one conversation per slot"),
                reportsReuse(version.value().orElse("")),
                Optional.empty(),
                new Fact<>(Truth.NO, "Ollama takes no id_slot"),
                List.of());
    }

    private static Fact<Truth> reportsReuse(String version) {
        Matcher numbers = VERSION.matcher(version);
        if (!numbers.find()) {
            return new Fact<>(Truth.UNKNOWN, "Ollama tells cached tokens from 0.34 on; its version is not known");
        }
        int major = Integer.parseInt(numbers.group(1));
        boolean tells = major > 0 || Integer.parseInt(numbers.group(2)) >= 34;
        return new Fact<>(tells ? Truth.YES : Truth.NO, "Ollama tells cached tokens from 0.34 on; this is " + version);
    }

    @Override
    public ModelFacts model(EngineHttp http, String model, LocalDate today) {
        JsonNode show = http.post("/api/show", JSON.createObjectNode().put("model", model))
                .json();
        if (show.isMissingNode()) {
            return ModelFacts.unknown(model, "/api/show: no answer for this model");
        }
        Map<String, String> metadata = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : show.path("model_info").properties()) {
            if (field.getValue().isValueNode()) {
                metadata.put(field.getKey(), field.getValue().asText());
            }
        }
        String architecture = metadata.getOrDefault("general.architecture", "");
        return new ModelFacts(
                model,
                context(http, model, show),
                Architectures.builtIn().attention("/api/show", architecture, metadata),
                template(show));
    }

    private static TemplateFacts template(JsonNode show) {
        Matcher renderer = RENDERER.matcher(show.path("modelfile").asText(""));
        if (renderer.find()) {
            return TemplateFacts.unknown("/api/show: rendered by Ollama's own code '" + renderer.group(1) + "'");
        }
        String text = show.path("template").asText("");
        if (text.contains("{%")) {
            // A model without a template of Ollama's own shows that of its file (0.34).
            return JinjaTemplate.read("/api/show", text)
                    .withKeepReasoning(new Fact<>(Optional.empty(), "/api/show: Ollama takes no chat_template_kwargs"));
        }
        return text.isEmpty() ? TemplateFacts.unknown("/api/show: no template") : GoTemplate.read("/api/show", text);
    }

    /** A loaded model's size is the one in force; num_ctx of the Modelfile will be, unless a request says otherwise. */
    private static Fact<OptionalLong> context(EngineHttp http, String model, JsonNode show) {
        for (JsonNode loaded : http.get("/api/ps").json().path("models")) {
            if (loaded.path("name").asText().equals(model)
                    && loaded.path("context_length").asLong() > 0) {
                return Facts.number("/api/ps", loaded, "context_length");
            }
        }
        Matcher parameter = NUM_CTX.matcher(show.path("parameters").asText(""));
        return parameter.find()
                ? new Fact<>(
                        OptionalLong.of(Long.parseLong(parameter.group(1))), "/api/show: num_ctx " + parameter.group(1))
                : new Fact<>(OptionalLong.empty(), "/api/ps: the model is not loaded, and /api/show: no num_ctx");
    }
}
