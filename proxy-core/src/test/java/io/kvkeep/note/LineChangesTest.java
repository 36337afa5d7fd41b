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
        one line for another | a;b;c | a;x;c | Gone from R:;b;New, behind the line "a":;x
        a line less | a;b;c | a;c | Gone from R:;b
        a line more | a;c | a;b;c | New in R, behind the line "a":;b
        a line more at the head | b | a;b | New in R:;a
        a line more at the end | a | a;b | New in R, behind the line "a":;b
        lines more at two places | a;b | a;x;y;b;z | New in R, behind the line "a":;x;y;New, behind the line "b":;z
        gone first, then new | a;b;c;d | x;b;y;d | Gone from R:;a;c;New:;x;New, behind the line "b":;y
        a moved line | a;b;c | b;c;a | Gone from R:;a;New, behind the line "c":;a
        all lines | a;b | x;y | Gone from R:;a;b;New:;x;y
        the place is told without its indent | a;  - b | a;  - b;  - c | New in R, behind the line "- b":;  - c
        an empty line is no place | a;;b | a;;x;b | New in R, behind the line "a":;x
        """)
    void whatIsGoneIsToldFirstThenWhatCameWithItsPlace(String what, String before, String after, String told) {
        assertThat(between(before, after).told("R", true)).isEqualTo(lines(told));
    }

    @Test
    void wherePlacesDoNotMatterNoneIsTold() {
        assertThat(between("a;b", "a;x;b").told("R", false)).isEqualTo("New in R:\nx");
    }

    @Test
    void aPartThatIsClearIsNotNamed() {
        assertThat(between("a;b", "a;x").told("", false)).isEqualTo("Lines gone:\nb\nNew:\nx");
        assertThat(between("a", "a;x").told("", true)).isEqualTo("Lines new, behind the line \"a\":\nx");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
        one value for another | k: 1;b | k: 2;b | Changed in R:;k: 2
        beside other changes | k: 1;b | k: 2;c | Gone from R:;b;Changed:;k: 2;New:;c
        beside a new line | k: 1;b | k: 2;b;c | Changed in R:;k: 2;New:;c
        a value without a new one | k: 1;b | b | Gone from R:;k: 1
        another label | k: 1;b | l: 1;b | Gone from R:;k: 1;New:;l: 1
        a label that stands twice | k: 1;b;k: 3 | k: 2;b;k: 3 | Gone from R:;k: 1;New:;k: 2
        two labels for one | k: 1;b | k: 2;k: 3;b | Gone from R:;k: 1;New:;k: 2;k: 3
        no label | a b;b | a c;b | Gone from R:;a b;New:;a c
        """)
    void aLabelledLineTakesThePlaceOfTheOneWithItsLabel(String what, String before, String after, String told) {
        assertThat(between(before, after).byLabel().told("R", false)).isEqualTo(lines(told));
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
        assertThat(changes.told("R", true)).isEmpty();
    }

    @Test
    void theCharactersOfAllLinesThatAreToldAreCounted() {
        assertThat(between("a;bcd;e", "a;fg;e;;hijk").chars()).isEqualTo(3 + 2 + 4);
    }

    @Test
    void textsTooLargeToCompareLineByLineCountAsReplacedBetweenTheFirstAndTheLastDifference() {
        assertThat(changed(500)).isEqualTo(4);
        assertThat(changed(501)).isEqualTo(2 * 501);
    }

    /** Returns how many lines are told if the first and the last of so many differ, with one before and one behind. */
    private static long changed(int lines) {
        String inside = IntStream.range(0, lines - 2).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));
        return LineChanges.between("head\nold 1\n" + inside + "\nold 2\nend", "head\nnew 1\n" + inside + "\nnew 2\nend")
                .orElseThrow()
                .told("R", false)
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
