package io.kvkeep.replay;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * llama.cpp (b11434) with a model of recurrent layers: it goes on only at checkpoints, which it makes at the first user
 * start, at user starts that lie 8,192 tokens behind the last checkpoint, at the newest one, and 516 and 4 tokens before
 * the prompt's end; and at the very end of what it holds. One conversation is in the slot, eight lie in memory.
 */
final class HybridModel implements EngineModel {
    private static final int BYTES_PER_TOKEN = 4;
    private static final int MIN_STEP_BYTES = 8_192 * BYTES_PER_TOKEN;
    private static final int[] BEFORE_END_BYTES = {516 * BYTES_PER_TOKEN, 4 * BYTES_PER_TOKEN};
    private static final int MAX_HELD = 9;

    private final Deque<Held> newestFirst = new ArrayDeque<>();

    private record Held(Rendered rendered, NavigableSet<Integer> checkpoints) {
        int reuse(Rendered now) {
            int common = Arrays.mismatch(rendered.bytes(), now.bytes());
            Integer checkpoint = checkpoints.floor(common < 0 ? now.bytes().length : common);
            return checkpoint == null ? 0 : Math.min(checkpoint, now.promptBytes());
        }
    }

    @Override
    public int read(Rendered rendered) {
        Held best = null;
        int reused = 0;
        for (Held held : newestFirst) {
            int reuse = held.reuse(rendered);
            if (reuse > reused) {
                best = held;
                reused = reuse;
            }
        }
        NavigableSet<Integer> checkpoints = checkpoints(rendered);
        if (best != null) {
            checkpoints.addAll(best.checkpoints.headSet(reused, true));
            newestFirst.remove(best);
        }
        newestFirst.addFirst(new Held(rendered, checkpoints));
        if (newestFirst.size() > MAX_HELD) {
            newestFirst.removeLast();
        }
        return reused;
    }

    private static NavigableSet<Integer> checkpoints(Rendered rendered) {
        NavigableSet<Integer> checkpoints = new TreeSet<>();
        int last = -MIN_STEP_BYTES;
        int newest = rendered.userStarts().isEmpty()
                ? 0
                : rendered.userStarts().get(rendered.userStarts().size() - 1);
        for (int start : rendered.userStarts()) {
            if (start - last > MIN_STEP_BYTES || start == newest) {
                checkpoints.add(start);
                last = start;
            }
        }
        for (int before : BEFORE_END_BYTES) {
            checkpoints.add(Math.max(0, rendered.promptBytes() - before));
        }
        checkpoints.add(rendered.bytes().length);
        return checkpoints;
    }
}
