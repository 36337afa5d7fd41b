package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvkeep.architecture.Architectures;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.template.Fact;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.Truth;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks LM Studio (0.4): {@code /api/v1/models} tells architecture and context; templates it does not show. */
public final class LmStudioReader implements FactsReader {
    @Override
    public EngineFacts engine(EngineHttp http) {
        return new EngineFacts(
                new Fact<>(Optional.empty(), "LM Studio does not tell its version"),
                new Fact<>(OptionalLong.empty(), "LM Studio does not tell its slots"),
                new Fact<>(CacheKind.SLOTS, "LM Studio keeps one conversation per slot of its llama.cpp"),
                new Fact<>(Truth.NO, "LM Studio tells no cached tokens"),
                Optional.empty(),
                new Fact<>(Truth.NO, "LM Studio takes no id_slot"),
                List.of());
    }

    @Override
    public ModelFacts model(EngineHttp http, String model, LocalDate today) {
        String source = "/api/v1/models";
        for (JsonNode one : http.get(source).json().path("models")) {
            JsonNode instance = one.path("loaded_instances").path(0);
            if (one.path("key").asText().equals(model)
                    || instance.path("id").asText().equals(model)) {
                return new ModelFacts(
                        model,
                        Facts.number(source, instance.path("config"), "context_length"),
                        Architectures.builtIn()
                                .attention(source, one.path("architecture").asText(""), Map.of()),
                        TemplateFacts.unknown("LM Studio shows no template and renders none"));
            }
        }
        return ModelFacts.unknown(model, source + ": no such model");
    }
}
