package io.kvkeep.bench.jmh;

import io.kvkeep.plan.Rewrite;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.reuse.PrefixChain;
import io.kvkeep.reuse.Stretches;
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

/** Counting: hashes a prompt part by part, as it came and as it is sent. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class PrefixChainBenchmark {
    /** A request that the core is done with. */
    @State(Scope.Benchmark)
    public static class Rewritten {
        private Rewrite rewrite;

        /** Rewrites the request once. */
        @Setup
        public void prepare(AgentRequest request) throws PromptNotUnderstood {
            rewrite = request.rewrite();
        }
    }

    /** From the prompt and its edits to both chains. */
    @Benchmark
    public PrefixChain.Pair pair(Rewritten rewritten) {
        Rewrite rewrite = rewritten.rewrite;
        return PrefixChain.Pair.of(Stretches.Pair.of(rewrite.prompt(), rewrite.fingerprints(), rewrite.plan()), 1);
    }
}
