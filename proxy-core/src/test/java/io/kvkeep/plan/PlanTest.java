package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.json.Range;
import io.kvkeep.section.Kind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanTest {

    @Test
    void aRangeIsFoundWhereANaiveSearchFindsItsBytes() {
        int compared = 0;
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            Plan plan = new Plan(randomEdits(random));
            byte[] body = new byte[60];
            for (int i = 0; i < body.length; i++) {
                body[i] = (byte) i;
            }
            byte[] out = plan.splice(body);
            for (int start = 0; start <= body.length; start++) {
                for (int end = start; end <= body.length; end++) {
                    Range range = new Range(start, end);
                    if (plan.edits().stream().noneMatch(edit -> cutsInto(edit.range(), range))) {
                        assertThat(plan.splice(body, range))
                                .as("seed %d %s", seed, range)
                                .isEqualTo(naive(plan, range, out));
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(100_000);
    }

    private static boolean cutsInto(Range edit, Range range) {
        return (edit.start() < range.start() && range.start() < edit.end())
                || (edit.start() < range.end() && range.end() < edit.end());
    }

    /** Takes the bytes of the range one after the other; new bytes are 100 and more. */
    private static byte[] naive(Plan plan, Range range, byte[] out) {
        ByteArrayOutputStream inside = new ByteArrayOutputStream();
        for (byte b : out) {
            Range origin = b >= 100 ? plan.edits().get(b - 100).range() : new Range(b, b + 1);
            if (origin.start() >= range.start() && origin.end() <= range.end()) {
                inside.write(b);
            }
        }
        return inside.toByteArray();
    }

    /** Draws edits that do not overlap; the bytes of the n-th are 100 + n. */
    private static List<Edit> randomEdits(Random random) {
        List<Edit> edits = new ArrayList<>();
        int at = random.nextInt(8);
        while (at < 55 && edits.size() < 20) {
            int end = at + random.nextInt(4);
            byte[] replacement = new byte[end == at ? 1 + random.nextInt(3) : random.nextInt(3)];
            Arrays.fill(replacement, (byte) (100 + edits.size()));
            edits.add(new Edit(new Range(at, end), replacement, Reason.MOVE_SECTION, "s"));
            at = end + 1 + random.nextInt(8);
        }
        return edits;
    }

    @ParameterizedTest
    @CsvSource({"2,5,2", "2,4,1", "0,5,2", "5,5,1", "4,9,1", "0,2,0", "3,3,0", "0,1,0", "6,9,0"})
    void aRangeHoldsTheEditsInsideOfItAndTheInsertionsAtItsEnds(int start, int end, int held) {
        Plan plan = new Plan(List.of(replace(2, 4, "x"), replace(5, 5, "y")));

        assertThat(plan.within(new Range(start, end))).hasSize(held);
    }

    @Test
    void thePiecesOfABodyAreItsSpliceWithoutACopy() {
        byte[] body = "abcdef".getBytes(UTF_8);
        Plan plan = new Plan(List.of(replace(0, 2, "X"), replace(6, 6, "end")));

        assertThat(plan.growth()).isEqualTo(2);
        assertThat(plan.pieces(body))
                .extracting(piece -> UTF_8.decode(piece.duplicate()).toString())
                .containsExactly("X", "cdef", "end");
        assertThat(plan.pieces(body).get(1).array()).isSameAs(body);
    }

    @Test
    void editsMayComeInAnyOrderAndInsertionsAtOnePlaceKeepTheirs() {
        List<Edit> edits = new ArrayList<>(List.of(replace(4, 6, "X"), replace(0, 1, ""), replace(9, 9, "end")));
        Collections.reverse(edits);
        edits.add(replace(4, 4, "1"));
        edits.add(replace(4, 4, "2"));
        edits.add(replace(6, 6, "3"));

        assertThat(spliced(new Plan(edits), "abcdefghi")).isEqualTo("bcd12X3ghiend");
    }

    @ParameterizedTest
    @CsvSource({"2,5,4,6", "2,5,3,3", "2,5,2,5", "2,5,2,3", "2,5,0,3"})
    void editsThatOverlapAreRefused(int start, int end, int otherStart, int otherEnd) {
        assertThatThrownBy(() -> new Plan(List.of(replace(start, end, "a"), replace(otherStart, otherEnd, "b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("overlap at byte " + Math.max(start, otherStart));
    }

    @Test
    void withoutEditsTheBodyItselfComesBack() {
        byte[] body = "abc".getBytes(UTF_8);

        assertThat(Plan.NOTHING.splice(body)).isSameAs(body);
        assertThat(Plan.NOTHING.isEmpty()).isTrue();
        assertThat(Plan.NOTHING.within(new Range(1, 2))).isEmpty();
        assertThat(Plan.NOTHING.splice(body, new Range(1, 2))).isEqualTo("b".getBytes(UTF_8));
    }

    @Test
    void namesForFilesAndLabelsLeadBackToTheirValues() {
        for (Placement placement : Placement.values()) {
            assertThat(Placement.of(placement.id())).contains(placement);
        }
        for (Kind kind : Kind.values()) {
            assertThat(Kind.of(kind.id())).contains(kind);
        }
        assertThat(Placement.FIRST_USER.id()).isEqualTo("first-user");
        assertThat(Placement.of("FIRST_USER")).isEmpty();
        assertThat(Reason.ASK_FOR_USAGE.id()).isEqualTo("ask-for-usage");
    }

    private static Edit replace(int start, int end, String replacement) {
        return new Edit(new Range(start, end), replacement.getBytes(UTF_8), Reason.MOVE_SECTION, "s");
    }

    private static String spliced(Plan plan, String body) {
        return new String(plan.splice(body.getBytes(UTF_8)), UTF_8);
    }
}
