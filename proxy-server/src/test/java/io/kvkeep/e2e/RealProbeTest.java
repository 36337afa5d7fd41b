package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claims about what kvkeep finds out of a real engine; they need what {@link RealLlamaTest} needs. */
class RealProbeTest {
    @ParameterizedTest
    @CsvSource({"TWO_SPLIT, yes", "FOUR_UNIFIED, no"})
    void aTrialShowsWhetherNamingASlotBringsAConversationBack(LlamaServer.Slots slots, String pinning) {
        try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), TinyModel.DENSE, slots);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            kvkeep.awaitFact("pinning", pinning);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DENSE, behind-system, kept, full",
        "TOOLS_FIRST, before-system, raises, full",
        "HYBRID, behind-system, kept, hybrid"
    })
    void kvkeepKnowsTheModelsTemplateAndAttention(
            TinyModel model, String toolsPlace, String lateSystem, String attention) {
        Path jar = Installed.jar();
        try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), model);
                KvkeepServer kvkeep = KvkeepServer.start(jar, engine.uri())) {
            Map<String, String> facts = new HashMap<>();
            for (JsonNode row : kvkeep.status().at("/engine/facts")) {
                facts.put(row.path("fact").asText(), row.path("value").asText());
            }
            assertThat(facts)
                    .containsEntry("tools-place", toolsPlace)
                    .containsEntry("late-system", lateSystem)
                    .containsEntry("attention", attention)
                    .containsEntry("strips-reasoning", "no")
                    .containsEntry("prints-date", "no")
                    .containsEntry("slots", "1")
                    .containsEntry("pinning", "no")
                    .containsEntry("context-tokens", "65536");
        }
    }
}
