package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.dated;
import static io.kvkeep.wire.Talk.open;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Config;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Limits;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.section.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Another configuration while kvkeep runs: requests under way end as they began, the next ones go by the new one. */
class ReloadTest extends WireTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HELLO = assistant("Hello.");
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Test
    void aStreamInTheMiddleOfWhichEverythingChangesComesWholeAndItsLaneIsKept() throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        RawEngine engine = engine(call -> {
            if (!call.message().text().contains("stream")) {
                call.answer(200, answer(HELLO));
                return;
            }
            call.send(STREAM).chunk(event("Hel").getBytes(UTF_8));
            changed.await();
            call.chunk(event("lo.").getBytes(UTF_8))
                    .chunk("data: [DONE]\n\n".getBytes(UTF_8))
                    .send("0\r\n\r\n");
        });
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, LIMITS));
        RawClient client = client(kvkeep);
        String first = body(dated(21), user("stream"));
        client.post(CHAT, first.getBytes(UTF_8));
        String rewritten = engine.next().message().text();
        assertThat(rewritten).contains("<note-");
        String head = client.head();
        assertThat(client.chunk()).asString().contains("Hel");

        kvkeep.apply(config(Mode.OBSERVE, LIMITS));
        changed.countDown();
        assertThat(client.chunk()).asString().contains("lo.");
        assertThat(client.chunk()).asString().contains("[DONE]");
        assertThat(client.chunk()).isEmpty();
        client.exactly("\r\n".length());
        assertThat(head).contains("200");

        String seen = body(dated(22), user("hi"));
        client.post(CHAT, seen.getBytes(UTF_8));
        assertThat(engine.next().message().text())
                .as("the same connection, the new mode")
                .isEqualTo(seen);
        client.answer();
        kvkeep.apply(config(Mode.REWRITE, LIMITS));
        String second = sent(kvkeep, engine, body(dated(21), user("stream"), HELLO, user("And now?")));
        assertThat(second).as("the lane holds the answer that came later").startsWith(open(rewritten));
    }

    private static String event(String text) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
    }

    @Test
    void fromObservingToRewritingNothingGoesOnThatWasNeverSent() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(HELLO)));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.OBSERVE, LIMITS));
        String first = body(dated(21), user("hi"));
        assertThat(sent(kvkeep, engine, first)).isEqualTo(first);
        String second = body(dated(22), user("hi"), HELLO, user("And now?"));
        assertThat(sent(kvkeep, engine, second)).isEqualTo(second);
        assertThat(lanes(kvkeep)).isEqualTo(1);

        kvkeep.apply(config(Mode.REWRITE, LIMITS));
        assertThat(lanes(kvkeep)).isZero();
        String third = sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("And now?"), HELLO, user("Well?")));
        assertThat(third).doesNotContain("2026-11-21").containsOnlyOnce("2026-11-22");
        assertThat(Files.size(dataDir().resolve("ledger/lanes.log"))).isPositive();
        String fourth = sent(
                kvkeep,
                engine,
                body(dated(23), user("hi"), HELLO, user("And now?"), HELLO, user("Well?"), HELLO, user("Bye.")));
        assertThat(fourth).startsWith(open(third)).contains("2026-11-23");
    }

    @Test
    void whatWasSentBeforeObservingIsColdAfterIt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(HELLO)));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, LIMITS));
        sent(kvkeep, engine, body(dated(21), user("hi")));
        String second = sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("And now?")));
        assertThat(second).contains("2026-11-21", "2026-11-22");
        kvkeep.apply(config(Mode.OBSERVE, LIMITS));
        sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("And now?"), HELLO, user("Well?")));
        kvkeep.apply(config(Mode.REWRITE, LIMITS));

        String clean = sent(
                kvkeep,
                engine,
                body(dated(22), user("hi"), HELLO, user("And now?"), HELLO, user("Well?"), HELLO, user("Bye.")));

        assertThat(clean).doesNotContain("2026-11-21").containsOnlyOnce("2026-11-22");
    }

    @Test
    void policyLimitsAndProfilesHoldFromTheNextRequestOn() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        Path profiles = Files.createDirectories(dataDir().resolve("mine"));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, LIMITS));
        assertThat(sent(kvkeep, engine, DATED)).contains("<note-");

        Config usual = config(Mode.REWRITE, LIMITS);
        kvkeep.apply(with(usual, new Policy(Placement.FIRST_USER, Set.of(Kind.CLOCK)), Optional.empty()));
        assertThat(sent(kvkeep, engine, DATED.replace("hi", "ho"))).doesNotContain("2026-11-21");

        Limits small = new Limits(
                10,
                128 << 10,
                LIMITS.idleTimeout(),
                LIMITS.uploadTimeout(),
                Duration.ofMinutes(1),
                LIMITS.drainTimeout());
        kvkeep.apply(config(Mode.REWRITE, small));
        String large = body(user("x".repeat(70_000)));
        assertThat(sent(kvkeep, engine, large)).isEqualTo(large);
        assertThat(metric(kvkeep, "kvkeep_passthrough_total", "reason=\"body-too-large\""))
                .isEqualTo(1);

        Files.writeString(profiles.resolve("gull.yaml"), """
                agent: gull
                recognise: {system-starts: "You are Gull"}
                """);
        String gull = body(Talk.system("You are Gull, a bird.\nBe brief."), user("hi"));
        sent(kvkeep, engine, gull);
        assertThat(metric(kvkeep, "kvkeep_requests_total", "agent=\"gull\"")).isZero();
        kvkeep.apply(with(usual, Policy.DEFAULT, Optional.of(profiles)));
        sent(kvkeep, engine, gull);
        assertThat(metric(kvkeep, "kvkeep_requests_total", "agent=\"gull\"")).isEqualTo(1);
    }

    @Test
    void aWrongProfileLeavesAllAsItWas() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, LIMITS));
        Path profiles = Files.createDirectories(dataDir().resolve("mine"));
        Files.writeString(profiles.resolve("gull.yaml"), "agent: gull\nsections: 3\n");

        assertThatThrownBy(
                        () -> kvkeep.apply(with(config(Mode.OBSERVE, LIMITS), Policy.DEFAULT, Optional.of(profiles))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gull.yaml");
        assertThat(kvkeep.config().mode()).isEqualTo(Mode.REWRITE);
        assertThat(sent(kvkeep, engine, DATED)).contains("<note-");
    }

    private Config config(Mode mode, Limits limits) {
        return config(dataDir(), mode, Policy.DEFAULT, LedgerOptions.defaults(), limits, false);
    }

    private static Config with(Config config, Policy policy, Optional<Path> profiles) {
        return new Config(
                config.engine(),
                config.listen(),
                config.admin(),
                config.dataDir(),
                config.mode(),
                policy,
                config.ledger(),
                config.limits(),
                config.repeats(),
                config.readAhead(),
                config.showsText(),
                config.eventLoops(),
                profiles);
    }

    private int lanes(Kvkeep kvkeep) throws IOException {
        String status =
                client(kvkeep.adminAddress().port()).get("/status").answer().text();
        JsonNode page = JSON.readTree(status);
        return page.path("ledger").path("lanes").asInt(-1);
    }
}
