package io.kvkeep.readahead;

import static io.kvkeep.readahead.Idle.usage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.answer.Emitted;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.reading.Sender.End;
import io.kvkeep.template.Truth;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine is given again once it is back. */
class RestartTest {
    private static final Emitted CALL = new Emitted("", "", List.of(new Emitted.Call("read", "{}")));

    private Idle idle = new Idle();
    private LocalDate today = LocalDate.of(2026, 11, 21);

    @AfterEach
    void close() {
        idle.close();
    }

    @Test
    void theLaneInUseIsReadAgainWhenTheEngineIsBackAndQuiet() {
        idle.turn(7).strips(Truth.NO).ends();
        idle.ahead.engineGone();
        idle.pass(60_000);
        assertThat(idle.sent).as("it is away").isEmpty();

        isBack(idle.turn(7));
        idle.pass(1_100);
        assertThat(idle.sent).hasSize(1);
        assertThat(body(0))
                .startsWith("{\"max_tokens\":0,\"stream\":true,\"return_progress\":true,\"model\":\"m\"")
                .endsWith(",{\"role\":\"assistant\",\"content\":\"Done.\"},{\"role\":\"user\",\"content\":\"\"}]}");
        assertThat(idle.sent.get(0).headers().get("Authorization")).isEqualTo("Bearer k");
        idle.end(End.DONE, 2_500, 0);
        assertThat(idle.ahead.cameBack(7, usage(2_600, 2_490)))
                .contains(new ReadBefore("restart", 2_500, 2_000, 2_490L, 1_992L));
        assertThat(idle.metrics.scrape()).contains("reason=\"restart\",result=\"used\"} 2490.0");
        assertThat(idle.kept).as("the lane goes on in the form that it had").isZero();
    }

    @Test
    void inTheMiddleOfALoopThePromptIsReadAsItWasSent() {
        idle.turn(7).answer(CALL).ends();
        restarts(idle.turn(7));
        idle.pass(2_000);
        assertThat(body(0)).endsWith("the file \"}]}");
    }

    @Test
    void onOneSlotTheNewestLaneIsReadAndNoOther() {
        idle.turn(7).answer(CALL).ends();
        idle.turn(8).answer(CALL).system("You do other things.").ends();
        restarts(idle.turn(7));
        allIsRead();
        assertThat(idle.sent).hasSize(1);
        assertThat(body(0)).contains("other things");
    }

    @Test
    void whereEachLaneHasASlotAllAreReadTheNewestFirstButOneOnlyOfThoseThatLookAlike() {
        idle.turn(7).answer(CALL).ends();
        idle.turn(8).answer(CALL).ends();
        idle.turn(9).answer(CALL).system("You do other things.").ends();
        restarts(idle.turn(7).slots(3));
        allIsRead();
        assertThat(idle.sent).hasSize(2);
        assertThat(body(0)).contains("other things");
        assertThat(body(1)).contains("You help.");
    }

    @Test
    void anEngineThatSharesItsCacheReadsTheFourNewest() {
        for (int lane = 1; lane <= 6; lane++) {
            idle.turn(lane).kind(EngineKind.VLLM).answer(CALL).ends();
        }
        restarts(idle.turn(1).kind(EngineKind.VLLM));
        allIsRead();
        assertThat(idle.sent).hasSize(4);
    }

    @Test
    void aLaneThatGoesOnByItselfAndOneOfLongAgoAreNotRead() {
        idle.turn(6).answer(CALL).slots(4).system("You did things.").ends();
        idle.pass(3_700_000);
        idle.turn(7).answer(CALL).slots(4).ends();
        idle.ahead.engineGone();
        idle.turn(7).answer(CALL).slots(4).ends();
        isBack(idle.turn(7).slots(4));
        allIsRead();
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void anEngineThatComesBackWithAnotherModelIsLeftAlone() {
        idle.turn(7).answer(CALL).ends();
        restarts(idle.turn(7).model("other"));
        allIsRead();
        restarts(idle.turn(7));
        allIsRead();
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void whatMadeTheEngineFailIsNotGivenToItTwice() {
        idle.turn(7).answer(CALL).ends();
        restarts(idle.turn(7));
        idle.pass(2_000);
        idle.end(End.FAILED, 0, 0);
        restarts(idle.turn(7));
        allIsRead();
        assertThat(idle.sent).hasSize(1);
    }

    @Test
    void whatWasReadOnceIsReadAfterTheNextRestartToo() {
        idle.turn(7).answer(CALL).ends();
        restarts(idle.turn(7));
        allIsRead();
        restarts(idle.turn(7));
        allIsRead();
        assertThat(idle.sent).hasSize(2);
    }

    @Test
    void itYieldsAndGoesOnWhenNobodyWantsTheEngine() {
        idle.turn(7).answer(CALL).ends();
        restarts(idle.turn(7));
        idle.pass(2_000);
        idle.quiet = false;
        idle.ahead.requestBegins();
        assertThat(idle.brokenOff).isEqualTo(1);
        idle.pass(10_000);
        assertThat(idle.sent).hasSize(1);

        idle.quiet = true;
        idle.pass(2_000);
        assertThat(idle.sent).hasSize(2);
    }

    @Test
    void aShortPromptAndALaneThatTheLedgerDoesNotHoldAreNotRead() {
        idle.turn(7)
                .conversation("{\"role\":\"user\",\"content\":\"hi\"}")
                .usage(usage(60, 0))
                .ends();
        restarts(idle.turn(7));
        allIsRead();
        idle.turn(8).answer(CALL).ends();
        idle.lanesStand = false;
        restarts(idle.turn(8));
        allIsRead();
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void nothingIsReadAgainOnceItIsSwitchedOff() {
        idle.turn(7).answer(CALL).ends();
        idle.ahead.engineGone();
        idle.ahead.apply(ReadAheadPolicy.OFF);
        idle.ahead.apply(ReadAheadPolicy.DEFAULT);
        isBack(idle.turn(7));
        allIsRead();
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void atMidnightALaneIsReadWithTheDateThatTheTemplatePrintsNow() {
        idle.turn(7).printsDate().answer(CALL).ends();
        isBack(idle.turn(7).printsDate());
        allIsRead();
        assertThat(idle.sent).isEmpty();
        today = today.plusDays(1);
        isBack(idle.turn(7).printsDate());
        isBack(idle.turn(7).printsDate());
        idle.pass(2_000);
        idle.end(End.DONE, 2_500, 0);
        idle.pass(60_000);
        assertThat(idle.sent).hasSize(1);
        assertThat(idle.metrics.scrape()).contains("reason=\"midnight\",result=\"done\"} 1.0");
    }

    @Test
    void aTemplateThatPrintsNoDateIsTheSameAfterMidnight() {
        idle.turn(7).answer(CALL).ends();
        isBack(idle.turn(7));
        today = today.plusDays(1);
        isBack(idle.turn(7));
        allIsRead();
        assertThat(idle.sent).isEmpty();
    }

    private void restarts(Idle.Turn as) {
        idle.ahead.engineGone();
        isBack(as);
    }

    private void isBack(Idle.Turn as) {
        idle.ahead.engineIsThere(as.engine(), today);
    }

    private void allIsRead() {
        for (int i = 0; i < 8; i++) {
            idle.pass(2_000);
            idle.end(End.DONE, 2_500, 0);
        }
    }

    private String body(int request) {
        return new String(idle.sent.get(request).body(), UTF_8);
    }
}
