package io.kvkeep.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.explain.Cause;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a scrape shows, whatever is counted meanwhile. */
class MetricsTest {
    private final Metrics metrics = new Metrics("test");

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void aScrapeInTheMomentInWhichAnEngineShowsItsKindFindsOneStateOfIt() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread watch = new Thread(() -> {
            for (int i = 0; !over.get(); i++) {
                metrics.engineUp("gull", i % 3 == 0 ? "unknown" : "vllm", i % 2 == 0);
            }
        });
        watch.start();
        try {
            for (int i = 0; i < 500; i++) {
                assertThat(metrics.scrape().lines().filter(line -> line.startsWith("kvkeep_engine_up{")))
                        .hasSizeLessThanOrEqualTo(1);
            }
        } finally {
            over.set(true);
            watch.join();
        }
        metrics.engineUp("gull", "sglang", true);
        assertThat(metrics.scrape()).contains("kvkeep_engine_up{engine=\"gull\",kind=\"sglang\"} 1.0");
        assertThat(metrics.scrape()).doesNotContain("kind=\"vllm\"");
    }

    @Test
    void fromAnAgentsFirstBreakOnAllItsCausesAreThereSoThatARateSeesTheFirstOfEach() {
        metrics.broken("hermes", "gull", Cause.FIRST_SIGHT, 900);

        assertThat(series().filter(line -> line.startsWith("kvkeep_breaks_total{")))
                .hasSize(Cause.values().length);
        assertThat(metrics.scrape())
                .contains("kvkeep_breaks_total{agent=\"hermes\",cause=\"first-sight\",engine=\"gull\"} 1.0")
                .contains("kvkeep_break_tokens_total{agent=\"hermes\",cause=\"first-sight\",engine=\"gull\"} 900.0")
                .contains("kvkeep_breaks_total{agent=\"hermes\",cause=\"evicted\",engine=\"gull\"} 0.0")
                .contains("kvkeep_break_tokens_total{agent=\"hermes\",cause=\"evicted\",engine=\"gull\"} 0.0");
    }

    @Test
    void tenThousandAgentsAndModelsMakeABoundedNumberOfSeries() {
        Random random = new Random(4);
        count("agent-first", "model-first");
        for (int i = 0; i < 10_000; i++) {
            count("agent-" + random.nextInt(10_000), "model-" + random.nextInt(10_000));
        }
        long series = series().count();
        for (int i = 0; i < 10_000; i++) {
            count("late-" + i, "late-" + i);
        }
        count("agent-first", "model-first");

        assertThat(series().count()).isEqualTo(series).isLessThan(6_000);
        assertThat(series().filter(line -> line.startsWith("kvkeep_edits_total")))
                .hasSize(51);
        assertThat(metrics.scrape())
                .contains("kvkeep_edits_total{agent=\"agent-first\",reason=\"move-section\"} 2.0")
                .contains(
                        "agent=\"agent-first\",engine=\"gull\",model=\"model-first\",reuse=\"reused\",source=\"reported\"} 14.0")
                .contains("kvkeep_edits_total{agent=\"other\",reason=\"move-section\"}");
    }

    private void count(String agent, String model) {
        metrics.requestBegins();
        metrics.request(agent, "chat-completions", "gull", "2xx");
        metrics.promptTokens(agent, "gull", model, "reported", "reused", 7);
        metrics.promptTokens(agent, "gull", model, "estimated", "reprocessed", 7);
        metrics.promptTokensAsItCame(agent, "gull", model, "reused", 7);
        metrics.proof().observed(agent, "gull", model, "if-rewritten", 7, 7);
        metrics.proof().turn(agent, "rewritten", 1_000);
        metrics.proof().groupTokens(agent, "rewritten", "estimated", 7, 7);
        metrics.proof().prefillSaved(agent, "gull", 0.5);
        metrics.edits(agent, "move-section", 1);
        metrics.rebuildDropped(agent);
        metrics.broken(agent, "gull", Cause.NEW_SESSION, 7);
        metrics.timeToFirstToken(agent, "gull", 1_000);
    }

    private Stream<String> series() {
        return metrics.scrape().lines().filter(line -> line.startsWith("kvkeep_"));
    }
}
