package io.kvkeep.readahead;

import static io.kvkeep.readahead.Idle.usage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.answer.Emitted;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.reading.Sender;
import io.kvkeep.reading.Sender.End;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.template.Truth;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the engine is given something to read ahead, and when it is left alone. */
class ReadAheadTest {
    private Idle idle = new Idle();

    @AfterEach
    void close() {
        idle.close();
    }

    @Test
    void aTurnThatHasEndedIsReadAheadOnceTheEngineWasQuietForASecond() {
        idle.turn(7).ends();
        idle.pass(999);
        assertThat(idle.sent).isEmpty();
        idle.pass(10);
        assertThat(idle.sent).hasSize(1);

        Sender.Request request = idle.sent.get(0);
        String body = new String(request.body(), UTF_8);
        assertThat(request.path()).isEqualTo("/llm/v1/chat/completions");
        assertThat(body)
                .startsWith("{\"max_tokens\":0,\"stream\":true,\"return_progress\":true,\"model\":\"m\"")
                .endsWith(",{\"role\":\"assistant\",\"content\":\"Done.\"},{\"role\":\"user\",\"content\":\"\"}]}");
        assertThat(request.headers().get("Authorization")).isEqualTo("Bearer k");
        assertThat(request.headers().get("Host")).isEqualTo("engine.test:8080");
        assertThat(request.headers().get("Content-Length")).isEqualTo(Integer.toString(request.body().length));
    }

    @Test
    void aTurnIsReadAheadOnce() {
        idle.turn(7).ends();
        idle.pass(2_000);
        idle.end(End.DONE, 2_400, 100);
        idle.pass(60_000);
        assertThat(idle.sent).hasSize(1);
    }

    @Test
    void aRequestOfAClientBreaksItOff() {
        idle.turn(7).ends();
        idle.pass(2_000);
        idle.quiet = false;
        idle.ahead.requestBegins();

        assertThat(idle.brokenOff).isEqualTo(1);
    }

    @Test
    void nothingIsSentBesideAnOpenRequest() {
        idle.turn(7).ends();
        idle.quiet = false;
        idle.pass(30_000);
        assertThat(idle.sent).isEmpty();

        idle.quiet = true;
        idle.pass(2_000);
        assertThat(idle.sent).hasSize(1);
    }

    @Test
    void aLaneThatGoesOnIsNotReadAheadForItsOldTurn() {
        idle.turn(7).ends();
        idle.pass(900);
        idle.turn(7)
                .answer(new Emitted("", "", List.of(new Emitted.Call("read", "{}"))))
                .ends();
        idle.pass(10_000);
        assertThat(idle.sent).as("it is inside of a tool loop").isEmpty();
    }

    @Test
    void aTurnWhoseEndIsToldLateIsNotReadAheadOnceTheLaneHasGoneOn() {
        idle.turn(7).endsLate();
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void onOneSlotALaneIsNotReadAheadOnceAnotherOneWasServed() {
        idle.turn(7).ends();
        idle.turn(8).system("You do other things.").strips(Truth.NO).ends();
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void onOneSlotALaneIsNotReadAheadOnceAPromptWasServedOfWhichNothingIsKnown() {
        idle.turn(7).ends();
        idle.ahead.sent(Optional.empty(), false);
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void aSideRequestMakesRoom() {
        idle.turn(7).ends();
        idle.ahead.sent(Optional.empty(), true);
        idle.pass(10_000);
        assertThat(idle.sent).hasSize(1);
    }

    @Test
    void lanesThatLookDifferentAreReadAheadWhereEachHasASlotOfItsOwn() {
        idle.turn(7).slots(2).ends();
        idle.turn(8).slots(2).system("You do other things.").ends();
        idle.pass(2_000);
        idle.end(End.DONE, 2_400, 100);
        idle.pass(2_000);
        idle.end(End.DONE, 2_400, 100);
        assertThat(idle.sent).hasSize(2);
        assertThat(new String(idle.sent.get(0).body(), UTF_8))
                .as("the newest first")
                .contains("other things");
    }

    @Test
    void lanesThatLookAlikeShareASlotSoThatOnlyTheNewestIsReadAhead() {
        idle.turn(7).slots(2).ends();
        idle.turn(8).slots(2).ends();
        idle.pass(2_000);
        idle.end(End.DONE, 2_400, 100);
        idle.pass(10_000);
        assertThat(idle.sent).hasSize(1);
    }

    @Test
    void lanesInSlotsNamedForThemAndLanesOfAnEngineThatSharesBlocksAreAllReadAhead() {
        idle.turn(7).slots(2).pinned().ends();
        idle.turn(8).slots(2).pinned().ends();
        idle.turn(9).kind(EngineKind.VLLM).ends();
        idle.turn(10).kind(EngineKind.VLLM).ends();
        for (int i = 0; i < 4; i++) {
            idle.pass(2_000);
            idle.end(End.DONE, 2_400, 100);
        }
        assertThat(idle.sent).hasSize(4);
    }

    @Test
    void whatWasBrokenOffForAnotherLaneIsReadOnLaterIfItsSlotIsStillItsOwn() {
        idle.turn(7).slots(2).pinned().ends();
        idle.pass(2_000);
        idle.turn(8).slots(2).pinned().strips(Truth.NO).ends();
        idle.pass(2_000);
        assertThat(idle.sent).hasSize(2);
        idle.turn(7).pinned().strips(Truth.NO).ends();
        idle.pass(10_000);
        assertThat(idle.sent).as("the lane itself has gone on").hasSize(2);
    }

    @Test
    void aLongLoopIsReadInPartsSoThatNobodyWaitsForAllOfIt() {
        idle.turn(7).steps(3).ends();
        idle.pass(2_000);
        idle.end(End.DONE, 1_500, 500);
        assertThat(idle.sent).as("the next part follows at once").hasSize(2);
        idle.end(End.DONE, 2_500, 1_500);
        idle.end(End.DONE, 3_500, 2_500);
        idle.pass(10_000);

        assertThat(idle.sent).hasSize(3);
        assertThat(idle.ahead.cameBack(7, usage(3_600, 3_500)))
                .contains(new ReadBefore("next-turn", 3_000, 6_000, 3_000L, 6_000L));
        assertThat(idle.ahead.status().toString()).contains("done=1");
    }

    @Test
    void anEngineThatTellsItsTokensReadsAMomentsWorthAtATime() {
        idle.renders(1_000, 1_400);
        idle.turn(7).ends();
        idle.pass(2_000);
        assertThat(partTokens()).as("400 are four parts").isEqualTo(1_100);
        idle.end(1_100, 1_000, 30);
        assertThat(partTokens()).as("these took twice as long as wanted").isEqualTo(1_175);
        idle.end(1_175, 1_100, 12);
        assertThat(partTokens()).isEqualTo(1_250);
        idle.end(1_250, 1_175, 12);
        assertThat(partTokens()).isEqualTo(1_325);
        idle.end(1_325, 1_250, 12);
        assertThat(newestBody())
                .as("the last one is no longer than the others")
                .contains("\"return_progress\":true,\"model\":\"m\"");
        idle.end(End.DONE, 1_400, 1_325);
        idle.pass(10_000);

        assertThat(idle.sent).hasSize(5);
        assertThat(idle.ahead.status().toString()).contains("done=1", "tokensRead=400");
    }

    @Test
    void aPartThatWasBrokenOffIsReadAgainAndNoneBeforeIt() {
        idle.renders(1_000, 3_000);
        idle.turn(7).slots(2).pinned().ends();
        idle.pass(2_000);
        idle.end(1_125, 1_000, 15);
        idle.turn(8).slots(2).pinned().strips(Truth.NO).ends();
        int asked = idle.asked;
        idle.pass(2_000);

        assertThat(idle.brokenOff).isEqualTo(1);
        assertThat(idle.sent).hasSize(3);
        assertThat(partTokens()).isEqualTo(1_250);
        assertThat(idle.asked).isEqualTo(asked);
    }

    @Test
    void aClientsRequestThatComesWhileTheEngineIsAskedGoesFirst() {
        idle.renders(1_000, 3_000);
        idle.turn(7).ends();
        idle.pass(999);
        idle.quiet = false;
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
        assertThat(idle.asked).isZero();
    }

    @Test
    void anEngineThatRefusesAPartIsGivenTheWhole() {
        idle.renders(1_000, 3_000);
        idle.turn(7).steps(3).ends();
        idle.pass(2_000);
        idle.end(End.FAILED, 0, 0);
        assertThat(newestBody()).endsWith("{\"role\":\"user\",\"content\":\"\"}]}");
        idle.end(End.DONE, 3_000, 1_000);
        idle.pass(10_000);

        assertThat(idle.sent).hasSize(2);
        assertThat(idle.ahead.status().toString()).contains("done=1").doesNotContain("failed");
    }

    /** How many tokens the newest part of a prompt has. */
    private int partTokens() {
        Sender.Request newest = idle.sent.get(idle.sent.size() - 1);
        assertThat(newest.path()).isEqualTo("/llm/completion");
        String body = newestBody();
        return body.substring(body.indexOf('['), body.indexOf(']')).split(",").length;
    }

    private String newestBody() {
        return new String(idle.sent.get(idle.sent.size() - 1).body(), UTF_8);
    }

    @Test
    void betweenTwoPartsARequestOfAClientComesFirst() {
        idle.turn(7).steps(3).ends();
        idle.pass(2_000);
        idle.quiet = false;
        idle.end(End.DONE, 1_500, 500);
        idle.pass(10_000);
        assertThat(idle.sent).hasSize(1);

        idle.quiet = true;
        idle.pass(2_000);
        assertThat(idle.sent)
                .as("nothing of another lane was sent, so it begins again")
                .hasSize(2);
    }

    @Test
    void anEngineThatSharesBlocksReadsALongLoopAtOnce() {
        idle.turn(7).kind(EngineKind.VLLM).steps(3).ends();
        idle.pass(2_000);
        idle.end(End.DONE, 3_500, 500);
        idle.pass(10_000);
        assertThat(idle.sent).hasSize(1);
    }

    @Test
    void whatWouldNotBeReadAgainIsNotReadAhead() {
        idle.turn(7).strips(Truth.NO).ends();
        idle.pass(2_000);
        idle.turn(7).conversation("{\"role\":\"user\",\"content\":\"hi\"}").ends();
        idle.pass(2_000);
        idle.turn(7).strips(Truth.UNKNOWN).usage(ReportedUsage.NOTHING).ends();
        idle.pass(2_000);
        idle.turn(7).kind(EngineKind.UNKNOWN).ends();
        idle.pass(2_000);
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void aTemplateOfWhichNothingIsKnownIsTriedAndLeftAloneIfThereWasNothingToRead() {
        for (int i = 0; i < 5; i++) {
            idle.turn(7).strips(Truth.UNKNOWN).ends();
            idle.pass(2_000);
            idle.end(End.DONE, 2_500, 2_490);
        }
        assertThat(idle.sent).hasSize(3);
    }

    @Test
    void anEngineElsewhereIsSentNothing() {
        idle.inPrivateNetwork = false;
        idle.turn(7).ends();
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void nothingIsReadAheadWhereItIsSwitchedOff() {
        idle.close();
        idle = new Idle(ReadAheadPolicy.OFF);
        idle.turn(7).ends();
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void whatTheNextTurnFindsInTheCacheIsUsedAndTheRestIsWasted() {
        idle.turn(7).ends();
        idle.pass(2_000);
        idle.end(End.DONE, 2_400, 400);

        assertThat(idle.ahead.cameBack(7, usage(2_500, 1_900)))
                .contains(new ReadBefore("next-turn", 2_000, 2_000, 1_500L, 1_500L));
        assertThat(idle.ahead.cameBack(7, usage(2_600, 2_500)))
                .as("that was one turn's")
                .isEmpty();
        assertThat(idle.metrics.scrape())
                .contains(
                        "kvkeep_read_ahead_tokens_total{agent=\"unknown\",engine=\"engine.test:8080\",reason=\"next-turn\",result=\"read\"} 2000.0")
                .contains(
                        "kvkeep_read_ahead_tokens_total{agent=\"unknown\",engine=\"engine.test:8080\",reason=\"next-turn\",result=\"used\"} 1500.0")
                .contains(
                        "kvkeep_read_ahead_tokens_total{agent=\"unknown\",engine=\"engine.test:8080\",reason=\"next-turn\",result=\"wasted\"} 500.0")
                .contains(
                        "kvkeep_read_ahead_seconds_total{agent=\"unknown\",engine=\"engine.test:8080\",reason=\"next-turn\",result=\"saved\"} 1.5")
                .contains(
                        "kvkeep_read_aheads_total{agent=\"unknown\",engine=\"engine.test:8080\",reason=\"next-turn\",result=\"done\"} 1.0");
        assertThat(idle.ahead.status().toString()).contains("tokensUsed=1500", "off=false");
    }

    @Test
    void whatAnEngineDoesNotTellCountsAsUnknownAndNotAsWasted() {
        idle.turn(7).ends();
        idle.pass(2_000);
        idle.end(End.DONE, 0, 0);

        assertThat(idle.ahead.cameBack(7, ReportedUsage.NOTHING).orElseThrow().usedTokens())
                .isNull();
        assertThat(idle.metrics.scrape()).contains("result=\"unknown\"").doesNotContain("result=\"wasted\"");
    }

    @Test
    void anAgentWhoseLanesDoNotGoOnIsLeftAloneUntilTheyDo() {
        for (int lane = 1; lane <= 10; lane++) {
            idle.turn(lane).ends();
            idle.pass(2_000);
            idle.end(End.DONE, 2_400, 400);
            idle.pass(3 * 3_600_000);
        }
        int before = idle.sent.size();
        assertThat(before).isBetween(6, 8);
        assertThat(idle.ahead.status().toString()).contains("off=true");
        for (int i = 0; i < 15; i++) {
            idle.turn(100).ends();
            idle.pass(2_000);
        }
        assertThat(idle.sent.size()).as("its lane goes on, which was watched").isGreaterThan(before);
    }

    @Test
    void anEngineThatWentAwayHoldsNothingAnyMore() {
        idle.turn(7).ends();
        idle.pass(2_000);
        idle.end(End.DONE, 2_400, 400);
        idle.turn(8).ends();
        idle.ahead.engineGone();
        idle.pass(10_000);

        assertThat(idle.sent).hasSize(1);
        assertThat(idle.ahead.cameBack(7, usage(2_500, 0))).isEmpty();
    }
}
