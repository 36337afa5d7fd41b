package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A claim about the first turn of a day, in a real engine's own counts. Engine and kvkeep live where midnight is near.
 *
 * <p>It needs what {@link Installed} names.
 */
class RealMidnightTest {
    /** A turn has to end before. */
    private static final Duration EVENING = Duration.ofSeconds(15);

    @Test
    void aTemplateThatPrintsTheDateCostsNobodyTheWholePromptTheNextDay() {
        Midnight midnight = Midnight.in(EVENING);
        try (LlamaServer engine = LlamaServer.startIn(
                        midnight, Installed.llamaDirectory(), TinyModel.DENSE, LlamaServer.template("today.jinja"));
                KvkeepServer kvkeep = KvkeepServer.startIn(midnight, Installed.jar(), engine.uri())) {
            Talk talk = Talk.begin(kvkeep, "You are a pilot.");
            JsonNode evening = talk.ask("What is the first tide? " + Talk.words(60));
            String today = engine.prompt(talk.body());
            kvkeep.awaitReadAhead("midnight", 1);
            assertThat(engine.prompt(talk.body())).isNotEqualTo(today);

            JsonNode morning = talk.ask("And the next?");
            System.out.printf(
                    "%d tokens in the evening; the next day %d were read for the next turn, which read %d of %d%n",
                    evening.path("promptTokens").asLong(),
                    morning.at("/readAhead/tokens").asLong(),
                    readTokens(morning),
                    morning.path("promptTokens").asLong());
            assertThat(morning.at("/readAhead/reason").asText()).isEqualTo("midnight");
            assertThat(morning.at("/readAhead/tokens").asLong())
                    .as("the engine held nothing that still counted")
                    .isGreaterThan(evening.path("promptTokens").asLong() * 9 / 10);
            assertThat(readTokens(morning)).isLessThan(50);
        }
    }

    private static long readTokens(JsonNode turn) {
        return turn.path("promptTokens").asLong() - turn.path("cachedTokens").asLong();
    }
}
