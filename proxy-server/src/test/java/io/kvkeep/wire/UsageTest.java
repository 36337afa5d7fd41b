package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts of tokens that an engine tells only if it is asked. */
@SuppressWarnings("StringConcatToTextBlock") // which line break it is matters here
class UsageTest extends WireTest {
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String STREAMED = PLAIN.replace("{\"model\"", "{\"stream\" : true,\"model\"");
    private static final String ANSWER =
            "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"choices\\\":[]\"}}],\"usage\":null}\n\n"
                    + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String USAGE = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":100,"
            + "\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":60}}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "sglang", "library"})
    void countsAreAskedForAndHiddenFromAClientThatDidNotAsk(String modelOwner) throws Exception {
        RawEngine engine = engine(modelOwner, call -> play(call, 1_000));
        Kvkeep kvkeep = proxy(engine);
        RawMessage answer = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8)).answer();
        assertThat(engine.next().message().text())
                .isEqualTo("{\"stream_options\":{\"include_usage\":true}," + STREAMED.substring(1));
        assertThat(answer.text()).isEqualTo(ANSWER + DONE);
        assertReported(kvkeep);
    }

    @Test
    void countsAreHiddenWhereverTheStreamIsCut() throws Exception {
        RawEngine engine = engine("vllm", call -> play(call, 1));
        Kvkeep kvkeep = proxy(engine);
        assertThat(client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8)).answer().text())
                .isEqualTo(ANSWER + DONE);
        assertReported(kvkeep);
    }

    @Test
    void aClientThatAskedGetsEverything() throws Exception {
        RawEngine engine = engine("vllm", call -> play(call, 1_000));
        Kvkeep kvkeep = proxy(engine);
        String asking = STREAMED.replace("\"model\"", "\"stream_options\": {\"include_usage\": true},\"model\"");
        assertThat(client(kvkeep).post(CHAT, asking.getBytes(UTF_8)).answer().text())
                .isEqualTo(ANSWER + USAGE + DONE);
        assertThat(engine.next().message().text()).isEqualTo(asking);
        assertReported(kvkeep);
    }

    @Test
    void aClientWithOtherStreamOptionsIsLeftAlone() throws Exception {
        RawEngine engine = engine("vllm", call -> play(call, 1_000));
        String asking = STREAMED.replace("\"model\"", "\"stream_options\": {\"include_usage\": false},\"model\"");
        assertThat(client(proxy(engine))
                        .post(CHAT, asking.getBytes(UTF_8))
                        .answer()
                        .text())
                .isEqualTo(ANSWER + USAGE + DONE);
        assertThat(engine.next().message().text()).isEqualTo(asking);
    }

    @Test
    void aRequestWithoutStreamIsLeftAlone() throws Exception {
        String body =
                "{\"usage\":{\"prompt_tokens\":100,\"prompt_tokens_details\":{\"cached_tokens\":60}},\"choices\":[]}";
        RawEngine engine = engine("vllm", call -> call.answer(200, body));
        Kvkeep kvkeep = proxy(engine);
        assertThat(client(kvkeep).post(CHAT, PLAIN.getBytes(UTF_8)).answer().text())
                .isEqualTo(body);
        assertThat(engine.next().message().text()).isEqualTo(PLAIN);
        assertReported(kvkeep);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llamacpp", "somebody"})
    void engineThatTellsOnItsOwnOrMayNotKnowTheFieldIsNotAsked(String modelOwner) throws Exception {
        RawEngine engine = engine(modelOwner, call -> play(call, 1_000));
        assertThat(client(proxy(engine))
                        .post(CHAT, STREAMED.getBytes(UTF_8))
                        .answer()
                        .text())
                .isEqualTo(ANSWER + USAGE + DONE);
        assertThat(engine.next().message().text()).isEqualTo(STREAMED);
    }

    @Test
    void anErrorInsteadOfAStreamPassesUnchanged() throws Exception {
        String error = "{\"choices\":[],\"usage\":{}}\n\n";
        RawEngine engine = engine("vllm", call -> call.answer(500, error));
        RawMessage answer =
                client(proxy(engine)).post(CHAT, STREAMED.getBytes(UTF_8)).answer();
        assertThat(answer.text()).isEqualTo(error);
        assertThat(answer.header("content-length")).containsExactly(Integer.toString(error.length()));
    }

    /** An engine that refuses the field is not asked again for that model, not even once per request. */
    @Test
    void anEngineThatRefusesToBeAskedIsNotAskedAgain() throws Exception {
        RawEngine engine = engine("vllm", call -> {
            if (call.message().text().contains("stream_options")) {
                call.answer(400, "{}");
            } else {
                play(call, 1_000);
            }
        });
        RawClient client = client(proxy(engine));
        for (int i = 0; i < 3; i++) {
            assertThat(client.post(CHAT, STREAMED.getBytes(UTF_8)).answer().status())
                    .isEqualTo(200);
        }
        assertThat(engine.untaken())
                .as("asked once, then three times as it came")
                .hasSize(4);
    }

    private static void play(RawEngine.Call call, int pieceBytes) throws Exception {
        byte[] stream = (ANSWER + USAGE + DONE).getBytes(UTF_8);
        call.send(HEAD);
        for (int from = 0; from < stream.length; from += pieceBytes) {
            call.chunk(Arrays.copyOfRange(stream, from, Math.min(stream.length, from + pieceBytes)));
        }
        call.send("0\r\n\r\n");
    }

    private static void assertReported(Kvkeep kvkeep) throws InterruptedException {
        String name = "kvkeep_prompt_tokens_total";
        eventually("counts are settled", () -> metric(kvkeep, name, "source=\"reported\"", "reuse=\"reused\"") == 60);
        assertThat(metric(kvkeep, name, "source=\"reported\"", "reuse=\"reprocessed\""))
                .isEqualTo(40);
        assertThat(metric(kvkeep, name, "source=\"reported\"", "reuse=\"unknown\""))
                .isZero();
    }
}
