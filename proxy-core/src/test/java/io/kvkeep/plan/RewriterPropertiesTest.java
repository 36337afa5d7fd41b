package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.JsonTree;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every conversation, over many that are drawn by chance. */
final class RewriterPropertiesTest {
    private static final int SEEDS = 1_000;
    private static final NoteTag TAG = new NoteTag("5eed5eed5eed5eed");
    private static final Dialect CHAT = Dialect.CHAT_COMPLETIONS;
    private static final Rewriter REWRITER = new Rewriter(BuiltIn.profiles());

    @ParameterizedTest
    @EnumSource(Placement.class)
    void withoutAVolatileSectionTheVerySameArrayComesBack(Placement placement) throws PromptNotUnderstood {
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] body = new RandomTalk(seed).body(0, 0);
            byte[] before = body.clone();
            Rewrite rewrite = rewrite(body, placement);

            assertThat(rewrite.body()).as("seed %d", seed).isSameAs(body).isEqualTo(before);
            assertThat(rewrite.plan().isEmpty()).isTrue();
        }
    }

    @Test
    void everyVolatileValueIsInTheNoteVerbatimAndInOrder() throws PromptNotUnderstood, NotJson {
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomTalk talk = new RandomTalk(seed);
            List<String> values = talk.values(seed + 1, seed % 7);
            Prompt sent = CHAT.read(
                    rewrite(talk.body(seed + 1, seed % 7), Placement.FIRST_USER).body());
            List<JsonString> carrying = sent.firstUser().orElseThrow().texts();
            String carrier = carrying.get(carrying.size() - 1).text();

            assertThat(carrier)
                    .as("seed %d", seed)
                    .startsWith("<note-5eed5eed5eed5eed")
                    .containsPattern(
                            ">\n?" + Pattern.quote(String.join("\n\n", values)) + "\n?</note-5eed5eed5eed5eed>\n");
            for (JsonString system : sent.systemTexts()) {
                assertThat(system.text()).as("seed %d", seed).doesNotContain(values);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void theOutputIsTheInputAsParsedExceptAtTheEditedTexts(Placement placement) throws PromptNotUnderstood {
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] body = new RandomTalk(seed).body(seed + 1, 1 + seed % 7);
            Rewrite rewrite = rewrite(body, placement);
            Map<Object, Object> in = new HashMap<>((Map<?, ?>) JsonTree.parse(body));
            Map<Object, Object> out = new HashMap<>((Map<?, ?>) JsonTree.parse(rewrite.body()));
            List<?> messagesIn = JsonTree.list(in, "messages");
            in.remove("messages");
            List<?> messagesOut = JsonTree.list(out, "messages");
            out.remove("messages");

            assertThat(out).as("seed %d", seed).isEqualTo(in);
            assertThat(messagesOut).as("seed %d", seed).hasSameSizeAs(messagesIn);
            Cutter cutter = rewrite.profile().cutter();
            List<Message> messages = rewrite.prompt().messages();
            int firstUser = messages.indexOf(rewrite.prompt().firstUser().orElseThrow());
            int leading = (int) messages.stream()
                    .takeWhile(message -> message.role().instructs())
                    .count();
            for (int i = 0; i < messages.size(); i++) {
                Object expected = messagesIn.get(i);
                if (i < leading) {
                    assertThat(stable(messagesOut.get(i), cutter)).isEqualTo(stable(expected, cutter));
                } else if (i == firstUser && placement == Placement.FIRST_USER) {
                    assertThat(withoutNotes(messagesOut.get(i))).isEqualTo(expected);
                } else {
                    assertThat(messagesOut.get(i)).as("seed %d", seed).isEqualTo(expected);
                }
            }
        }
    }

    /** Reduces the texts of a system message to what is neither volatile nor added. */
    private static Object stable(Object message, Cutter cutter) {
        return mapTexts(withoutNotes(message), text -> cutter.cut(text).stableText());
    }

    private static Object withoutNotes(Object message) {
        return mapTexts(
                message,
                text -> text.replaceAll("(?s)\n\n<note-5eed5eed5eed5eed>Such .*?</note-5eed5eed5eed5eed>", "")
                        .replaceAll("(?s)<note-5eed5eed5eed5eed[^>]*>.*?</note-5eed5eed5eed5eed>\n", ""));
    }

    private static Object mapTexts(Object value, UnaryOperator<String> change) {
        if (value instanceof String text) {
            return change.apply(text);
        }
        if (value instanceof List<?> list) {
            List<Object> mapped = new ArrayList<>();
            list.forEach(element -> mapped.add(mapTexts(element, change)));
            return mapped;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> mapped = new HashMap<>();
            map.forEach((name, member) -> mapped.put(name, mapTexts(member, change)));
            return mapped;
        }
        return value;
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void theSameRequestGivesTheSameBytes(Placement placement) throws PromptNotUnderstood {
        Rewriter another = new Rewriter(BuiltIn.profiles());
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] body = new RandomTalk(seed).body(seed + 1, seed % 7);
            Incoming again = new Incoming(CHAT, body.clone(), "", TAG);

            assertThat(another.rewrite(again, LedgerView.EMPTY, Capabilities.UNKNOWN, policy(placement))
                            .body())
                    .isEqualTo(rewrite(body, placement).body());
        }
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void rewritingTheOutputAgainChangesNothing(Placement placement) throws PromptNotUnderstood {
        Capabilities asking = new Capabilities(true);
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] body = new RandomTalk(seed).body(seed + 1, seed % 7);
            byte[] once = rewrite(body, placement, asking).body();
            byte[] twice = rewrite(once, placement, asking).body();

            assertThat(new String(twice, UTF_8)).as("seed %d", seed).isEqualTo(new String(once, UTF_8));
            assertThat(twice).isSameAs(once);
        }
    }

    @Test
    void afterAChangeOfMemoryOrClockTheBytesOfSystemTextAndToolsAreTheOldOnes() throws PromptNotUnderstood {
        int changed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomTalk talk = new RandomTalk(seed);
            byte[] first = rewrite(talk.body(5, 1), Placement.FIRST_USER).body();
            for (int[] state : new int[][] {{5, 2}, {5, 0}, {6, 1}, {29, 4}}) {
                byte[] body = talk.body(state[0], state[1]);
                byte[] later = rewrite(body, Placement.FIRST_USER).body();

                assertThat(head(later)).as("seed %d", seed).isEqualTo(head(first));
                changed += head(body).equals(head(talk.body(5, 1))) ? 0 : 1;
            }
        }
        assertThat(changed).isGreaterThan(SEEDS);
    }

    /** Returns the bytes before the text of the first user message, and the tools, as text. */
    private static String head(byte[] body) throws PromptNotUnderstood {
        Prompt prompt = CHAT.read(body);
        int firstText = prompt.firstUser().orElseThrow().texts().get(0).start();
        Range tools = prompt.tools().orElse(new Range(0, 0));
        return new String(body, 0, firstText, UTF_8) + new String(body, tools.start(), tools.length(), UTF_8);
    }

    @Test
    void aMessageThatCarriesNoNoteKeepsItsBytes() throws PromptNotUnderstood {
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] body = new RandomTalk(seed).body(seed + 1, seed % 7);
            Rewrite rewrite = rewrite(body, Placement.FIRST_USER);
            List<Message> came = rewrite.prompt().messages();
            List<Message> sent = CHAT.read(rewrite.body()).messages();
            int carrier = came.indexOf(rewrite.prompt().firstUser().orElseThrow());

            assertThat(sent).hasSameSizeAs(came);
            boolean leading = true;
            for (int i = 0; i < came.size(); i++) {
                leading &= came.get(i).role().instructs();
                assertThat(sent.get(i).role()).isEqualTo(came.get(i).role());
                if (!leading && i != carrier) {
                    assertThat(bytes(rewrite.body(), sent.get(i))).isEqualTo(bytes(body, came.get(i)));
                }
            }
        }
    }

    private static String bytes(byte[] body, Message message) {
        return new String(body, message.range().start(), message.range().length(), UTF_8);
    }

    @Test
    void aKindThatIsLeftOutIsGoneAndTheRestStaysInOrder() throws PromptNotUnderstood, NotJson {
        Policy withoutMemory = new Policy(Placement.FIRST_USER, Set.of(Kind.MEMORY));
        int hermes = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomTalk talk = new RandomTalk(seed);
            Incoming with = new Incoming(CHAT, talk.body(3, 2), "", TAG);
            Incoming without = new Incoming(CHAT, talk.body(3, 0), "", TAG);
            byte[] left = REWRITER.rewrite(with, LedgerView.EMPTY, Capabilities.UNKNOWN, withoutMemory)
                    .body();
            byte[] never = REWRITER.rewrite(without, LedgerView.EMPTY, Capabilities.UNKNOWN, withoutMemory)
                    .body();

            assertThat(new String(left, UTF_8)).as("seed %d", seed).isEqualTo(new String(never, UTF_8));
            hermes += talk.values(3, 2).size() > talk.values(3, 0).size() ? 1 : 0;
        }
        assertThat(hermes).isGreaterThan(SEEDS / 5);
    }

    @Test
    void theTalksCoverWhatTheyAreDrawnFor() throws PromptNotUnderstood {
        Set<Role> roles = new HashSet<>();
        Set<String> agents = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            Rewrite rewrite = rewrite(new RandomTalk(seed).body(1, 1), Placement.FIRST_USER);
            rewrite.prompt().messages().forEach(message -> roles.add(message.role()));
            agents.add(rewrite.profile().agent());
        }
        assertThat(roles).contains(Role.SYSTEM, Role.DEVELOPER, Role.USER, Role.ASSISTANT, Role.TOOL);
        assertThat(agents).containsExactlyInAnyOrder("hermes", "unknown");
    }

    private static Rewrite rewrite(byte[] body, Placement placement) throws PromptNotUnderstood {
        return rewrite(body, placement, Capabilities.UNKNOWN);
    }

    private static Rewrite rewrite(byte[] body, Placement placement, Capabilities capabilities)
            throws PromptNotUnderstood {
        return REWRITER.rewrite(new Incoming(CHAT, body, "", TAG), LedgerView.EMPTY, capabilities, policy(placement));
    }

    private static Policy policy(Placement placement) {
        return new Policy(placement, Set.of());
    }
}
