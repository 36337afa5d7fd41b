package io.kvkeep.turns;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last turns, bounded in number and in bytes. For any thread. */
final class TurnLog {
    private final int maxTurns;
    private final int maxBytes;
    private final Deque<Turn> oldestFirst = new ArrayDeque<>();
    private long lastId;
    private int bytes;

    TurnLog(int maxTurns, int maxBytes) {
        this.maxTurns = maxTurns;
        this.maxBytes = maxBytes;
    }

    /** Keeps a turn under the next id. */
    synchronized void add(Turn turn) {
        Turn kept = turn.withId(++lastId);
        oldestFirst.addLast(kept);
        bytes += kept.bytes();
        while (oldestFirst.size() > maxTurns || (bytes > maxBytes && oldestFirst.size() > 1)) {
            bytes -= oldestFirst.removeFirst().bytes();
        }
    }

    /** Returns the turns with a greater id, the oldest first. */
    synchronized List<Turn> since(long id) {
        List<Turn> later = new ArrayList<>();
        for (Turn turn : oldestFirst) {
            if (turn.id() > id) {
                later.add(turn);
            }
        }
        return later;
    }
}
