package io.kvkeep.bench.jmh;

import io.kvkeep.plan.Rewrite;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** The whole straight line of the core, from the body to the plan of its edits. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RewriteBenchmark {
    /** Reads, recognises the agent, cuts, plans and takes the digests for the ledger. */
    @Benchmark
    public Rewrite rewrite(AgentRequest request) throws PromptNotUnderstood {
        return request.rewrite();
    }
}
