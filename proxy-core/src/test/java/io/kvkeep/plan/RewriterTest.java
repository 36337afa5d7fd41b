package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.Golden;
import io.kvkeep.json.NotJson;
import io.kvkeep.ledger.Digest;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.Profile.Recognise;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.Dialect;
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
    private static final Dialect CHAT = Dialect.ALL.get(0);
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
                .containsExactly("move-section: current-date", "declare-note: system text", "carry-note: current-date");
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
        LedgerEntry seen = rewrite(DATED, Policy.DEFAULT).entry().orElseThrow();
        LedgerView ledger = new LedgerView() {
            @Override
            public boolean knowsSystem(Digest system) {
                return system.equals(seen.system());
            }

            @Override
            public boolean knowsStable(Digest stable) {
                return stable.equals(seen.stable());
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
    void aPromptWithoutSystemTextLeavesNothingInTheLedger() throws PromptNotUnderstood {
        assertThat(rewrite("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}", Policy.DEFAULT)
                        .entry())
                .isEmpty();
        assertThat(rewrite("{\"messages\":[]}", Policy.DEFAULT).entry()).isEmpty();
    }

    @Test
    void twoSystemTextsAreNotTheSameAsOneThatJoinsThem() throws PromptNotUnderstood {
        String one = "{\"messages\":[{\"role\":\"system\",\"content\":\"AB\"}]}";
        String two = "{\"messages\":[{\"role\":\"system\",\"content\":\"A\"},{\"role\":\"system\",\"content\":\"B\"}]}";

        assertThat(rewrite(one, Policy.DEFAULT).entry())
                .isNotEqualTo(rewrite(two, Policy.DEFAULT).entry());
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
                        new Recognise(List.of(), List.of(), List.of("hermes-")),
                        BuiltIn.hermes().sideRequests(),
                        List.of(),
                        BuiltIn.hermes().cutter())),
                BuiltIn.generic()));

        assertThat(byHeader.rewrite(incoming, LedgerView.EMPTY, Capabilities.UNKNOWN, Policy.DEFAULT)
                        .sideRequest())
                .contains("commit-message");
    }

    @ParameterizedTest
    @CsvSource({"\\x", "\u00ff", "\u00c3"})
    void aSystemTextThatIsNoTextIsNotUnderstood(String broken) {
        byte[] body = DATED.replace("A\\n", broken + "\\n").getBytes(ISO_8859_1);

        assertThatThrownBy(() -> rewrite(body, Policy.DEFAULT))
                .isInstanceOfSatisfying(
                        PromptNotUnderstood.class,
                        refusal -> assertThat(refusal.why()).isEqualTo(Why.NOT_JSON));
    }

    @Test
    void aUserTextThatIsNoTextPassesAsItIs() throws PromptNotUnderstood, NotJson {
        byte[] body = DATED.replace("Hi", "\u00ff").getBytes(ISO_8859_1);

        assertThat(new String(rewrite(body, Policy.DEFAULT).body(), ISO_8859_1)).endsWith("\\n\\n\u00ff\"}]}");
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
