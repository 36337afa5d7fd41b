package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Mode;
import io.kvkeep.config.RepeatOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that is kept is the engine's, byte for byte, and only for those who asked the same. */
@SuppressWarnings("StringConcatToTextBlock") // which line break it is matters here
class RepeatTest extends WireTest {
    static final RepeatOptions ON = new RepeatOptions(true, 8 << 20, Duration.ofHours(1));

    static final String GREEDY = """
            {"model":"m","temperature":0,"messages":[{"role":"user","content":"How high is the tide?"}]}""";

    static final String STREAMED = GREEDY.replace("{\"model\"", "{\"stream\":true,\"model\"");

    static final String SAID = """
            {"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"3.2 m – caf\u00e9"},\
            "finish_reason":"stop"}],"usage":{"prompt_tokens":70,"prompt_tokens_details":{"cached_tokens":60}}}""";

    static final String STREAM_HEAD = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/event-stream\r\n"
            + "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";

    static final List<String> EVENTS = List.of(
            ": hello\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"3.\"},\"finish_reason\":null}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"2 m\"},\"finish_reason\":\"stop\"}]}\n\n",
            "data: [DONE]\n\n");

    @Test
    void aRepeatGetsTheSameBytesAndTheEngineIsAskedOnce() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID, "X-Odd:  a b ", "x-odd: c", "Date: then"));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        RawMessage first = client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        RawMessage again = client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        RawMessage other = client(kvkeep)
                .post(CHAT, (" " + GREEDY.replace(":0", " : 0")).getBytes(UTF_8))
                .answer();
        assertThat(first.header("x-kvkeep-cache")).containsExactly("miss");
        assertThat(first.header("age")).isEmpty();
        assertThat(first.firstLine()).isEqualTo("HTTP/1.1 200 Whatever");
        assertThat(first.headerLines())
                .containsExactly(
                        "X-Odd: a b",
                        "x-odd: c",
                        "Date: then",
                        "Content-Type: application/json",
                        "Content-Length: " + SAID.getBytes(UTF_8).length,
                        "x-kvkeep-cache: miss");
        for (RawMessage hit : List.of(again, other)) {
            assertThat(hit.header("x-kvkeep-cache")).containsExactly("hit");
            assertThat(hit.header("age")).containsExactly("0");
            assertThat(hit.body()).isEqualTo(SAID.getBytes(UTF_8)).isEqualTo(first.body());
            assertThat(hit.head().replace("age: 0\r\n", "").replace("cache: hit", "cache: miss"))
                    .isEqualTo(first.head());
        }
        assertThat(engine.next().message().text()).isEqualTo(GREEDY);
        assertThat(engine.untaken()).isEmpty();
    }

    /** The counts that kvkeep asks vLLM for are not for the client, also the second time. */
    @ParameterizedTest
    @ValueSource(strings = {"somebody", "vllm"})
    void aStreamIsReplayedAsAStream(String kind) throws Exception {
        RawEngine engine = engine(kind, call -> {
            boolean counts = call.message().text().contains("include_usage");
            assertThat(counts).isEqualTo(kind.equals("vllm"));
            stream(call, counts ? "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7}}\n\n" : "");
        });
        RawClient client = client(repeating(engine, ON));
        for (String mark : List.of("miss", "hit", "hit")) {
            RawMessage answer = client.post(CHAT, STREAMED.getBytes(UTF_8)).answer();
            assertThat(answer.header("x-kvkeep-cache")).containsExactly(mark);
            assertThat(answer.header("transfer-encoding")).containsExactly("chunked");
            assertThat(answer.header("content-type")).containsExactly("text/event-stream");
            assertThat(answer.complete()).isTrue();
            assertThat(answer.text()).isEqualTo(String.join("", EVENTS));
        }
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void aStreamAndAPlainAnswerAreTwo() throws Exception {
        RawEngine engine = engine(call -> {
            if (call.message().text().contains("stream")) {
                stream(call);
            } else {
                call.answer(200, SAID);
            }
        });
        RawClient client = client(repeating(engine, ON));
        assertThat(client.post(CHAT, STREAMED.getBytes(UTF_8)).answer().text()).startsWith(": hello");
        assertThat(client.post(CHAT, GREEDY.getBytes(UTF_8)).answer().text()).isEqualTo(SAID);
        assertThat(client.post(CHAT, STREAMED.getBytes(UTF_8)).answer().text()).startsWith(": hello");
        assertThat(engine.untaken()).hasSize(2);
    }

    @Test
    void aClientOfHttp10GetsAKeptStreamToTheEndOfItsConnection() throws Exception {
        RawEngine engine = engine(RepeatTest::stream);
        Kvkeep kvkeep = repeating(engine, ON);
        String old = "POST " + CHAT + " HTTP/1.0\r\nContent-Length: " + STREAMED.length() + "\r\n\r\n" + STREAMED;
        for (String mark : List.of("miss", "hit")) {
            RawMessage answer = client(kvkeep).send(old).answer();
            assertThat(answer.header("x-kvkeep-cache")).containsExactly(mark);
            assertThat(answer.header("transfer-encoding")).isEmpty();
            assertThat(answer.header("connection")).containsExactly("close");
            assertThat(answer.text()).isEqualTo(String.join("", EVENTS));
        }
        RawMessage answer = client(kvkeep).post(CHAT, STREAMED.getBytes(UTF_8)).answer();
        assertThat(answer.header("connection"))
                .as("what one connection needed is not kept")
                .isEmpty();
        assertThat(answer.header("transfer-encoding")).containsExactly("chunked");
        assertThat(engine.untaken()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/embeddings|{'model':'m','input':['a','b']}|{'data':[{'embedding':[0.5]}]}",
                "/api/embed|{'model':'m','input':'a'}|{'embeddings':[[0.5]]}",
                "/api/embeddings|{'model':'m','prompt':'a'}|{'embedding':[0.5]}",
                "/v1/completions|{'prompt':'a','temperature':1,'seed':7}|{'choices':[{'finish_reason':'stop'}]}",
                "/v1/responses|{'input':'a','temperature':0}|{'status':'completed'}",
                "/v1/messages|{'messages':[],'temperature':0}|{'type':'message','stop_reason':'end_turn'}",
                "/api/chat|{'messages':[{}],'stream':false,'options':{'seed':7}}|{'done':true}",
                "/api/generate|{'prompt':'a','stream':false,'options':{'temperature':0}}|{'done':true}"
            })
    void everyKindOfRequestHasRepeats(String path, String body, String said) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, said.replace('\'', '"')));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        byte[] request = body.replace('\'', '"').getBytes(UTF_8);
        RawMessage first = client.post(path, request).answer();
        RawMessage again = client.post(path, request).answer();
        assertThat(again.header("x-kvkeep-cache")).containsExactly("hit");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(engine.untaken()).hasSize(1);
        assertThat(engine.next().message().body()).isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, """
                {"model":"m","temperature":0.7,"messages":[{"role":"user","content":"hi"}]}""", """
                {"model":"m","temperature":0,"temperature":1,"messages":[{"role":"user","content":"hi"}]}""", "{\"temperature\":0", "hello", ""})
    void whatIsNotDeterminedPassesWithoutATrace(String body) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        for (int i = 0; i < 2; i++) {
            RawMessage answer = client.post(CHAT, body.getBytes(UTF_8)).answer();
            assertThat(answer.text()).isEqualTo(SAID);
            assertThat(answer.header("x-kvkeep-cache")).isEmpty();
            assertThat(engine.next().message().text()).isEqualTo(body);
        }
        assertThat(metric(kvkeep, "kvkeep_repeats_total")).isZero();
        assertThat(metric(kvkeep, "kvkeep_requests_total")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"OBSERVE, true", "OFF, true", "REWRITE, false"})
    void itIsOffUnlessPromptsAreRewrittenAndItIsOn(Mode mode, boolean on) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Kvkeep kvkeep = repeating(engine, new RepeatOptions(on, ON.maxBytes(), ON.keptFor()), mode, LIMITS);
        RawClient client = client(kvkeep);
        for (int i = 0; i < 2; i++) {
            assertThat(client.post(CHAT, GREEDY.getBytes(UTF_8)).answer().header("x-kvkeep-cache"))
                    .isEmpty();
        }
        assertThat(engine.untaken()).hasSize(2);
        assertThat(kvkeep.scrape()).doesNotContain("kvkeep_repeats");
    }

    @Test
    void nothingCrossesFromOneCredentialToAnother() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        RawEngine engine =
                engine(call -> call.answer(200, SAID.replace("chatcmpl-1", "chatcmpl-" + calls.incrementAndGet())));
        RawClient client = client(repeating(engine, ON));
        String[] credentials = {"X-A: 1", "Authorization: Bearer a", "Authorization: Bearer b", "x-api-key: a"};
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < credentials.length; i++) {
                RawMessage answer = client.post(CHAT, GREEDY.getBytes(UTF_8), credentials[i])
                        .answer();
                assertThat(answer.header("x-kvkeep-cache")).containsExactly(round == 0 ? "miss" : "hit");
                assertThat(answer.text()).contains("\"chatcmpl-" + (i + 1) + "\"");
            }
        }
    }

    @Test
    void aHitTouchesNeitherTheLedgerNorTheCountsOfReuse() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        eventually("it is settled", () -> metric(kvkeep, "kvkeep_prompt_tokens_total", "source=\"reported\"") == 70);
        double estimated = metric(kvkeep, "kvkeep_prompt_tokens_total", "source=\"estimated\"");
        assertThat(metric(kvkeep, "kvkeep_ledger_lanes")).isEqualTo(1);
        client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        client.post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        eventually(
                "the next is settled",
                () -> metric(kvkeep, "kvkeep_prompt_tokens_total", "source=\"reported\"") == 140);
        assertThat(metric(kvkeep, "kvkeep_ledger_lanes")).isEqualTo(2);
        assertThat(estimated).isPositive();
        assertThat(metric(kvkeep, "kvkeep_time_to_first_token_seconds_count")).isEqualTo(2);
        assertThat(metric(kvkeep, "kvkeep_repeats_total", "result=\"miss\"", "kind=\"chat-completions\""))
                .isEqualTo(1);
        assertThat(metric(kvkeep, "kvkeep_repeats_total", "result=\"hit\"")).isEqualTo(1);
        assertThat(metric(kvkeep, "kvkeep_requests_total", "outcome=\"2xx\"", "dialect=\"chat-completions\""))
                .isEqualTo(3);
        assertThat(metric(kvkeep, "kvkeep_open_requests")).isZero();
    }

    /** The conversation goes on behind a hit as it would behind the engine's own answer. */
    @Test
    void whatTheClientSendsBehindAHitIsALongerLane() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        String dated = DATED.replace("{\"model\"", "{\"temperature\":0,\"model\"");
        client.post(CHAT, dated.getBytes(UTF_8)).answer();
        client.post(CHAT, dated.getBytes(UTF_8)).answer();
        String sent = engine.next().message().text();
        String next = Talk.open(dated) + ",{\"role\":\"assistant\",\"content\":\"3.2 m – caf\u00e9\"},"
                + "{\"role\":\"user\",\"content\":\"and now?\"}]}";
        client.post(CHAT, next.getBytes(UTF_8)).answer();
        assertThat(sent).isNotEqualTo(dated);
        assertThat(engine.next().message().text()).startsWith(Talk.open(sent));
    }

    @Test
    void keptAnswersStayWithinTheirBytes() throws Exception {
        String long200k = SAID.replace("caf\u00e9", "x".repeat(200_000));
        RawEngine engine = engine(call -> call.answer(200, long200k));
        Kvkeep kvkeep = repeating(engine, new RepeatOptions(true, 2 << 20, Duration.ofHours(1)));
        RawClient client = client(kvkeep);
        for (int i = 0; i < 20; i++) {
            client.post(CHAT, GREEDY.replace("tide", "tide " + i).getBytes(UTF_8))
                    .answer();
            assertThat(metric(kvkeep, "kvkeep_repeats_memory_bytes"))
                    .isLessThanOrEqualTo((2 << 20) * 3 / 4)
                    .isGreaterThan(200_000 * Math.min(i + 1, 5));
        }
        assertThat(metric(kvkeep, "kvkeep_repeats_answers")).isBetween(5.0, 7.0);
    }

    @Test
    void anAnswerLargerThanTheBoundPassesAndIsNotKept() throws Exception {
        String large = SAID.replace("caf\u00e9", "x".repeat(3 << 20));
        RawEngine engine = engine(call -> call.answer(200, large));
        Kvkeep kvkeep = repeating(engine, new RepeatOptions(true, 2 << 20, Duration.ofHours(1)));
        RawClient client = client(kvkeep);
        for (int i = 0; i < 2; i++) {
            RawMessage answer = client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
            assertThat(answer.text().equals(large)).isTrue();
            assertThat(answer.header("x-kvkeep-cache")).containsExactly("miss");
        }
        assertThat(metric(kvkeep, "kvkeep_repeats_memory_bytes")).isZero();
    }

    @Test
    void aRequestInPiecesAndOneThatWaitsForContinueAreRepeatsToo() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        client.send("POST " + CHAT + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"
                + GREEDY.substring(0, 5) + "\r\n" + Integer.toHexString(GREEDY.length() - 5) + "\r\n"
                + GREEDY.substring(5) + "\r\n0\r\n\r\n");
        assertThat(client.answer().header("x-kvkeep-cache")).containsExactly("hit");
        client.send("POST " + CHAT + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
                + GREEDY.length() + "\r\n\r\n");
        assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.send(GREEDY).answer().header("x-kvkeep-cache")).containsExactly("hit");
        client.send("POST " + CHAT + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: " + PLAIN.length()
                + "\r\n\r\n");
        assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.send(PLAIN).answer().status()).isEqualTo(200);
    }

    @Test
    void manyRequestsInOnePieceAreAnsweredInOrder() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        RawClient client = client(repeating(engine, ON));
        int times = 200;
        String one =
                "POST " + CHAT + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + GREEDY.length() + "\r\n\r\n" + GREEDY;
        client.send(one.repeat(times));
        for (int i = 0; i < times; i++) {
            RawMessage answer = client.answer();
            assertThat(answer.text()).isEqualTo(SAID);
            assertThat(answer.header("x-kvkeep-cache")).containsExactly(i == 0 ? "miss" : "hit");
        }
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void aClientThatLeavesBeforeItsRequestIsCompleteIsCounted() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        client.send("POST " + CHAT + " HTTP/1.1\r\nHost: h\r\nContent-Length: 300\r\n\r\n{\"temp");
        eventually("it is there", () -> metric(kvkeep, "kvkeep_client_connections") == 1);
        client.close();
        eventually("it is counted", () -> metric(kvkeep, "kvkeep_requests_total", "outcome=\"aborted\"") == 1);
        assertThat(metric(kvkeep, "kvkeep_open_requests")).isZero();
        assertThat(engine.untaken()).isEmpty();
    }

    static void stream(RawEngine.Call call) throws Exception {
        stream(call, "");
    }

    private static void stream(RawEngine.Call call, String beforeTheLast) throws Exception {
        call.send(STREAM_HEAD);
        for (String event : EVENTS.subList(0, 3)) {
            call.chunk(event.getBytes(UTF_8));
        }
        call.chunk((beforeTheLast + EVENTS.get(3)).getBytes(UTF_8));
        call.send("0\r\n\r\n");
    }
}
