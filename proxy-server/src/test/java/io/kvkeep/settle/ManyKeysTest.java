package io.kvkeep.settle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.config.ProfileFiles;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.replay.CoreRun;
import io.kvkeep.replay.CoreRun.Played;
import io.kvkeep.replay.ReplayPolicy;
import io.kvkeep.reuse.PrefillTime;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.settle.Settlement.Reused;
import io.kvkeep.turns.EngineReturns;
import io.kvkeep.turns.TurnFacts;
import io.kvkeep.turns.Turns;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Prompts of ten thousand clients through all that counts them; the same on the wire is MetricsPageTest's, with fewer. */
final class ManyKeysTest {
    private static final Engine ENGINE = new Engine(EngineAddress.parse("http://127.0.0.1:1"), EngineKind.LLAMA_CPP);
    private static final ReportedUsage USAGE = new ReportedUsage(OptionalLong.of(2_000), OptionalLong.of(400));
    private static final Optional<PrefillTime> PREFILL = Optional.of(new PrefillTime(1_600, 800));

    private final Metrics metrics = new Metrics("1");
    private final Settlement settlement = new Settlement(metrics);
    private final Turns turns = new Turns(metrics, new EngineReturns(), () -> 1_795_000_000_000L, () -> false);
    private final Tenants tenants = new Tenants(new byte[16]);
    private final CoreRun core = new CoreRun(ReplayPolicy.of("auto"), Capabilities.UNKNOWN, ProfileFiles.builtIn());

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void tenThousandAgentsModelsAndKeysMakeABoundedNumberOfSeries() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            settle(i);
        }
        long series = series();
        for (int i = 1_000; i < 10_000; i++) {
            settle(i);
        }

        assertThat(series()).isEqualTo(series).isLessThan(3_000);
        assertThat(metrics.scrape())
                .contains("model=\"other\"")
                .doesNotContain("model=\"model-9999\"", "sk-", "agent-");
    }

    private void settle(int number) throws Exception {
        long scope = tenants.of(new DefaultHttpHeaders().add("Authorization", "Bearer sk-" + number))
                .scope();
        String body = "{\"model\":\"model-" + number
                + "\",\"messages\":[{\"role\":\"system\",\"content\":\"You help.\\n"
                + "Current date: 2026-11-21\\nBe brief.\"},{\"role\":\"user\",\"content\":\"hi " + number + "\"}]}";
        Played played = core.play(new RecordedRequest(
                number,
                1_795_000_000_000L + number,
                HexFormat.of().toHexDigits(scope),
                "/v1/chat/completions",
                Map.of("user-agent", "agent-" + number + "/1.0"),
                body.getBytes(UTF_8),
                Optional.empty()));
        Stretches.Pair stretches = Stretches.Pair.of(
                played.rewrite().prompt(),
                played.rewrite().fingerprints(),
                played.rewrite().plan());
        Reused reused = settlement.settle(new Answered(
                played.rewrite(), stretches, Group.REWRITTEN, scope, ENGINE.name(), USAGE, PREFILL, 1_000_000));
        turns.settle(new TurnFacts(
                played.rewrite(),
                played.rewrite().plan(),
                stretches,
                played.lane(),
                played.dialect(),
                ENGINE,
                reused,
                USAGE,
                Optional.empty(),
                PREFILL,
                settlement.speedByEngine(ENGINE.name(), played.rewrite().prompt()),
                2_000_000,
                1_000_000));
        metrics.request(played.rewrite().profile().agent(), played.dialect().id(), ENGINE.name(), "ok");
    }

    private long series() {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("kvkeep_"))
                .count();
    }
}
