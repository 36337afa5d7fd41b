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

/** Asks SGLang (0.5.23): {@code /server_info}, earlier {@code /get_server_info}, shows its start options. */
public final class SglangReader implements FactsReader {
    static final String REUSE_FLAG = "--enable-cache-report";

    @Override
    public EngineFacts engine(EngineHttp http) {
        String source = "/server_info";
        JsonNode info = http.get(source).json();
        if (info.isMissingNode()) {
            source = "/get_server_info";
            info = http.get(source).json();
        }
        JsonNode reports = info.path("enable_cache_report");
        return new EngineFacts(
                Facts.text(source, info, "version"),
                new Fact<>(OptionalLong.empty(), "SGLang has no slots"),
                new Fact<>(CacheKind.BLOCKS, "SGLang shares its tree between all requests"),
                reports.isBoolean()
                        ? new Fact<>(
                                reports.asBoolean() ? Truth.YES : Truth.NO,
                                source + ": enable_cache_report " + reports.asBoolean())
                        : new Fact<>(Truth.UNKNOWN, source + ": no enable_cache_report"),
                reports.asBoolean() ? Optional.empty() : Optional.of(REUSE_FLAG),
                new Fact<>(Truth.NO, "SGLang has no slots"),
                List.of());
    }

    @Override
    public ModelFacts model(EngineHttp http, String model, LocalDate today) {
        return new ModelFacts(
                model,
                VllmReader.context(http, model),
                new Fact<>(Attention.UNKNOWN, "SGLang names no architecture"),
                new TemplateTrials(TokenRendering.SOURCE, model, new TokenRendering(http))
                        .run(TemplateSwitch.KNOWN, today));
    }
}
