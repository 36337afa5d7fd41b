package io.kvkeep.section;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.section.SectionRule.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CutterTest {
    private static final End LINE = new End.LineEnd();
    private static final End BLANK = new End.BlankLine();
    private static final End TEXT = new End.TextEnd();

    /** One volatile section of whole lines that starts with {@code @}, one with {@code %}, one with {@code #}. */
    private static final Cutter THREE = new Cutter(List.of(
            changing("one", "@", BLANK, TEXT), changing("two", "%", BLANK, TEXT), changing("three", "#", LINE)));

    @Test
    void joinedAgainTheSectionsAreTheText() {
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            String text = randomText(random);
            Cut cut = new Cutter(randomRules(random)).cut(text);

            StringBuilder joined = new StringBuilder();
            int end = 0;
            for (Section section : cut.sections()) {
                assertThat(section.start()).as(text).isEqualTo(end);
                assertThat(section.end()).as(text).isGreaterThan(section.start());
                joined.append(text, section.start(), section.end());
                end = section.end();
            }
            assertThat(joined.toString()).isEqualTo(text);
            for (Section section : cut.volatileSections()) {
                // Each line of the random texts has a number of its own.
                assertThat(cut.stableText()).as(text).doesNotContain(section.value(text));
            }
        }
    }

    @Test
    void theStableTextIsTheSameForEverySetAndLengthOfSections() {
        int sections = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<String> plain = plainParagraphs(random);
            int place = random.nextInt(plain.size() + 1);
            String bare = String.join("\n\n", plain);
            for (int round = 0; round < 4; round++) {
                List<String> paragraphs = new ArrayList<>(plain);
                paragraphs.addAll(place, randomSections(random));
                String text = String.join("\n\n", paragraphs);
                Cut cut = THREE.cut(text);

                sections += cut.volatileSections().size();
                assertThat(cut.stableText()).as(text).isEqualTo(bare);
            }
        }
        assertThat(sections).isGreaterThan(5_000);
    }

    private static List<String> plainParagraphs(Random random) {
        List<String> paragraphs = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            paragraphs.add("Rule " + i + ".\n".repeat(random.nextInt(2)) + "  more of it");
        }
        return paragraphs;
    }

    private static List<String> randomSections(Random random) {
        List<String> sections = new ArrayList<>();
        for (String start : List.of("@", "%", "#")) {
            if (random.nextBoolean()) {
                String more = start.equals("#") ? "" : "\n  and more".repeat(random.nextInt(3));
                sections.add(start + random.nextInt(1_000) + more);
            }
        }
        return sections;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    in the middle of the text             | A\\n\\n<S>\\n\\nB | A\\n\\nB
                    first lines of a paragraph            | A\\n\\n<S>\\nB    | A\\n\\nB
                    last lines of a paragraph             | A\\n<S>\\n\\nB    | A\\n\\nB
                    inside of a paragraph                 | A\\n<S>\\nB       | A\\nB
                    start of the text                     | <S>\\n\\nB        | B
                    first lines of the text               | <S>\\nB           | B
                    behind line breaks at the start       | \\n\\n<S>\\nB     | \\n\\nB
                    end of the text                       | A\\n\\n<S>        | A
                    end of the text before a line break   | A\\n\\n<S>\\n     | A\\n
                    last line of the text                 | A\\n<S>           | A
                    last line before a line break         | A\\n<S>\\n        | A\\n
                    between wide gaps                     | A\\n\\n\\n<S>\\n\\n\\nB | A\\n\\n\\nB
                    alone                                 | <S>               | ''
                    """)
    void theStableTextDoesNotShowThatASectionWasThere(String place, String pattern, String bare) {
        Cutter cutter = new Cutter(List.of(changing("s", "S:", LINE), changing("t", "T:", LINE)));
        for (String section :
                List.of("S: x", "S: a much longer value", "  S: indented", "\tS: x\n\tT: y", "S: x\n\nT: y")) {
            String text = pattern.replace("<S>", section).replace("\\n", "\n");
            assertThat(cutter.cut(text).stableText()).as(place).isEqualTo(bare.replace("\\n", "\n"));
        }
        String without = bare.replace("\\n", "\n");
        assertThat(cutter.cut(without).stableText()).isEqualTo(without);
    }

    @Test
    void separatorsGoWithASectionButAreNotPartOfItsValue() {
        Cut cut = new Cutter(List.of(changing("s", "S:", LINE))).cut("A\n\n  S: x\n\nB");

        assertThat(cut.sections())
                .containsExactly(
                        Section.plain(0, 1),
                        new Section("s", Kind.OTHER, Stability.VOLATILE, 1, 9, 3, 9),
                        Section.plain(9, 12));
        assertThat(cut.volatileSections().get(0).value(cut.text())).isEqualTo("  S: x");
    }

    @Test
    void aSectionMayHoldBlankLinesUpToALiteral() {
        Cutter cutter = new Cutter(List.of(changing("memory", "MEMORY", new End.Before("\n\nRules:"), TEXT)));

        assertThat(cutter.cut("A\n\nMEMORY\n\nfirst\n\nsecond\n\nRules: B").stableText())
                .isEqualTo("A\n\nRules: B");
        assertThat(cutter.cut("A\n\nMEMORY\n\nfirst").stableText()).isEqualTo("A");
    }

    @Test
    void theNearestOfTheEndsHolds() {
        Cutter cutter = new Cutter(List.of(changing("s", "S:", TEXT, new End.Before("\nEnd"), BLANK)));

        assertThat(cutter.cut("S: 1\nmore\nEnd\n\nB").stableText()).isEqualTo("End\n\nB");
        assertThat(cutter.cut("S: 1\nmore\n\nA\nEnd").stableText()).isEqualTo("A\nEnd");
    }

    @Test
    void lineBreaksAtTheEndOfTheTextStayWhenALastSectionGoes() {
        Cutter cutter = new Cutter(List.of(changing("s", "S:", BLANK, TEXT)));

        assertThat(cutter.cut("A\n\nS: 1\nmore").stableText()).isEqualTo("A");
        assertThat(cutter.cut("A\n\nS: 1\nmore\n").stableText()).isEqualTo("A\n");
        assertThat(cutter.cut("A\n\nS:\n").stableText()).isEqualTo("A\n");
    }

    @Test
    void withoutAnEndThereIsNoSection() {
        Cutter cutter = new Cutter(List.of(changing("s", "S:", BLANK, new End.Before("\nEnd"))));

        assertThat(cutter.cut("A\nS: 1\nB").sections()).containsExactly(Section.plain(0, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"see S: 1", "xS: 1", "A\n- S: 1", "A\n\u00a0S: 1", "S", "s: 1"})
    void aStartLiteralCountsOnlyAtTheStartOfALine(String text) {
        Cutter cutter = new Cutter(List.of(changing("s", "S:", LINE)));

        assertThat(cutter.cut(text).volatileSections()).isEmpty();
    }

    @Test
    void theLongestLiteralWins() {
        SectionRule any = changing("any", "Date", LINE);
        SectionRule current = changing("current", "Date now", LINE);

        for (List<SectionRule> rules : List.of(List.of(any, current), List.of(current, any))) {
            assertThat(new Cutter(rules).cut("Date now: 1\nDate: 2").sections())
                    .extracting(Section::name)
                    .containsExactly("current", "any");
        }
    }

    @Test
    void aShorterLiteralStillFindsWhatTheLongerOneRefuses() {
        SectionRule strict = new SectionRule(
                "strict",
                Kind.CLOCK,
                Stability.VOLATILE,
                List.of("Date now"),
                List.of(LINE),
                Optional.of(Pattern.compile("Date now: \\d+")));

        assertThat(new Cutter(List.of(strict, changing("any", "Date", LINE)))
                        .cut("Date now: soon")
                        .sections())
                .extracting(Section::name)
                .containsExactly("any");
    }

    @Test
    void thePatternMustFitTheWholeSection() {
        SectionRule rule = new SectionRule(
                "s",
                Kind.CLOCK,
                Stability.VOLATILE,
                List.of("S:"),
                List.of(LINE),
                Optional.of(Pattern.compile("S: \\d")));
        Cutter cutter = new Cutter(List.of(rule));

        assertThat(cutter.cut("S: 1").volatileSections()).hasSize(1);
        assertThat(cutter.cut("S: 12").volatileSections()).isEmpty();
        assertThat(cutter.cut("S: 1.").volatileSections()).isEmpty();
    }

    @Test
    void aStableSectionShieldsWhatStandsInside() {
        SectionRule file = new SectionRule(
                "file",
                Kind.CONTEXT_FILE,
                Stability.STABLE,
                List.of("<file>"),
                List.of(new End.Before("\n</file>")),
                Optional.empty());
        Cutter cutter = new Cutter(List.of(changing("s", "S:", LINE), file));
        String shielded = "<file>\nS: 1\n\nS: 2\n</file>";

        assertThat(cutter.cut(shielded).volatileSections()).isEmpty();
        assertThat(cutter.cut(shielded).sections().get(0).kind()).isEqualTo(Kind.CONTEXT_FILE);
        assertThat(cutter.cut("S: 0\n\n" + shielded + "\n\nS: 3").stableText()).isEqualTo(shielded);
    }

    @Test
    void aSectionMayStartWhereTheOneBeforeEnds() {
        Cutter cutter = new Cutter(
                List.of(changing("status", "# Status", new End.Before("# ")), changing("clock", "# Clock", LINE)));

        assertThat(cutter.cut("A\n\n# Status\nx\n\n# Clock 10:00\n\n# B").stableText())
                .isEqualTo("A\n\n# B");
    }

    @Test
    void aSectionMayEndWithALiteral() {
        Cutter cutter = new Cutter(List.of(changing("status", "<status>", new End.Behind("</status>"))));

        assertThat(cutter.cut("A\n\n<status>\n\nwet\n</status>\n\nB").stableText())
                .isEqualTo("A\n\nB");
        assertThat(cutter.cut("A\n<status>\nwet\n</status> B").stableText()).isEqualTo("A\n B");
        assertThat(cutter.cut("A\n<status>\nwet").volatileSections()).isEmpty();
    }

    @Test
    void aVolatileSectionThatHoldsAGuardStays() {
        Cutter cutter = new Cutter(List.of(changing("log", "LOG", TEXT)), new Guards(List.of("# Rules")));

        assertThat(cutter.cut("A\nLOG\nB").stableText()).isEqualTo("A");
        for (String guarded : List.of("A\nLOG\n# Rules", "A\nLOG\n \t# Rules of mine\nB", "A\n\nLOG\n\n# Rules\n")) {
            assertThat(cutter.cut(guarded).volatileSections()).as(guarded).isEmpty();
        }
        assertThat(cutter.cut("# Rules\nLOG\nsee # Rules").stableText()).isEqualTo("# Rules");
        assertThat(cutter.with(List.of(changing("tide", "Tide", TEXT)))
                        .cut("Tide\n# Rules")
                        .volatileSections())
                .isEmpty();
    }

    @Test
    void lineBreaksBehindAStableSectionAreSeparatorsOfWhatFollows() {
        SectionRule file = new SectionRule(
                "file",
                Kind.CONTEXT_FILE,
                Stability.STABLE,
                List.of("FILE"),
                List.of(new End.Before("\nS:"), TEXT),
                Optional.empty());
        Cutter cutter = new Cutter(List.of(changing("s", "S:", LINE), file));

        assertThat(cutter.cut("FILE\nrule\n\n\nS: 1").stableText()).isEqualTo("FILE\nrule");
        assertThat(cutter.cut("FILE\nrule\n\n\nS: 1\nS: 2").stableText()).isEqualTo("FILE\nrule");
    }

    @Test
    void anEmptyTextHasNoSections() {
        assertThat(THREE.cut("").sections()).isEmpty();
        assertThat(THREE.cut("\n").stableText()).isEqualTo("\n");
        assertThat(THREE.cut("  ").stableText()).isEqualTo("  ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " S:", "\nS:", "\tS:"})
    void aRuleNeedsALiteralThatStartsWithAVisibleCharacter(String literal) {
        assertThatThrownBy(() -> changing("bad", literal, LINE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("section bad")
                .hasMessageContaining("starts");
    }

    @Test
    void aRuleNeedsStartsAndEnds() {
        assertThatThrownBy(() -> changing("bad", "S:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("until");
        assertThatThrownBy(() -> new SectionRule(
                        "bad", Kind.OTHER, Stability.VOLATILE, List.of(), List.of(LINE), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("starts");
    }

    @ParameterizedTest
    @CsvSource({"-1,0,0,0", "1,0,2,3", "0,2,1,3", "0,1,3,2"})
    void aSectionNeedsItsOffsetsInOrder(int start, int valueStart, int valueEnd, int end) {
        assertThatThrownBy(() -> new Section("s", Kind.OTHER, Stability.STABLE, start, end, valueStart, valueEnd))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("section s");
    }

    private static SectionRule changing(String name, String start, End... ends) {
        return new SectionRule(name, Kind.OTHER, Stability.VOLATILE, List.of(start), List.of(ends), Optional.empty());
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int lines = random.nextInt(16);
        for (int i = 0; i < lines; i++) {
            String indent = "  ".repeat(random.nextInt(2));
            String start = List.of("@", "@@", "%", "#", "A", "é", "", "").get(random.nextInt(8));
            text.append(start.isEmpty() ? "" : indent + start + " line " + (100 + i) + '.');
            text.append(i + 1 < lines || random.nextBoolean() ? "\n" : "");
        }
        return text.toString();
    }

    private static List<SectionRule> randomRules(Random random) {
        List<End> ends =
                List.of(LINE, BLANK, TEXT, new End.Before("\n%"), new End.Before("A"), new End.Before("\n\n#"));
        List<SectionRule> rules = new ArrayList<>();
        for (String start : List.of("@", "@@", "%", "#")) {
            Stability stability = random.nextInt(4) == 0 ? Stability.STABLE : Stability.VOLATILE;
            List<End> some = List.of(ends.get(random.nextInt(ends.size())), ends.get(random.nextInt(ends.size())));
            rules.add(new SectionRule(start, Kind.OTHER, stability, List.of(start), some, Optional.empty()));
        }
        return rules;
    }
}
