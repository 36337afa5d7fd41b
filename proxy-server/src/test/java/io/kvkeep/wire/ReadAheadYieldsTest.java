package io.kvkeep.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.cli.Kvkeep;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is read ahead makes way for a client, as its engine sees it on the wire. */
class ReadAheadYieldsTest extends WireTest {
    private static final int TRIALS = 9;
    private static final double MOST_MILLIS = 50;
    private static final String NO_ANSWER = "\"max_tokens\":0";

    private static final String LOOP = """
            {"model":"m","messages":[{"role":"user","content":"topic TRIAL"},{"role":"assistant","content":"",\
            "tool_calls":[{"id":"c","type":"function","function":{"name":"read","arguments":"{}"}}]},\
            {"role":"tool","tool_call_id":"c","content":"rows"}]}""";

    private static final String ANSWER = """
            {"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Done."}}],\
            "usage":{"prompt_tokens":900,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":9}}}""";

    private final BlockingQueue<Long> brokenOff = new LinkedBlockingQueue<>();

    /** The third best of nine counts: a busy computer lets any thread wait for its turn. */
    @Test
    void theFirstLineOfARequestEndsItWithinFiftyMilliseconds() throws Exception {
        RawEngine engine = engine("llamacpp", call -> {
            if (call.message().text().contains(NO_ANSWER)) {
                brokenOff.add(call.awaitEndNanos());
            } else {
                call.answer(200, ANSWER);
            }
        });
        Kvkeep kvkeep = proxy(engine.port(), reading(new ReadAheadPolicy(true, 1, 20, 0)));
        double[] millis = new double[TRIALS];
        for (int trial = 0; trial < TRIALS; trial++) {
            byte[] loop = RawMessage.bytes(LOOP.replace("TRIAL", Integer.toString(trial)));
            assertThat(client(kvkeep).post(CHAT, loop).answer().status()).isEqualTo(200);
            RawEngine.Call ahead = engine.next();
            while (!ahead.message().text().contains(NO_ANSWER)) {
                ahead = engine.next();
            }

            RawClient client = client(kvkeep);
            byte[] question = RawMessage.bytes(PLAIN);
            long startNanos = System.nanoTime();
            client.send("POST " + CHAT + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + question.length + "\r\n\r\n");
            Long endNanos = brokenOff.poll(10, TimeUnit.SECONDS);
            assertThat(endNanos).as("the body of the request is not even there").isNotNull();
            millis[trial] = (endNanos - startNanos) / 1e6;
            assertThat(client.send(question).answer().status()).isEqualTo(200);
        }
        Arrays.sort(millis);
        System.out.printf(
                "a read-ahead ends %.1f ms behind the first bytes of a request (%s)%n",
                millis[TRIALS / 3 - 1], Arrays.toString(millis));
        assertThat(millis[TRIALS / 3 - 1]).isLessThan(MOST_MILLIS);
    }
}
