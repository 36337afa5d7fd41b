package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.config.Mode;
import io.kvkeep.ledger.Coverage;
import io.kvkeep.wire.DrawnAnswer.Framing;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Promise: the answer is the engine's, byte for byte and at once, whatever it is, however it is framed and wherever it is
 * cut: the engine writes a piece only when the client has the one before.
 */
class AnswersByChanceTest extends WireTest {
    private static final int ANSWERS = Integer.getInteger("kvkeep.answers", 120);
    private static final int PATIENCE_SECONDS = 10;

    private static final List<String> COVERED = List.of(
            "answer not 200",
            "answer of no bytes",
            "answer over 64 KiB",
            "content events",
            "content json",
            "content lines",
            "content noise",
            "framing chunked",
            "framing connection_end",
            "framing length",
            "piece told at once",
            "request dated",
            "request streamed");

    private final Map<Integer, Played> answers = new ConcurrentHashMap<>();

    @ParameterizedTest
    @CsvSource({"somebody,REWRITE,1", "llamacpp,REWRITE,2", "vllm,REWRITE,3", "library,OBSERVE,4", "somebody,OFF,5"})
    @Timeout(120)
    void everyAnswerIsTheEnginesByteForByteAndAtOnce(String modelOwner, Mode mode, int seed) throws Exception {
        Random random = new Random(seed);
        Coverage coverage = new Coverage();
        int port = proxy(engine(modelOwner, this::play), mode, LIMITS).address().port();
        boolean asked = modelOwner.equals("vllm") && mode == Mode.REWRITE;
        RawClient client = client(port);
        for (int number = 0; number < ANSWERS; number++) {
            DrawnAnswer drawn = DrawnAnswer.draw(random, asked);
            Played played = new Played(drawn, new Semaphore(0));
            answers.put(number, played);
            client.post(drawn.path(), drawn.request().getBytes(UTF_8), "X-Number: " + number);
            RawMessage head = new RawMessage(client.head(), new byte[0], List.of(), true);
            String which = "seed " + seed + ", number " + number + ": " + drawn;
            assertThat(head.status()).as(which).isEqualTo(drawn.status());
            assertThat(head.header("x-number")).as(which).containsExactly(Integer.toString(number));
            assertThat(head.header("content-type")).as(which).containsExactly(drawn.contentType());
            byte[] body = body(client, head, played, which);
            assertThat(body).as(which).isEqualTo(DrawnAnswer.joined(drawn.told()));
            count(coverage, drawn);
            if (drawn.framing() == Framing.CONNECTION_END || random.nextInt(10) == 0) {
                client.close();
                client = client(port);
            }
        }
        System.out.println("What " + ANSWERS + " answers of " + modelOwner + " came to:\n" + coverage);
        assertThat(coverage.of("piece hidden") > 0)
                .as("counts that only kvkeep asked for")
                .isEqualTo(asked);
        assertThat(COVERED)
                .allSatisfy(what -> assertThat(coverage.of(what)).as(what).isPositive());
    }

    private void play(RawEngine.Call call) throws Exception {
        int number = Integer.parseInt(call.message().header("x-number").get(0));
        Played played = Objects.requireNonNull(answers.get(number));
        DrawnAnswer drawn = played.drawn;
        call.send(drawn.head(number));
        for (int i = 0; i < drawn.pieces().size(); i++) {
            byte[] piece = drawn.pieces().get(i);
            if (drawn.framing() != Framing.CHUNKED) {
                call.send(piece);
            } else if (piece.length > 0) {
                call.chunk(piece);
            }
            if (drawn.atOnce()) {
                assertThat(played.got.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .as("the client got piece %s of number %s", i, number)
                        .isTrue();
            }
        }
        if (drawn.framing() == Framing.CHUNKED) {
            call.send("0\r\n\r\n");
        } else if (drawn.framing() == Framing.CONNECTION_END) {
            call.close();
        }
    }

    /**
     * What the engine is to answer.
     *
     * @param got counts the pieces that the client has
     */
    private record Played(DrawnAnswer drawn, Semaphore got) {}

    /** Reads a body, and tells the engine of each piece that is there whole. */
    private static byte[] body(RawClient client, RawMessage head, Played played, String which) throws Exception {
        boolean chunked = head.header("transfer-encoding").contains("chunked");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int target = 0;
        for (byte[] piece : played.drawn.told()) {
            target += piece.length;
            while (body.size() < target) {
                byte[] more = chunked ? client.chunk() : client.exactly(target - body.size());
                assertThat(more)
                        .as("%s, at %s of %s bytes", which, body.size(), target)
                        .isNotEmpty();
                body.write(more);
            }
            played.got.release();
        }
        if (chunked) {
            assertThat(client.chunk()).as(which).isEmpty();
            client.exactly(2);
        } else if (head.header("content-length").isEmpty()) {
            assertThat(client.rest()).as(which).isEmpty();
        }
        return body.toByteArray();
    }

    private static void count(Coverage coverage, DrawnAnswer drawn) {
        coverage.count("content " + drawn.content().name().toLowerCase(Locale.ROOT));
        coverage.count("framing " + drawn.framing().name().toLowerCase(Locale.ROOT));
        coverage.count(drawn.request().contains("\"stream\":true") ? "request streamed" : "request not streamed");
        coverage.count(drawn.request().contains("2026-11-21") ? "request dated" : "request plain");
        coverage.count(drawn.status() == 200 ? "answer 200" : "answer not 200");
        coverage.count(
                drawn.length() == 0
                        ? "answer of no bytes"
                        : drawn.length() > 64 << 10 ? "answer over 64 KiB" : "answer");
        for (int i = 0; drawn.atOnce() && i < drawn.told().size(); i++) {
            coverage.count(drawn.told().get(i).length == 0 ? "piece hidden" : "piece told at once");
        }
    }
}
