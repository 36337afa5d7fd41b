package io.kvkeep.plan;

import static io.kvkeep.plan.Exchange.TAG;
import static io.kvkeep.plan.Exchange.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.MemoryLedger;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Chats in the form in which Open WebUI 0.12.4 sends them: memories in the system text, documents before a question. */
final class ChatFrontTest {
    private static final String RULES = "You are the assistant of a harbour.\nName heights in metres.";

    private final MemoryLedger ledger = new MemoryLedger();
    private final Rewriter rewriter = new Rewriter(BuiltIn.profiles());

    @Test
    void aQuestionKeepsTheDocumentThatItWasAskedWith() throws PromptNotUnderstood {
        Rewrite first = send(RULES, "Hello");
        Rewrite asked = send(RULES, "Hello", found("Lines are checked.") + "What of lines?");
        Rewrite next = send(RULES, "Hello", "What of lines?", found("No fires.") + "And of fires?");

        assertThat(List.of(first, asked, next))
                .allSatisfy(rewrite -> assertThat(rewrite.profile().agent()).isEqualTo("open-webui"));
        assertThat(text(next, 3)).isEqualTo(text(asked, 3)).contains("Lines are checked.");
        assertThat(text(next, 5)).isEqualTo(found("No fires.") + "And of fires?");
        assertThat(next.plan().edits()).extracting(Edit::reason).containsOnly(Reason.REPLAY_BLOCK);
    }

    @Test
    void aQuestionThatIsAskedInOtherWordsIsSentAsItCame() throws PromptNotUnderstood {
        send(RULES, found("Lines are checked.") + "What of lines?");
        Rewrite edited = send(RULES, "What of ropes?", "And of fires?");

        assertThat(edited.plan().isEmpty()).isTrue();
    }

    @Test
    void theMemoriesForTheNewestQuestionStandBehindAllOthersAndTheSystemTextStays() throws PromptNotUnderstood {
        Rewrite bare = send(RULES, "Hello");
        Rewrite one = send(RULES + memory("reads feet"), "Hello", "How deep?");
        Rewrite two = send(RULES + memory("boat is Tern"), "Hello", "How deep?", "How long?");
        Rewrite none = send(RULES, "Hello", "How deep?", "How long?", "How wide?");

        assertThat(text(bare, 0)).startsWith(RULES);
        assertThat(List.of(text(one, 0), text(two, 0), text(none, 0))).containsOnly(text(one, 0));
        assertThat(text(one, 0)).startsWith(RULES).doesNotContain("reads feet");
        assertThat(text(one, 3)).contains("reads feet").endsWith("How deep?");
        assertThat(text(two, 3)).isEqualTo(text(one, 3));
        assertThat(text(two, 5)).contains("boat is Tern").endsWith("How long?");
        assertThat(text(none, 7)).as("memories that are gone are said to be").contains("memory-context");
    }

    private Rewrite send(String system, String... user) throws PromptNotUnderstood {
        String talk = Exchange.talk(system, user);
        String body = talk.substring(0, talk.length() - 1)
                + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"query_knowledge_files\"}}]}";
        Incoming incoming = new Incoming(Dialect.CHAT_COMPLETIONS, body.getBytes(UTF_8), "", TAG);
        Rewrite rewrite = rewriter.rewrite(incoming, ledger, Capabilities.UNKNOWN, Policy.DEFAULT);
        ledger.answer(ledger.keep(rewrite.entry()), new Emitted("Aye.", "", List.of()));
        return rewrite;
    }

    /** Open WebUI joins with one line break. */
    private static String memory(String fact) {
        return "\n<memory_context>\n[User Memory]\n- " + fact + "\n</memory_context>";
    }

    private static String found(String part) {
        return "### Task:\nRespond to the user query using the provided context, incorporating inline citations in the"
                + " format [id] **only when the <source> tag includes an explicit id attribute**.\n\n<context>\n<source"
                + " id='1' name='harbour.md'>" + part + "</source>\n</context>\n\n";
    }
}
