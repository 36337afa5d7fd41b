package io.kvkeep.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import io.kvkeep.dialect.Dialect;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading what a model said: what one chunk of about 250 bytes costs while it passes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class AnswerBenchmark {
    private static final int CHUNKS = 1_000;
    private static final int BOUND = 4 << 20;

    /** Two streams, one of text and one of a call's arguments, each chunk as llama.cpp spells it. */
    @State(Scope.Benchmark)
    public static class Streams {
        private final byte[][] text = new byte[CHUNKS][];
        private final byte[][] arguments = new byte[CHUNKS][];
        private byte[] end = {};

        /** Writes the chunks. */
        @Setup
        public void prepare() {
            for (int i = 0; i < CHUNKS; i++) {
                text[i] = chunk("{\"content\":\" word\\n" + i + "\"}", "null");
                String name = i == 0 ? "\"name\":\"edit\"," : "";
                arguments[i] = chunk(
                        "{\"tool_calls\":[{\"index\":0,\"function\":{" + name + "\"arguments\":\"\\\"a\\\": " + i
                                + "\"}}]}",
                        "null");
            }
            end = chunk("{}", "\"stop\"");
        }

        private static byte[] chunk(String delta, String finishReason) {
            return ("data: {\"choices\":[{\"finish_reason\":" + finishReason + ",\"index\":0,\"delta\":" + delta
                            + "}],\"created\":1795000000,\"id\":\"chatcmpl-Ue2nCkLwyVBzjbcV4Pft7CsGk1mUbV5e\","
                            + "\"model\":\"qwen3-coder-30b-a3b-q4\",\"system_fingerprint\":\"b11434-0c1e57098\","
                            + "\"object\":\"chat.completion.chunk\"}\n\n")
                    .getBytes(UTF_8);
        }
    }

    /** One chunk with a piece of the text. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public Optional<Emitted> text(Streams streams) {
        return read(streams.text, streams.end);
    }

    /** One chunk with a piece of the arguments of a tool call. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public Optional<Emitted> arguments(Streams streams) {
        return read(streams.arguments, streams.end);
    }

    private static Optional<Emitted> read(byte[][] chunks, byte[] end) {
        AnswerReader reader = Dialect.CHAT_COMPLETIONS.answer(Framing.EVENTS, BOUND);
        for (byte[] chunk : chunks) {
            reader.add(chunk, 0, chunk.length);
        }
        reader.add(end, 0, end.length);
        return reader.finish();
    }
}
