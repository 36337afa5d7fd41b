package io.kvkeep.bench.load;

import java.util.List;

/** What one connection has seen. */
final class LoadTally {
    private final Samples durations = new Samples();
    private final Samples chunkDelays = new Samples();
    private long sent;
    private long measured;
    private long changed;
    private long errors;
    private String firstError = "";

    void countSent() {
        sent++;
    }

    void countError(Exception error) {
        errors++;
        if (firstError.isEmpty()) {
            firstError = error.toString();
        }
    }

    void add(long nanos, boolean bodyChanged) {
        measured++;
        durations.add(nanos);
        if (bodyChanged) {
            changed++;
        }
    }

    Samples chunkDelays() {
        return chunkDelays;
    }

    static LoadResult of(List<LoadWorker> workers, double seconds) {
        LoadTally all = new LoadTally();
        for (LoadWorker worker : workers) {
            all.addAll(worker.tally());
        }
        Samples judged = all.chunkDelays.isEmpty() ? all.durations : all.chunkDelays;
        return new LoadResult(
                all.sent,
                all.measured,
                all.changed,
                all.errors,
                seconds,
                judged.quantileMicros(0.50),
                judged.quantileMicros(0.99),
                all.firstError);
    }

    private void addAll(LoadTally other) {
        durations.addAll(other.durations);
        chunkDelays.addAll(other.chunkDelays);
        sent += other.sent;
        measured += other.measured;
        changed += other.changed;
        errors += other.errors;
        if (firstError.isEmpty()) {
            firstError = other.firstError;
        }
    }
}
