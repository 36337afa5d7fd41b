package io.kvkeep.readahead;

import io.kvkeep.reading.EndedTurn;
import io.kvkeep.reading.Reason;
import io.kvkeep.reading.Sender;
import io.kvkeep.reading.Sender.Result;
import io.kvkeep.reuse.ReportedUsage;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What was read ahead and has not been asked for yet, by lane, the oldest first; for one thread at a time. */
final class Outcomes {
    private static final int MAX_OPEN = 256;
    private static final long MAX_OPEN_NANOS = TimeUnit.HOURS.toNanos(2);

    private final Map<Long, Open> open = new LinkedHashMap<>();
    private final Habits habits;
    private final Counts counts;

    Outcomes(Habits habits, Counts counts) {
        this.habits = habits;
        this.counts = counts;
    }

    /** Takes what was read for a lane. */
    void read(EndedTurn turn, Reason reason, long estimated, Result result, long nowNanos) {
        ReportedUsage usage = result.usage();
        boolean told = usage.cachedTokens().isPresent() && usage.promptTokens().isPresent();
        long held = usage.cachedTokens().orElse(0);
        long read = told
                ? Math.max(0, usage.promptTokens().getAsLong() - held)
                : result.end() == Sender.End.DONE ? estimated : 0;
        if (read > 0) {
            counts.read(turn.agent(), turn.engine().name(), reason, read, result.nanos());
            put(turn, new Open(turn.agent(), turn.engine().name(), reason, nowNanos, held, read, result.nanos(), told));
        }
    }

    /** Takes a lane for which something would have been read. */
    void watch(EndedTurn turn, Reason reason, long nowNanos) {
        put(turn, new Open(turn.agent(), turn.engine().name(), reason, nowNanos, 0, 0, 0, false));
    }

    private void put(EndedTurn turn, Open one) {
        @Nullable Open before = open.remove(turn.lane());
        open.put(turn.lane(), before == null ? one : before.and(one));
        Iterator<Open> oldest = open.values().iterator();
        while (oldest.hasNext()) {
            Open next = oldest.next();
            if (open.size() <= MAX_OPEN && one.sinceNanos - next.sinceNanos <= MAX_OPEN_NANOS) {
                return;
            }
            oldest.remove();
            waste(next);
        }
    }

    /** Takes what the engine found of a lane that goes on. */
    Optional<ReadBefore> cameBack(long lane, ReportedUsage usage, long nowNanos) {
        @Nullable Open one = open.remove(lane);
        if (one == null) {
            return Optional.empty();
        }
        if (nowNanos - one.sinceNanos > MAX_OPEN_NANOS) {
            waste(one);
            return Optional.empty();
        }
        habits.came(one.agent, isUsed(one, usage));
        if (one.read == 0) {
            return Optional.empty();
        }
        long readMillis = TimeUnit.NANOSECONDS.toMillis(one.nanos);
        if (!one.told || usage.cachedTokens().isEmpty()) {
            counts.notTold(one.agent, one.engine, one.reason, one.read);
            return Optional.of(new ReadBefore(one.reason.id(), one.read, readMillis, null, null));
        }
        long used = used(one, usage);
        long savedNanos = (long) ((double) one.nanos * used / one.read);
        counts.came(one.agent, one.engine, one.reason, one.read, used, savedNanos);
        return Optional.of(
                new ReadBefore(one.reason.id(), one.read, readMillis, used, TimeUnit.NANOSECONDS.toMillis(savedNanos)));
    }

    private static long used(Open one, ReportedUsage usage) {
        return Math.max(0, Math.min(one.read, usage.cachedTokens().orElse(0) - one.held));
    }

    /** A lane that goes on is enough where the engine does not tell more. */
    private static boolean isUsed(Open one, ReportedUsage usage) {
        return !one.told || usage.cachedTokens().isEmpty() || 2 * used(one, usage) >= one.read;
    }

    /** Says that the engine holds nothing any more. That is no habit of any agent. */
    void engineGone() {
        open.values().forEach(one -> counts.came(one.agent, one.engine, one.reason, one.read, 0, 0));
        open.clear();
    }

    private void waste(Open one) {
        habits.came(one.agent, false);
        counts.came(one.agent, one.engine, one.reason, one.read, 0, 0);
    }

    /**
     * Something that was read.
     *
     * @param held how many tokens of the prompt the engine had before
     * @param read how many it read then; 0 if nothing was read and the lane is only watched
     * @param told whether the engine told these
     */
    private record Open(
            String agent,
            String engine,
            Reason reason,
            long sinceNanos,
            long held,
            long read,
            long nanos,
            boolean told) {
        /** What was broken off goes on where it ended. */
        Open and(Open later) {
            return new Open(
                    agent,
                    engine,
                    later.reason,
                    later.sinceNanos,
                    Math.min(held, later.held),
                    read + later.read,
                    nanos + later.nanos,
                    told && later.told);
        }
    }
}
