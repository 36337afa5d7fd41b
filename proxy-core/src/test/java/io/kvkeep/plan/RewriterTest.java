package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.Golden;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.profile.HeaderStart;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.Profiles;
import io.kvkeep.profile.Recognise;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.section.Kind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RewriterTest {
    private static final NoteTag TAG = new NoteTag("5eed5eed5eed5eed");
    private static final Dialect CHAT = Dialect.CHAT_COMPLETIONS;
    private static final Rewriter REWRITER = new Rewriter(BuiltIn.profiles());
    private static final String DATED =
            "{\"messages\":[{\"role\":\"system\",\"content\":\"A\\n\\nCurrent date: 2026-11-20\\nB\"},"
                    + "{\"role\":\"user\",\"content\":\"Hi\"}]}";

    static List<Path> goldenRequests() {
        return Golden.directories("requests");
    }

    @ParameterizedTest
    @MethodSource("goldenRequests")
    void aRequestGoesOutByteForByteAsItsGoldenFileSays(Path request) throws PromptNotUnderstood {
        byte[] in = Golden.bytes(request, "in.json");
        byte[] out = Golden.bytes(request, "out.json");
        Rewrite rewrite = rewrite(in, Policy.DEFAULT);

        assertThat(new String(rewrite.body(), UTF_8)).isEqualTo(new String(out, UTF_8));
        assertThat(rewrite.body()).isEqualTo(out);
        if (Arrays.equals(in, out)) {
            assertThat(rewrite.body()).isSameAs(in);
        }
    }

    @Test
    void thePlanNamesEveryEditWithItsReason() throws PromptNotUnderstood {
        Rewrite rewrite = rewrite(DATED, Policy.DEFAULT);

        assertThat(rewrite.plan().edits())
                .extracting(edit -> edit.reason().id() + ": " + edit.subject())
                .containsExactly("move-section: current-date", "carry-note: current-date");
        assertThat(rewrite.profile().agent()).isEqualTo("unknown");
        assertThat(rewrite.sideRequest()).isEmpty();
    }

    @Test
    void atTheEndOfTheSystemTextASectionStandsInAParagraphOfItsOwn() throws PromptNotUnderstood {
        assertThat(rewritten(DATED, policy(Placement.END_OF_SYSTEM)))
                .isEqualTo(
                        "{\"messages\":[{\"role\":\"system\",\"content\":\"A\\n\\nB\\n\\nCurrent date: 2026-11-20\"},"
                                + "{\"role\":\"user\",\"content\":\"Hi\"}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "Current date: 2026-11-20, Current date: 2026-11-20",
        "A\\n\\nCurrent date: 2026-11-20, A\\n\\nCurrent date: 2026-11-20",
        "A\\n\\nCurrent date: 2026-11-20\\n, A\\n\\nCurrent date: 2026-11-20\\n",
        "A\\n\\nCurrent date: 2026-11-20\\n\\nB\\n, A\\n\\nB\\n\\nCurrent date: 2026-11-20\\n",
        "A\\nCurrent date: 2026-11-20\\n\\nB\\u000a\\n, A\\n\\nB\\n\\nCurrent date: 2026-11-20\\u000a\\n",
        "Current date: 2026-11-20\\nCurrent time: 10:15\\nB, B\\n\\nCurrent date: 2026-11-20\\n\\nCurrent time: 10:15"
    })
    void theLineBreaksAtTheEndOfTheSystemTextStayAtItsEnd(String system, String expected) throws PromptNotUnderstood {
        String body = "{\"messages\":[{\"role\":\"system\",\"content\":\"%s\"}]}";

        assertThat(rewritten(body.replace("%s", system), policy(Placement.END_OF_SYSTEM)))
                .isEqualTo(body.replace("%s", expected));
    }

    @Test
    void switchedOffNothingMoves() throws PromptNotUnderstood {
        byte[] body = DATED.getBytes(UTF_8);

        assertThat(rewrite(body, policy(Placement.OFF)).body()).isSameAs(body);
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void aKindThatIsLeftOutIsGoneWithItsSeparatorsAndNothingIsDeclared(Placement placement) throws PromptNotUnderstood {
        Rewrite rewrite = rewrite(DATED, new Policy(placement, Set.of(Kind.CLOCK)));

        assertThat(new String(rewrite.body(), UTF_8))
                .isEqualTo("{\"messages\":[{\"role\":\"system\",\"content\":\"A\\n\\nB\"},"
                        + "{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertThat(rewrite.plan().edits()).extracting(Edit::reason).containsExactly(Reason.LEAVE_OUT_SECTION);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ,"stream":true                                         | true  | true
                    ,"stream":true                                         | false | false
                    ,"stream":false                                        | true  | false
                    ''                                                     | true  | false
                    ,"stream":true,"stream_options":{"include_usage":true} | true  | false
                    ,"stream":true,"stream_options":{"x":1}                | true  | false
                    ,"stream":true,"stream_options":null                   | true  | false
                    """)
    void theCountsAreAskedForOnlyWhereTheEngineNeedsItAndTheClientSaysNothing(
            String fields, boolean needed, boolean asked) throws PromptNotUnderstood {
        byte[] body = (" { \"messages\":[]" + fields + "}").getBytes(UTF_8);
        Rewrite rewrite = REWRITER.rewrite(
                new Incoming(CHAT, body, "", TAG), LedgerView.EMPTY, new Capabilities(needed), Policy.DEFAULT);

        assertThat(new String(rewrite.body(), UTF_8))
                .isEqualTo(
                        asked
                                ? " {\"stream_options\":{\"include_usage\":true}, \"messages\":[]" + fields + "}"
                                : new String(body, UTF_8));
        assertThat(rewrite.plan().edits())
                .extracting(Edit::reason)
                .containsExactlyElementsOf(asked ? List.of(Reason.ASK_FOR_USAGE) : List.of());
    }

    @Test
    void aDroppedRebuildIsOneWhereOnlyVolatileSectionsAreNew() throws PromptNotUnderstood {
        AgentState seen = rewrite(DATED, Policy.DEFAULT).entry().agent();
        LedgerView ledger = new LedgerView() {
            @Override
            public List<Lane> lanes(Digest link) {
                return List.of();
            }

            @Override
            public AgentState agent(Digest scope) {
                return scope.equals(seen.scope()) ? seen : AgentState.unseen(scope);
            }
        };

        assertThat(rebuildDropped(DATED, ledger, Policy.DEFAULT)).isFalse();
        assertThat(rebuildDropped(DATED.replace("2026-11-20", "2026-11-21"), ledger, Policy.DEFAULT))
                .isTrue();
        assertThat(rebuildDropped(DATED.replace("2026-11-20", "2026-11-21"), LedgerView.EMPTY, Policy.DEFAULT))
                .isFalse();
        assertThat(rebuildDropped(DATED.replace("nB", "nC"), ledger, Policy.DEFAULT))
                .isFalse();
        assertThat(rebuildDropped(DATED.replace("2026-11-20", "2026-11-21"), ledger, policy(Placement.OFF)))
                .isFalse();
    }

    private static boolean rebuildDropped(String body, LedgerView ledger, Policy policy) throws PromptNotUnderstood {
        Incoming incoming = new Incoming(CHAT, body.getBytes(UTF_8), "", TAG);
        return REWRITER.rewrite(incoming, ledger, Capabilities.UNKNOWN, policy).rebuildDropped();
    }

    @Test
    void ofAPromptWithoutSystemTextTheLedgerKeepsNoSystemText() throws PromptNotUnderstood {
        String asked = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        for (String body : List.of(asked, "{\"messages\":[]}")) {
            AgentState agent = rewrite(body, Policy.DEFAULT).entry().agent();

            assertThat(agent).isEqualTo(AgentState.unseen(agent.scope()));
        }
    }

    @Test
    void twoSystemTextsAreNotTheSameAsOneThatJoinsThem() throws PromptNotUnderstood {
        String one = "{\"messages\":[{\"role\":\"system\",\"content\":\"AB\"}]}";
        String two = "{\"messages\":[{\"role\":\"system\",\"content\":\"A\"},{\"role\":\"system\",\"content\":\"B\"}]}";
        LedgerEntry ofOne = rewrite(one, Policy.DEFAULT).entry();
        LedgerEntry ofTwo = rewrite(two, Policy.DEFAULT).entry();

        assertThat(ofOne.agent().systems())
                .hasSize(1)
                .doesNotContainAnyElementsOf(ofTwo.agent().systems());
        assertThat(ofOne.lane().start().stable())
                .isNotEqualTo(ofTwo.lane().start().stable());
    }

    @ParameterizedTest
    @CsvSource({"user", "system"})
    void aSideRequestIsNamedByItsFirstSystemTextOrByItsFirstUserText(String role) throws PromptNotUnderstood {
        String body = "{\"messages\":[{\"role\":\"" + role + "\",\"content\":\"You write git commit messages. Go.\"},"
                + "{\"role\":\"user\",\"content\":\"Hi\"}]}";
        Incoming incoming = new Incoming(CHAT, body.getBytes(UTF_8), "hermes-side", TAG);
        Rewriter byHeader = new Rewriter(Profiles.of(
                List.of(new Profile(
                        "hermes",
                        new Recognise(
                                List.of(new HeaderStart("user-agent", "hermes-")),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()),
                        BuiltIn.hermes().sessionPlaces(),
                        BuiltIn.hermes().rules())),
                BuiltIn.generic()));

        assertThat(byHeader.rewrite(incoming, LedgerView.EMPTY, Capabilities.UNKNOWN, Policy.DEFAULT)
                        .sideRequest())
                .contains("commit-message");
    }

    @ParameterizedTest
    @CsvSource({"\\x,A", "\u00ff,A", "\u00c3,A", "\\x,Hi", "\u00ff,Hi", "\u00c3,Hi"})
    void aTextThatIsNoTextIsNotUnderstood(String broken, String replaced) {
        byte[] body = DATED.replace(replaced, broken).getBytes(ISO_8859_1);

        assertThatThrownBy(() -> rewrite(body, Policy.DEFAULT))
                .isInstanceOfSatisfying(
                        PromptNotUnderstood.class,
                        refusal -> assertThat(refusal.why()).isEqualTo(Why.NOT_JSON));
    }

    @Test
    void aRequestIsNotChangedInPlace() throws PromptNotUnderstood {
        byte[] body = DATED.getBytes(UTF_8);
        rewrite(body, Policy.DEFAULT);

        assertThat(new String(body, UTF_8)).isEqualTo(DATED);
    }

    private static String rewritten(String body, Policy policy) throws PromptNotUnderstood {
        return new String(rewrite(body, policy).body(), UTF_8);
    }

    private static Rewrite rewrite(String body, Policy policy) throws PromptNotUnderstood {
        return rewrite(body.getBytes(UTF_8), policy);
    }

    private static Rewrite rewrite(byte[] body, Policy policy) throws PromptNotUnderstood {
        return REWRITER.rewrite(new Incoming(CHAT, body, "", TAG), LedgerView.EMPTY, Capabilities.UNKNOWN, policy);
    }

    private static Policy policy(Placement placement) {
        return new Policy(placement, Set.of());
    }
}
