package io.kvkeep.demo;

import io.kvkeep.simulation.Turn;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The same session twice: direct, and through kvkeep. */
record Comparison(List<Turn> turns, List<Reading> direct, List<Reading> proxied) {
    /** About four characters make a token; half of the tokens that this gives can't have got lost in counting. */
    private static final int MANY_CHARS_PER_TOKEN = 8;

    Comparison {
        turns = List.copyOf(turns);
        direct = List.copyOf(direct);
        proxied = List.copyOf(proxied);
    }

    /** Adds up the tokens read on some turns; empty if the engine keeps silent about one of them. */
    static OptionalLong read(List<Reading> readings, IntPredicate chosen) {
        long sum = 0;
        for (int i = 0; i < readings.size(); i++) {
            if (chosen.test(i)) {
                if (readings.get(i).read().isEmpty()) {
                    return OptionalLong.empty();
                }
                sum += readings.get(i).read().getAsLong();
            }
        }
        return OptionalLong.of(sum);
    }

    static long waitNanos(List<Reading> readings) {
        return readings.stream().mapToLong(Reading::waitNanos).sum();
    }

    /** Tells whether the system text of a turn is another than before. */
    boolean isChange(int turn) {
        return turns.get(turn).changesSystem();
    }

    int changes() {
        return (int) turns.stream().filter(Turn::changesSystem).count();
    }

    /** Returns how many times fewer tokens were read through kvkeep. */
    OptionalDouble tokenFactor(IntPredicate chosen) {
        OptionalLong before = read(direct, chosen);
        OptionalLong after = read(proxied, chosen);
        return before.isPresent() && after.isPresent() && after.getAsLong() > 0
                ? OptionalDouble.of((double) before.getAsLong() / after.getAsLong())
                : OptionalDouble.empty();
    }

    /** Returns how many times shorter the waiting was through kvkeep. */
    double waitFactor() {
        return (double) waitNanos(direct) / Math.max(1, waitNanos(proxied));
    }

    /** Returns by how many tokens the prompts grew on their way through kvkeep, per turn. */
    OptionalLong growth() {
        long grown = 0;
        for (int i = 0; i < turns.size(); i++) {
            OptionalLong came = direct.get(i).prompt();
            OptionalLong sent = proxied.get(i).prompt();
            if (came.isEmpty() || sent.isEmpty()) {
                return OptionalLong.empty();
            }
            grown += sent.getAsLong() - came.getAsLong();
        }
        return OptionalLong.of(grown / turns.size());
    }

    /** Tells whether the engine counted so few tokens that it can't have read the whole prompt. */
    boolean looksCut() {
        return IntStream.range(0, turns.size())
                .anyMatch(i -> direct.get(i).prompt().isPresent()
                        && direct.get(i).prompt().getAsLong()
                                < turns.get(i).body().length() / MANY_CHARS_PER_TOKEN);
    }
}
