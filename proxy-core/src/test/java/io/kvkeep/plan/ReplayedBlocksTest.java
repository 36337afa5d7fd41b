package io.kvkeep.plan;

import static io.kvkeep.plan.Exchange.reasons;
import static io.kvkeep.plan.Exchange.talk;
import static io.kvkeep.plan.Exchange.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.MemoryLedger;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplayedBlocksTest {
    private static final String RULES = "You are Pilot.\nKeep the log.";
    private static final String WATCH = "\n\n<watch>\nThe first watch.\n</watch>";

    private final Exchange exchange = new Exchange(Policy.DEFAULT, Capabilities.UNKNOWN);

    @Test
    void aBlockThatIsGoneIsSentAgain() throws PromptNotUnderstood {
        Rewrite first = exchange.send(talk(RULES, "Hi" + WATCH));
        Rewrite second = exchange.send(talk(RULES, "Hi", "Go" + WATCH));
        Rewrite third = exchange.rewrite(talk(RULES, "Hi", "Go", "Stop"));

        assertThat(first.plan().isEmpty()).isTrue();
        assertThat(text(second, 1)).isEqualTo(text(first, 1)).contains("The first watch.");
        assertThat(reasons(second)).containsExactly(Reason.REPLAY_BLOCK);
        assertThat(List.of(text(third, 1), text(third, 3))).containsExactly(text(first, 1), text(second, 3));
        assertThat(text(third, 5)).isEqualTo("Stop");
        assertThat(third.known()).isEqualTo(4);
        assertThat(third.entry().before()).as("it is the same lane").isPresent();
    }

    @Test
    void aMessageThatStaysAsItIsIsNotTouched() throws PromptNotUnderstood {
        exchange.send(talk(RULES, "Hi" + WATCH));

        assertThat(exchange.rewrite(talk(RULES, "Hi" + WATCH, "Go")).plan().isEmpty())
                .isTrue();
    }

    @Test
    void aBlockThatSaysSomethingElseIsNotLost() throws PromptNotUnderstood {
        exchange.send(talk(RULES, "Hi" + WATCH));
        Rewrite changed = exchange.send(talk(RULES, "Hi\n\n<watch>\nThe dog watch.\n</watch>", "Go"));

        assertThat(text(changed, 1)).contains("The dog watch.").doesNotContain("The first watch.");
    }

    @Test
    void otherWordsAreAnotherMessage() throws PromptNotUnderstood {
        exchange.send(talk(RULES, "Hi" + WATCH));
        Rewrite edited = exchange.rewrite(talk(RULES, "Ho", "Go"));

        assertThat(text(edited, 1)).isEqualTo("Ho");
        assertThat(edited.known()).isZero();
    }

    @Test
    void theNoteInSuchAMessageComesAgainOnce() throws PromptNotUnderstood {
        Rewrite first = exchange.send(talk(RULES + "\nLog: fog", "Hi" + WATCH));
        Rewrite second = exchange.send(talk(RULES + "\nLog: fog", "Hi", "Go"));
        Rewrite third = exchange.rewrite(talk(RULES + "\nLog: sun", "Hi" + WATCH, "Go", "Stop"));

        assertThat(text(first, 1)).contains("Log: fog").endsWith(WATCH);
        assertThat(text(second, 1)).isEqualTo(text(first, 1));
        assertThat(text(third, 1)).isEqualTo(text(first, 1));
        assertThat(text(third, 5)).contains("Log: sun");
    }

    @Test
    void aBlockInAPartOfItsOwnComesBackThoughTheContentIsAStringThen() throws PromptNotUnderstood {
        String parts =
                "{\"messages\":[{\"role\":\"system\",\"content\":\"You are Pilot.\"},{\"role\":\"user\",\"content\":%s}%s]}";
        String later = ",{\"role\":\"assistant\",\"content\":\"Aye.\"},{\"role\":\"user\",\"content\":\"Go\"}";
        String array =
                "[{\"type\":\"text\",\"text\":\"Hi\"},{\"type\":\"text\",\"text\":\"<watch>\\nLook out.\\n</watch>\"}]";
        exchange.send(parts.formatted(array, ""));
        Rewrite second = exchange.rewrite(parts.formatted("\"Hi\"", later));

        assertThat(new String(second.body(), UTF_8)).isEqualTo(parts.formatted(array, later));
    }

    /** Qwen Code 0.24.4: the next process resumes the session without the date that it has put in front of a question. */
    @Test
    void aQuestionOfQwenCodeKeepsTheDateThatItWasAskedWith() throws PromptNotUnderstood {
        String talk =
                "{\"messages\":[{\"role\":\"system\",\"content\":\"You are Qwen Code, an interactive CLI agent developed by Alibaba"
                        + " Group, here.\"},{\"role\":\"user\",\"content\":[%s{\"type\":\"text\",\"text\":\"Hi\"}]}%s]}";
        String date =
                "{\"type\":\"text\",\"text\":\"<system-reminder>\\nThe current date is: Sunday, November 22, 2026."
                        + "\\n</system-reminder>\"},";
        String later = ",{\"role\":\"assistant\",\"content\":\"Aye.\"},{\"role\":\"user\",\"content\":\"Go\"}";
        Rewriter rewriter = new Rewriter(BuiltIn.profiles());
        MemoryLedger ledger = new MemoryLedger();
        List<Rewrite> rewrites = new ArrayList<>();
        for (String body : List.of(talk.formatted(date, ""), talk.formatted("", later))) {
            Incoming incoming = new Incoming(Dialect.CHAT_COMPLETIONS, body.getBytes(UTF_8), "", Exchange.TAG);
            Rewrite rewrite = rewriter.rewrite(incoming, ledger, Capabilities.UNKNOWN, Policy.DEFAULT);
            ledger.answer(ledger.keep(rewrite.entry()), new Emitted("Aye.", "", List.of()));
            rewrites.add(rewrite);
        }

        assertThat(rewrites.get(1).profile().agent()).isEqualTo("qwen-code");
        assertThat(new String(rewrites.get(1).body(), UTF_8)).isEqualTo(talk.formatted(date, later));
    }

    @Test
    void aLongMessageIsNotKept() throws PromptNotUnderstood {
        String words = "x".repeat(33 << 10);
        Rewrite first = exchange.send(talk(RULES, words + WATCH));

        assertThat(first.entry().lane().sent()).isEmpty();
        assertThat(text(exchange.rewrite(talk(RULES, words, "Go")), 1)).isEqualTo(words);
    }

    @Test
    void aMessageThatIsThrownAwayIsNoPartOfTheLane() throws PromptNotUnderstood {
        Emitted called = new Emitted("", "", List.of(new Emitted.Call("look", "{ \"at\":\"sea\" }")));
        String head =
                "{\"messages\":[{\"role\":\"system\",\"content\":\"You are Pilot.\"},{\"role\":\"user\",\"content\":\"Hi\"}";
        String tail = ",{\"role\":\"user\",\"content\":\"<tail>\\nAsked at %s.\\n</tail>\"}]}";
        String loop = ",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"at\\\":\\\"sea\\\"}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"A gull.\"}";
        exchange.send(head + tail.formatted("noon"), called);
        Rewrite second = exchange.rewrite(head + loop + tail.formatted("one"));

        assertThat(second.known()).isEqualTo(2);
        assertThat(second.entry().before()).as("it is the same lane").isPresent();
        assertThat(reasons(second)).containsExactly(Reason.RESTORE_ANSWER);
        assertThat(new String(second.body(), UTF_8)).contains("{ \\\"at\\\":\\\"sea\\\" }", "Asked at one.");
    }
}
