package io.kvkeep.plan;

import static io.kvkeep.plan.Exchange.reasons;
import static io.kvkeep.plan.Exchange.talk;
import static io.kvkeep.plan.Exchange.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.section.Kind;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StableTextTest {
    private static final String RULES = IntStream.rangeClosed(1, 40)
            .mapToObj(i -> "Rule " + i + " of the harbour is " + "that of boat ".repeat(2) + i)
            .collect(Collectors.joining("\n", "You are Pilot.\n", "\n"));
    private static final String CHANGED = RULES.replace("Rule 20 of", "Rule XX of");
    private static final String OTHER = RULES.replaceAll("Rule ([123]\\d) of", "Law $1 of");
    private static final String BACK = "The instructions hold again as they stand at the start.";

    private final Exchange exchange = new Exchange(
            new Policy(Placement.FIRST_USER, Set.of(), Deliver.NOW, StableChanges.NOTE), Capabilities.UNKNOWN);

    @Test
    void aChangeIsToldInTheNewestCarrierAndTheTextStaysAsFirstSent() throws PromptNotUnderstood {
        exchange.send(talk(RULES, "Hi"));
        Rewrite second = exchange.send(talk(CHANGED, "Hi", "Go"));
        Rewrite third = exchange.send(talk(CHANGED, "Hi", "Go", "Stop"));

        assertThat(text(second, 0)).isEqualTo(RULES);
        assertThat(text(second, 1)).isEqualTo("Hi");
        assertThat(text(second, 3))
                .contains(" instructions>")
                .contains("Gone from the instructions at the start:\nRule 20 of")
                .contains("New, behind the line \"Rule 19 of")
                .contains(":\nRule XX of")
                .endsWith("\nGo");
        assertThat(text(third, 0)).isEqualTo(RULES);
        assertThat(text(third, 3)).isEqualTo(text(second, 3));
        assertThat(text(third, 5)).isEqualTo("Stop");
    }

    @Test
    void theWayBackToTheOldTextIsTold() throws PromptNotUnderstood {
        exchange.send(talk(RULES, "Hi"));
        exchange.send(talk(CHANGED, "Hi", "Go"));
        Rewrite third = exchange.send(talk(RULES, "Hi", "Go", "Stop"));
        Rewrite fourth = exchange.send(talk(RULES, "Hi", "Go", "Stop", "Bye"));

        assertThat(text(third, 0)).isEqualTo(RULES);
        assertThat(text(third, 3)).contains("Rule XX");
        assertThat(text(third, 5)).contains(BACK).endsWith("\nStop");
        assertThat(text(fourth, 5)).isEqualTo(text(third, 5));
        assertThat(text(fourth, 7)).isEqualTo("Bye");
    }

    @Test
    void aChangeOfTooMuchGoesOutAsItIs() throws PromptNotUnderstood {
        exchange.send(talk(RULES, "Hi"));
        Rewrite second = exchange.send(talk(OTHER, "Hi", "Go"));

        assertThat(text(second, 0)).isEqualTo(OTHER);
        assertThat(text(second, 3)).isEqualTo("Go");
        assertThat(second.plan().isEmpty()).isTrue();
    }

    @Test
    void aChangeThatCanNotBeToldInLinesGoesOutAsItIs() throws PromptNotUnderstood {
        exchange.send(talk(RULES + "Rule 20 of the sea\nRule 20 of the sea\n", "Hi"));

        assertThat(exchange.rewrite(talk(RULES + "Rule 20 of the sea\n", "Hi", "Go"))
                        .plan()
                        .isEmpty())
                .as("a line that is gone still stands")
                .isTrue();
        assertThat(exchange.rewrite(talk(RULES + "Rule 20 of the sea\n\nRule 20 of the sea\n", "Hi", "Go"))
                        .plan()
                        .isEmpty())
                .as("nothing but an empty line is new")
                .isTrue();
    }

    @Test
    void aNewSessionPicksTheMostSimilarTextOfThoseSentBefore() throws PromptNotUnderstood {
        String nearOther = OTHER.replace("Law 20 of", "Law XX of");
        exchange.send(talk(OTHER, "One"));
        exchange.send(talk(RULES, "Two"));
        Rewrite third = exchange.rewrite(talk(nearOther, "Three"));
        Rewrite known = exchange.rewrite(talk(OTHER, "Four"));

        assertThat(text(third, 0)).isEqualTo(OTHER);
        assertThat(text(third, 1)).contains("Law XX of").endsWith("\nThree");
        assertThat(text(known, 0)).isEqualTo(OTHER);
    }

    @Test
    void ofTwoTextsThatAreSimilarTheOneWithTheShorterDifferenceIsPicked() throws PromptNotUnderstood {
        String twoAway = CHANGED.replace("Rule 30 of", "Rule YY of");
        exchange.send(talk(RULES, "One"));
        exchange.ledger.keep(sentAsItIs(RULES.replaceAll("Rule (3\\d) of", "Law $1 of")));
        Rewrite near = exchange.rewrite(talk(twoAway, "Three"));

        assertThat(text(near, 0)).startsWith(RULES);
        assertThat(text(near, 1)).contains("Rule XX of", "Rule YY of").doesNotContain("Law");
    }

    /** A large enough change makes a second pinned text of the same agent. */
    private LedgerEntry sentAsItIs(String system) throws PromptNotUnderstood {
        Rewrite rewrite = exchange.rewrite(talk(system, "Two"));
        assertThat(text(rewrite, 0)).isEqualTo(system);
        return rewrite.entry();
    }

    @Test
    void aDateStandsAsFirstSentAndANewOneIsTold() throws PromptNotUnderstood {
        Rewrite first = exchange.send(talk(RULES + "\nCurrent date: 2026-11-20", "Hi"));
        Rewrite same = exchange.send(talk(RULES + "\nCurrent date: 2026-11-20", "Another"));
        Rewrite second = exchange.send(talk(CHANGED + "\nCurrent date: 2026-11-21", "Hi", "Go"));
        Rewrite third = exchange.send(talk(CHANGED + "\nCurrent date: 2026-11-21", "Hi", "Go", "Stop"));
        Rewrite later = exchange.send(talk(RULES + "\nCurrent date: 2026-11-21", "A third"));

        assertThat(text(first, 0)).startsWith(RULES + "\nCurrent date: 2026-11-20");
        assertThat(text(first, 1)).isEqualTo("Hi");
        assertThat(text(same, 1)).isEqualTo("Another");
        assertThat(text(second, 0)).isEqualTo(text(first, 0));
        assertThat(text(second, 1)).isEqualTo("Hi");
        assertThat(text(second, 3)).contains("2026-11-21", "Rule XX of").doesNotContain("2026-11-20");
        assertThat(reasons(second)).contains(Reason.PIN_SYSTEM).doesNotContain(Reason.MOVE_SECTION);
        assertThat(text(third, 0)).isEqualTo(text(first, 0));
        assertThat(text(third, 3)).isEqualTo(text(second, 3));
        assertThat(text(third, 5)).isEqualTo("Stop");
        assertThat(text(later, 0)).isEqualTo(text(first, 0));
        assertThat(text(later, 1)).contains("Current date: 2026-11-21").endsWith("\nA third");
    }

    @Test
    void aLaneOfTwoTextsGoesBackToEachAsItWasFirstSent() throws PromptNotUnderstood {
        Rewrite plan = exchange.send(talk(RULES + "\nCurrent date: 2026-11-20", "Hi"));
        Rewrite act = exchange.send(talk(OTHER + "\nCurrent date: 2026-11-20", "Hi", "Go"));
        Rewrite planAgain = exchange.send(talk(RULES + "\nCurrent date: 2026-11-21", "Hi", "Go", "Stop"));
        Rewrite actAgain = exchange.send(talk(OTHER + "\nCurrent date: 2026-11-21", "Hi", "Go", "Stop", "Bye"));

        assertThat(text(planAgain, 0)).isEqualTo(text(plan, 0));
        assertThat(text(planAgain, 3)).isEqualTo("Go");
        assertThat(text(planAgain, 5)).contains("2026-11-21").endsWith("\nStop");
        assertThat(text(actAgain, 0)).isEqualTo(text(act, 0));
        assertThat(text(actAgain, 5)).isEqualTo(text(planAgain, 5));
        assertThat(text(actAgain, 7)).isEqualTo("Bye");
    }

    @Test
    void whatWasSentPassesASecondTimeAsItIs() throws PromptNotUnderstood {
        Rewrite first = exchange.rewrite(talk(RULES + "\nCurrent date: 2026-11-20", "Hi"));
        Rewrite second = exchange.rewrite(new String(first.body(), UTF_8));

        assertThat(reasons(first)).containsExactly(Reason.DECLARE_NOTE);
        assertThat(second.plan().isEmpty()).isTrue();
    }

    @Test
    void aDateThatIsGoneIsToldOnce() throws PromptNotUnderstood {
        exchange.send(talk(RULES.strip() + "\nCurrent date: 2026-11-20", "Hi"));
        Rewrite second = exchange.send(talk(RULES.strip(), "Hi", "Go"));
        Rewrite third = exchange.send(talk(RULES.strip(), "Hi", "Go", "Stop"));

        assertThat(text(second, 0)).contains("Current date: 2026-11-20");
        assertThat(text(second, 3))
                .contains("is gone; what stands above of it holds no more")
                .endsWith("\nGo");
        assertThat(text(third, 3)).isEqualTo(text(second, 3));
        assertThat(text(third, 5)).isEqualTo("Stop");
    }

    @Test
    void aDateThatTheOperatorLeavesOutDoesNotStand() throws PromptNotUnderstood {
        exchange.send(talk(RULES + "\nCurrent date: 2026-11-20", "Hi"));
        Exchange without =
                exchange.with(new Policy(Placement.FIRST_USER, Set.of(Kind.CLOCK), Deliver.NOW, StableChanges.NOTE));

        assertThat(text(without.send(talk(RULES + "\nCurrent date: 2026-11-20", "Hi")), 0))
                .doesNotContain("Current date");
        assertThat(text(without.send(talk(RULES + "\nCurrent date: 2026-11-21", "Hi", "Go")), 0))
                .doesNotContain("Current date");
    }

    @Test
    void aLaneThatBeganWithTheDateInANoteGoesOnLikeThat() throws PromptNotUnderstood {
        Exchange plain = new Exchange(Policy.DEFAULT, Capabilities.UNKNOWN);
        Rewrite first = plain.send(talk(RULES + "\nCurrent date: 2026-11-20", "Hi"));
        Exchange noting = plain.with(new Policy(Placement.FIRST_USER, Set.of(), Deliver.NOW, StableChanges.NOTE));
        Rewrite second = noting.send(talk(RULES + "\nCurrent date: 2026-11-21", "Hi", "Go"));
        Rewrite other = noting.send(talk(RULES + "\nCurrent date: 2026-11-21", "Another"));

        assertThat(text(second, 0)).isEqualTo(text(first, 0)).doesNotContain("Current date");
        assertThat(text(second, 1)).isEqualTo(text(first, 1)).contains("2026-11-20");
        assertThat(text(second, 3)).contains("2026-11-21");
        assertThat(text(other, 0)).isEqualTo(text(first, 0));
        assertThat(text(other, 1)).contains("2026-11-21");
    }

    @Test
    void memoryTravelsBesideADateThatStands() throws PromptNotUnderstood {
        String start = "You are Pilot.\n\nLog: ";
        Rewrite first = exchange.send(talk(start + "tea\n" + RULES + "\nCurrent date: 2026-11-20", "Hi"));
        Rewrite second = exchange.send(talk(start + "gin\n" + RULES + "\nCurrent date: 2026-11-21", "Another"));

        assertThat(text(first, 0)).contains("2026-11-20").doesNotContain("Log: tea");
        assertThat(text(first, 1)).contains("Log: tea").doesNotContain("2026");
        assertThat(text(second, 0)).isEqualTo(text(first, 0));
        assertThat(text(second, 1)).contains("Log: gin", "2026-11-21").doesNotContain("tea");
    }

    @Test
    void unlessTheOperatorAsksForItAChangeGoesOutAsItIs() throws PromptNotUnderstood {
        Exchange plain = new Exchange(Policy.DEFAULT, Capabilities.UNKNOWN);
        plain.send(talk(RULES, "Hi"));
        Rewrite second = plain.send(talk(CHANGED, "Hi", "Go"));

        assertThat(text(second, 0)).isEqualTo(CHANGED);
        assertThat(second.plan().isEmpty()).isTrue();
        assertThat(second.entry().agent().pinned()).isEmpty();
    }
}
