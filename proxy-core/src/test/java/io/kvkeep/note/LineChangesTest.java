package io.kvkeep.note;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LineChangesTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
        nothing | a;b | a;b | ''
        one line for another | a;b;c | a;x;c | Gone from R:;b;In their place, behind the line "a":;x
        a line less | a;b;c | a;c | Gone from R:;b
        a line more | a;c | a;b;c | New in R, behind the line "a":;b
        a line more at the head | b | a;b | New in R:;a
        a line more at the end | a | a;b | New in R, behind the line "a":;b
        lines more at two places | a;b | a;x;y;b;z | New in R, behind the line "a":;x;y;And, behind the line "b":;z
        gone first, then new | a;b;c;d | x;b;y;d | Gone from R:;a;c;In their place:;x;And, behind the line "b":;y
        a moved line | a;b;c | b;c;a | Gone from R:;a;In their place, behind the line "c":;a
        all lines | a;b | x;y | Gone from R:;a;b;In their place:;x;y
        the place is told without its indent | a;  - b | a;  - b;  - c | New in R, behind the line "- b":;  - c
        an empty line is no place | a;;b | a;;x;b | New in R, behind the line "a":;x
        """)
    void whatIsGoneIsToldFirstThenWhatCameWithItsPlace(String what, String before, String after, String told) {
        assertThat(between(before, after).told("R", true, false)).isEqualTo(lines(told));
    }

    @Test
    void wherePlacesDoNotMatterNoneIsTold() {
        assertThat(between("a;b", "a;x;b").told("R", false, false)).isEqualTo("New in R:\nx");
    }

    @Test
    void aChangeThatStandsForTheWholePartSaysThatTheRestHolds() {
        assertThat(between("a;b", "a").told("R", true, true)).isEqualTo("Gone from R:\nb\nThe rest of R holds.");
    }

    @ParameterizedTest
    @CsvSource({"a;b;a, b;a", "a;b;a, a;b", "x;- on;y;- on, x;- off;y;- on"})
    void aLineThatIsGoneHereAndStillStandsThereCanNotBeTold(String before, String after) {
        assertThat(LineChanges.between(lines(before), lines(after))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a;b, a;;b", "a;;b, a;b", "a;b, a;b;", "a;  ;b, a;;;b"})
    void emptyLinesAreNotTold(String before, String after) {
        LineChanges changes = between(before, after);

        assertThat(changes.chars()).isZero();
        assertThat(changes.told("R", true, false)).isEmpty();
    }

    @Test
    void theCharactersOfAllLinesThatAreToldAreCounted() {
        assertThat(between("a;bcd;e", "a;fg;e;;hijk").chars()).isEqualTo(3 + 2 + 4);
    }

    @Test
    void textsTooLargeToCompareLineByLineCountAsReplacedBetweenTheFirstAndTheLastDifference() {
        assertThat(changed(900)).isEqualTo(4);
        assertThat(changed(1_100)).isEqualTo(2 * 1_100);
    }

    /** Returns how many lines are told if the first and the last of so many differ, with one before and one behind. */
    private static long changed(int lines) {
        String inside = IntStream.range(0, lines - 2).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));
        return LineChanges.between("head\nold 1\n" + inside + "\nold 2\nend", "head\nnew 1\n" + inside + "\nnew 2\nend")
                .orElseThrow()
                .told("R", false, false)
                .lines()
                .filter(line -> !line.endsWith(":"))
                .count();
    }

    private static LineChanges between(String before, String after) {
        return LineChanges.between(lines(before), lines(after)).orElseThrow();
    }

    private static String lines(String text) {
        return text.replace(';', '\n');
    }
}
