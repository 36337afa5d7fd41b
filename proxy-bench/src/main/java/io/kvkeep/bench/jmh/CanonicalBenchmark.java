package io.kvkeep.bench.jmh;

import io.kvkeep.json.CanonicalJson;
import io.kvkeep.json.NotJson;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The canonical form of the arguments of one tool call. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class CanonicalBenchmark {
    /** The size of the arguments: a look-up, a usual edit, a long file. */
    @Param({"60", "2000", "20000"})
    int characters;

    private String sorted = "";
    private String unsorted = "";

    /** Writes an edit of a source file in its form and in the spelling of a model. */
    @Setup
    public void prepare() {
        String line = "    return \\\"x\\\";\\n";
        String file = line.repeat(Math.max(1, (characters - 40) / line.length()));
        sorted = "{\"content\":\"" + file + "\",\"path\":\"a.py\"}";
        unsorted = "{\"path\": \"a.py\", \"content\": \"" + file + "\"}";
    }

    /** Arguments that are in their form already. */
    @Benchmark
    public byte[] sorted() throws NotJson {
        return CanonicalJson.of(sorted);
    }

    /** Arguments with white space and in another order. */
    @Benchmark
    public byte[] unsorted() throws NotJson {
        return CanonicalJson.of(unsorted);
    }
}
