package io.kvkeep.wire;

import static io.kvkeep.wire.RepeatTest.GREEDY;
import static io.kvkeep.wire.RepeatTest.ON;
import static io.kvkeep.wire.RepeatTest.SAID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which repeats get a fresh answer, and which answers are not kept. */
final class FreshAnswerTest extends WireTest {
    @ParameterizedTest
    @CsvSource({
        CHAT + ", Accept-Encoding: gzip",
        CHAT + ", Origin: http://h",
        CHAT + ", Cookie: a=b",
        CHAT + "?a=b, X-A: 1",
        "/prefix" + CHAT + ", X-A: 1"
    })
    void anotherRequestIsNoRepeat(String target, String header) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        RawClient client = client(repeating(engine, ON));
        client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        RawMessage other = client.post(target, GREEDY.getBytes(UTF_8), header).answer();
        assertThat(other.header("x-kvkeep-cache")).containsExactly("miss");
        assertThat(engine.untaken()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: no-cache",
                "Cache-Control: x, No-Cache",
                "cache-control: max-age=0",
                "Pragma: no-cache"
            })
    void noCacheGetsAFreshAnswerWhichIsKept(String header) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        RawEngine engine =
                engine(call -> call.answer(200, SAID.replace("chatcmpl-1", "chatcmpl-" + calls.incrementAndGet())));
        RawClient client = client(repeating(engine, ON));
        client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        RawMessage fresh = client.post(CHAT, GREEDY.getBytes(UTF_8), header).answer();
        RawMessage again = client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        assertThat(fresh.header("x-kvkeep-cache")).containsExactly("miss");
        assertThat(fresh.text()).contains("chatcmpl-2");
        assertThat(again.header("x-kvkeep-cache")).containsExactly("hit");
        assertThat(again.text()).contains("chatcmpl-2");
    }

    @Test
    void noStoreNeitherTakesNorLeavesAnAnswer() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        for (int i = 0; i < 2; i++) {
            RawMessage answer = client.post(CHAT, GREEDY.getBytes(UTF_8), "Cache-Control: no-store")
                    .answer();
            assertThat(answer.header("x-kvkeep-cache")).isEmpty();
        }
        assertThat(engine.untaken()).hasSize(2);
        assertThat(metric(kvkeep, "kvkeep_repeats_answers")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|Content-Type: application/json|{'choices':[{'finish_reason':'stop'}]}",
                "429|Retry-After: 7|{'error':{'message':'busy'}}",
                "200|X-A: 1|{'error':{'message':'no'}}",
                "200|Set-Cookie: a=b|{'choices':[{'finish_reason':'stop'}]}",
                "200|Cache-Control: no-store|{'choices':[{'finish_reason':'stop'}]}",
                "200|Vary: User-Agent|{'choices':[{'finish_reason':'stop'}]}",
                "200|Vary: *|{'choices':[{'finish_reason':'stop'}]}",
                "200|Content-Encoding: zstd|{'choices':[{'finish_reason':'stop'}]}",
                "200|X-A: 1|{'choices':[{'finish_reason':'abort'}]}",
                "200|X-A: 1|{'choices':[{'finish_rea",
                "201|X-A: 1|{'choices':[{'finish_reason':'stop'}]}"
            })
    void errorsAndWhatIsForOneClientAreNotKept(int status, String header, String said) throws Exception {
        RawEngine engine = engine(call -> call.answer(status, said.replace('\'', '"'), header));
        Kvkeep kvkeep = repeating(engine, ON);
        RawClient client = client(kvkeep);
        for (int i = 0; i < 2; i++) {
            RawMessage answer = client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("x-kvkeep-cache")).containsExactly("miss");
            assertThat(answer.text()).isEqualTo(said.replace('\'', '"'));
        }
        assertThat(engine.untaken()).hasSize(2);
        assertThat(metric(kvkeep, "kvkeep_repeats_answers")).isZero();
        assertThat(metric(kvkeep, "kvkeep_repeats_memory_bytes")).isZero();
    }

    @Test
    void anAnswerMayVaryByWhatIsPartOfTheKey() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, SAID, "Vary: Origin, accept-encoding"));
        RawClient client = client(repeating(engine, ON));
        client.post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        assertThat(client.post(CHAT, GREEDY.getBytes(UTF_8)).answer().header("x-kvkeep-cache"))
                .containsExactly("hit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // less than the length says
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
                        + "{\"choices\":[{\"finish_reason\":\"stop\"}]}",
                // no last chunk
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "40\r\ndata: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n: \n\n\r\n",
                // no final event, and the end of the connection is the end of the answer
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                        + "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n",
                // half of a text, and the end of the connection is the end of the answer
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"choices\":[{\"finish_reason\":\"stop\"}"
            })
    void cutAnswersAreNotKept(String cut) throws Exception {
        RawEngine engine = engine(call -> {
            call.send(cut);
            call.close();
        });
        Kvkeep kvkeep = repeating(engine, ON);
        for (int i = 0; i < 2; i++) {
            RawMessage answer =
                    client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8)).answer();
            assertThat(answer.header("x-kvkeep-cache")).containsExactly("miss");
        }
        assertThat(engine.untaken()).hasSize(2);
        assertThat(metric(kvkeep, "kvkeep_repeats_answers")).isZero();
    }

    @Test
    void anEngineThatIsNotThereIsNotKept() throws Exception {
        RawEngine gone = engine(call -> call.answer(200, SAID));
        Kvkeep kvkeep = repeating(gone, ON);
        gone.leave();
        RawMessage answer = client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8)).answer();
        assertThat(answer.status()).isEqualTo(502);
        engineInPlaceOf(gone, call -> call.answer(200, SAID));
        assertThat(client(kvkeep).post(CHAT, GREEDY.getBytes(UTF_8)).answer().status())
                .isEqualTo(200);
    }
}
