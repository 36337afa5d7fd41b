package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.answer.Framing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesAnswerTest {
    private static final int BOUND = 1 << 16;
    private static final String START = event("message_start", "\"message\":{\"content\":[],\"stop_reason\":null}");
    private static final String TEXT =
            event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                    + delta(0, "text_delta", "\"text\":\"At\"")
                    + delta(0, "text_delta", "\"text\":\" noon.\\n\"")
                    + event("content_block_stop", "\"index\":0");
    private static final String FINISH =
            event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{}");
    private static final String STOP = event("message_stop", "\"x\":0");

    @Test
    void aStreamTellsTextReasoningAndCallsAsTheyWereSpelled() {
        String stream = START
                + "event: ping\ndata: {\"type\": \"ping\"}\n\n"
                + event(
                        "content_block_start",
                        "\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}")
                + delta(0, "thinking_delta", "\"thinking\":\"hm\"")
                + delta(0, "signature_delta", "\"signature\":\"abc\"")
                + event("content_block_start", "\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"I \"}")
                + delta(1, "text_delta", "\"text\":\"look.\"")
                + call(2, "gauge", "{}")
                + delta(2, "input_json_delta", "\"partial_json\":\"\"")
                + delta(2, "input_json_delta", "\"partial_json\":\"{\\\"pier\\\": \"")
                + delta(2, "input_json_delta", "\"partial_json\":\"4.0}\"")
                + event("content_block_stop", "\"index\":2")
                + call(3, "tide", "{ }")
                + call(4, "moon", "{\"n\": 1}")
                + FINISH
                + STOP;

        assertThat(stream(stream))
                .contains(new Emitted(
                        "I look.",
                        "hm",
                        List.of(
                                new Call("gauge", "{\"pier\": 4.0}"),
                                new Call("tide", "{}"),
                                new Call("moon", "{\"n\": 1}"))));
    }

    @Test
    void aPlainAnswerTellsTheSame() {
        assertThat(body("""
                {"id":"x","type":"message","role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},
                 {"type":"redacted_thinking","data":"y"},{"type":"text","text":"I "},{"type":"text","text":"look."},
                 {"type":"tool_use","id":"a","name":"gauge","input":{"pier": 4.0}},
                 {"type":"tool_use","id":"b","name":"tide","input":{}}],
                 "stop_reason":"tool_use","usage":{"input_tokens":1}}"""))
                .contains(new Emitted(
                        "I look.", "hm", List.of(new Call("gauge", "{\"pier\": 4.0}"), new Call("tide", "{}"))));
    }

    @Test
    void aStreamIsWholeOnlyWithItsReasonToStopAndItsEnd() {
        assertThat(stream(START + TEXT + FINISH + STOP)).contains(new Emitted("At noon.\n", "", List.of()));
        assertThat(stream(START + TEXT + FINISH)).isEmpty();
        assertThat(stream(START + TEXT + STOP)).isEmpty();
        assertThat(stream(START + TEXT)).isEmpty();
        assertThat(stream(FINISH + STOP)).isEmpty();
        assertThat(stream("")).isEmpty();
    }

    @Test
    void aStreamHasEndedOnceItSaysSo() {
        AnswerReader reader = Dialect.MESSAGES.answer(Framing.EVENTS, BOUND);
        add(reader, START + TEXT + FINISH);
        assertThat(reader.ended()).isFalse();

        add(reader, STOP);
        assertThat(reader.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"x\"}}\n\n",
                "data: {\"type\":\"error\",\"error\":{\"message\":\"x\"}}\n\n",
                "data: {\"error\":{\"message\":\"x\"}}\n\n",
                "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"server_tool_use\"}}\n\n",
                "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"text\":\"x\"}}\n\n",
                "data: {\"type\":\"content_block_delta\",\"index\":5,\"delta\":{\"type\":\"input_json_delta\","
                        + "\"partial_json\":\"{}\"}}\n\n",
                "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n",
                "data: {\"type\":\"something_else\"}\n\n",
                "data: {\"ty\\u0070e\":\"ping\"}\n\n",
                "data: no\n\n"
            })
    void whatIsNotUnderstoodCountsAsNone(String event) {
        assertThat(stream(START + TEXT + event + FINISH + STOP)).isEmpty();
    }

    @Test
    void nothingFollowsTheEnd() {
        assertThat(stream(START + TEXT + FINISH + delta(0, "text_delta", "\"text\":\"x\"") + STOP))
                .isEmpty();
        assertThat(stream(START + TEXT + FINISH + STOP + START)).isEmpty();
    }

    @Test
    void argumentsThatWereWholeTakeNoMore() {
        assertThat(stream(START
                        + call(0, "f", "{\"n\":1}")
                        + delta(0, "input_json_delta", "\"partial_json\":\"{}\"")
                        + FINISH
                        + STOP))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"message\",\"content\":[],\"stop_reason\":null}",
                "{\"type\":\"message\",\"stop_reason\":\"end_turn\"}",
                "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"x\"}}",
                "{\"error\":\"x\",\"content\":[],\"stop_reason\":\"end_turn\"}",
                "{\"content\":[{\"type\":\"tool_use\",\"input\":{}}],\"stop_reason\":\"tool_use\"}",
                "{\"content\":[{\"type\":\"image\"}],\"stop_reason\":\"end_turn\"}",
                "{\"content\":\"x\",\"stop_reason\":\"end_turn\"}",
                "{\"content\":[],\"stop_reason\":\"end_turn\"",
                ""
            })
    void aPlainAnswerThatIsNotWholeCountsAsNone(String body) {
        assertThat(body(body)).isEmpty();
    }

    @Test
    void noMoreIsKeptThanTheBoundAllows() {
        String long_ =
                delta(0, "text_delta", "\"text\":\"" + "x".repeat(1000) + "\"").repeat(70);

        assertThat(stream(START + long_ + FINISH + STOP)).isEmpty();
    }

    private static String call(int index, String name, String input) {
        return event(
                "content_block_start",
                "\"index\":" + index + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"" + name
                        + "\",\"input\":" + input + "}");
    }

    private static String delta(int index, String type, String fields) {
        return event(
                "content_block_delta", "\"index\":" + index + ",\"delta\":{\"type\":\"" + type + "\"," + fields + "}");
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

    private static Optional<Emitted> stream(String stream) {
        return told(Framing.EVENTS, stream);
    }

    private static Optional<Emitted> body(String body) {
        return told(Framing.JSON, body);
    }

    private static Optional<Emitted> told(Framing framing, String answer) {
        AnswerReader reader = Dialect.MESSAGES.answer(framing, BOUND);
        for (int i = 0; i < answer.length(); i += 7) {
            add(reader, answer.substring(i, Math.min(answer.length(), i + 7)));
        }
        return reader.finish();
    }

    private static void add(AnswerReader reader, String piece) {
        byte[] bytes = piece.getBytes(UTF_8);
        reader.add(bytes, 0, bytes.length);
    }
}
