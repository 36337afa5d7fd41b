package io.kvkeep.bench.jmh;

import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cutting: divides the system text of a prompt into sections. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class CutBenchmark {
    /** The text is decoded and the agent known: cutting alone is measured. */
    @State(Scope.Benchmark)
    public static class SystemText {
        private Cutter cutter;
        private String text;

        /** Takes both from a whole rewrite of the request. */
        @Setup
        public void prepare(AgentRequest request) throws PromptNotUnderstood, NotJson {
            var rewrite = request.rewrite();
            cutter = rewrite.profile().cutter();
            text = rewrite.prompt().systemTexts().get(0).text();
        }
    }

    /** From the text to its sections. */
    @Benchmark
    public Cut cut(SystemText system) {
        return system.cutter.cut(system.text);
    }
}
