package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.answer.Framing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerReaderTest {
    private static final int BOUND = 10_000;
    private static final String FINISH = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

    @Test
    void aStreamOfLlamaCppIsRead() {
        String stream = """
                data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1,"id":"chatcmpl-1","model":"m","system_fingerprint":"b11434","object":"chat.completion.chunk"}

                data: {"choices":[{"finish_reason":null,"index":0,"delta":{"reasoning_content":"So."}}],"object":"chat.completion.chunk"}

                data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":" Hi "}}],"object":"chat.completion.chunk"}

                :

                data: {"choices":[{"finish_reason":null,"index":0,"delta":{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"read","arguments":""}}]}}]}

                data: {"choices":[{"finish_reason":null,"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"b\\": 1.0"}}]}}]}

                data: {"choices":[{"finish_reason":null,"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":",\\"a\\":\\"\\\\u00e9\\"}"}}]}}]}

                data: {"choices":[{"finish_reason":"tool_calls","index":0,"delta":{}}],"timings":{"cache_n":5}}

                data: {"choices":[],"usage":{"prompt_tokens":30001}}

                data: [DONE]

                """;

        assertThat(stream(stream))
                .contains(new Emitted(" Hi ", "So.", List.of(new Call("read", "{\"b\": 1.0,\"a\":\"\\u00e9\"}"))));
    }

    @Test
    void aPlainAnswerOfVllmIsRead() {
        String body = """
                {"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant",
                "content":"\\n\\nHi","refusal":null,"function_call":null,"tool_calls":[
                {"id":"a","type":"function","function":{"name":"one","arguments":"{}"}},
                {"id":"b","type":"function","function":{"name":"two","arguments":"{ }"}}],
                "reasoning":"So.","reasoning_content":"So."},"logprobs":null,"finish_reason":"tool_calls","stop_reason":null}],
                "usage":{"prompt_tokens":7},"kv_transfer_params":null}
                """;

        assertThat(body(body))
                .contains(new Emitted("\n\nHi", "So.", List.of(new Call("one", "{}"), new Call("two", "{ }"))));
    }

    @Test
    void argumentsThatAreAnObjectKeepTheirSpelling() {
        assertThat(body(message("\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{ \"é\" :1e0}}}]")))
                .contains(new Emitted("", "", List.of(new Call("f", "{ \"é\" :1e0}"))));
    }

    @Test
    void callsWithoutAnIndexAreCountedInTheirPiece() {
        assertThat(stream(delta("\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"1\"}},"
                                + "{\"function\":{\"name\":\"g\",\"arguments\":null}}]")
                        + data(FINISH)))
                .contains(new Emitted("", "", List.of(new Call("f", "1"), new Call("g", ""))));
    }

    @Test
    void whatIsSaidInTheChunkWithTheFinishCounts() {
        String last = "{\"choices\":[{\"finish_reason\":\"length\",\"delta\":{\"content\":\"b\"}}]}";

        assertThat(stream(delta("\"content\":\"a\"") + data(last))).contains(new Emitted("ab", "", List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"content\":5",
                "\"content\":{}",
                "\"content\":[\"text\"]",
                "\"content\":[{\"type\":\"image_url\",\"text\":\"x\"}]",
                "\"content\":[{\"type\":\"text\",\"text\":null}]",
                "\"reasoning\":{}",
                "\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}",
                "\"tool_calls\":{}",
                "\"tool_calls\":[null]",
                "\"tool_calls\":[{\"function\":{\"arguments\":\"{}\"}}]",
                "\"tool_calls\":[{\"function\":{\"name\":\"\",\"arguments\":\"{}\"}}]",
                "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":[]}}]",
                "\"c\\u006fntent\":\"x\"",
                "\"content\":\"\\x\""
            })
    void aMessageOfAnotherShapeTellsNothing(String fields) {
        assertThat(body(message(fields))).isEmpty();
        assertThat(stream(delta(fields) + data(FINISH))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"choices\":[]}",
                "{\"choices\":[{\"finish_reason\":\"stop\"}]}",
                "{\"choices\":[{\"finish_reason\":\"stop\",\"delta\":{\"content\":\"x\"}}]}",
                "{\"choices\":[{\"finish_reason\":null,\"message\":{\"content\":\"x\"}}]}",
                "{\"choices\":[{\"finish_reason\":\"\",\"message\":{\"content\":\"x\"}}]}",
                "{\"choices\":[{\"finish_reason\":\"abort\",\"message\":{\"content\":\"x\"}}]}",
                "{\"choices\":[{\"finish_reason\":\"error\",\"message\":{\"content\":\"x\"}}]}",
                "{\"choices\":[{\"index\":1,\"finish_reason\":\"stop\",\"message\":{\"content\":\"x\"}}]}",
                "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{}},{\"finish_reason\":\"stop\",\"message\":{}}]}",
                "{\"error\":{\"message\":\"no\"},\"choices\":[{\"finish_reason\":\"stop\",\"message\":{}}]}",
                "{\"object\":\"error\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{}}]}",
                "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"x\"}}]} x",
                "{\"detail\":\"Not Found\"}"
            })
    void aBodyThatIsNoWholeAnswerTellsNothing(String body) {
        assertThat(body(body)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"code\":500,\"message\":\"no\"}}\n\n",
                "data: {\"error\":\"no\"}\n\ndata: [DONE]\n\n",
                "data: {\"object\":\"error\",\"message\":\"no\"}\n\n",
                "event: error\ndata: {\"message\":\"no\"}\n\n",
                "event:error\n\n",
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"more\"}}]}\n\n",
                "data: {\"choices\":[{\"index\":1,\"delta\":{}}]}\n\n",
                "data: {\"choices\":[{\"index\":\"0\",\"delta\":{}}]}\n\n",
                "data: {\"choices\":[{\"index\":0,\"message\":{\"content\":\"x\"}}]}\n\n",
                "data: {\"choices\":[{\"delta\":{}},{\"delta\":{}}]}\n\n",
                "data: x\n\n",
                "data: {}\ndata: {}\n\n",
                "{\"error\":\"no\"}",
                "data: {\"choi",
                "dat"
            })
    void aStreamThatGoesWrongTellsNothingEvenBehindItsFinish(String wrong) {
        String good = delta("\"content\":\"x\"") + data(FINISH);
        assertThat(stream(good)).contains(new Emitted("x", "", List.of()));

        assertThat(stream(good + wrong)).isEmpty();
    }

    @Test
    void aStreamWithoutAFinishTellsNothing() {
        assertThat(stream(delta("\"content\":\"x\"") + "data: [DONE]\n\n")).isEmpty();
        assertThat(stream("data: [DONE]\n\n" + delta("\"content\":\"x\"") + data(FINISH)))
                .isEmpty();
        assertThat(stream(data("{\"choices\":[{\"finish_reason\":\"stop\"}]}"))).isEmpty();
        assertThat(stream("")).isEmpty();
    }

    @Test
    void nothingBehindDoneIsRead() {
        assertThat(stream(delta("\"content\":\"x\"") + data(FINISH) + "data: [DONE]\n\nwhatever\n\n"))
                .contains(new Emitted("x", "", List.of()));
    }

    @Test
    void aByteOrderMarkHidesNoEvent() {
        assertThat(stream("\ufeff" + delta("\"content\":\"x\"") + data(FINISH))).isEmpty();
    }

    @Test
    void aCallThatChangesItsNameTellsNothing() {
        String first = delta("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]");
        String second = delta("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]");

        assertThat(stream(first + first.replace("{}", "") + data(FINISH)))
                .contains(new Emitted("", "", List.of(new Call("f", "{}"))));
        assertThat(stream(first + second + data(FINISH))).isEmpty();
    }

    @Test
    void bytesThatAreNotUtf8TellNothing() {
        String body = message("\"content\":\"\u00c3(\"");
        String raw = message("\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":\"\u00c3(\"}}}]");

        assertThat(told(Framing.JSON, body.getBytes(ISO_8859_1), BOUND)).isEmpty();
        assertThat(told(Framing.JSON, raw.getBytes(ISO_8859_1), BOUND)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1000,true", "999,false"})
    void aPlainAnswerLongerThanTheBoundTellsNothing(int bound, boolean present) {
        String empty = message("\"content\":\"\"");
        String body = empty.replace("\"\"", "\"" + "x".repeat(1_000 - empty.length()) + "\"");

        assertThat(told(Framing.JSON, body.getBytes(UTF_8), bound).isPresent()).isEqualTo(present);
    }

    @ParameterizedTest
    @CsvSource({"1000,true", "999,false"})
    void aStreamThatSaysMoreThanTheBoundTellsNothing(int bound, boolean present) {
        String stream = delta("\"content\":\"" + "x".repeat(300) + "\"")
                + delta("\"reasoning\":\"" + "x".repeat(270) + "\"")
                + delta("\"tool_calls\":[{\"function\":{\"name\":\"ff\",\"arguments\":\"" + "x".repeat(300) + "\"}}]")
                + data(FINISH);

        assertThat(told(Framing.EVENTS, stream.getBytes(UTF_8), bound).isPresent())
                .isEqualTo(present);
    }

    @Test
    void anEventLongerThanTheBoundTellsNothingHoweverLittleItSays() {
        String noise = "{\"x\":\"" + "y".repeat(5_000) + "\"}";
        String stream = delta("\"content\":\"x\"") + data(noise) + data(FINISH);

        assertThat(told(Framing.EVENTS, stream.getBytes(UTF_8), 5_008)).isPresent();
        assertThat(told(Framing.EVENTS, stream.getBytes(UTF_8), 5_007)).isEmpty();
        assertThat(told(Framing.EVENTS, (": " + "y".repeat(5_000)).getBytes(UTF_8), 5_000))
                .isEmpty();
    }

    @Test
    void callsWithoutTextCountAgainstTheBoundToo() {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            stream.append(delta("\"tool_calls\":[{\"index\":" + i + ",\"function\":{\"name\":\"f\"}}]"));
        }

        assertThat(stream(stream + data(FINISH))).isEmpty();
    }

    @Test
    void theListOfCallsIsNotTheCallers() {
        List<Call> calls = new ArrayList<>();
        Emitted emitted = new Emitted("", "", calls);
        calls.add(new Call("f", ""));

        assertThat(emitted.calls()).isEmpty();
    }

    private static String message(String fields) {
        return "{\"choices\":[{\"message\":{" + fields + "},\"finish_reason\":\"stop\"}]}";
    }

    private static String delta(String fields) {
        return data("{\"choices\":[{\"index\":0,\"delta\":{" + fields + "}}]}");
    }

    private static String data(String json) {
        return "data: " + json + "\n\n";
    }

    private static Optional<Emitted> stream(String stream) {
        return told(Framing.EVENTS, stream.getBytes(UTF_8), BOUND);
    }

    private static Optional<Emitted> body(String body) {
        return told(Framing.JSON, body.getBytes(UTF_8), BOUND);
    }

    private static Optional<Emitted> told(Framing framing, byte[] bytes, int bound) {
        AnswerReader reader = Dialect.CHAT_COMPLETIONS.answer(framing, bound);
        reader.add(bytes, 0, bytes.length);
        reader.add(bytes, 0, 0);
        return reader.finish();
    }
}
