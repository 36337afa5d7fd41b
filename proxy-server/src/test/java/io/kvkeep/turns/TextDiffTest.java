package io.kvkeep.turns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TextDiffTest {
    private static String shown(String old, String now) {
        return TextDiff.lines(old, now).stream()
                .map(line -> line.mark() + ' ' + line.text())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void aChangedLineStandsBetweenTheLinesAroundIt() {
        assertThat(shown("a\nb\nc\nold\nd\ne\nf\ng", "a\nb\nc\nnew\nd\ne\nf\ng"))
                .isEqualTo("skipped 1\nsame b\nsame c\ngone old\nnew new\nsame d\nsame e\nskipped 2");
    }

    @Test
    void whatIsNewOrGoneAsAWholeHasOneSide() {
        assertThat(shown("", "one\ntwo")).isEqualTo("new one\nnew two");
        assertThat(shown("one", "")).isEqualTo("gone one");
        assertThat(shown("", "")).isEmpty();
    }

    @Test
    void aLongLineIsShownAroundTheFirstDifference() {
        String old = "x".repeat(3_000) + "1" + "y".repeat(3_000);
        String now = "x".repeat(3_000) + "2" + "y".repeat(3_000);

        assertThat(TextDiff.lines(old, now))
                .allMatch(line -> line.text().length() < 450)
                .allMatch(line -> line.text().contains("x1y") || line.text().contains("x2y"));
    }

    @Test
    void longTextsGiveABoundedDiff() {
        String old = "a\n".repeat(5_000);
        String now = "b\n".repeat(5_000);

        assertThat(TextDiff.lines(old, now)).hasSize(201).last().isEqualTo(new TextDiff.Line("skipped", "9801"));
    }

    /** What is the same or new is the new text in its order, what is the same or gone the old one. */
    @Test
    void bothTextsCanBeReadOffTheDiff() {
        SplittableRandom random = new SplittableRandom(4711);
        for (int round = 0; round < 500; round++) {
            String old = words(random);
            String now = words(random);
            List<TextDiff.Line> lines = TextDiff.lines(old, now);
            if (lines.stream().noneMatch(line -> line.mark().equals("skipped"))) {
                assertThat(side(lines, "gone")).isEqualTo(old);
                assertThat(side(lines, "new")).isEqualTo(now);
            }
        }
    }

    private static String side(List<TextDiff.Line> lines, String mark) {
        return lines.stream()
                .filter(line -> line.mark().equals("same") || line.mark().equals(mark))
                .map(TextDiff.Line::text)
                .collect(Collectors.joining("\n"));
    }

    private static String words(SplittableRandom random) {
        int lines = random.nextInt(1, 7);
        return random.ints(lines, 0, 4).mapToObj(word -> "w" + word).collect(Collectors.joining("\n"));
    }

    @Test
    void escapesAreUndoneForReading() {
        assertThat(TurnPage.readable("a\\nb\\t\\\"c\\\"\\\\n \\u20ac\\")).isEqualTo("a\nb\t\"c\"\\n \\u20ac\\");
    }
}
