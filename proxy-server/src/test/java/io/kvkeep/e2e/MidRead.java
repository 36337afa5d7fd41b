package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Requests that arrive while a prompt is being read ahead, and the same ones while nothing is: in turns, in front of one
 * engine, since the load of a computer changes from one minute to the next.
 */
final class MidRead implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final int MOST_DELAY_MILLIS = 500;
    private static final int QUESTION_CHARS = 300;
    private static final int MOST_MISSES = 3;

    /** Who asks in the middle. */
    enum Asking {
        /** Another lane, with a short question. */
        ANOTHER_LANE,
        /** The lane that is read ahead, with its next turn. */
        THE_SAME_LANE
    }

    private final KvkeepServer reads;
    private final KvkeepServer readsNot;
    private final int chars;
    private final String thought;
    private final Random random = new Random(7);
    private int topics = 1_000;

    /**
     * @param chars about how long the prompts are
     * @param thought as of {@link ThinkingSession}
     */
    MidRead(Path jar, URI engine, int chars, String thought) {
        this.chars = chars;
        this.thought = thought;
        this.reads = KvkeepServer.start(jar, engine);
        this.readsNot = KvkeepServer.startWith(jar, engine, "read-ahead: {enabled: false}\n");
    }

    /** Asks so often with and so often without reading ahead; a turn that came too early or too late does not count. */
    Times measure(Asking asking, int trials) {
        List<Reply> with = new ArrayList<>();
        List<Reply> without = new ArrayList<>();
        int misses = 0;
        while (with.size() < trials) {
            Duration delay = Duration.ofMillis(random.nextInt(MOST_DELAY_MILLIS));
            int before = cancelled();
            Reply reply = ask(asking, reads, delay);
            if (cancelled() > before) {
                with.add(reply);
                without.add(ask(asking, readsNot, delay));
            } else if (++misses > MOST_MISSES * trials) {
                throw new AssertionError(
                        "only " + with.size() + " of " + (with.size() + misses) + " were in the middle");
            }
        }
        return new Times(with, without);
    }

    private Reply ask(Asking asking, KvkeepServer kvkeep, Duration delay) {
        int topic = topics++;
        ThinkingSession session = new ThinkingSession(topic, chars, thought);
        session.endLoop(kvkeep.uri());
        if (kvkeep == reads) {
            kvkeep.awaitStatus(
                    START_LIMIT,
                    status -> status.path("read-ahead").path("running").asBoolean());
        }
        kvkeep.pass(delay);
        return switch (asking) {
            case ANOTHER_LANE -> Reply.to(kvkeep.uri(), question(topic));
            case THE_SAME_LANE -> session.next(kvkeep.uri());
        };
    }

    private static String question(int topic) {
        ObjectNode body = Http.object().put("model", "tiny").put("stream", true).put("max_tokens", 4);
        body.putObject("stream_options").put("include_usage", true);
        ArrayNode messages = body.putArray("messages");
        messages.addObject().put("role", "system").put("content", "Question " + topic + ".");
        messages.addObject().put("role", "user").put("content", new Filler(-topic).lines(QUESTION_CHARS));
        return body.toString();
    }

    private int cancelled() {
        int cancelled = 0;
        for (JsonNode agent : reads.status().path("read-ahead").path("agents")) {
            cancelled += agent.path("cancelled").asInt();
        }
        return cancelled;
    }

    @Override
    public void close() {
        reads.close();
        readsNot.close();
    }

    /** What was measured, in pairs. */
    record Times(List<Reply> with, List<Reply> without) {
        private static final double MOST = 0.95;

        static double median(List<Reply> replies) {
            return quantile(replies, 0.5);
        }

        private static double quantile(List<Reply> replies, double share) {
            double[] millis = replies.stream()
                    .mapToDouble(Reply::firstTokenMillis)
                    .sorted()
                    .toArray();
            return millis[(int) Math.min(millis.length - 1, Math.round(share * (millis.length - 1)))];
        }

        /** How many tokens were read on average. */
        static double readTokens(List<Reply> replies) {
            return replies.stream()
                    .mapToInt(reply -> reply.counts().readTokens())
                    .average()
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return "%d trials each; to the first token: without %s, with %s"
                    .formatted(with.size(), line(without), line(with));
        }

        private static String line(List<Reply> replies) {
            int[] sorted = replies.stream()
                    .mapToInt(reply -> (int) Math.round(reply.firstTokenMillis()))
                    .sorted()
                    .toArray();
            return "median %.0f ms, 95th percentile %.0f ms, %.0f tokens read %s"
                    .formatted(median(replies), quantile(replies, MOST), readTokens(replies), Arrays.toString(sorted));
        }
    }
}
