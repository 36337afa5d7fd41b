package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.JsonTree;
import io.kvkeep.fixture.MemoryLedger;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Cutter;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the core does with OpenAI responses: over one conversation, and over many that are drawn by chance. */
final class ResponsesRewriteTest {
    private static final int SEEDS = 300;
    private static final NoteTag TAG = new NoteTag("5eed5eed5eed5eed");
    private static final Rewriter REWRITER = new Rewriter(BuiltIn.profiles());
    private static final String USER = "{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Hi\"}]}";
    private static final String AS_SAID = call(" Let me look.\\n", "{\\\"pier\\\": 4.0}");
    private static final String AS_SENT_BACK = call("Let me look.", "{\\\"pier\\\":4.0}");
    private static final String RESULT = ",{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"4.2\"}";
    private static final Emitted SAID =
            new Emitted(" Let me look.\n", "So.", List.of(new Emitted.Call("gauge", "{\"pier\": 4.0}")));

    @Test
    void anAnswerInThreeItemsComesBackAsTheModelSaidIt() throws PromptNotUnderstood {
        MemoryLedger ledger = new MemoryLedger();
        send(ledger, body("", USER), Capabilities.UNKNOWN);
        Rewrite second = rewrite(bytes(body("", USER + AS_SENT_BACK + RESULT)), ledger, Capabilities.UNKNOWN);

        assertThat(second.known()).isEqualTo(2);
        assertThat(text(second)).isEqualTo(body("", USER + AS_SAID + RESULT));
    }

    /** A model may say what it is about to do, and then its answer, each in an item. */
    @Test
    void wordsInTwoItemsAreKnownAsOneAnswer() throws PromptNotUnderstood {
        MemoryLedger ledger = new MemoryLedger();
        Rewrite first = rewrite(bytes(body("", USER)), ledger, Capabilities.UNKNOWN);
        ledger.answer(ledger.keep(first.entry()), new Emitted(" One.\n\nTwo.\n", "", List.of()));
        String one = ",{\"role\":\"assistant\",\"content\":\"One.\\n\\n\"}";
        String two = ",{\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"Two.\"}]},";

        assertThat(rewrite(bytes(body("", USER + one + two + USER)), ledger, Capabilities.UNKNOWN)
                        .known())
                .isEqualTo(2);
    }

    @Test
    void reasoningComesBackAsAnItemBeforeTheOthersWhereTheTemplateKeepsIt() throws PromptNotUnderstood {
        Capabilities keeps = new Capabilities(
                false, CacheKind.UNKNOWN, ToolsPlace.UNKNOWN, LateSystem.UNKNOWN, Truth.NO, Optional.empty());
        MemoryLedger ledger = new MemoryLedger();
        send(ledger, body("", USER), keeps);
        String sent = text(rewrite(bytes(body("", USER + AS_SENT_BACK + RESULT)), ledger, keeps));

        assertThat(sent)
                .isEqualTo(body(
                        "",
                        USER
                                + ",{\"type\":\"reasoning\",\"id\":\"rs_0\",\"summary\":[],\"content\":"
                                + "[{\"type\":\"reasoning_text\",\"text\":\"So.\"}]}"
                                + AS_SAID
                                + RESULT));
    }

    @Test
    void aChangedSectionIsSaidInTheNewestResultAndStaysThere() throws PromptNotUnderstood {
        MemoryLedger ledger = new MemoryLedger();
        String first = "Rules.\\n\\nCurrent date: 2026-11-20";
        String later = "Rules.\\n\\nCurrent date: 2026-11-21";
        String opening = send(ledger, body(first, USER), Capabilities.UNKNOWN);
        String second = send(ledger, body(later, USER + AS_SAID + RESULT), Capabilities.UNKNOWN);
        String third = send(ledger, body(later, USER + AS_SAID + RESULT + AS_SAID + RESULT), Capabilities.UNKNOWN);

        assertThat(opening).contains("2026-11-20</note-5eed5eed5eed5eed>\\nHi\"");
        assertThat(second).startsWith(opening.substring(0, opening.length() - 2));
        assertThat(second).contains("\"output\":\"4.2\\n\\n<note-").contains("2026-11-21</note-5eed5eed5eed5eed>\"}");
        assertThat(third).startsWith(second.substring(0, second.length() - 2));
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void withoutAVolatileSectionTheVerySameArrayComesBack(Placement placement) throws PromptNotUnderstood {
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] body = new RandomItems(seed).body(0);
            byte[] before = body.clone();

            assertThat(rewrite(body, placement).body())
                    .as("seed %d", seed)
                    .isSameAs(body)
                    .isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void theOutputIsTheInputAsParsedExceptForNotesAndSections(Placement placement) throws PromptNotUnderstood {
        int edited = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            byte[] body = new RandomItems(seed).body(seed + 1);
            Rewrite rewrite = rewrite(body, placement);
            Cutter cutter = rewrite.profile().cutter();

            assertThat(stable(JsonTree.parse(rewrite.body()), cutter))
                    .as("seed %d", seed)
                    .isEqualTo(stable(JsonTree.parse(body), cutter));
            assertThat(rewrite(rewrite.body(), placement).body())
                    .as("again, seed %d", seed)
                    .isEqualTo(rewrite.body());
            edited += rewrite.plan().isEmpty() ? 0 : 1;
        }
        assertThat(edited > SEEDS / 2).isEqualTo(placement != Placement.OFF);
    }

    @Test
    void theDateIsToldOnceAndInTheConversation() throws PromptNotUnderstood {
        int told = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            String sent = text(rewrite(new RandomItems(seed).body(7), Placement.FIRST_USER));

            assertThat(sent.split("Current date: 2026-11-08", -1))
                    .as("seed %d", seed)
                    .hasSize(2);
            told += sent.contains("Current date: 2026-11-08</note-5eed5eed5eed5eed>") ? 1 : 0;
        }
        assertThat(told).isEqualTo(SEEDS);
    }

    @Test
    void damagedBodiesAreReadOrRefusedAndNothingElse() {
        int read = 0;
        int refused = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            byte[] body = new RandomItems(seed % 200).body(seed);
            for (int hits = random.nextInt(4); hits >= 0; hits--) {
                body[random.nextInt(body.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : "\"\\{}[]:,".charAt(random.nextInt(8)));
            }
            try {
                rewrite(body, Placement.FIRST_USER);
                read++;
            } catch (PromptNotUnderstood expected) {
                refused++;
            }
        }
        assertThat(read).isGreaterThan(200);
        assertThat(refused).isGreaterThan(200);
    }

    @Test
    void theItemsCoverWhatTheyAreDrawnFor() throws PromptNotUnderstood {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        boolean joined = false;
        for (int seed = 0; seed < SEEDS; seed++) {
            for (Message message : rewrite(new RandomItems(seed).body(1), Placement.FIRST_USER)
                    .prompt()
                    .messages()) {
                roles.add(message.role());
                joined |= !message.texts().isEmpty() && !message.calls().isEmpty();
            }
        }
        assertThat(roles).containsExactlyInAnyOrder(Role.values());
        assertThat(joined).isTrue();
    }

    /** Reduces all texts to what is neither volatile nor added. */
    private static Object stable(Object tree, Cutter cutter) {
        return mapTexts(
                tree,
                text -> cutter.cut(text.replaceAll("(?s)<note-5eed5eed5eed5eed[^>]*>.*?</note-5eed5eed5eed5eed>\n", "")
                                .replaceAll("(?s)\n\n<note-5eed5eed5eed5eed>Such .*?</note-5eed5eed5eed5eed>", ""))
                        .stableText());
    }

    private static Object mapTexts(Object value, UnaryOperator<String> change) {
        if (value instanceof String text) {
            return change.apply(text);
        }
        if (value instanceof List<?> list) {
            List<Object> mapped = new ArrayList<>();
            list.forEach(element -> mapped.add(mapTexts(element, change)));
            mapped.removeIf(ResponsesRewriteTest::isEmptyPart);
            return mapped;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> mapped = new HashMap<>();
            map.forEach((name, member) -> mapped.put(name, mapTexts(member, change)));
            return mapped;
        }
        return value;
    }

    /** A part that held a note and nothing else. */
    private static boolean isEmptyPart(Object value) {
        return value instanceof Map<?, ?> map && "".equals(map.get("text"));
    }

    private static String send(MemoryLedger ledger, String body, Capabilities capabilities) throws PromptNotUnderstood {
        Rewrite rewrite = rewrite(bytes(body), ledger, capabilities);
        ledger.answer(ledger.keep(rewrite.entry()), SAID);
        return text(rewrite);
    }

    private static Rewrite rewrite(byte[] body, Placement placement) throws PromptNotUnderstood {
        return REWRITER.rewrite(incoming(body), LedgerView.EMPTY, Capabilities.UNKNOWN, policy(placement));
    }

    private static Rewrite rewrite(byte[] body, LedgerView ledger, Capabilities capabilities)
            throws PromptNotUnderstood {
        return REWRITER.rewrite(incoming(body), ledger, capabilities, policy(Placement.FIRST_USER));
    }

    private static Incoming incoming(byte[] body) {
        return new Incoming(Dialect.RESPONSES, body, "", TAG);
    }

    private static Policy policy(Placement placement) {
        return new Policy(placement, Set.of());
    }

    private static String body(String instructions, String items) {
        return "{\"instructions\":\"" + instructions + "\",\"input\":[" + items + "]}";
    }

    private static String call(String words, String arguments) {
        return ",{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\""
                + words
                + "\"}]},{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"gauge\",\"arguments\":\"" + arguments
                + "\"}";
    }

    private static byte[] bytes(String body) {
        return body.getBytes(UTF_8);
    }

    private static String text(Rewrite rewrite) {
        return new String(rewrite.body(), UTF_8);
    }
}
