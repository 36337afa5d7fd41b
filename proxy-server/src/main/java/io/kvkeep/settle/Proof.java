package io.kvkeep.settle;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What rewriting gains, or would gain, since mode or holdout last changed; all totals. For any thread. */
final class Proof {
    private final Map<Group, Sums> groups = new EnumMap<>(Group.class);
    private final Gain gain = new Gain();
    private final Gain missed = new Gain();

    /** Forgets everything. */
    synchronized void clear() {
        groups.clear();
        gain.clear();
        missed.clear();
    }

    /** Adds one prompt to its group. */
    synchronized void add(Group group, Turn turn) {
        groups.computeIfAbsent(group, missing -> new Sums()).add(turn);
    }

    /** Adds what one prompt gained; less than 0 if it lost. */
    synchronized void gained(Group group, double tokens, @Nullable Double seconds) {
        (group == Group.REWRITTEN ? gain : missed).add(tokens, seconds);
    }

    /** Returns the groups by name; a group without a turn is missing. */
    synchronized Map<String, Object> groups() {
        Map<String, Object> rows = new LinkedHashMap<>();
        groups.forEach((group, sums) -> rows.put(group.id(), sums.row()));
        return rows;
    }

    /** Returns what was gained by rewriting; missing before the first prompt. */
    synchronized @Nullable Object gained() {
        return gain.row();
    }

    /** Returns what rewriting would have gained on prompts that went out as they came; missing without one. */
    synchronized @Nullable Object missed() {
        return missed.row();
    }

    /**
     * One prompt; tokens in doubles since estimates are.
     *
     * @param reported its tokens by the engine's report; missing if it told no cached tokens
     * @param estimated the same by the prompts before it
     */
    record Turn(@Nullable Read reported, Read estimated, long firstTokenNanos) {}

    /**
     * How much of a prompt was read again.
     *
     * @param tokens its size
     * @param readTokens how many of them were not there
     */
    record Read(double tokens, double readTokens) {}

    private static final class Sums {
        private final Reads reported = new Reads();
        private final Reads estimated = new Reads();
        private long turns;
        private long timed;
        private long firstTokenNanos;

        void add(Turn turn) {
            turns++;
            if (turn.reported != null) {
                reported.add(turn.reported);
            }
            estimated.add(turn.estimated);
            if (turn.firstTokenNanos > 0) {
                timed++;
                firstTokenNanos += turn.firstTokenNanos;
            }
        }

        GroupRow row() {
            Long mean = timed == 0 ? null : TimeUnit.NANOSECONDS.toMillis(firstTokenNanos / timed);
            return new GroupRow(turns, mean, reported.row(), estimated.row());
        }
    }

    private static final class Reads {
        private long turns;
        private double tokens;
        private double readTokens;

        void add(Read read) {
            turns++;
            tokens += read.tokens;
            readTokens += read.readTokens;
        }

        @Nullable
        ReadRow row() {
            return turns == 0
                    ? null
                    : new ReadRow(
                            turns,
                            Math.round(tokens),
                            Math.round(readTokens),
                            tokens > 0 ? Math.round(1e4 * readTokens / tokens) / 1e4 : 0);
        }
    }

    private static final class Gain {
        private long turns;
        private double tokens;
        private long priced;
        private double seconds;

        void add(double more, @Nullable Double moreSeconds) {
            turns++;
            tokens += more;
            if (moreSeconds != null) {
                priced++;
                seconds += moreSeconds;
            }
        }

        void clear() {
            turns = 0;
            tokens = 0;
            priced = 0;
            seconds = 0;
        }

        @Nullable
        GainRow row() {
            return turns == 0
                    ? null
                    : new GainRow(turns, Math.round(tokens), priced == 0 ? null : Math.round(seconds * 10) / 10.0);
        }
    }

    /** One group of the status. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record GroupRow(
            long turns,
            @Nullable Long meanFirstTokenMillis,
            @Nullable ReadRow reported,
            @Nullable ReadRow estimated) {}

    /** Tokens by one source. */
    private record ReadRow(long turns, long promptTokens, long readAgainTokens, double readAgainShare) {}

    /** A gain; its seconds are missing while no speed is known. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record GainRow(
            long turns, long tokens, @Nullable Double seconds) {}
}
