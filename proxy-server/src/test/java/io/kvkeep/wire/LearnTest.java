package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.system;
import static io.kvkeep.wire.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.CommandRun;
import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Policy;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.section.SectionRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An agent without a profile: its first sessions, and the profile that comes of them. */
class LearnTest extends WireTest {
    private static final String SAID = assistant("Hello.");
    private static final List<String> WINDS = List.of("calm", "a breeze", "a gale", "a storm", "fog", "hail");
    private static final String HEAD = """
            You are Tern, who helps in harbours.

            ## Manners
            - Keep answers short.
            - Ask before a mast is laid down.
            - Greet the crew.
            - Speak of depths in metres.

            """;

    @Test
    void theFirstSessionsOfAnUnknownAgentGoThroughUnharmed() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, true, true);

        for (String request : List.of(turn(0, "hi"), turn(0, "hi", "And now?"), turn(0, "hi", "And now?", "Thanks."))) {
            assertThat(sent(kvkeep, engine, request)).isEqualTo(request);
        }
        for (int session = 1; session < WINDS.size(); session++) {
            String first = sent(kvkeep, engine, turn(session, "hi " + session));
            String second = sent(kvkeep, engine, turn(session, "hi " + session, "And now?"));

            assertThat(first).as("session %d", session).contains(WINDS.get(session), "Boats here: " + session);
            assertThat(messages(first).get(0).path("content").asText())
                    .as("nobody has asked for more than counters to move")
                    .startsWith(HEAD.strip())
                    .contains("It is " + WINDS.get(session) + ".\n");
            assertThat(second).startsWith(Talk.open(first));
        }
    }

    @Test
    void theProfileThatWasLearnedMovesTheSectionsFromTheFirstSessionOn() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = learned(engine, true);
        Path file = dataDir().resolve("profiles/tern.yaml");

        CommandRun printed = learn(kvkeep, "--as", "tern");
        CommandRun written = learn(kvkeep, "--as", "tern", "--out", file.toString());
        assertThat(printed.err()).isEmpty();
        assertThat(printed.status()).isZero();
        assertThat(written.status()).isZero();
        assertThat(file).hasContent(printed.out());
        kvkeep.close();
        Kvkeep next = proxy(engine, true, true);
        List<JsonNode> one = messages(sent(next, engine, turn(7, "fair winds", List.of("hi"))));
        List<JsonNode> another = messages(sent(next, engine, turn(8, "rough seas", List.of("ahoy"))));

        assertThat(one.get(0)).isEqualTo(another.get(0));
        assertThat(one.get(0).path("content").asText())
                .contains("You are Tern", "Speak of depths")
                .doesNotContain("Boats here", "fair winds");
        assertThat(one.get(1).path("content").asText()).contains("Boats here: 7\n", "fair winds", "</note-");
        assertThat(another.get(1).path("content").asText()).contains("Boats here: 8\n", "rough seas", "</note-");
        eventually(
                "two sections of two requests are counted",
                () -> metric(next, "kvkeep_profile_rule_matches_total", "agent=\"tern\"") == 4);
        assertThat(learn(next, "--agent", "unknown").err())
                .contains("no system text of unknown was seen", "seen: tern 1");
    }

    @Test
    void theFileTellsWhatTheAgentIsKnownByAndTheEvidenceOfEachRule() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        String file = learn(learned(engine, true), "--as", "tern").out();

        Profile profile = ProfileReader.read("tern.yaml", file);
        assertThat(profile.agent()).isEqualTo("tern");
        assertThat(profile.recognise().systemStarts()).containsExactly("You are Tern, who helps in harbours.");
        assertThat(profile.rules().sections())
                .extracting(SectionRule::starts)
                .containsExactlyInAnyOrder(List.of("Boats here: "), List.of("## Weather\n"));
        assertThat(file)
                .contains(
                        "changed 5 times in 6 system texts; about ",
                        " tokens of system text behind it were read again",
                        "but for the notes in which it travels already",
                        "Not touched so far.",
                        "User-Agent tern/2.0, tern/2.1,",
                        "  # user-agent-starts: ['tern/']")
                .doesNotContain("calm", "hail");
    }

    @Test
    void asJsonTheSameIsToldToPrograms() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = learned(engine, true);
        JsonNode agents = new ObjectMapper()
                .readTree(learn(kvkeep, "--as", "tern", "--json").out())
                .path("agents");

        assertThat(agents).hasSize(1);
        assertThat(agents.get(0).path("agent").asText()).isEqualTo("unknown");
        assertThat(agents.get(0).path("profile").asText())
                .isEqualTo(learn(kvkeep, "--as", "tern").out());
        assertThat(agents.get(0).path("rules")).hasSize(2);
        assertThat(agents.get(0).path("rules").get(0).path("changed").asInt()).isEqualTo(5);
        assertThat(agents.get(0).path("leftOut")).isEmpty();
    }

    @Test
    void aKnownAgentGetsWhatItsProfileLacks() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, true, true);
        for (int day = 1; day < 4; day++) {
            String text = "You are Hermes Agent, an intelligent AI assistant created by Nous Research.\n\n"
                    + "Keep the tide tables in order.\n\nBoats here: " + day + "\n\nBe brief.";
            sent(kvkeep, engine, body(system(text), user("hi")));
        }
        CommandRun run = learn(kvkeep);

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("agent: 'hermes'\n", "extends: built-in\n", "'Boats here: '");
        assertThat(ProfileReader.read("hermes.yaml", run.out()).rules().sections())
                .hasSize(1);
    }

    @Test
    void anAgentWithoutAProfileNeedsAName() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = learned(engine, true);

        assertThat(learn(kvkeep).err()).contains("an agent without a profile; name it: --as NAME");
        assertThat(learn(kvkeep).status()).isEqualTo(2);
        assertThat(learn(kvkeep, "--as", "My Tern").err()).contains("--as is My Tern; 1 to 40 lower-case letters");
        assertThat(learn(kvkeep, "--as", "unknown").status()).isEqualTo(2);
        assertThat(learn(kvkeep, "--as", "tern", "--agent", "hermes").status()).isEqualTo(2);
    }

    @Test
    void aFileThatIsThereIsLeftAsItIs() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Path file = Files.writeString(dataDir().resolve("tern.yaml"), "agent: tern\n");
        CommandRun run = learn(learned(engine, true), "--as", "tern", "--out", file.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("there is " + file + " already");
        assertThat(file).hasContent("agent: tern\n");
    }

    @Test
    void withoutShowTextItSaysWhichSettingAndWhatIsWithheldAndTellsNoText() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        CommandRun run = learn(learned(engine, false), "--as", "tern");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("show-text: true", "first words of system texts", "unknown: learned-counter-")
                .doesNotContain("Boats", "Weather", "Tern,");
    }

    @Test
    void withNothingLearnedItSaysHowMuchWasCompared() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine, false, true);
        assertThat(learn(kvkeep).err()).contains("nothing was learned yet", "since kvkeep started: none");

        sent(kvkeep, engine, body(system("Be brief."), user("hi")));
        sent(kvkeep, engine, body(system("Be kind."), user("hi")));

        assertThat(learn(kvkeep).status()).isEqualTo(1);
        assertThat(learn(kvkeep).err()).contains("since kvkeep started: unknown 2.");
        assertThat(learn(kvkeep, "--agent", "hermes").err()).contains("no system text of hermes", "seen: unknown 2");
    }

    @Test
    void aKvkeepThatDoesNotLearnSaysSo() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(SAID)));
        CommandRun run = learn(proxy(engine, true, false));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("learn: off is in its configuration");
    }

    @Test
    void whereNoAdminPortIsTheUrlAndTheWayOutAreNamed() throws Exception {
        String nobody = "http://127.0.0.1:" + unusedPort();
        assertThat(CommandRun.of("learn", "--admin", nobody).status()).isEqualTo(1);
        assertThat(CommandRun.of("learn", "--admin", nobody).err())
                .contains("no kvkeep answers at " + nobody, "kvkeep serve", "--admin URL");

        RawEngine engine = engine(call -> call.answer(404, "{}"));
        Kvkeep kvkeep = proxy(engine, true, true);
        String agents = "http://127.0.0.1:" + kvkeep.address().port();
        assertThat(CommandRun.of("learn", "--admin", agents).err())
                .contains(agents + "/status answers (HTTP 404)", "not the port for agents");
        assertThat(CommandRun.of("learn", "--admin", "ftp://me:secret@x").status())
                .isEqualTo(2);
        assertThat(CommandRun.of("learn", "--admin", "ftp://me:secret@x").err())
                .contains("http://127.0.0.1:11436")
                .doesNotContain("secret");
    }

    private static CommandRun learn(Kvkeep kvkeep, String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "learn";
        args[1] = "--admin";
        args[2] = kvkeep.adminAddress().toString();
        System.arraycopy(options, 0, args, 3, options.length);
        return CommandRun.of(args);
    }

    /** A kvkeep through which an agent without a profile went several times. */
    private Kvkeep learned(RawEngine engine, boolean showsText) throws Exception {
        Kvkeep kvkeep = proxy(engine, showsText, true);
        for (int session = 0; session < WINDS.size(); session++) {
            sent(kvkeep, engine, turn(session, "hi"), "User-Agent: tern/2." + session);
            sent(kvkeep, engine, turn(session, "hi", "And now?"));
        }
        return kvkeep;
    }

    /** A request of one session: what the user has said so far, each answered but the last. */
    private static String turn(int session, String... said) {
        return turn(session, WINDS.get(session), List.of(said));
    }

    private static String turn(int boats, String wind, List<String> said) {
        StringBuilder messages = new StringBuilder(system(HEAD + "Boats here: " + boats + "\n\n## Weather\nIt is "
                + wind + ".\n\n## Depths\nThe quay is three metres deep."));
        for (int i = 0; i < said.size(); i++) {
            messages.append(i > 0 ? "," + SAID : "").append(',').append(user(said.get(i)));
        }
        return body(messages.toString());
    }

    private static List<JsonNode> messages(String request) throws IOException {
        List<JsonNode> messages = new ArrayList<>();
        new ObjectMapper().readTree(request).path("messages").forEach(messages::add);
        return messages;
    }

    private Kvkeep proxy(RawEngine engine, boolean showsText, boolean learns) throws IOException {
        LedgerOptions usual = LedgerOptions.defaults().inMemory();
        LedgerOptions ledger = new LedgerOptions(usual.onDisk(), usual.maxBytes(), usual.marks(), learns);
        return proxy(engine.port(), config(dataDir(), Mode.REWRITE, Policy.DEFAULT, ledger, LIMITS, showsText));
    }
}
