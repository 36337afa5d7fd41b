package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.dated;
import static io.kvkeep.wire.Talk.open;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.system;
import static io.kvkeep.wire.Talk.user;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger leaves on disk, and what another run makes of it. */
class LedgerOnDiskTest extends WireTest {
    private static final String SAID = assistant(" Hello.\n");
    private static final String STRIPPED = assistant("Hello.");
    private static final String SECRET = "sk-harbour-4711";
    private static final String FIRST = body(dated(21), user("Mira asks"));
    private static final String SECOND = body(dated(22), user("Mira asks"), STRIPPED, user("And now?"));
    private static final String THIRD =
            body(dated(22), user("Mira asks"), STRIPPED, user("And now?"), STRIPPED, user("Thanks."));

    @TempDir
    private Path other = Path.of("unset");

    @Test
    void anotherRunReplaysTheSameBytes() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), dataDir());
        sent(kvkeep, engine, FIRST);
        String second = sent(kvkeep, engine, SECOND);
        kvkeep.close();
        Kvkeep next = proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), dataDir());

        assertThat(sent(next, engine, THIRD)).isEqualTo(open(second) + "," + SAID + "," + user("Thanks.") + "]}");
    }

    /** Nothing is written when kvkeep is closed that was not there before, so a killed process leaves the same files. */
    @Test
    void aRunThatWasKilledIsReplayedToo() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), dataDir());
        sent(kvkeep, engine, FIRST);
        String second = sent(kvkeep, engine, SECOND);
        Files.createDirectory(
                other.resolve("ledger"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String file : List.of("secret", "ledger/lanes.log")) {
            Files.copy(dataDir().resolve(file), other.resolve(file));
        }
        Kvkeep next = proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), other);

        assertThat(sent(next, engine, THIRD)).isEqualTo(open(second) + "," + SAID + "," + user("Thanks.") + "]}");
    }

    @Test
    void whatWasSentIsOnDiskBeforeTheClientHearsAnyOfTheAnswer() throws Exception {
        RawEngine engine = engine(call -> call.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                .awaitEndNanos());
        Kvkeep kvkeep = proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), dataDir());
        client(kvkeep).post("/v1/chat/completions", FIRST.getBytes(UTF_8)).head();

        assertThat(Files.readString(dataDir().resolve("ledger/lanes.log"), ISO_8859_1))
                .contains("Current date: 2026-11-21");
    }

    @Test
    void whatWasLearnedHoldsInAnotherRunToo() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), dataDir());
        sent(kvkeep, engine, body(tideDay(20), user("Anybody there?")));
        String first = sent(kvkeep, engine, body(tideDay(21), user("Mira asks")));
        assertThat(first).as("learned").matches(".*</note-[0-9a-f]{6}>\\\\nMira asks\"}]}");
        kvkeep.close();
        Kvkeep next = proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), dataDir());
        String second = sent(next, engine, body(tideDay(22), user("Mira asks"), STRIPPED, user("And now?")));

        assertThat(second).startsWith(open(first) + "," + SAID).contains("Tide day: 2026-11-22");
    }

    private static String tideDay(int day) {
        return system("You keep the tide tables.\nBe kind.\n\nTide day: 2026-11-" + day + "\n\nBe brief.");
    }

    @Test
    void theLedgerIsForItsOwnerAlone() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        sent(proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), dataDir()), engine, FIRST);

        assertThat(permissions("ledger")).isEqualTo("rwx------");
        assertThat(permissions("ledger/lanes.log")).isEqualTo("rw-------");
    }

    private String permissions(String file) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(dataDir().resolve(file)));
    }

    @Test
    void noCredentialIsOnDiskAndOfThePromptOnlyWhatMustBeReplayed() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, Mode.REWRITE, LedgerOptions.defaults(), dataDir());
        for (String header : List.of("Authorization: Bearer ", "X-Api-Key: ", "Api-Key: ")) {
            sent(kvkeep, engine, FIRST, header + SECRET);
            sent(kvkeep, engine, SECOND, header + SECRET);
        }
        StringBuilder all = new StringBuilder();
        for (String file : files(dataDir())) {
            all.append(file).append('\n');
            all.append(new String(Files.readAllBytes(dataDir().resolve(file)), ISO_8859_1));
        }

        assertThat(all.toString())
                .contains("Current date: 2026-11-21", " Hello.")
                .doesNotContain(SECRET, SECRET.substring(3), "harbour", "Bearer")
                .doesNotContain("Mira asks", "And now?", "tide tables", "Be brief.");
    }

    @Test
    void whereNothingIsChangedNothingIsWritten() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, Mode.OBSERVE, LedgerOptions.defaults(), dataDir());

        for (String body : List.of(FIRST, SECOND, THIRD)) {
            RawClient client = client(kvkeep).post(CHAT, body.getBytes(UTF_8));
            assertThat(engine.next().message().text()).isEqualTo(body);
            assertThat(client.answer().text()).isEqualTo(answer(SAID));
        }
        kvkeep.close();
        assertThat(files(dataDir())).containsExactly("secret");
    }

    @Test
    void aLedgerInMemoryReplaysAndWritesNothing() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, Mode.REWRITE, LedgerOptions.defaults().inMemory(), dataDir());
        String first = sent(kvkeep, engine, FIRST);

        assertThat(sent(kvkeep, engine, SECOND)).startsWith(open(first) + "," + SAID);
        kvkeep.close();
        assertThat(files(dataDir())).containsExactly("secret");
    }

    private Kvkeep proxy(RawEngine engine, Mode mode, LedgerOptions ledger, Path dir) throws IOException {
        return proxy(engine.port(), config(dir, mode, Policy.DEFAULT, ledger, LIMITS, false));
    }

    private static List<String> files(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> dir.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
