package io.kvkeep.note;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.note.LineHunks.Hunk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LineHunksTest {

    @Test
    void whatLiesBetweenHunksIsTheSameAndHunksMakeTheLaterText() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<String> before = lines(random);
            List<String> after = lines(random);

            List<String> made = new ArrayList<>();
            int kept = 0;
            for (Hunk hunk : LineHunks.between(before, after, seed % 2 == 0 ? 1_000 : 9)) {
                made.addAll(before.subList(kept, hunk.beforeFrom()));
                assertThat(made).as("seed %d", seed).hasSize(hunk.afterFrom());
                made.addAll(after.subList(hunk.afterFrom(), hunk.afterTo()));
                kept = hunk.beforeTo();
            }
            made.addAll(before.subList(kept, before.size()));

            assertThat(made).as("seed %d", seed).isEqualTo(after);
        }
    }

    @Test
    void textsThatAreTooLongToBeComparedDifferInOnePlace() {
        List<String> before = List.of("a", "b", "c", "d", "z");
        List<String> after = List.of("a", "x", "c", "y", "z");

        assertThat(LineHunks.between(before, after, 9)).hasSize(2);
        assertThat(LineHunks.between(before, after, 8)).containsExactly(new Hunk(1, 4, 1, 4));
    }

    @Test
    void noMoreThanAQuarterOfAMillionPairsOfLinesAreCompared() {
        assertThat(LineHunks.between(repeated("a", 500), repeated("b", 499))).hasSize(2);
        assertThat(LineHunks.between(repeated("a", 501), repeated("b", 500))).hasSize(1);
    }

    /** Two texts of such lines have one line in common, in the middle. */
    private static List<String> repeated(String line, int lines) {
        List<String> all = new ArrayList<>(Collections.nCopies(lines, line));
        all.set(lines / 2, "middle");
        return all;
    }

    private static List<String> lines(Random random) {
        return random.ints(random.nextInt(12), 0, 4).mapToObj(Integer::toString).toList();
    }
}
