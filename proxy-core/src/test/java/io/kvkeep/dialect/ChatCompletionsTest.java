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
import io.kvkeep.prompt.Prompt.Field;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatCompletionsTest {
    private static final Dialect CHAT = Dialect.CHAT_COMPLETIONS;

    @Test
    void rangesAreExactlyTheBytes() throws PromptNotUnderstood {
        String first = "{ \"content\" : \"Zo\\u00eb\\/\" , \"role\":\"system\"}";
        String second = "{\"role\":\"user\",\"content\":\"größer 😀\"}";
        String tools = "[ {\"type\":\"function\" } ]";
        String body = "\n{\"n\":1e5,\"messages\" : [ " + first + " ,\n" + second + "\t] , \"tools\":" + tools
                + ", \"model\": \"m\\u002d1\"} ";

        Prompt prompt = read(body);

        assertThat(prompt.messages())
                .extracting(message -> slice(body, message.range()))
                .containsExactly(first, second);
        assertThat(prompt.messages()).extracting(Message::role).containsExactly(Role.SYSTEM, Role.USER);
        assertThat(rawTexts(prompt)).containsExactly("Zo\\u00eb\\/", "größer 😀");
        assertThat(prompt.tools()).map(range -> slice(body, range)).contains(tools);
        assertThat(prompt.model()).contains("m-1");
        assertThat(prompt.body()).isEqualTo(body.getBytes(UTF_8));
    }

    @Test
    void anArrayOfPartsGivesOneTextForEachTextPart() throws PromptNotUnderstood {
        Prompt prompt = read(messages("""
                {"role":"user","content":[{"type":"text","text":"one"},
                  {"type":"image_url","image_url":{"url":"data:x"},"text":"not a text part"},
                  {"text":"two","type":"text","cache_control":{"type":"ephemeral"}}, "bare", 5, null,
                  {"text":"three"},{"type":"text"},{"type":"text","text":null}]}"""));

        assertThat(rawTexts(prompt)).containsExactly("one", "two", "three");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "5", "{\"text\":\"x\"}", "[{\"type\":\"image_url\",\"image_url\":{}}]"})
    void aContentWithoutTextGivesNone(String content) throws PromptNotUnderstood {
        Prompt prompt = read(messages("{\"role\":\"assistant\",\"content\":" + content + ",\"tool_calls\":[]}"));

        assertThat(prompt.messages()).hasSize(1);
        assertThat(rawTexts(prompt)).isEmpty();
    }

    @Test
    void theWordsOfToolCallsAreNoTexts() throws PromptNotUnderstood {
        Prompt prompt = read(messages("""
                {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":
                  {"name":"f","arguments":"{\\"content\\":\\"x\\",\\"role\\":\\"user\\"}","content":"y"}}]},
                {"role":"tool","tool_call_id":"a","name":"f","content":"result"}"""));

        assertThat(prompt.messages()).extracting(Message::role).containsExactly(Role.ASSISTANT, Role.TOOL);
        assertThat(rawTexts(prompt)).containsExactly("result");
    }

    @Test
    void leadingSystemAndDeveloperMessagesAreTheSystemText() throws PromptNotUnderstood {
        Prompt prompt = read(messages("""
                {"role":"system","content":"a"},{"role":"developer","content":[{"type":"text","text":"b"},
                {"type":"text","text":"c"}]},{"role":"user","content":"d"},{"role":"system","content":"late"},
                {"role":"user","content":"e"}"""));

        assertThat(prompt.systemTexts()).extracting(ChatCompletionsTest::text).containsExactly("a", "b", "c");
        assertThat(prompt.firstUser().map(Message::texts).map(texts -> text(texts.get(0))))
                .contains("d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"function\"", "\"System\"", "\"\"", "null", "5", "\"us\\u0065r\""})
    void anyOtherRoleIsLeftAlone(String role) throws PromptNotUnderstood {
        Prompt prompt = read(messages("{\"role\":" + role + ",\"content\":\"x\"},{\"content\":\"y\"}"));

        assertThat(prompt.messages()).extracting(Message::role).containsOnly(Role.OTHER);
        assertThat(prompt.systemTexts()).isEmpty();
        assertThat(prompt.firstUser()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"messages\":[],\"messages\":[]}",
                "{\"messages\":[],\"tools\":[],\"tools\":null}",
                "{\"messages\":[{\"role\":\"user\",\"role\":\"system\",\"content\":\"x\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"content\":\"y\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":null,\"content\":\"y\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\",\"text\":\"y\"}]}]}"
            })
    void aDecidingFieldThatIsThereTwiceIsAmbiguous(String body) {
        assertRefused(body, Why.AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"m\\u0065ssages\":[],\"messages\":[]}",
                "{\"messages\":[],\"tool\\u0073\":[]}",
                "{\"messages\":[{\"role\":\"user\",\"rol\\u0065\":\"system\",\"content\":\"x\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"c\\u006fntent\":\"y\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\",\"te\\u0078t\":\"y\"}]}]}"
            })
    void aFieldNameBehindAnEscapeIsAmbiguous(String body) {
        assertRefused(body, Why.AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"model\":\"m\"}",
                "{\"messages\":null}",
                "{\"messages\":\"hi\"}",
                "{\"messages\":{}}",
                "{\"messages\":[\"hi\"]}",
                "{\"messages\":[null]}",
                "{\"messages\":[],\"stream\":1}",
                "{\"messages\":[],\"stream\":\"true\"}"
            })
    void aDecidingFieldOfAnotherTypeIsAnotherShape(String body) {
        assertRefused(body, Why.OTHER_SHAPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"messages\":[]",
                "{\"messages\":[]}}",
                "{\"messages\":[]} x",
                "{\"messages\":[{\"role\":\"user\"]}",
                "{\"messages\":[{\"role\":\"user\" \"content\":\"x\"}]}",
                "{\"messages\":[],\"model\":\"\\x\"}",
                "\u00ef\u00bb\u00bf{\"messages\":[]}"
            })
    void whatIsNoJsonObjectIsRefused(String body) {
        assertRefused(body, Why.NOT_JSON);
    }

    @Test
    void aRefusalNeverQuotesThePrompt() {
        assertThatThrownBy(() -> read("{\"messages\":[{\"role\":\"user\",\"content\":\"secret\",\"content\":\"x\"}]}"))
                .isInstanceOf(PromptNotUnderstood.class)
                .hasMessageContaining("content")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void callsHaveTheirNamesAndTheirArgumentsAsTheyStand() throws PromptNotUnderstood {
        String body = messages("""
                {"role":"assistant","content":null,"tool_calls":[
                  {"id":"1","type":"function","function":{"name":"read","arguments":"{\\"a\\": 1}"}},
                  {"function":{"arguments": { "b" : 2 } ,"name":"wr\\u0069te","strict":true},"name":"no"},
                  7, {"type":"custom","custom":{"name":"x"}}, {"function":{}}, {"function":null}]}""");
        Message message = read(body).messages().get(0);

        assertThat(message.calls()).extracting(call -> text(call.name())).containsExactly("read", "write", "");
        assertThat(message.calls())
                .extracting(call -> slice(body, call.arguments()))
                .containsExactly("\"{\\\"a\\\": 1}\"", "{ \"b\" : 2 }", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{}", "\"x\""})
    void withoutAnArrayOfCallsThereAreNone(String calls) throws PromptNotUnderstood {
        assertThat(read(messages("{\"role\":\"assistant\",\"tool_calls\":" + calls + "}"))
                        .messages()
                        .get(0)
                        .calls())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tool_calls\":[{\"function\":{}}],\"tool_calls\":[]",
                "\"tool_calls\":[{\"function\":{\"name\":\"a\",\"name\":\"b\"}}]",
                "\"tool_calls\":[{\"function\":{\"arguments\":\"1\",\"arguments\":\"2\"}}]",
                "\"tool_calls\":[{\"functi\\u006fn\":{}}]",
                "\"tool_calls\":[{\"function\":{\"nam\\u0065\":\"a\"}}]"
            })
    void callsThatCanBeReadInTwoWaysAreAmbiguous(String calls) {
        assertRefused(messages("{\"role\":\"assistant\"," + calls + "}"), Why.AMBIGUOUS);
    }

    @Test
    void partsThatAreNoTextsAreMedia() throws PromptNotUnderstood {
        String image = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"},\"text\":\"caption\"";
        String body = messages("{\"role\":\"user\",\"content\":[ " + image
                + ", \"cache_control\":{}},{\"type\":\"text\",\"text\":\"a\"}, \"bare\" ,{\"type\":\"text\"}]}");

        assertThat(read(body).messages().get(0).media())
                .extracting(range -> slice(body, range))
                .as("without what marks them for caches")
                .containsExactly(image, "\"bare\"", "{\"type\":\"text\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    user | "Hi"                                                  | "NOTEHi"
                    tool | "Hi"                                                  | "HiNOTE"
                    user | ""                                                    | "NOTE"
                    user | []                                                    | [{"type":"text","text":"NOTE"}]
                    user | [ {"type":"image_url"} ]                              | [{"type":"text","text":"NOTE"}, {"type":"image_url"} ]
                    tool | [{"type":"text","text":"a"},{"type":"text","text":"b"}] | [{"type":"text","text":"a"},{"type":"text","text":"bNOTE"}]
                    """)
    void aNoteGoesBeforeWordsAndBehindAResult(String role, String content, String filled) throws PromptNotUnderstood {
        String head = "{\"messages\":[{\"role\":\"" + role + "\",\"content\": ";
        Message message = read(head + content + "}]}").messages().get(0);

        assertThat(fill(head + content + "}]}", message.noteGap().orElseThrow(), "NOTE"))
                .isEqualTo(head + filled + "}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Hi\"", "[]", "[ {\"type\":\"text\",\"text\":\"a\"} ]"})
    void aContentHasItsPlaceAsAWhole(String content) throws PromptNotUnderstood {
        String body = messages("{\"role\":\"user\", \"content\" : " + content + " ,\"name\":\"Zoë\"}");

        assertThat(slice(body, read(body).messages().get(0).content())).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{\"text\":\"x\"}", "5"})
    void aContentThatHoldsNoTextTakesNoNote(String content) throws PromptNotUnderstood {
        assertThat(read(messages("{\"role\":\"user\",\"content\":" + content + "}"))
                        .messages())
                .noneMatch(Message::takesNote);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                                | ,"reasoning_content":"So."
                    ,"reasoning_details":"Tide?"                      | ,"reasoning_details":"Tide?","reasoning_content":"So."
                    ,"reasoning_content":"","x":1                     | ,"reasoning_content":"So.","x":1
                    ,"reasoning_content":null                         | ,"reasoning_content":"So."
                    ,"reasoning":""                                   | ,"reasoning":"","reasoning_content":"So."
                    """)
    void reasoningGoesWhereNoneIs(String fields, String filled) throws PromptNotUnderstood {
        String head = "{\"role\":\"assistant\",\"content\":\"Hi\"";
        Message message = read(messages(head + fields + "}")).messages().get(0);

        assertThat(fill(messages(head + fields + "}"), message.reasoningGap().orElseThrow(), "So."))
                .isEqualTo(messages(head + filled + "}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    assistant | ,"reasoning_content":"Tide?"
                    assistant | ,"reasoning":"Tide?"
                    assistant | ,"thinking":"Tide?"
                    assistant | ,"reasoning":"Tide?","reasoning_content":""
                    assistant | ,"reasoning_content":{}
                    user      | ''
                    tool      | ,"reasoning_content":""
                    """)
    void aMessageThatHasReasoningOrIsNotTheModelsTakesNone(String role, String fields) throws PromptNotUnderstood {
        assertThat(read(messages("{\"role\":\"" + role + "\",\"content\":\"Hi\"" + fields + "}"))
                        .messages()
                        .get(0)
                        .reasoningGap())
                .isEmpty();
    }

    @Test
    void theNameOfARoleHasItsPlace() throws PromptNotUnderstood {
        String body =
                messages("{\"content\":\"user\",\"role\" : \"developer\"},{\"role\":\"critic\"},{\"role\":null},{}");

        assertThat(read(body).messages())
                .extracting(message -> slice(body, message.roleRange()))
                .containsExactly("developer", "critic", "", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ,"id_slot":0                                       | false | true
                    ,"id_slot":-1,"chat_template_kwargs":null          | false | false
                    ,"chat_template_kwargs":{"enable_thinking":false}  | true  | false
                    ,"metadata":{"id_slot":1,"chat_template_kwargs":1} | true  | true
                    ''                                                 | true  | true
                    """)
    void takesNoFieldThatTheClientSetsItself(String fields, boolean slot, boolean switches) throws PromptNotUnderstood {
        Prompt prompt = read("{\"messages\":[]" + fields + "}");

        assertThat(prompt.takes().contains(Field.SLOT)).isEqualTo(slot);
        assertThat(prompt.takes().contains(Field.TEMPLATE_SWITCHES)).isEqualTo(switches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                                             | false
                    ,"stream":false                                                | false
                    ,"stream":null                                                 | false
                    ,"stream_options":{"include_usage":true}                       | false
                    ,"stream":true                                                 | true
                    ,"stream":true,"stream_options":{"include_usage":true}         | false
                    ,"stream_options":{"x":[1],"include_usage" : true},"stream":true | false
                    ,"stream":true,"stream_options":{"include_usage":false}        | false
                    ,"stream":true,"stream_options":{}                             | false
                    ,"stream":true,"stream_options":null                           | false
                    ,"stream":true,"stream_options":7                              | false
                    """)
    void onlyAStreamWithoutOptionsIsAskedForCounts(String fields, boolean takes) throws PromptNotUnderstood {
        assertThat(read("{\"messages\":[]" + fields + "}").takes().contains(Field.USAGE))
                .isEqualTo(takes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"messages\":[]}", "{\"messages\":[],\"model\":null}", "{\"model\":5,\"messages\":[]}"})
    void theModelMayBeMissing(String body) throws PromptNotUnderstood {
        assertThat(read(body).model()).isEmpty();
    }

    private static void assertRefused(String body, Why why) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        PromptNotUnderstood.class,
                        refusal -> assertThat(refusal.why()).isEqualTo(why));
    }

    private static Prompt read(String body) throws PromptNotUnderstood {
        return CHAT.read(body.getBytes(UTF_8));
    }

    private static String fill(String body, Gap gap, String text) {
        return slice(body, new Range(0, gap.range().start()))
                + new String(gap.filled(text.getBytes(UTF_8)), UTF_8)
                + slice(body, new Range(gap.range().end(), body.getBytes(UTF_8).length));
    }

    private static String messages(String messages) {
        return "{\"messages\":[" + messages + "]}";
    }

    private static List<String> rawTexts(Prompt prompt) {
        List<String> texts = new ArrayList<>();
        for (Message message : prompt.messages()) {
            for (JsonString text : message.texts()) {
                texts.add(slice(new String(prompt.body(), UTF_8), text.range()));
            }
        }
        return texts;
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
