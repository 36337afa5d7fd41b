package io.kvkeep.readahead;

import io.kvkeep.engine.Engine;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.reading.EndedTurn;
import io.kvkeep.reading.Head;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The last turn of each lane in use, bounded in bytes, and which of them the engine has lost; for one thread at a time.
 *
 * <p>A turn holds the client's credential. It is in memory, and nowhere else.
 */
final class Recent {
    private static final long IN_USE_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long MAX_BYTES =
            Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 16);
    /** An engine that shares its cache between all requests has no number of lanes; it reads no more than these. */
    private static final int MAX_OF_SHARED = 4;

    private final Map<Long, Used> turns = new LinkedHashMap<>();
    private final Map<Long, Used> lost = new LinkedHashMap<>();

    /** Takes the newest turn of a lane. */
    void ended(EndedTurn turn, long nowNanos) {
        turns.remove(turn.lane());
        turns.put(turn.lane(), new Used(turn, nowNanos));
        long bytes = bytes(turns) + bytes(lost);
        while (bytes > MAX_BYTES && !turns.isEmpty()) {
            Map<Long, Used> oldest = lost.isEmpty() ? turns : lost;
            @Nullable Used gone = oldest.remove(oldest.keySet().iterator().next());
            bytes -= gone == null ? 0 : gone.turn.sentBytes();
        }
    }

    private static long bytes(Map<Long, Used> of) {
        return of.values().stream().mapToLong(used -> used.turn.sentBytes()).sum();
    }

    /** Says that a prompt of a lane is on its way: the engine will hold it. */
    void sent(long lane) {
        lost.remove(lane);
    }

    /** Says that the engine holds nothing any more. */
    void engineGone() {
        turns.forEach((lane, used) -> {
            lost.remove(lane);
            lost.put(lane, used);
        });
        turns.clear();
    }

    void clear() {
        turns.clear();
        lost.clear();
    }

    boolean hasLost() {
        return !lost.isEmpty();
    }

    /**
     * Returns the turns that are worth reading again now that the engine is back, the newest last, and forgets the lost:
     * what makes an engine fail is not given to it twice.
     *
     * @param engine as it is now; lanes that were served with other models are left out
     */
    List<EndedTurn> takeLost(Engine engine, long nowNanos) {
        List<Used> newestFirst = new ArrayList<>(lost.values());
        Collections.reverse(newestFirst);
        lost.clear();
        boolean shared = engine.capabilities().cacheKind() == CacheKind.BLOCKS;
        long most = shared ? MAX_OF_SHARED : engine.facts().slots().value().orElse(1);
        List<EndedTurn> chosen = new ArrayList<>();
        Set<Head> heads = new HashSet<>();
        for (Used used : newestFirst) {
            EndedTurn turn = used.turn;
            boolean inUse = nowNanos - used.sinceNanos <= IN_USE_NANOS;
            boolean sameModels = models(engine).equals(models(turn.engine()));
            // Lanes that look alike would take one slot from each other.
            if (inUse && sameModels && chosen.size() < most && (shared || !heads.contains(turn.head()))) {
                heads.add(turn.head());
                chosen.add(0, turn.of(engine));
            }
        }
        return chosen;
    }

    private static List<String> models(Engine engine) {
        return engine.facts().models().stream().map(ModelFacts::model).toList();
    }

    private record Used(EndedTurn turn, long sinceNanos) {}
}
