package io.kvkeep.store;

import io.kvkeep.ledger.Lane;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which mark a lane carries at the head of its system text, on engines that keep one prompt per slot.
 *
 * <p>Two lanes with one system text look alike to such an engine, and each takes the other's slot: the whole history is
 * read again on every turn (llama.cpp b11434 and Ollama 0.33, by measurement). Prompts that differ from the first tokens
 * on are kept apart. A mark costs one reading of system text and tools, so a further one is given only when a lane goes
 * on after another one with its system text and mark was served: its history is lost then anyway.
 */
final class Marks {
    /** The empty mark is one of them. */
    private static final int MAX_MARKS = 16;

    private static final long QUIET_MILLIS = 10 * 60_000;

    private Marks() {}

    /**
     * Chooses the mark of a lane.
     *
     * @param lane the lane, if it goes on
     * @param others all lanes with the same system text
     * @param nowMillis the time
     */
    static int of(Optional<HeldLane> lane, List<HeldLane> others, long nowMillis) {
        List<HeldLane> strangers = others.stream()
                .filter(other ->
                        lane.isEmpty() || !isBranch(other.lane(), lane.get().lane()))
                .sorted(Comparator.comparingLong(HeldLane::turn).reversed())
                .toList();
        if (lane.isPresent()) {
            int own = mark(lane.get());
            boolean taken = strangers.stream()
                    .anyMatch(other ->
                            mark(other) == own && other.turn() > lane.get().turn());
            return taken ? another(own, strangers, nowMillis) : own;
        }
        return strangers.isEmpty()
                ? 0
                : quiet(strangers, nowMillis).orElseGet(() -> mark(strangers.get(strangers.size() - 1)));
    }

    private static int another(int own, List<HeldLane> strangers, long nowMillis) {
        return quiet(strangers, nowMillis).orElseGet(() -> {
            Set<Integer> used = strangers.stream().map(Marks::mark).collect(Collectors.toSet());
            for (int mark = 0; mark < MAX_MARKS; mark++) {
                if (mark != own && !used.contains(mark)) {
                    return mark;
                }
            }
            return own;
        });
    }

    /** Returns the mark that was left last by a lane gone quiet: what stands behind it is the warmest. */
    private static Optional<Integer> quiet(List<HeldLane> newestFirst, long nowMillis) {
        Set<Integer> active = newestFirst.stream()
                .filter(other -> nowMillis - other.servedMillis() < QUIET_MILLIS)
                .map(Marks::mark)
                .collect(Collectors.toSet());
        return newestFirst.stream()
                .map(Marks::mark)
                .filter(mark -> !active.contains(mark))
                .findFirst();
    }

    /**
     * Two branches of one conversation have more in common than a mark would save. And a lane that is all in another one
     * is the same conversation, begun once more.
     */
    private static boolean isBranch(Lane other, Lane lane) {
        int common = 0;
        int most = Math.min(other.chain().size(), lane.chain().size());
        while (common < most && other.chain().get(common).equals(lane.chain().get(common))) {
            common++;
        }
        return 2 * common >= lane.chain().size() || common == other.chain().size();
    }

    private static int mark(HeldLane held) {
        return held.lane().start().mark();
    }
}
