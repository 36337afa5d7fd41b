package io.kvkeep.bench.load;

import java.util.Arrays;

/** Durations in nanoseconds, every one of them kept. */
final class Samples {
    private long[] nanos = new long[1024];
    private int count;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
    }

    void addAll(Samples other) {
        for (int i = 0; i < other.count; i++) {
            add(other.nanos[i]);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The smallest duration that at least this share of all does not exceed; NaN where there is none. */
    double quantileMicros(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        Arrays.sort(nanos, 0, count);
        int rank = (int) Math.ceil(share * count);
        return nanos[Math.max(0, rank - 1)] / 1000.0;
    }
}
