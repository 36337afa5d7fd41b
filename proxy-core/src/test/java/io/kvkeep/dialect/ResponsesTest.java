package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Gap;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Role;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponsesTest {
    private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";
    private static final String SAID = "{\"type\":\"message\",\"role\":\"assistant\",\"id\":\"msg_1\",\"content\":"
            + "[{\"type\":\"output_text\",\"text\":\"Aye.\",\"annotations\":[]}],\"status\":\"completed\"}";
    private static final String REASONED =
            "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":null}";
    private static final String CALL =
            "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"read\",\"arguments\":\"{\\\"a\\\": 1}\"}";
    private static final String RESULT = "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"done\"}";

    @Test
    void rangesAreExactlyTheBytes() throws PromptNotUnderstood {
        String developer = "{ \"content\" : [{\"text\":\"Zo\\u00eb\\/\",\"type\":\"input_text\"}] ,"
                + " \"role\":\"developer\",\"type\":\"message\"}";
        String user = "{\"role\":\"user\",\"content\":\"größer 😀\"}";
        String tools = "[ {\"type\":\"web_search\" } ]";
        String body = "\n{\"store\":false,\"input\" : [ " + developer + " ,\n" + user + "\t] , \"tools\":" + tools
                + ", \"model\": \"m\\u002d1\"} ";

        Prompt prompt = read(body);

        assertThat(prompt.messages())
                .extracting(message -> slice(body, message.range()))
                .containsExactly(developer, user);
        assertThat(prompt.messages()).extracting(Message::role).containsExactly(Role.DEVELOPER, Role.USER);
        assertThat(prompt.messages())
                .extracting(message -> slice(body, message.roleRange()))
                .containsExactly("developer", "user");
        assertThat(texts(prompt)).containsExactly("Zoë/", "größer 😀");
        assertThat(prompt.tools()).map(range -> slice(body, range)).contains(tools);
        assertThat(prompt.model()).contains("m-1");
        assertThat(prompt.takes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"instructions\":\"a\",\"input\":[{\"role\":\"developer\",\"content\":\"b\"}," + USER + "]",
                "\"input\":[{\"role\":\"system\",\"content\":\"b\"}," + USER + "],\"instructions\":\"a\""
            })
    void instructionsStandFirstWhereverTheyAre(String fields) throws PromptNotUnderstood {
        Prompt prompt = read("{" + fields + "}");

        assertThat(prompt.systemTexts()).extracting(ResponsesTest::text).containsExactly("a", "b");
        assertThat(prompt.conversation()).extracting(Message::role).containsExactly(Role.USER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void instructionsThatSayNothingAreNoMessage(String instructions) throws PromptNotUnderstood {
        assertThat(read("{\"instructions\":" + instructions + ",\"input\":\"Hi\"}")
                        .messages())
                .extracting(Message::role)
                .containsExactly(Role.USER);
    }

    @Test
    void aStringIsOneMessageOfTheUser() throws PromptNotUnderstood {
        String body = "{\"input\": \"Hi\" }";
        Message message = read(body).messages().get(0);

        assertThat(message.role()).isEqualTo(Role.USER);
        assertThat(slice(body, message.range())).isEqualTo("\"Hi\"");
        assertThat(message.content()).isEqualTo(message.range());
        assertThat(fill(body, message.noteGap().orElseThrow(), "NOTE")).isEqualTo("{\"input\": \"NOTEHi\" }");
    }

    @Test
    void whatTheModelSaidInOneAnswerIsOneMessage() throws PromptNotUnderstood {
        String answer = REASONED + ", " + SAID + "," + CALL + " ,\n" + CALL.replace("read", "write");
        String body = input(USER + "," + answer + "," + RESULT + "," + RESULT + "," + SAID + "," + USER);
        Prompt prompt = read(body);

        assertThat(prompt.messages())
                .extracting(Message::role)
                .containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL, Role.TOOL, Role.ASSISTANT, Role.USER);
        Message said = prompt.messages().get(1);
        assertThat(slice(body, said.range())).isEqualTo(answer);
        assertThat(said.texts()).extracting(ResponsesTest::text).containsExactly("Aye.");
        assertThat(said.calls()).extracting(call -> text(call.name())).containsExactly("read", "write");
        assertThat(said.calls())
                .extracting(call -> slice(body, call.arguments()))
                .containsOnly("\"{\\\"a\\\": 1}\"");
        assertThat(slice(body, said.content()))
                .startsWith("[{\"type\":\"output_text\"")
                .endsWith("}]");
        assertThat(said.noteGap()).isEmpty();
        assertThat(prompt.messages().get(4).calls()).isEmpty();
    }

    @Test
    void wordsInTwoItemsHaveNoPlaceAsAWhole() throws PromptNotUnderstood {
        Message said = read(input(SAID + "," + CALL + "," + SAID)).messages().get(0);

        assertThat(said.texts()).hasSize(2);
        assertThat(said.content().length()).isZero();
    }

    @Test
    void aCustomToolHasItsInputAsArguments() throws PromptNotUnderstood {
        String body = input("""
                {"type":"custom_tool_call","call_id":"c1","input":"*** Begin\\n","name":"apply_patch","arguments":1},
                {"type":"custom_tool_call_output","call_id":"c1","output":[{"type":"input_text","text":"ok"},
                  {"type":"input_image","image_url":"data:,"}]}""");
        List<Message> messages = read(body).messages();

        assertThat(messages).extracting(Message::role).containsExactly(Role.ASSISTANT, Role.TOOL);
        assertThat(messages.get(0).calls())
                .extracting(call -> slice(body, call.arguments()))
                .containsExactly("\"*** Begin\\n\"");
        assertThat(messages.get(1).texts()).extracting(ResponsesTest::text).containsExactly("ok");
        assertThat(messages.get(1).media())
                .extracting(range -> slice(body, range))
                .containsExactly("{\"type\":\"input_image\",\"image_url\":\"data:,\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"web_search_call\",\"id\":\"w\",\"content\":\"x\"}",
                "{\"type\":\"item_reference\",\"id\":\"msg_1\"}",
                "{\"type\":\"compaction\",\"encrypted_content\":\"x\"}",
                "{\"type\":\"mcp_call\",\"name\":\"f\",\"arguments\":\"{}\",\"output\":\"x\"}",
                "{\"type\":\"mess\\u0061ge\",\"role\":\"user\",\"content\":\"x\"}",
                "{\"type\":\"message\",\"content\":\"x\"}",
                "{\"type\":\"message\",\"role\":\"tool\",\"content\":\"x\"}",
                "{\"role\":\"us\\u0065r\",\"content\":\"x\"}",
                "{\"id\":\"msg_1\"}",
                "{}"
            })
    void anyOtherItemIsNeverTouchedAndPartsAnswers(String item) throws PromptNotUnderstood {
        String body = input(CALL + "," + item + "," + CALL);
        List<Message> messages = read(body).messages();

        assertThat(messages).extracting(Message::role).containsExactly(Role.ASSISTANT, Role.OTHER, Role.ASSISTANT);
        assertThat(slice(body, messages.get(1).range())).isEqualTo(item);
        assertThat(messages.get(1).texts()).isEmpty();
        assertThat(messages.get(1).takesNote()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"role":"user","content":       | "Hi"                           | "NOTEHi"
                    {"role":"user","content":       | []                             | [{"type":"input_text","text":"NOTE"}]
                    {"role":"user","content":       | [ {"type":"input_image"} ]     | [{"type":"input_text","text":"NOTE"}, {"type":"input_image"} ]
                    {"role":"user","content":       | [{"type":"input_image"},{"type":"input_text","text":"a"},{"text":"b"}] | [{"type":"input_image"},{"type":"input_text","text":"a"},{"text":"NOTEb"}]
                    {"type":"function_call_output","output": | "Hi"                  | "HiNOTE"
                    {"type":"function_call_output","output": | [{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}] | [{"type":"input_text","text":"a"},{"type":"input_text","text":"bNOTE"}]
                    {"type":"custom_tool_call_output","output": | [{"type":"input_file"}] | [{"type":"input_text","text":"NOTE"},{"type":"input_file"}]
                    """)
    void aNoteGoesBeforeWordsAndBehindAResult(String head, String content, String filled) throws PromptNotUnderstood {
        String body = input(head + content + "}");

        assertThat(fill(body, read(body).messages().get(0).noteGap().orElseThrow(), "NOTE"))
                .isEqualTo(input(head + filled + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"user\",\"content\":null}",
                "{\"role\":\"user\"}",
                "{\"role\":\"developer\",\"content\":\"x\"}",
                "{\"type\":\"function_call_output\",\"output\":{\"text\":\"x\"}}",
                "{\"type\":\"function_call_output\",\"content\":\"x\"}"
            })
    void anItemWithoutAPlaceTakesNoNote(String item) throws PromptNotUnderstood {
        assertThat(read(input(item)).messages()).hasSize(1).noneMatch(Message::takesNote);
    }

    @Test
    void reasoningGoesBeforeAnAnswerThatHasNone() throws PromptNotUnderstood {
        String body = input(USER + "," + SAID + "," + CALL + "," + RESULT);

        assertThat(fill(body, read(body).messages().get(1).reasoningGap().orElseThrow(), "So."))
                .isEqualTo(input(USER + ",{\"type\":\"reasoning\",\"id\":\"rs_0\",\"summary\":[],\"content\":"
                        + "[{\"type\":\"reasoning_text\",\"text\":\"So.\"}]}," + SAID + "," + CALL + "," + RESULT));
        assertThat(read(input(USER + "," + SAID + "," + REASONED)).messages())
                .allMatch(message -> message.reasoningGap().isEmpty());
        assertThat(read(body).messages().get(0).reasoningGap()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"previous_response_id\":\"resp_1\",\"input\":\"Hi\"",
                "\"input\":[],\"conversation\":\"conv_1\"",
                "\"input\":[],\"conversation\":{\"id\":\"conv_1\"}"
            })
    void aBodyThatGoesOnWithWhatTheEngineKeepsIsStateful(String fields) {
        assertRefused("{" + fields + "}", Why.STATEFUL);
    }

    @Test
    void noStateIsNone() throws PromptNotUnderstood {
        assertThat(read("{\"previous_response_id\":null,\"conversation\": null,\"input\":\"Hi\"}")
                        .messages())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"input\":[],\"input\":\"x\"}",
                "{\"input\":[],\"tools\":[],\"tools\":null}",
                "{\"input\":[],\"instructions\":\"a\",\"instructions\":\"b\"}",
                "{\"inp\\u0075t\":[],\"input\":[]}",
                "{\"input\":[{\"type\":\"message\",\"type\":\"reasoning\"}]}",
                "{\"input\":[{\"role\":\"user\",\"role\":\"system\"}]}",
                "{\"input\":[{\"role\":\"user\",\"content\":null,\"content\":\"y\"}]}",
                "{\"input\":[{\"role\":\"user\",\"c\\u006fntent\":\"y\"}]}",
                "{\"input\":[{\"type\":\"function_call\",\"name\":\"a\",\"name\":\"b\"}]}",
                "{\"input\":[{\"type\":\"function_call\",\"arguments\":\"1\",\"arguments\":\"2\"}]}",
                "{\"input\":[{\"type\":\"custom_tool_call\",\"input\":\"1\",\"input\":\"2\"}]}",
                "{\"input\":[{\"type\":\"function_call_output\",\"output\":\"1\",\"output\":\"2\"}]}",
                "{\"input\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\",\"text\":\"y\"}]}]}"
            })
    void whatCanBeReadInTwoWaysIsAmbiguous(String body) {
        assertRefused(body, Why.AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"instructions\":\"x\"}",
                "{\"input\":null}",
                "{\"input\":{}}",
                "{\"input\":[\"hi\"]}",
                "{\"input\":[null]}",
                "{\"input\":[],\"instructions\":[]}"
            })
    void aDecidingFieldOfAnotherTypeIsAnotherShape(String body) {
        assertRefused(body, Why.OTHER_SHAPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"input\":[]", "{\"input\":[]} x", "{\"input\":[{\"role\":\"user\"]}"})
    void whatIsNoJsonObjectIsRefused(String body) {
        assertRefused(body, Why.NOT_JSON);
    }

    private static void assertRefused(String body, Why why) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        PromptNotUnderstood.class,
                        refusal -> assertThat(refusal.why()).isEqualTo(why));
    }

    private static Prompt read(String body) throws PromptNotUnderstood {
        return Dialect.RESPONSES.read(body.getBytes(UTF_8));
    }

    private static String input(String items) {
        return "{\"input\":[" + items + "]}";
    }

    private static String fill(String body, Gap gap, String text) {
        return slice(body, new Range(0, gap.range().start()))
                + new String(gap.filled(text.getBytes(UTF_8)), UTF_8)
                + slice(body, new Range(gap.range().end(), body.getBytes(UTF_8).length));
    }

    private static List<String> texts(Prompt prompt) {
        return prompt.messages().stream()
                .flatMap(message -> message.texts().stream())
                .map(ResponsesTest::text)
                .toList();
    }

    private static String text(JsonString string) {
        try {
            return string.text();
        } catch (NotJson e) {
            throw new AssertionError(e);
        }
    }

    private static String slice(String body, Range range) {
        return new String(body.getBytes(UTF_8), range.start(), range.length(), UTF_8);
    }
}
