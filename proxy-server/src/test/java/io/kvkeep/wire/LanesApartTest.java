package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.open;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.system;
import static io.kvkeep.wire.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Config;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Policy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How two sessions of one agent are kept apart in the engine's cache, by what the engine says of itself. */
class LanesApartTest extends WireTest {
    private static final String RULES = system("You keep the tide tables of the harbour.");
    private static final String MARKED = "\"content\":\"<lane id=\\\"1\\\"></lane>\\nYou keep";
    private static final String TITLE =
            system("You are a title generator. You output ONLY a thread title. Nothing else.");
    private static final String OPENCODE = "User-Agent: opencode/1.18.33";
    private static final String LANE = "<lane id=";
    private static final String SLOT = "id_slot";
    private static final String SAID = assistant("Hello.");

    @Test
    void onLlamaCppTheSecondOfTwoInterleavedSessionsToGoOnIsTheFirstOneMarked() throws Exception {
        RawEngine engine = engine("llamacpp", call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine);
        List<String> one = new ArrayList<>();
        List<String> other = new ArrayList<>();
        for (int turn = 1; turn <= 4; turn++) {
            one.add(sent(kvkeep, engine, turn("one", turn)));
            other.add(sent(kvkeep, engine, turn("other", turn)));
        }

        assertThat(one.get(0)).isEqualTo(turn("one", 1));
        assertThat(one.subList(1, 4)).allSatisfy(body -> assertThat(body).contains(MARKED));
        assertThat(one.get(2)).startsWith(open(one.get(1)));
        assertThat(one.get(3)).startsWith(open(one.get(2)));
        assertThat(other).containsExactly(turn("other", 1), turn("other", 2), turn("other", 3), turn("other", 4));
    }

    @Test
    void sessionsOneAfterTheOtherAreNotMarked() throws Exception {
        RawEngine engine = engine("llamacpp", call -> call.answer(200, answer(SAID)));
        Kvkeep kvkeep = proxy(engine);
        for (String session : List.of("one", "other")) {
            for (int turn = 1; turn <= 3; turn++) {
                assertThat(sent(kvkeep, engine, turn(session, turn))).isEqualTo(turn(session, turn));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "sglang", "somebody"})
    void whereAllRequestsShareWhatIsHeldOrNothingIsKnownNoSessionIsMarked(String modelOwner) throws Exception {
        assertNothingIsAdded(pinning(engine(modelOwner, call -> call.answer(200, answer(SAID))), 5), true);
    }

    @Test
    void theOperatorMayForbidMarksAndSlots() throws Exception {
        assertNothingIsAdded(pinning(engine("llamacpp", call -> call.answer(200, answer(SAID))), 5), false);
    }

    private void assertNothingIsAdded(RawEngine engine, boolean marks) throws Exception {
        Kvkeep kvkeep = proxy(engine, Mode.REWRITE, marks);
        for (int turn = 1; turn <= 3; turn++) {
            assertThat(sent(kvkeep, engine, turn("one", turn))).isEqualTo(turn("one", turn));
            assertThat(sent(kvkeep, engine, turn("other", turn))).isEqualTo(turn("other", turn));
        }
    }

    @Test
    void whereATrialShowsThatPinningWorksEachSessionHasItsSlotAndNoMark() throws Exception {
        RawEngine engine = pinning(engine("llamacpp", call -> call.answer(200, answer(SAID))), 5);
        Kvkeep kvkeep = proxy(engine);
        for (int turn = 1; turn <= 3; turn++) {
            assertThat(sent(kvkeep, engine, turn("one", turn))).isEqualTo(in(0, turn("one", turn)));
            assertThat(sent(kvkeep, engine, turn("other", turn))).isEqualTo(in(1, turn("other", turn)));
        }
        assertThat(sent(kvkeep, engine, turn("third", 1))).as("no slot is left").doesNotContain(SLOT);
    }

    @Test
    void aRestartedKvkeepGoesOnInTheSlotsOfItsSessionsAndMarksNone() throws Exception {
        RawEngine engine = pinning(engine("llamacpp", call -> call.answer(200, answer(SAID))), 5);
        LedgerOptions onDisk = new LedgerOptions(true, LedgerOptions.defaults().maxBytes(), true, false);
        Config config = config(dataDir(), Mode.REWRITE, Policy.DEFAULT, onDisk, LIMITS, false);
        try (Kvkeep first = proxy(engine.port(), config)) {
            assertThat(sent(first, engine, turn("one", 1))).isEqualTo(in(0, turn("one", 1)));
            assertThat(sent(first, engine, turn("other", 1))).isEqualTo(in(1, turn("other", 1)));
            assertThat(sent(first, engine, turn("one", 2))).isEqualTo(in(0, turn("one", 2)));
        }
        Kvkeep second = proxy(engine.port(), config);
        assertThat(sent(second, engine, turn("other", 2))).isEqualTo(in(1, turn("other", 2)));
        assertThat(sent(second, engine, turn("one", 3))).isEqualTo(in(0, turn("one", 3)));
        assertThat(sent(second, engine, turn("third", 1))).doesNotContain(SLOT);
    }

    @Test
    void aSideRequestGoesToTheSlotThatNoSessionHasAndLeavesItFree() throws Exception {
        RawEngine engine = pinning(engine("llamacpp", call -> call.answer(200, answer(SAID))), 5);
        Kvkeep kvkeep = proxy(engine);
        assertThat(sent(kvkeep, engine, turn("one", 1))).isEqualTo(in(0, turn("one", 1)));
        String title = body(TITLE, user("one"));
        assertThat(sent(kvkeep, engine, title, OPENCODE)).isEqualTo(in(1, title));
        assertThat(sent(kvkeep, engine, turn("other", 1))).isEqualTo(in(1, turn("other", 1)));
        assertThat(sent(kvkeep, engine, title, OPENCODE))
                .as("both slots are a session's")
                .isEqualTo(title);
        assertThat(sent(kvkeep, engine, turn("one", 2))).isEqualTo(in(0, turn("one", 2)));
        assertThat(sent(kvkeep, engine, turn("other", 2))).isEqualTo(in(1, turn("other", 2)));
    }

    @Test
    void aSubAgentHasASlotOfItsOwn() throws Exception {
        RawEngine engine = pinning(engine("llamacpp", call -> call.answer(200, answer(SAID))), 5);
        Kvkeep kvkeep = proxy(engine);
        assertThat(sent(kvkeep, engine, turn("one", 1), OPENCODE)).isEqualTo(in(0, turn("one", 1)));
        String tools = "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"gauge\"}}],";
        String sub = tools + turn("sub", 1).substring(1);
        String[] headers = {OPENCODE, "x-parent-session-id: 7"};
        assertThat(sent(kvkeep, engine, sub, headers)).isEqualTo(in(1, sub));
        assertThat(sent(kvkeep, engine, turn("third", 1), OPENCODE)).doesNotContain(SLOT);
    }

    @Test
    void aClientThatNamesASlotIsLeftAlone() throws Exception {
        RawEngine engine = pinning(engine("llamacpp", call -> call.answer(200, answer(SAID))), 5);

        assertThat(sent(proxy(engine), engine, in(1, turn("one", 1)))).isEqualTo(in(1, turn("one", 1)));
    }

    @Test
    void whereATrialShowsThatPinningReadsEverythingAgainNoSlotIsNamed() throws Exception {
        RawEngine engine = pinning(engine("llamacpp", call -> call.answer(200, answer(SAID))), 0);
        Kvkeep kvkeep = proxy(engine);
        String marked = "";
        for (int turn = 1; turn <= 3; turn++) {
            marked = sent(kvkeep, engine, turn("one", turn));
            assertThat(marked).doesNotContain(SLOT);
            assertThat(sent(kvkeep, engine, turn("other", turn))).isEqualTo(turn("other", turn));
        }
        assertThat(marked).contains(LANE);
    }

    @Test
    void sessionsThatComeBackColdFromTheirSlotsTwiceArePinnedNoMore() throws Exception {
        String cold = answer(SAID)
                .replaceFirst(
                        "}$",
                        ",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":5,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":0}}}");
        RawEngine engine = pinning(engine("llamacpp", call -> call.answer(200, cold)), 5);
        Kvkeep kvkeep = proxy(engine);
        for (int turn = 1; turn <= 3; turn++) {
            assertThat(sent(kvkeep, engine, turn("one", turn))).isEqualTo(in(0, turn("one", turn)));
        }
        eventually("the second cold turn is counted", () -> status(kvkeep).contains("came back cold"));

        assertThat(sent(kvkeep, engine, turn("one", 4))).isEqualTo(turn("one", 4));
    }

    @Test
    void whereNothingIsChangedNoSlotIsNamed() throws Exception {
        RawEngine engine = pinning(engine("llamacpp", call -> call.answer(200, answer(SAID))), 5);
        Kvkeep kvkeep = proxy(engine, Mode.OBSERVE, true);

        assertThat(sent(kvkeep, engine, turn("one", 1))).isEqualTo(turn("one", 1));
    }

    /** Answers the trial of pinning: what the first slot still holds after the second was used. */
    private static RawEngine pinning(RawEngine engine, int cachedTokens) {
        AtomicInteger prompts = new AtomicInteger();
        return engine.on("/props", question -> "{\"build_info\":\"b11434\",\"total_slots\":2}")
                .on("/slots", question -> "[{\"id\":0,\"is_processing\":false},{\"id\":1,\"is_processing\":false}]")
                .on(
                        "/completion",
                        question -> "{\"timings\":{\"cache_n\":"
                                + (prompts.incrementAndGet() % 3 == 0 ? cachedTokens : 0) + "}}");
    }

    private Kvkeep proxy(RawEngine engine, Mode mode, boolean marks) throws IOException {
        LedgerOptions usual = LedgerOptions.defaults();
        LedgerOptions ledger = new LedgerOptions(false, usual.maxBytes(), marks, usual.learns());
        return proxy(engine.port(), config(dataDir(), mode, Policy.DEFAULT, ledger, LIMITS, false));
    }

    private String status(Kvkeep kvkeep) {
        try {
            return client(kvkeep.adminAddress().port()).get("/status").answer().text();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String turn(String session, int turn) {
        List<String> messages = new ArrayList<>(List.of(RULES, user(session)));
        for (int i = 1; i < turn; i++) {
            messages.add(SAID);
            messages.add(user(session + " " + i));
        }
        return body(messages.toArray(String[]::new));
    }

    private static String in(int slot, String body) {
        return "{\"id_slot\":" + slot + "," + body.substring(1);
    }
}
