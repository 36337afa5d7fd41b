package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RestorationTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        white space that was stripped | "At noon." | `\n\nAt noon.` | "\\n\\nAt noon."
        in a text part | [{"type":"text","text":"At noon."}] | ` At noon. "` | [{"type":"text","text":" At noon. \\""}]
        the same text | "At noon." | `At noon.` | "At noon."
        the same text in another spelling | "At no\\u006fn." | `At noon.` | "At no\\u006fn."
        a think block that was taken out | "At noon." | `<think>Tide.</think>  At noon.` | "At noon."
        a think block that was put in | "<think>Tide.</think>At noon." | ` At noon.` | "<think>Tide.</think>At noon."
        a think block that was stripped | "<think>Tide.</think> At noon." | `<think>\nTide.</think> At noon.` | "<think>\\nTide.</think> At noon."
        several texts | [{"type":"text","text":"At"},{"type":"text","text":"noon."}] | ` At noon.` | [{"type":"text","text":"At"},{"type":"text","text":"noon."}]
        no text | null | ` ` | null
        """)
    void textComesBackAsTheModelSaidIt(String what, String content, String said, String restored)
            throws PromptNotUnderstood, NotJson {
        String message = "{\"role\":\"assistant\",\"content\":%s}";

        assertThat(restored(message.replace("%s", content), new Emitted(said, "", List.of()), false))
                .isEqualTo(message.replace("%s", restored));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        sorted keys | "{\\"a\\":1,\\"b\\":2}" | "{\\"b\\": 2, \\"a\\": 1}"
        the same | "{\\"b\\": 2, \\"a\\": 1}" | "{\\"b\\": 2, \\"a\\": 1}"
        the same in another spelling | "{\\u0022b\\": 2, \\"a\\": 1}" | "{\\u0022b\\": 2, \\"a\\": 1}"
        an object | {"a":1,"b":2} | {"b": 2, "a": 1}
        neither | [1] | [1]
        """)
    void argumentsComeBackAsTheModelSpelledThem(String what, String came, String restored)
            throws PromptNotUnderstood, NotJson {
        String message = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"function\":"
                + "{\"name\":\"f\",\"arguments\":%s}}]}";
        Emitted said = new Emitted("", "", List.of(new Call("f", "{\"b\": 2, \"a\": 1}")));

        assertThat(restored(message.replace("%s", came), said, false)).isEqualTo(message.replace("%s", restored));
    }

    @Test
    void eachCallGetsItsOwnArguments() throws PromptNotUnderstood, NotJson {
        String message =
                "{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"[1]\"}},"
                        + "{\"function\":{\"name\":\"g\",\"arguments\":\"[2]\"}},"
                        + "{\"function\":{\"name\":\"h\",\"arguments\":\"[3]\"}}]}";
        Emitted said = new Emitted("", "", List.of(new Call("f", "[ 1 ]"), new Call("g", "[2 ]")));

        assertThat(restored(message, said, false))
                .isEqualTo(message.replace("[1]", "[ 1 ]").replace("[2]", "[2 ]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        true  | Tide? |                           | ,"reasoning_content":"Tide?"
        false | Tide? |                           |
        true  | ``    |                           |
        true  | Tide? | ,"reasoning":"My own."    | ,"reasoning":"My own."
        true  | Tide? | ,"reasoning_content":""   | ,"reasoning_content":"Tide?"
        true  | Tide? | ,"reasoning_content":null | ,"reasoning_content":"Tide?"
        true  | Tide? | ,"reasoning":null         | ,"reasoning":null,"reasoning_content":"Tide?"
        true  | Tide? | ,"reasoning_content":[]   | ,"reasoning_content":[]
        """)
    void reasoningIsAddedOnlyIfItIsWantedAndAbsent(boolean wanted, String said, String came, String restored)
            throws PromptNotUnderstood, NotJson {
        String message = "{\"role\":\"assistant\",\"content\":\"Hi\"%s}";

        assertThat(restored(message.replace("%s", or(came)), new Emitted("Hi", said, List.of()), wanted))
                .isEqualTo(message.replace("%s", or(restored)));
    }

    private static String or(String field) {
        return field == null ? "" : field;
    }

    private static String restored(String message, Emitted said, boolean reasoning)
            throws PromptNotUnderstood, NotJson {
        String head = "{\"messages\":[";
        byte[] body = (head + message + "]}").getBytes(UTF_8);
        List<Edit> edits = Restoration.of(
                body, Dialect.CHAT_COMPLETIONS.read(body).messages().get(0), said, reasoning);
        String out = new String(new Plan(edits).splice(body), UTF_8);
        return out.substring(head.length(), out.length() - 2);
    }
}
