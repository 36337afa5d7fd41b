package io.kvkeep.turns;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** The last turns, bounded in number and in bytes. For any thread. */
final class TurnLog {
    private final int maxTurns;
    private final int maxBytes;
    private final Deque<Kept> oldestFirst = new ArrayDeque<>();
    private long lastId;
    private int bytes;

    TurnLog(int maxTurns, int maxBytes) {
        this.maxTurns = maxTurns;
        this.maxBytes = maxBytes;
    }

    /** Keeps what is made for the next id, before any later id is given: who reads on from an id misses none. */
    synchronized void add(LongFunction<Kept> made) {
        Kept kept = made.apply(lastId + 1);
        lastId++;
        oldestFirst.addLast(kept);
        bytes += kept.bytes();
        while (oldestFirst.size() > maxTurns || (bytes > maxBytes && oldestFirst.size() > 1)) {
            bytes -= oldestFirst.removeFirst().bytes();
        }
    }

    /** Returns the first turns with a greater id, the oldest first. */
    synchronized List<Turn> since(long id, int most) {
        List<Turn> later = new ArrayList<>();
        for (Kept kept : oldestFirst) {
            if (kept.turn.id() > id && later.size() < most) {
                later.add(kept.turn);
            }
        }
        return later;
    }

    synchronized Optional<Kept> of(long id) {
        return oldestFirst.stream().filter(kept -> kept.turn.id() == id).findFirst();
    }

    /** A turn, and what is told of it if somebody opens it. */
    record Kept(Turn turn, TurnDetail detail) {
        private int bytes() {
            return turn.bytes() + detail.bytes();
        }
    }
}
