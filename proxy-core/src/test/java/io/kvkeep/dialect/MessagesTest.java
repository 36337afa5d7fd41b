package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Chain;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.lane.Words;
import io.kvkeep.prompt.Gap;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesTest {
    private static final Dialect MESSAGES = Dialect.MESSAGES;
    private static final DigestMemo NO_MEMO = DigestMemo.NONE;

    @Test
    void rangesAreExactlyTheBytes() throws PromptNotUnderstood {
        String user = "{ \"content\" : \"größer 😀\" , \"role\":\"user\"}";
        String answer = "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Zo\\u00eb\"}]}";
        String tools = "[ {\"name\":\"f\" } ]";
        String body = "\n{\"messages\" : [ " + user + " ,\n" + answer + "\t] , \"max_tokens\":1e3, \"tools\":" + tools
                + ", \"model\": \"m\\u002d1\"} ";

        Prompt prompt = read(body);

        assertThat(ranges(prompt)).containsExactly(user, answer);
        assertThat(roles(prompt)).containsExactly(Role.USER, Role.ASSISTANT);
        assertThat(texts(prompt)).containsExactly("größer 😀", "Zo\\u00eb");
        assertThat(prompt.tools()).map(range -> slice(body, range)).contains(tools);
        assertThat(prompt.model()).contains("m-1");
        assertThat(prompt.takes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"system\":%s,\"messages\":[%s]", "\"messages\":[%2$s],\"system\":%1$s"})
    void theSystemTextStandsBeforeAllMessagesWhereverItIsWritten(String fields) throws PromptNotUnderstood {
        String blocks =
                "[{\"type\":\"text\",\"text\":\"one\"}, {\"text\":\"two\",\"type\":\"text\",\"cache_control\":{}}]";
        Prompt prompt = read("{" + fields.formatted(blocks, "{\"role\":\"user\",\"content\":\"hi\"}") + "}");

        assertThat(roles(prompt)).containsExactly(Role.SYSTEM, Role.USER);
        assertThat(prompt.systemTexts()).extracting(MessagesTest::raw).containsExactly("one", "two");
        assertThat(prompt.messages().get(0).parts())
                .extracting(range -> slice(prompt, range))
                .containsExactly(
                        "{\"type\":\"text\",\"text\":\"one\"}",
                        "{\"text\":\"two\",\"type\":\"text\",\"cache_control\":{}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"rules\" | rules",
                "null | ''",
                "[] | ''",
                "[{\"type\":\"text\",\"text\":\"\"}] | ''",
                "\"\" | ''"
            })
    void aSystemTextMayBeAStringOrNothing(String system, String text) throws PromptNotUnderstood {
        Prompt prompt = read("{\"system\":" + system + ",\"messages\":[]}");

        assertThat(String.join("", texts(prompt))).isEqualTo(text);
        assertThat(prompt.conversation()).isEmpty();
    }

    @Test
    void aSystemMessageInMidConversationStaysAtItsPlace() throws PromptNotUnderstood {
        Prompt prompt = read(messages("""
                {"role":"user","content":"a"},{"role":"system","content":[{"type":"text","text":"late"}]},
                {"role":"assistant","content":"b"},{"role":"narrator","content":"c"}"""));

        assertThat(roles(prompt)).containsExactly(Role.USER, Role.SYSTEM, Role.ASSISTANT, Role.OTHER);
        assertThat(texts(prompt)).containsExactly("a", "late", "b");
        assertThat(slice(prompt, prompt.messages().get(1).roleRange())).isEqualTo("system");
    }

    @Test
    void eachResultOfAToolIsAMessageAndWhatStandsBetweenIsTheUsers() throws PromptNotUnderstood {
        String before = "{\"type\":\"text\",\"text\":\"before\"}";
        String first = "{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"4 feet\"}";
        String second =
                "{\"type\":\"tool_result\",\"tool_use_id\":\"b\",\"content\":[{\"type\":\"text\",\"text\":\"5\"},"
                        + "{\"type\":\"image\",\"source\":{}},{\"type\":\"text\",\"text\":\"feet\"}],\"is_error\":false}";
        String image = "{\"type\":\"image\",\"source\":{\"type\":\"base64\"}}";
        String after = "{\"type\":\"text\",\"text\":\"after\"}";
        Prompt prompt = read(messages("{\"role\":\"user\",\"content\":["
                + String.join(",", before, first, second, image + ", " + after) + "]}"));

        assertThat(roles(prompt)).containsExactly(Role.USER, Role.TOOL, Role.TOOL, Role.USER);
        assertThat(ranges(prompt)).containsExactly(before, first, second, image + ", " + after);
        assertThat(texts(prompt)).containsExactly("before", "4 feet", "5", "feet", "after");
        assertThat(prompt.messages().get(2).media()).hasSize(1);
    }

    @Test
    void anAnswerIsItsWordsAndCallsWithoutItsReasoning() throws PromptNotUnderstood {
        Prompt prompt = read(messages("""
                {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"x"},
                 {"type":"redacted_thinking","data":"y"},{"type":"text","text":"I look."},
                 {"type":"tool_use","id":"t1","name":"gauge","input":{"pier": 4}},
                 {"type":"tool_use","id":"t2","name":"tide"},{"type":"server_tool_use","id":"t3","name":"web"}]}"""));
        Message answer = prompt.messages().get(0);

        assertThat(texts(prompt)).containsExactly("I look.");
        assertThat(answer.calls()).extracting(call -> raw(call.name())).containsExactly("gauge", "tide");
        assertThat(answer.calls())
                .extracting(call -> slice(prompt, call.arguments()))
                .containsExactly("{\"pier\": 4}", "");
        assertThat(answer.media()).hasSize(1);
        assertThat(answer.takesNote()).isFalse();
        assertThat(answer.reasoningGap()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"hi\" | \"NOTEhi\"",
                "\"\" | \"NOTE\"",
                "[] | [{\"type\":\"text\",\"text\":\"NOTE\"}]",
                "[{\"type\":\"text\",\"text\":\"hi\"}] | [{\"type\":\"text\",\"text\":\"NOTEhi\"}]",
                "[{\"type\":\"image\"}] | [{\"type\":\"text\",\"text\":\"NOTE\"},{\"type\":\"image\"}]",
                "[{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"hi\"}] | "
                        + "[{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"NOTEhi\"}]",
                "null |",
                "5 |"
            })
    void aNoteComesBeforeTheWordsOfTheUser(String content, String expected) throws PromptNotUnderstood {
        assertThat(noted("{\"role\":\"user\",\"content\":%s}", content, 0))
                .isEqualTo(expected == null ? null : "{\"role\":\"user\",\"content\":" + expected + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",\"content\":\"4 feet\" | ,\"content\":\"4 feetNOTE\"",
                ",\"content\":\"\" | ,\"content\":\"NOTE\"",
                "'' | ,\"content\":\"NOTE\"",
                ",\"content\":[] | ,\"content\":[{\"type\":\"text\",\"text\":\"NOTE\"}]",
                ",\"content\":[{\"type\":\"text\",\"text\":\"4\"},{\"type\":\"image\"}] | "
                        + ",\"content\":[{\"type\":\"text\",\"text\":\"4NOTE\"},{\"type\":\"image\"}]",
                ",\"content\":[{\"type\":\"image\"}] | "
                        + ",\"content\":[{\"type\":\"text\",\"text\":\"NOTE\"},{\"type\":\"image\"}]",
                ",\"content\":null |"
            })
    void aNoteComesBehindTheWordsOfATool(String content, String expected) throws PromptNotUnderstood {
        String message = "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\"%s}]}";

        assertThat(noted(message, content, 0)).isEqualTo(expected == null ? null : message.formatted(expected));
    }

    @Test
    void betweenResultsANoteComesBeforeTheFirstTextOrBlock() throws PromptNotUnderstood {
        String message = "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"},%s]}";

        assertThat(noted(message, "{\"type\":\"image\"}, {\"type\":\"text\",\"text\":\"hi\"}", 1))
                .isEqualTo(message.formatted("{\"type\":\"image\"}, {\"type\":\"text\",\"text\":\"NOTEhi\"}"));
        assertThat(noted(message, "{\"type\":\"image\"}", 1))
                .isEqualTo(message.formatted("{\"type\":\"text\",\"text\":\"NOTE\"},{\"type\":\"image\"}"));
    }

    /** Returns the message with a note, or null if it takes none. */
    private static @Nullable String noted(String message, String content, int index) throws PromptNotUnderstood {
        String body = messages(message.formatted(content));
        Message carrier = read(body).messages().get(index);
        if (carrier.noteGap().isEmpty()) {
            return null;
        }
        Gap gap = carrier.noteGap().get();
        String out = slice(body, new Range(0, gap.range().start()))
                + new String(gap.filled("NOTE".getBytes(UTF_8)), UTF_8)
                + slice(body, new Range(gap.range().end(), body.getBytes(UTF_8).length));
        return out.substring("{\"messages\":[".length(), out.length() - 2);
    }

    @Test
    void idsMarksAndReasoningAreNoPartOfTheDigest() throws PromptNotUnderstood, NotJson {
        String one = messages("""
                {"role":"user","content":"hi"},
                {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"x"},
                 {"type":"text","text":"I look."},{"type":"tool_use","id":"t1","name":"f","input":{"a":1,"b":2}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"4"},
                 {"type":"text","text":"more"},{"type":"image","source":{"data":"x"}}]}""");
        String other = messages("""
                {"role":"user","content":[{"type":"text","text":"hi"}]},
                {"role":"assistant","content":[{"type":"text","text":"I look.","cache_control":{"type":"ephemeral"}},
                 {"type":"tool_use","id":"t9","name":"f","input":{"b":2, "a":1}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"t9","cache_control":{"type":"ephemeral"},
                 "content":[{"type":"text","text":"4"}]},{"type":"text","text":"more"},
                 {"type":"image","source":{"data":"x"},"cache_control":{"type":"ephemeral"}}]}""");

        assertThat(digests(one)).hasSize(4).isEqualTo(digests(other));
        assertThat(digests(one)).isNotEqualTo(digests(one.replace("\"data\":\"x\"", "\"data\":\"y\"")));
        assertThat(digests(one)).isNotEqualTo(digests(one.replace("\"a\":1", "\"a\":2")));
    }

    private static List<Digest> digests(String body) throws PromptNotUnderstood, NotJson {
        Prompt prompt = read(body);
        List<Digest> fingerprints = Fingerprints.of(prompt).messages();
        return Chain.messages(
                Digest.of(List.of("scope")), prompt.body(), prompt.conversation(), Words.ALL, fingerprints, NO_MEMO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"messages\":[],\"messages\":[]} | AMBIGUOUS",
                "{\"system\":\"a\",\"messages\":[],\"system\":null} | AMBIGUOUS",
                "{\"tools\":[],\"messages\":[],\"tools\":[]} | AMBIGUOUS",
                "{\"messages\":[],\"sys\\u0074em\":\"a\"} | AMBIGUOUS",
                "{\"messages\":[{\"role\":\"user\",\"role\":\"user\"}]} | AMBIGUOUS",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"type\":\"image\"}]}]} | AMBIGUOUS",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"content\":\"b\"}]} | AMBIGUOUS",
                "{\"messages\":{}} | OTHER_SHAPE",
                "{\"messages\":[5]} | OTHER_SHAPE",
                "{\"messages\":[],\"system\":{}} | OTHER_SHAPE",
                "{\"content\":\"a\"} | OTHER_SHAPE",
                "{\"messages\":[]}} | NOT_JSON",
                "{\"messages\":[{\"role\":\"user\" | NOT_JSON"
            })
    void whatMayMeanTwoThingsIsNotRead(String body, Why why) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        PromptNotUnderstood.class,
                        problem -> assertThat(problem.why()).isEqualTo(why));
    }

    @Test
    void blocksOfAnyKindAreRead() throws PromptNotUnderstood {
        Prompt prompt = read(messages("""
                {"role":"user","content":["bare",5,null,{},{"type":"text"},{"type":"text","text":null},{"type":7},
                 {"text":"no type"},{"type":"document","source":{},"title":"t"},{"type":"text","text":"own"}]}"""));

        assertThat(texts(prompt)).containsExactly("own");
        assertThat(prompt.messages().get(0).media()).hasSize(9);
    }

    private static Prompt read(String body) throws PromptNotUnderstood {
        return MESSAGES.read(body.getBytes(UTF_8));
    }

    private static String messages(String messages) {
        return "{\"messages\":[" + messages + "]}";
    }

    private static List<Role> roles(Prompt prompt) {
        return prompt.messages().stream().map(Message::role).toList();
    }

    private static List<String> ranges(Prompt prompt) {
        return prompt.messages().stream()
                .map(message -> slice(prompt, message.range()))
                .toList();
    }

    private static List<String> texts(Prompt prompt) {
        List<String> texts = new ArrayList<>();
        prompt.messages().forEach(message -> message.texts().forEach(text -> texts.add(raw(text))));
        return texts;
    }

    private static String raw(JsonString text) {
        return new String(text.json(), text.start(), text.end() - text.start(), UTF_8);
    }

    private static String slice(Prompt prompt, Range range) {
        return new String(prompt.body(), range.start(), range.length(), UTF_8);
    }

    private static String slice(String body, Range range) {
        return new String(body.getBytes(UTF_8), range.start(), range.length(), UTF_8);
    }
}
