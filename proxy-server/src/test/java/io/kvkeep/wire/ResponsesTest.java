package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.quoted;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI responses and completions through the whole proxy. */
class ResponsesTest extends WireTest {
    private static final String ARGUMENTS = "{ \"pier\":4.0 }";
    private static final String OPENING = "{\"role\":\"user\",\"content\":\"How high is it?\"}";
    private static final String SAID = message(" Let me look.\n");
    private static final String CALL = call(ARGUMENTS);
    private static final String RESULT = "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"4.2\"}";
    private static final String SECOND = body(OPENING, message("Let me look."), call("{\"pier\":4.0}"), RESULT);
    private static final String LAST = "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
            + "{\"status\":\"completed\",\"output\":[" + SAID + "," + CALL + "],\"usage\":{\"input_tokens\":7}}}\n\n";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerComesBackAsTheEngineEmittedIt(boolean streamed) throws Exception {
        RawEngine engine = engine(call -> {
            if (streamed) {
                items(call);
                call.chunk(LAST.getBytes(UTF_8));
                call.send("0\r\n\r\n");
            } else {
                call.answer(200, "{\"status\":\"completed\",\"output\":[" + SAID + "," + CALL + "]}");
            }
        });
        Kvkeep kvkeep = proxy(engine);
        sent(kvkeep, engine, body(OPENING));

        assertThat(sent(kvkeep, engine, SECOND)).isEqualTo(body(OPENING, SAID, CALL, RESULT));
    }

    /** Agents go on at the last event; the end of the body may be a moment behind it. */
    @Test
    void itComesBackAlsoIfTheNextRequestFollowsTheLastEvent() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        RawEngine engine = engine(call -> {
            if (call.message().text().contains("4.2")) {
                next.countDown();
            }
            items(call);
            call.chunk(LAST.getBytes(UTF_8));
            next.await();
            call.send("0\r\n\r\n");
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep).post("/v1/responses", body(OPENING).getBytes(UTF_8));
        client.head();
        StringBuilder events = new StringBuilder();
        while (!events.toString().endsWith(LAST)) {
            events.append(new String(client.chunk(), UTF_8));
        }
        engine.next();

        assertThat(sent(kvkeep, engine, SECOND)).isEqualTo(body(OPENING, SAID, CALL, RESULT));
    }

    @Test
    void aTextToCompleteArrivesAsItIs() throws Exception {
        RawEngine engine = engine(
                call -> call.answer(200, "{\"choices\":[{\"index\":0,\"text\":\"x\",\"finish_reason\":\"stop\"}]}"));
        Kvkeep kvkeep = proxy(engine);
        String body = "{\"prompt\" : \"Current date: 2026-11-21\\n\\ndef f(\",\"suffix\":\"):\"}";
        for (int i = 0; i < 2; i++) {
            client(kvkeep).post("/v1/completions", body.getBytes(UTF_8)).answer();
            assertThat(engine.next().message().text()).isEqualTo(body);
        }
        eventually(
                "it is settled",
                () -> metric(kvkeep, "kvkeep_prompt_tokens_total", "source=\"estimated\"", "reuse=\"reused\"") > 0);
        assertThat(metric(kvkeep, "kvkeep_ledger_lanes"))
                .as("lanes: nothing can go on from a text to complete")
                .isZero();
    }

    private static void items(RawEngine.Call call) throws IOException {
        call.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        call.chunk(done(SAID));
        call.chunk(done(CALL));
    }

    private static byte[] done(String item) {
        return ("event: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",\"item\":" + item
                        + "}\n\n")
                .getBytes(UTF_8);
    }

    private static String sent(Kvkeep kvkeep, RawEngine engine, String body) throws Exception {
        try (RawClient client = new RawClient(kvkeep.address().port())) {
            client.post("/v1/responses", body.getBytes(UTF_8));
            String arrived = engine.next().message().text();
            client.answer();
            return arrived;
        }
    }

    private static String body(String... items) {
        return "{\"model\":\"m\",\"stream\":true,\"input\":[" + String.join(",", items) + "]}";
    }

    private static String message(String text) {
        return "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":"
                + quoted(text) + "}]}";
    }

    private static String call(String arguments) {
        return "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"gauge\",\"arguments\":" + quoted(arguments)
                + "}";
    }
}
