package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anthropic messages from socket to socket. */
class MessagesWireTest extends WireTest {
    private static final String PATH = "/v1/messages?beta=true";
    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String OPENING = "{\"role\":\"user\",\"content\":\"How high is it?\"}";
    private static final String AS_SAID = said(" Let me look.\n", "{ \"pier\":4.0, \"at\": \"café\" }");
    private static final String AS_CLIENTS_SPELL_IT = said("Let me look.", "{\"at\":\"café\",\"pier\":4.0}");
    private static final String RESULT =
            "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"4.2\"}]}";

    @Test
    void anAnswerComesBackAsTheEngineEmittedItOnceTheStreamSaysItsEnd() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        RawEngine engine = engine(call -> {
            stream(call, "");
            open.await();
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient first = client(kvkeep).post(PATH, body(OPENING).getBytes(UTF_8));
        first.head();
        StringBuilder events = new StringBuilder();
        while (!events.toString().endsWith("\"message_stop\"}\n\n")) {
            events.append(new String(first.chunk(), UTF_8));
        }
        assertThat(engine.next().message().text()).isEqualTo(body(OPENING));
        client(kvkeep).post(PATH, body(OPENING, AS_CLIENTS_SPELL_IT, RESULT).getBytes(UTF_8));

        assertThat(engine.next().message().text()).isEqualTo(body(OPENING, AS_SAID, RESULT));
        open.countDown();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000})
    void countsAtTheStartOfAStreamAreReadHoweverLongItIs(int chars) throws Exception {
        RawEngine engine = engine(call -> stream(call, "x".repeat(chars)).send("0\r\n\r\n"));
        Kvkeep kvkeep = proxy(engine);
        client(kvkeep).post(PATH, body(OPENING).getBytes(UTF_8)).answer();

        eventually(
                "the counts",
                () -> metric(kvkeep, "kvkeep_prompt_tokens_total", "source=\"reported\"", "reuse=\"reused\"") == 60
                        && metric(kvkeep, "kvkeep_prompt_tokens_total", "source=\"reported\"", "reuse=\"reprocessed\"")
                                == 40);
        assertThat(metric(kvkeep, "kvkeep_requests_total", "dialect=\"messages\""))
                .isEqualTo(1);
    }

    @Test
    void countingTokensPassesUntouched() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{\"input_tokens\":7}"));
        String body = body(OPENING);
        RawMessage answer = client(proxy(engine))
                .post("/v1/messages/count_tokens?beta=true", body.getBytes(UTF_8))
                .answer();

        assertThat(engine.next().message().text()).isEqualTo(body);
        assertThat(answer.text()).isEqualTo("{\"input_tokens\":7}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "sglang", "library"})
    void aLateSystemMessageSpeaksAsTheUserWhereTheEngineWouldMoveIt(String modelOwner) throws Exception {
        RawEngine engine = engine(modelOwner, call -> call.answer(200, "{}"));
        client(proxy(engine))
                .post(PATH, messages(OPENING, late("system", "Mind the tide.")).getBytes(UTF_8))
                .answer();

        assertThat(engine.next().message().text())
                .startsWith(messages(OPENING, "{\"role\":\"user\",\"content\":\"<note-")
                        .replace("]}", ""))
                .contains("Mind the tide.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llamacpp", "somebody"})
    void aLateSystemMessageStaysWhereTheEngineKeepsIt(String modelOwner) throws Exception {
        RawEngine engine = engine(modelOwner, call -> call.answer(200, "{}"));
        String body = messages(OPENING, late("system", "Mind the tide."));
        client(proxy(engine)).post(PATH, body.getBytes(UTF_8)).answer();

        assertThat(engine.next().message().text()).isEqualTo(body);
    }

    private static String late(String role, String text) {
        return "{\"role\":\"" + role + "\",\"content\":\"" + text + "\"}";
    }

    private static RawEngine.Call stream(RawEngine.Call call, String filler) throws IOException {
        return call.send(STREAM_HEAD)
                .chunk(event(
                        "message_start",
                        ",\"message\":{\"content\":[],\"usage\":{\"input_tokens\":40,\"cache_read_input_tokens\":60}}"))
                .chunk(event("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"))
                .chunk(delta(0, "\"type\":\"text_delta\",\"text\":\" Let me look.\\n" + filler + "\""))
                .chunk(event(
                        "content_block_start",
                        ",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"name\":\"gauge\",\"input\":{}}"))
                .chunk(delta(1, "\"type\":\"input_json_delta\",\"partial_json\":\"{ \\\"pier\\\":4.0, \""))
                .chunk(delta(1, "\"type\":\"input_json_delta\",\"partial_json\":\"\\\"at\\\": \\\"café\\\" }\""))
                .chunk(event(
                        "message_delta", ",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":9}"))
                .chunk(event("message_stop", ""));
    }

    private static byte[] delta(int index, String delta) {
        return event("content_block_delta", ",\"index\":" + index + ",\"delta\":{" + delta + "}");
    }

    private static byte[] event(String type, String fields) {
        return ("event: " + type + "\ndata: {\"type\":\"" + type + "\"" + fields + "}\n\n").getBytes(UTF_8);
    }

    private static String said(String text, String input) {
        return "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"" + text.replace("\n", "\\n")
                + "\"},{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"gauge\",\"input\":" + input + "}]}";
    }

    private static String body(String... messages) {
        return "{\"system\":\"You keep the tide tables.\"," + messages(messages).substring(1);
    }

    private static String messages(String... messages) {
        return "{\"messages\":[" + String.join(",", messages) + "]}";
    }
}
