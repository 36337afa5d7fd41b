package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvkeep.architecture.Attention;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.template.Fact;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.Truth;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks vLLM (0.33). It shows neither the template's text nor its start options, so every known switch is tried. */
public final class VllmReader implements FactsReader {
    static final String REUSE_FLAG = "--enable-prompt-tokens-details";

    @Override
    public EngineFacts engine(EngineHttp http) {
        return new EngineFacts(
                Facts.text("/version", http.get("/version").json(), "version"),
                new Fact<>(OptionalLong.empty(), "vLLM has no slots"),
                new Fact<>(CacheKind.BLOCKS, "vLLM shares blocks between all requests"),
                new Fact<>(Truth.UNKNOWN, "vLLM needs " + REUSE_FLAG + ", which shows only in answers"),
                Optional.of(REUSE_FLAG),
                new Fact<>(Truth.NO, "vLLM has no slots"),
                List.of());
    }

    @Override
    public ModelFacts model(EngineHttp http, String model, LocalDate today) {
        return new ModelFacts(
                model,
                context(http, model),
                new Fact<>(Attention.UNKNOWN, "vLLM names no architecture"),
                new TemplateTrials(TokenRendering.SOURCE, model, new TokenRendering(http))
                        .run(TemplateSwitch.KNOWN, today));
    }

    /** Finds a model's context size in {@code /v1/models}, where vLLM and SGLang tell it. */
    static Fact<OptionalLong> context(EngineHttp http, String model) {
        for (JsonNode one : http.get("/v1/models").json().path("data")) {
            if (one.path("id").asText().equals(model)) {
                return Facts.number("/v1/models", one, "max_model_len");
            }
        }
        return new Fact<>(OptionalLong.empty(), "/v1/models: no max_model_len");
    }
}
