package io.kvkeep.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.learn.LineDiff.Hunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LineDiffTest {
    @ParameterizedTest
    @CsvSource({
        "a b c, a x c, 1-2:1-2",
        "a b c, a b c d, 3-3:3-4",
        "a b c, b c, 0-1:0-0",
        "a b c d e, a X c Y e, 1-2:1-2 3-4:3-4",
        "a b c, a b c, ''",
        "a a b, a a a b, 2-2:2-3",
        "m a b c d n, m d a b c n, 1-1:1-2 4-5:5-5"
    })
    void hunksAreWhatIsBetweenEqualLines(String old, String now, String expected) {
        assertThat(spell(LineDiff.between(lines(old), lines(now)))).isEqualTo(expected);
    }

    @Test
    void outsideTheHunksTheTextsAreEqual() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            Lines old = new Lines(draw(random));
            Lines now = new Lines(draw(random));
            int oldLine = 0;
            int line = 0;
            List<Hunk> hunks = new ArrayList<>(LineDiff.between(old, now));
            hunks.add(new Hunk(old.count(), old.count(), now.count(), now.count()));
            for (Hunk hunk : hunks) {
                assertThat(hunk.from() - line).as("seed %d", seed).isEqualTo(hunk.oldFrom() - oldLine);
                while (line < hunk.from()) {
                    assertThat(now.line(line++)).as("seed %d", seed).isEqualTo(old.line(oldLine++));
                }
                oldLine = hunk.oldTo();
                line = hunk.to();
            }
        }
    }

    private static String draw(Random random) {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            text.append((char) ('a' + random.nextInt(6))).append('\n');
        }
        return text.toString();
    }

    private static Lines lines(String words) {
        return new Lines(words.replace(' ', '\n'));
    }

    private static String spell(List<Hunk> hunks) {
        List<String> spelled = new ArrayList<>();
        for (Hunk hunk : hunks) {
            spelled.add(hunk.oldFrom() + "-" + hunk.oldTo() + ":" + hunk.from() + "-" + hunk.to());
        }
        return String.join(" ", spelled);
    }
}
