package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.hermes;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Config;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.plan.Policy;
import io.kvkeep.recording.RecordOptions;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.recording.RecordingReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What is in a recording, and what is not. */
class RecordTest extends WireTest {
    private static final String SAID = answer(assistant("Hello ☂."));

    @Test
    void requestsStandInItAsTheyCameAlsoWhereKvkeepRewritesThem() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        String body = body(hermes("The gauge reads in feet."), user("hi ☂ \ud83d\ude00 \\ud83d"));
        String arrived;
        try (Kvkeep kvkeep = recording(engine, Mode.REWRITE, 1 << 20)) {
            arrived = sent(kvkeep, engine, body, "User-Agent: OpenAI/Python 2.24.0");
        }

        RecordedRequest recorded = read().get(0);
        assertThat(arrived).isNotEqualTo(body);
        assertThat(new String(recorded.body(), UTF_8)).isEqualTo(body);
        assertThat(recorded.path()).isEqualTo(CHAT);
        assertThat(recorded.headers()).containsEntry("user-agent", "OpenAI/Python 2.24.0");
        assertThat(recorded.answer()).hasValueSatisfying(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.whole()).isTrue();
            assertThat(new String(answer.body(), UTF_8)).isEqualTo(SAID);
        });
    }

    @Test
    void noCredentialIsInItWhereverItStandsInTheHeadAndItsOwnerAloneCanReadIt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID, "Set-Cookie: s=sk-secret"));
        try (Kvkeep kvkeep = recording(engine, Mode.OBSERVE, 1 << 20);
                RawClient client = client(kvkeep)) {
            client.post(
                    CHAT + "?key=sk-secret",
                    body(user("hi")).getBytes(UTF_8),
                    "Authorization: Bearer sk-secret",
                    "X-Api-Key: sk-secret",
                    "Api-Key: sk-secret",
                    "Cookie: session=sk-secret",
                    "Proxy-Authorization: Basic sk-secret",
                    "X-Goog-Api-Key: sk-secret",
                    "X-Auth-Token: sk-secret",
                    "Cf-Access-Client-Secret: sk-secret");
            client.answer();
        }

        assertThat(read()).hasSize(1);
        assertThat(read().get(0).tenant()).matches("[0-9a-f]{8}");
        assertThat(unpacked()).doesNotContain("sk-secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void anAnswerThatBreaksOffIsNotWhole() throws Exception {
        RawEngine engine = engine(call -> {
            call.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"choices\"");
            call.close();
        });
        try (Kvkeep kvkeep = recording(engine, Mode.OBSERVE, 1 << 20);
                RawClient client = client(kvkeep)) {
            client.post(CHAT, body(user("hi")).getBytes(UTF_8));
            client.rest();
        }

        assertThat(read().get(0).answer()).hasValueSatisfying(answer -> {
            assertThat(answer.whole()).isFalse();
            assertThat(new String(answer.body(), UTF_8)).isEqualTo("{\"choices\"");
        });
    }

    @Test
    void whatHoldsNoPromptIsNotInIt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        try (Kvkeep kvkeep = recording(engine, Mode.OBSERVE, 1 << 20);
                RawClient client = client(kvkeep)) {
            client.post("/v1/embeddings", "{\"input\":\"hi\"}".getBytes(UTF_8));
            client.answer();
        }

        assertThat(read()).isEmpty();
    }

    @Test
    void aFullRecordingEndsAndRequestsGoOn() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        try (Kvkeep kvkeep = recording(engine, Mode.OBSERVE, 1)) {
            assertThat(sent(kvkeep, engine, body(user("hi")))).isEqualTo(body(user("hi")));
            eventually("it is left out", () -> kvkeep.recorder().orElseThrow().leftOut() == 1);
        }

        assertThat(read()).isEmpty();
    }

    @Test
    void aRecordingThatIsThereIsLeftAsItIs() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Files.writeString(file(), "mine");

        assertThatThrownBy(() -> recording(engine, Mode.OBSERVE, 1 << 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("already", "another name");
        assertThat(file()).hasContent("mine");
    }

    @Test
    void aStartThatFailsLeavesNoRecordingBehind() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        try (Kvkeep other = proxy(engine)) {
            Config usual = config(
                    dataDir(),
                    Mode.OBSERVE,
                    Policy.DEFAULT,
                    LedgerOptions.defaults().inMemory(),
                    LIMITS,
                    false);
            Config taken = new Config(
                    usual.engine(),
                    other.address(),
                    usual.admin(),
                    usual.dataDir(),
                    usual.mode(),
                    usual.policy(),
                    usual.ledger(),
                    usual.limits(),
                    usual.repeats(),
                    usual.readAhead(),
                    usual.showsText(),
                    usual.eventLoops(),
                    usual.profiles());
            assertThatThrownBy(() -> Kvkeep.start(
                            taken,
                            EngineAddress.parse("http://127.0.0.1:" + engine.port()),
                            Optional.of(new RecordOptions(file(), 1 << 20))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can't listen");
        }

        assertThat(file()).doesNotExist();
    }

    @Test
    void aRecordingThatWasCutOffIsReadAsFarAsItGoes() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Path cutOff = dataDir().resolve("cut.jsonl.gz");
        try (Kvkeep kvkeep = recording(engine, Mode.OBSERVE, 1 << 20)) {
            sent(kvkeep, engine, body(user("one")));
            eventually("it is written", () -> kvkeep.recorder().orElseThrow().written() == 1);
            long one = Files.size(file());
            sent(kvkeep, engine, body(user("two")));
            eventually("it is written", () -> kvkeep.recorder().orElseThrow().written() == 2);
            byte[] both = Files.readAllBytes(file());
            Files.write(cutOff, Arrays.copyOf(both, (int) (one + 3)));
        }

        try (RecordingReader reader = RecordingReader.open(cutOff)) {
            assertThat(reader.next()).isPresent();
            assertThat(reader.next()).isEmpty();
            assertThat(reader.isCutOff()).isTrue();
        }
    }

    private Kvkeep recording(RawEngine engine, Mode mode, long maxBytes) throws IOException {
        return Kvkeep.start(
                config(dataDir(), mode, Policy.DEFAULT, LedgerOptions.defaults().inMemory(), LIMITS, false),
                EngineAddress.parse("http://127.0.0.1:" + engine.port()),
                Optional.of(new RecordOptions(file(), maxBytes)));
    }

    private Path file() {
        return dataDir().resolve("recording.jsonl.gz");
    }

    private List<RecordedRequest> read() throws IOException {
        List<RecordedRequest> all = new ArrayList<>();
        try (RecordingReader reader = RecordingReader.open(file())) {
            for (Optional<RecordedRequest> next = reader.next(); next.isPresent(); next = reader.next()) {
                all.add(next.get());
            }
        }
        return all;
    }

    private String unpacked() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file()))) {
            in.transferTo(out);
        }
        return out.toString(UTF_8);
    }
}
