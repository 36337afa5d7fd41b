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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OllamaTest {

    @Test
    void aChatIsRead() throws PromptNotUnderstood, NotJson {
        String body = """
                {"model":"qwen3:8b","options":{"num_ctx":32768},"keep_alive":-1,"messages":[
                 {"role":"system","content":"You keep a log."},
                 {"role":"user","content":"What is in this picture?","images":["aGk=","aG8="]},
                 {"role":"assistant","content":"","thinking":"A ship?","tool_calls":[
                   {"function":{"index":0,"name":"look","arguments":{"at": "bow"}}}]},
                 {"role":"tool","tool_name":"look","content":"A gull."}],
                 "tools":[{"type":"function","function":{"name":"look"}}]}""";
        Prompt prompt = Dialect.OLLAMA_CHAT.read(body.getBytes(UTF_8));

        assertThat(prompt.model()).contains("qwen3:8b");
        assertThat(prompt.messages())
                .extracting(Message::role)
                .containsExactly(Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL);
        assertThat(texts(prompt)).containsExactly("You keep a log.", "What is in this picture?", "", "A gull.");
        assertThat(prompt.messages().get(1).media())
                .extracting(range -> slice(body, range))
                .containsExactly("[\"aGk=\",\"aG8=\"]");
        Message called = prompt.messages().get(2);
        assertThat(called.calls().get(0).name().text()).isEqualTo("look");
        assertThat(slice(body, called.calls().get(0).arguments())).isEqualTo("{\"at\": \"bow\"}");
        assertThat(called.reasoningGap()).as("it is there").isEmpty();
        assertThat(prompt.tools().map(range -> slice(body, range)))
                .contains("[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}]");
        assertThat(prompt.takes()).isEmpty();
    }

    @Test
    void reasoningGoesIntoTheFieldThatOllamaReads() throws PromptNotUnderstood {
        String body = "{\"messages\":[{\"role\":\"assistant\",\"content\":\"Aye\"}]}";
        Gap gap = Dialect.OLLAMA_CHAT
                .read(body.getBytes(UTF_8))
                .messages()
                .get(0)
                .reasoningGap()
                .orElseThrow();

        assertThat(filled(body, gap, "So."))
                .isEqualTo("{\"messages\":[{\"role\":\"assistant\",\"content\":\"Aye\",\"thinking\":\"So.\"}]}");
    }

    @Test
    void aGeneratePromptIsASystemTextAndAMessageOfTheUser() throws PromptNotUnderstood, NotJson {
        String body = "{\"prompt\":\"Name a knot.\",\"images\":[\"aGk=\"],\"model\":\"m\",\"system\":\"You sail.\"}";
        Prompt prompt = Dialect.OLLAMA_GENERATE.read(body.getBytes(UTF_8));

        assertThat(prompt.messages()).extracting(Message::role).containsExactly(Role.SYSTEM, Role.USER);
        assertThat(texts(prompt)).containsExactly("You sail.", "Name a knot.");
        assertThat(prompt.conversation()).hasSize(1);
        assertThat(prompt.model()).contains("m");
        assertThat(filled(body, prompt.messages().get(1).noteGap().orElseThrow(), "NOTE "))
                .contains("\"prompt\":\"NOTE Name a knot.\"");
        assertThat(prompt.messages().get(1).media()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"raw\":true", "\"suffix\":\"}\""})
    void aPromptThatNoTemplateSeesIsOnlyLinkedAndCounted(String field) throws PromptNotUnderstood {
        Prompt prompt = Dialect.OLLAMA_GENERATE.read(
                ("{\"prompt\":\"int main() {\",\"system\":\"You sail.\"," + field + "}").getBytes(UTF_8));

        assertThat(prompt.systemTexts()).isEmpty();
        assertThat(prompt.messages()).hasSize(1).noneMatch(Message::takesNote);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"raw\":false", "\"raw\":null", "\"suffix\":\"\"", "\"context\":[]", "\"context\":null"})
    void anEmptySwitchIsNone(String field) throws PromptNotUnderstood {
        Prompt prompt = Dialect.OLLAMA_GENERATE.read(
                ("{" + field + ",\"prompt\":\"Hi\",\"system\":\"You sail.\"}").getBytes(UTF_8));

        assertThat(prompt.systemTexts()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"prompt":"Hi","context":[1,2]}   | STATEFUL
                    {"model":"m"}                     | OTHER_SHAPE
                    {"prompt":["Hi"]}                 | OTHER_SHAPE
                    {"prompt":"Hi","prompt":"Ho"}     | AMBIGUOUS
                    {"prompt":"Hi","system":"a","system":"b"} | AMBIGUOUS
                    {"prompt":"Hi","raw":7}           | NOT_JSON
                    {"prompt":"Hi","r\\u0061w":true}  | AMBIGUOUS
                    {"prompt":"Hi"                    | NOT_JSON
                    """)
    void aGenerateBodyOfAnotherShapeIsNotRead(String body, Why why) {
        assertThatThrownBy(() -> Dialect.OLLAMA_GENERATE.read(body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        PromptNotUnderstood.class,
                        refusal -> assertThat(refusal.why()).isEqualTo(why));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"model":"m"}                  | OTHER_SHAPE
                    {"messages":{}}                | OTHER_SHAPE
                    {"messages":[],"messages":[]}  | AMBIGUOUS
                    {"messages":[]}x               | NOT_JSON
                    """)
    void aChatBodyOfAnotherShapeIsNotRead(String body, Why why) {
        assertThatThrownBy(() -> Dialect.OLLAMA_CHAT.read(body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        PromptNotUnderstood.class,
                        refusal -> assertThat(refusal.why()).isEqualTo(why));
    }

    private static List<String> texts(Prompt prompt) throws NotJson {
        List<String> texts = new ArrayList<>();
        for (Message message : prompt.messages()) {
            for (JsonString text : message.texts()) {
                texts.add(text.text());
            }
        }
        return texts;
    }

    private static String filled(String body, Gap gap, String text) {
        int all = body.getBytes(UTF_8).length;
        return slice(body, new Range(0, gap.range().start()))
                + new String(gap.filled(text.getBytes(UTF_8)), UTF_8)
                + slice(body, new Range(gap.range().end(), all));
    }

    private static String slice(String body, Range range) {
        return new String(body.getBytes(UTF_8), range.start(), range.length(), UTF_8);
    }
}
