package io.kvkeep.explain;

import static io.kvkeep.explain.Desk.assistant;
import static io.kvkeep.explain.Desk.body;
import static io.kvkeep.explain.Desk.call;
import static io.kvkeep.explain.Desk.result;
import static io.kvkeep.explain.Desk.system;
import static io.kvkeep.explain.Desk.tool;
import static io.kvkeep.explain.Desk.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each cause that can be provoked without an engine, by its name. */
final class ExplainerTest {
    private static final String LONG = "The tide comes in and the tide goes out. ".repeat(200);
    private static final String SYSTEM = system("none", "calm");
    private static final Emitted REASONED = new Emitted("Aye.", "A long thought.", List.of());

    private final Desk desk = new Desk();

    private static Cause cause(Optional<Break> found) {
        return found.orElseThrow(() -> new AssertionError("no break")).cause();
    }

    private static String subject(Optional<Break> found) {
        return found.orElseThrow(() -> new AssertionError("no break")).subject();
    }

    @Test
    void theFirstPromptOfAnAgentIsFirstSight() throws PromptNotUnderstood {
        Explanation told = desk.send(body(SYSTEM, user("hi")));

        assertThat(cause(told.sent())).isEqualTo(Cause.FIRST_SIGHT);
        assertThat(cause(told.came())).isEqualTo(Cause.FIRST_SIGHT);
        assertThat(told.engine()).isEmpty();
        assertThat(told.predictedTokens()).isZero();
        assertThat(told.sent().orElseThrow().agent()).isEqualTo("pilot");
    }

    @Test
    void aPromptThatGoesOnHasNoBreak() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi")), 100, 0);
        Explanation told = desk.send(body(SYSTEM, user("hi"), assistant("Aye."), user("on")), 120, 100);

        assertThat(told.sent()).isEmpty();
        assertThat(told.came()).isEmpty();
        assertThat(told.engine()).isEmpty();
        assertThat(told.predictedTokens()).isEqualTo(100);
    }

    @Test
    void aChangedStableSectionIsNamed() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi")));
        Explanation told = desk.send(body(system("be brief", "calm"), user("hi"), assistant("Aye."), user("on")));

        assertThat(cause(told.sent())).isEqualTo(Cause.SECTION_CHANGED);
        assertThat(subject(told.sent())).isEqualTo("rules");
        assertThat(told.sent().orElseThrow().behindTokens()).isPositive();
    }

    @Test
    void changedTextThatNoRuleNamesIsToldAsSuchWithARemedyOfItsOwn() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi")));
        Explanation told =
                desk.send(body(SYSTEM.replace("Be kind.", "Be very kind."), user("hi"), assistant("Aye."), user("on")));

        Break found = told.sent().orElseThrow();
        assertThat(found.cause()).isEqualTo(Cause.SECTION_CHANGED);
        assertThat(found.subject()).isEqualTo(Break.UNNAMED_TEXT);
        assertThat(found.remedy()).contains("kvkeep learn").isNotEqualTo(Cause.SECTION_CHANGED.remedy());
    }

    @Test
    void aMarkForACacheThatMovesToTheNewestMessageIsNoBreak() throws PromptNotUnderstood {
        String marked = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\","
                + "\"cache_control\":{\"type\":\"ephemeral\"}}]}";
        for (boolean rewrites : List.of(false, true)) {
            Desk other = new Desk();
            other.rewrites = rewrites;
            other.send(body(SYSTEM, marked), 100, 0);
            Explanation told = other.send(body(SYSTEM, user("hi"), assistant("Aye."), user("on")), 120, 100);

            assertThat(told.came()).as("rewrites: " + rewrites).isEmpty();
            assertThat(told.sent()).as("rewrites: " + rewrites).isEmpty();
            assertThat(told.predictedTokens()).isEqualTo(100);
        }
    }

    @Test
    void otherWordsInABlockAreABreakWhateverMarksItHas() throws PromptNotUnderstood {
        String marked = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi!\","
                + "\"cache_control\":{\"type\":\"ephemeral\"}}]}";
        desk.send(body(SYSTEM, user("so"), assistant("Aye."), marked));
        Explanation told = desk.send(body(SYSTEM, user("so"), assistant("Aye."), user("hi"), assistant("Aye.")));

        assertThat(cause(told.sent())).isEqualTo(Cause.HISTORY_REWRITTEN);
        assertThat(subject(told.sent())).isEqualTo("message 2 (user)");
    }

    @Test
    void whatIsTheSameInsideOfAChangedPartIsNotBehindTheBreak() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user(LONG)));
        desk.reusedBytes = 5_000;
        Explanation told = desk.send(body(SYSTEM, user(LONG + "And out again.")));

        Break found = told.sent().orElseThrow();
        assertThat(found.subject()).isEqualTo("message 0 (user)");
        assertThat(found.behindBytes()).isLessThan(LONG.length() - 4_000).isPositive();
    }

    @Test
    void aVolatileSectionBreaksThePromptAsItCameOnly() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi")));
        Explanation told = desk.send(body(system("none", "storm"), user("hi"), assistant("Aye."), user("on")));

        assertThat(told.sent()).isEmpty();
        assertThat(cause(told.came())).isEqualTo(Cause.SECTION_CHANGED);
        assertThat(subject(told.came())).isEqualTo("log");
        assertThat(told.predictedTokens()).isGreaterThan(told.predictedAsItCameTokens());
        assertThat(told.promptTokens())
                .as("a note makes it longer, and is nothing that was saved")
                .isGreaterThan(told.promptAsItCameTokens());
    }

    @Test
    void aSectionThatIsGoneIsNamed() throws PromptNotUnderstood {
        desk.rewrites = false;
        desk.send(body(SYSTEM, user("hi")));
        Explanation told = desk.send(body(SYSTEM.replace("Log: calm\\n\\n", ""), user("hi")));

        assertThat(cause(told.sent())).isEqualTo(Cause.SECTION_CHANGED);
        assertThat(subject(told.sent())).isEqualTo("log");
    }

    @Test
    void aChangedToolIsNamedAndSoIsOneThatIsGone() throws PromptNotUnderstood {
        List<String> talk = List.of(SYSTEM, user("hi"));
        desk.send(body(tool("gauge", "reads") + "," + tool("log", "writes"), talk));
        Explanation changed = desk.send(body(tool("gauge", "reads") + "," + tool("log", "writes more"), talk));
        Explanation gone = desk.send(body(tool("log", "writes"), talk));

        assertThat(cause(changed.sent())).isEqualTo(Cause.TOOLS_CHANGED);
        assertThat(subject(changed.sent())).isEqualTo("log");
        assertThat(cause(gone.sent())).isEqualTo(Cause.TOOLS_CHANGED);
        assertThat(subject(gone.sent())).isEqualTo("gauge");
    }

    @Test
    void equalToolsInAnotherOrderBreakThePromptAsItCameOnly() throws PromptNotUnderstood {
        List<String> talk = List.of(SYSTEM, user("hi"));
        desk.send(body(tool("gauge", "reads") + "," + tool("log", "writes"), talk));
        Explanation told = desk.send(body(tool("log", "writes") + "," + tool("gauge", "reads"), talk));

        assertThat(told.sent()).isEmpty();
        assertThat(cause(told.came())).isEqualTo(Cause.TOOLS_CHANGED);
    }

    @Test
    void toolsThatTheTemplatePrintsLateMoveAtEachUserTurn() throws PromptNotUnderstood {
        desk.with(CacheKind.SLOTS, ToolsPlace.BEFORE_LAST_USER, Truth.NO, Truth.NO);
        desk.send(body(tool("gauge", "reads"), List.of(SYSTEM, user("hi"))));
        Explanation told =
                desk.send(body(tool("gauge", "reads"), List.of(SYSTEM, user("hi"), assistant("Aye."), user("on"))));

        assertThat(cause(told.sent())).isEqualTo(Cause.TOOLS_MOVED);
    }

    @Test
    void earlierWordsThatAreOthersAreARewrittenHistory() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi"), assistant("Aye."), user("on"), assistant("Aye."), user("further")));
        Explanation told =
                desk.send(body(SYSTEM, user("hi"), assistant("Aye."), user("Summary: we went on."), user("further")));

        assertThat(cause(told.sent())).isEqualTo(Cause.HISTORY_REWRITTEN);
        assertThat(subject(told.sent())).isEqualTo("message 2 (user)");
    }

    @Test
    void aRewrittenFirstMessageIsARewrittenHistoryIfTheSessionIsTheSame() throws PromptNotUnderstood {
        desk.session = "one";
        desk.send(body(SYSTEM, user("hi"), assistant("Aye."), user("on")));
        Explanation told = desk.send(body(SYSTEM, user("Summary: we said hi.")));

        assertThat(cause(told.sent())).isEqualTo(Cause.HISTORY_REWRITTEN);
    }

    @Test
    void otherWordsInAnotherSessionAreANewSession() throws PromptNotUnderstood {
        desk.session = "one";
        desk.send(body(SYSTEM, user("hi"), assistant("Aye."), user("on")));
        desk.session = "two";
        Explanation told = desk.send(body(SYSTEM, user("ahoy")));

        assertThat(cause(told.sent())).isEqualTo(Cause.NEW_SESSION);
        assertThat(subject(told.sent())).isEqualTo("message 0 (user)");
    }

    @Test
    void withoutASessionIdOtherWordsAreANewSessionToo() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi"), assistant("Aye."), user("on")));

        assertThat(cause(desk.send(body(SYSTEM, user("ahoy"))).sent())).isEqualTo(Cause.NEW_SESSION);
    }

    @Test
    void aMarkOfALaneIsANewSession() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi")));
        desk.ledger.mark(1);
        Explanation told = desk.send(body(SYSTEM, user("ahoy")));

        assertThat(cause(told.sent())).isEqualTo(Cause.NEW_SESSION);
        assertThat(subject(told.sent())).isEqualTo("lane mark");
    }

    @Test
    void aSideRequestSaysSo() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi")));

        assertThat(cause(desk.send(body(SYSTEM, user("Name this talk: hi"))).sent()))
                .isEqualTo(Cause.SIDE_REQUEST);
    }

    @Test
    void anAnswerSpelledInAnotherWayBreaksThePromptAsItCameOnly() throws PromptNotUnderstood {
        Emitted said = new Emitted("", "", List.of(new Emitted.Call("gauge", "{\"b\": 1, \"a\": 2}")));
        String spelled = call("{\\\"a\\\":2,\\\"b\\\":1}");
        desk.send(body(SYSTEM, user("hi")), -1, -1, said);
        Explanation told = desk.send(body(SYSTEM, user("hi"), spelled, result("3")));

        assertThat(told.sent()).isEmpty();
        assertThat(cause(told.came())).isEqualTo(Cause.ANSWER_RESERIALISED);
        assertThat(subject(told.came())).isEqualTo("message 1 (assistant)");
    }

    @Test
    void anAnswerThatIsSpelledInAnotherWayLaterIsFound() throws PromptNotUnderstood {
        desk.rewrites = false;
        desk.send(body(SYSTEM, user("hi"), call("{\\\"a\\\":2,\\\"b\\\":1}"), result("3")));
        Explanation told = desk.send(body(SYSTEM, user("hi"), call("{\\\"b\\\": 1, \\\"a\\\": 2}"), result("3")));

        assertThat(cause(told.sent())).isEqualTo(Cause.ANSWER_RESERIALISED);
    }

    @Test
    void reasoningThatTheAgentLeavesOutLaterIsFound() throws PromptNotUnderstood {
        desk.rewrites = false;
        String thinking = assistant("Aye.").replace("\"content\"", "\"reasoning_content\":\"Hm.\",\"content\"");
        desk.send(body(SYSTEM, user("hi"), thinking, user("on")));
        Explanation told = desk.send(body(SYSTEM, user("hi"), assistant("Aye."), user("on")));

        assertThat(cause(told.sent())).isEqualTo(Cause.REASONING_STRIPPED);
    }

    @Test
    void aLaneThatIsRebasedSaysSo() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi")));
        desk.send(body(system("none", "storm"), user("hi"), assistant("Aye."), user("on")));
        desk.ledger.cool();
        Explanation told = desk.send(
                body(system("none", "gale"), user("hi"), assistant("Aye."), user("on"), assistant("Aye."), user("go")));

        assertThat(cause(told.sent())).isEqualTo(Cause.REBASED);
    }

    @Test
    void aPromptThatWentOnAsItCameAndIsOtherAsSentIsUnknown() throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user("hi")));
        desk.rewrites = false; // as if the engine had refused the new form
        Explanation told = desk.send(body(SYSTEM, user("hi"), assistant("Aye."), user("on")));

        assertThat(told.came()).isEmpty();
        assertThat(cause(told.sent())).isEqualTo(Cause.UNKNOWN);
    }

    // ---- what the engine reports

    private void goesOnFrom(String words) throws PromptNotUnderstood {
        desk.send(body(SYSTEM, user(words)), 2_000, 0);
    }

    private Explanation goneOn(String words, long promptTokens, long cachedTokens) throws PromptNotUnderstood {
        return desk.send(body(SYSTEM, user(words), assistant("Aye."), user("on")), promptTokens, cachedTokens);
    }

    @Test
    void aSmallDifferenceIsNoFinding() throws PromptNotUnderstood {
        goesOnFrom(LONG);

        assertThat(goneOn(LONG, 2_100, 1_800).engine()).isEmpty();
    }

    @Test
    void whatTheEngineDoesNotTellIsNoFinding() throws PromptNotUnderstood {
        goesOnFrom(LONG);

        assertThat(goneOn(LONG, 2_100, -1).engine()).isEmpty();
    }

    @Test
    void farLessReuseThanPredictedIsEvicted() throws PromptNotUnderstood {
        goesOnFrom(LONG);
        Explanation told = goneOn(LONG, 2_100, 0);

        assertThat(told.sent()).isEmpty();
        assertThat(cause(told.engine())).isEqualTo(Cause.EVICTED);
        assertThat(told.engine().orElseThrow().behindTokens()).isEqualTo(2_000);
    }

    @Test
    void anEngineThatCameBackBetweenIsRestarted() throws PromptNotUnderstood {
        goesOnFrom(LONG);
        desk.backSinceMillis = desk.millis + 1_000;

        assertThat(cause(goneOn(LONG, 2_100, 0).engine())).isEqualTo(Cause.RESTARTED);
    }

    @Test
    void anEngineThatCameBackBeforeBothIsNoReason() throws PromptNotUnderstood {
        desk.backSinceMillis = desk.millis;
        goesOnFrom(LONG);

        assertThat(cause(goneOn(LONG, 2_100, 0).engine())).isEqualTo(Cause.EVICTED);
    }

    @Test
    void anotherLaneOnTheSlotIsNamed() throws PromptNotUnderstood {
        goesOnFrom(LONG);
        desk.send(body(SYSTEM, user("ahoy")));
        Explanation told = goneOn(LONG, 2_100, 30);

        assertThat(cause(told.engine())).isEqualTo(Cause.OTHER_SLOT);
        assertThat(subject(told.engine())).isEqualTo("pilot");
    }

    @Test
    void aStartOfTheConversationThatWasSentAgainCutTheSlotBack() throws PromptNotUnderstood {
        goesOnFrom(LONG);
        desk.send(body(SYSTEM, user(LONG), assistant("Aye."), user(LONG)), 4_000, 2_000);
        desk.send(body(SYSTEM, user(LONG)), 2_000, 1_999);
        Explanation told = desk.send(
                body(SYSTEM, user(LONG), assistant("Aye."), user(LONG), assistant("Aye."), user("on")), 4_100, 2_003);

        assertThat(cause(told.engine())).isEqualTo(Cause.HISTORY_REWRITTEN);
        assertThat(subject(told.engine())).isEqualTo("message 1 (assistant)");
    }

    @Test
    void whereLessIsLeftThanThatStartAnotherLaneIsToBlame() throws PromptNotUnderstood {
        goesOnFrom(LONG);
        desk.send(body(SYSTEM, user(LONG), assistant("Aye."), user(LONG)), 4_000, 2_000);
        desk.send(body(SYSTEM, user(LONG)), 2_000, 1_999);
        desk.send(body(SYSTEM, user("ahoy")));
        Explanation told = desk.send(
                body(SYSTEM, user(LONG), assistant("Aye."), user(LONG), assistant("Aye."), user("on")), 4_100, 30);

        assertThat(cause(told.engine())).isEqualTo(Cause.OTHER_SLOT);
    }

    @Test
    void aSideRequestOnTheSlotIsNamed() throws PromptNotUnderstood {
        goesOnFrom(LONG);
        desk.send(body(SYSTEM, user("Name this talk: tide")));

        assertThat(cause(goneOn(LONG, 2_100, 30).engine())).isEqualTo(Cause.SIDE_REQUEST);
    }

    @Test
    void anEngineWithSharedBlocksLosesNothingToOtherLanes() throws PromptNotUnderstood {
        desk.with(CacheKind.BLOCKS, ToolsPlace.UNKNOWN, Truth.UNKNOWN, Truth.NO);
        goesOnFrom(LONG);
        desk.send(body(SYSTEM, user("ahoy")));

        assertThat(cause(goneOn(LONG, 2_100, 0).engine())).isEqualTo(Cause.EVICTED);
    }

    @Test
    void fewerTokensThanThePromptHasAreTruncated() throws PromptNotUnderstood {
        String longer = LONG.repeat(4);

        assertThat(cause(desk.send(body(SYSTEM, user(longer)), 512, 0).engine()))
                .isEqualTo(Cause.TRUNCATED);
    }

    @Test
    void aLoopThatDoesNotGrowIsTruncated() throws PromptNotUnderstood {
        desk.with(CacheKind.SLOTS, ToolsPlace.UNKNOWN, Truth.NO, Truth.NO);
        desk.send(body(SYSTEM, user(LONG)), 4_000, 0);
        Explanation told = desk.send(body(SYSTEM, user(LONG), call("{}"), result(LONG)), 2_900, 2_800);

        assertThat(cause(told.engine())).isEqualTo(Cause.TRUNCATED);
        assertThat(told.engine().orElseThrow().behindTokens()).isEqualTo(1_100);
    }

    @ParameterizedTest
    @EnumSource(Truth.class)
    void aBreakAtTheHeadIsTheDateOfATemplateThatPrintsOne(Truth printsDate) throws PromptNotUnderstood {
        desk.with(CacheKind.SLOTS, ToolsPlace.UNKNOWN, Truth.UNKNOWN, printsDate);
        goesOnFrom(LONG);
        desk.millis += 24 * 3_600_000L;

        assertThat(cause(goneOn(LONG, 2_100, 12).engine()))
                .isEqualTo(printsDate == Truth.NO ? Cause.EVICTED : Cause.TEMPLATE_DATE);
    }

    @Test
    void theSameDayIsNoReasonUnlessTheTemplateIsKnownToPrintIt() throws PromptNotUnderstood {
        goesOnFrom(LONG);

        assertThat(cause(goneOn(LONG, 2_100, 12).engine())).isEqualTo(Cause.EVICTED);
    }

    @Test
    void aTemplateThatStripsReasoningBreaksInTheFinishedToolLoop() throws PromptNotUnderstood {
        desk.with(CacheKind.SLOTS, ToolsPlace.UNKNOWN, Truth.YES, Truth.NO);
        desk.send(body(SYSTEM, user(LONG)), 2_000, 0);
        String loop = String.join(",", SYSTEM, user(LONG), call("{}"), result(LONG));
        desk.send(body(loop), 5_000, 2_000, REASONED);
        Explanation told = desk.send(body(loop, assistant("Aye."), user("on")), 4_200, 2_000);

        assertThat(cause(told.engine())).isEqualTo(Cause.REASONING_STRIPPED);
        assertThat(subject(told.engine())).isEqualTo("message 1 (assistant)");
    }

    @Test
    void anEngineThatHoldsNothingOfAFinishedLoopDidNotJustStrip() throws PromptNotUnderstood {
        desk.with(CacheKind.SLOTS, ToolsPlace.UNKNOWN, Truth.YES, Truth.NO);
        desk.send(body(SYSTEM, user(LONG)), 2_000, 0);
        String loop = String.join(",", SYSTEM, user(LONG), call("{}"), result(LONG));
        desk.send(body(loop), 5_000, 2_000, REASONED);

        assertThat(cause(desk.send(body(loop, assistant("Aye."), user("on")), 4_200, 0)
                        .engine()))
                .isEqualTo(Cause.EVICTED);
    }
}
