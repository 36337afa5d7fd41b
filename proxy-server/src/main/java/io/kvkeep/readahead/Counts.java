package io.kvkeep.readahead;

import io.kvkeep.metrics.Metrics;
import io.kvkeep.reading.Reason;
import io.kvkeep.reading.Sender.End;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What was read ahead and what came of it, in the metrics and for the status; for one thread at a time. */
public final class Counts {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Metrics metrics;
    private final Map<String, Sums> agents = new TreeMap<>();

    /** Counts into these metrics. */
    public Counts(Metrics metrics) {
        this.metrics = metrics;
    }

    void ended(String agent, String engine, Reason reason, End end) {
        String name = end.name().toLowerCase(Locale.ROOT);
        metrics.readAhead(agent, engine, reason.id(), name);
        Sums sums = agents.computeIfAbsent(agent, missing -> new Sums());
        sums.ends.merge(name, 1L, Long::sum);
        if (end == End.DONE) {
            sums.reasons.merge(reason.id(), 1L, Long::sum);
        }
    }

    void read(String agent, String engine, Reason reason, long tokens, long nanos) {
        metrics.readAheadTokens(agent, engine, reason.id(), "read", (double) tokens);
        metrics.readAheadSeconds(agent, engine, reason.id(), "spent", nanos / NANOS_PER_SECOND);
        Sums sums = agents.computeIfAbsent(agent, missing -> new Sums());
        sums.tokensRead += tokens;
        sums.spentNanos += nanos;
    }

    void came(String agent, String engine, Reason reason, long read, long used, long savedNanos) {
        if (read == 0) {
            return;
        }
        Sums sums = agents.computeIfAbsent(agent, missing -> new Sums());
        metrics.readAheadTokens(agent, engine, reason.id(), "used", (double) used);
        metrics.readAheadTokens(agent, engine, reason.id(), "wasted", (double) (read - used));
        metrics.readAheadSeconds(agent, engine, reason.id(), "saved", savedNanos / NANOS_PER_SECOND);
        sums.tokensUsed += used;
        sums.tokensWasted += read - used;
        sums.savedNanos += savedNanos;
    }

    void notTold(String agent, String engine, Reason reason, long read) {
        metrics.readAheadTokens(agent, engine, reason.id(), "unknown", (double) read);
        agents.computeIfAbsent(agent, missing -> new Sums()).tokensUnknown += read;
    }

    /** Returns what is shown of each agent. */
    Map<String, Object> status(Habits habits) {
        Map<String, Object> status = new LinkedHashMap<>();
        agents.forEach((agent, sums) -> status.put(agent, sums.status(habits.isOff(agent))));
        return status;
    }

    private static final class Sums {
        private final Map<String, Long> ends = new TreeMap<>();
        private final Map<String, Long> reasons = new TreeMap<>();
        private long tokensRead;
        private long tokensUsed;
        private long tokensWasted;
        private long tokensUnknown;
        private long spentNanos;
        private long savedNanos;

        Map<String, Object> status(boolean off) {
            Map<String, Object> status = new LinkedHashMap<>(ends);
            status.put("doneByReason", new TreeMap<>(reasons));
            status.put("tokensRead", tokensRead);
            status.put("tokensUsed", tokensUsed);
            status.put("tokensWasted", tokensWasted);
            status.put("tokensUnknown", tokensUnknown);
            status.put("secondsSpent", spentNanos / NANOS_PER_SECOND);
            status.put("secondsSaved", savedNanos / NANOS_PER_SECOND);
            status.put("off", off);
            return status;
        }
    }
}
