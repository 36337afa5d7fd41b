package io.kvkeep.learn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.Stability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is learned from which changes; the lines have the forms that agents use. */
/*
 * Over the usual length: much of it are tables of lines as agents write them, and all tests read the same text.
 */
final class LearnerTest {
    private static final String HEAD = """
            You are Lotse, a pilot for harbours.

            ## Rules
            - Never push to main.
            - Keep answers short.
            - Ask before a mast is laid down.

            ## State
            """;
    private static final String TAIL = """

            ## Manners
            - Greet the crew.
            - Speak of depths in metres.
            """;

    /** Long texts: a block more or less leaves them similar. */
    private static final String MANY = IntStream.range(0, 60)
            .mapToObj(i -> "- Buoy " + "x".repeat(i) + "\n")
            .collect(Collectors.joining());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Conversation opened: Saturday, November 21, 2026 | Conversation opened: Sunday, November 22, 2026",
                "Conversation opened: Friday, July 31, 2026 05:14 PM | Conversation opened: Friday, July 31, 2026 05:15 PM",
                "  Day on board: Sat Nov 21 2026 | '  Day on board: Sun Nov 22 2026'",
                "2. Day: 11/21/2026 | 2. Day: 11/22/2026",
                "- Log last written: 2026-09-19 10:31:07 AM UTC+0000 | - Log last written: 2026-09-20 9:00:00 AM UTC+0000",
                "Reference UTC: 2026-11-21 05:31 UTC | Reference UTC: 2026-11-21 05:32 UTC",
                "Clock: Saturday, November 21st, 2026 — 06:31 (Europe/Berlin) | Clock: Sunday, November 22nd, 2026 — 06:31 (Europe/Berlin)",
                "<harbour-time>2026-07-26 10:31:00 +02:00</harbour-time> | <harbour-time>2026-07-26 10:32:00 +02:00</harbour-time>",
                "The current date and time is 2026-06-11T00:44:42.714237 | The current date and time is 2026-06-11T00:44:43.1",
                "It is currently 2026-01-05 10:31:00 | It is currently 2026-01-05 10:31:59",
                "**Tide at:** 14:02 | **Tide at:** 15:10",
                "\"watch_since\": \"2026-11-21T14:02:33Z\", | \"watch_since\": \"2026-11-22T14:02:33Z\",",
                "start_epoch=1795270953 | start_epoch=1795270999",
                "当前时间：2026年11月21日 | 当前时间：2026年11月22日"
            })
    void aClockLineIsLearnedFromOneChange(String one, String another) {
        assertLearned(Variation.CLOCK, one, another);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- chars_now=512 | - chars_now=1024",
                "Notes on file: 41 | Notes on file: 1,042",
                "Memory use: 49% | Memory use: 51%",
                "Memory use: 1,085/2,200 chars | Memory use: 1,120/2,200 chars",
                "<crew-count>3</crew-count> | <crew-count>4</crew-count>",
                "* **Ropes left:** 3 of 10 | * **Ropes left:** 2 of 10",
                "\"turns\": 9, | \"turns\": 10,",
                "Tokens left: 40k | Tokens left: 38k"
            })
    void aCounterLineIsLearnedFromOneChange(String one, String another) {
        assertLearned(Variation.COUNTER, one, another);
    }

    private static void assertLearned(Variation variation, String one, String another) {
        Learner learner = learn(HEAD + one + "\n" + TAIL, HEAD + another + "\n" + TAIL);

        assertThat(learner.findings()).hasSize(1);
        Finding finding = learner.findings().get(0);
        assertThat(finding.variation()).isEqualTo(variation);
        assertThat(finding.learned()).isTrue();
        assertThat(finding.heading()).isEqualTo("## State");
        assertThat(finding.seen()).isEqualTo(2);
        assertThat(finding.changed()).isEqualTo(1);
        Cutter cutter = new Cutter(learner.learnedRules());
        for (String line : List.of(one, another)) {
            Cut cut = cutter.cut(HEAD + line + "\n" + TAIL);
            assertThat(cut.volatileSections()).hasSize(1);
            assertThat(cut.volatileSections().get(0).value(cut.text())).isEqualTo(line);
            assertThat(cut.stableText()).isEqualTo(HEAD + TAIL);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Model: qwen3.5:35b | Model: qwen3.5:27b",
                "Model: 3 | Model: 4",
                "Python: v3.12 | Python: v3.13",
                "Python: 3.12 | Python: 3.13",
                "Version: 12 | Version: 13",
                "Use skill_view_hermes_agent2 | Use skill_view_hermes_agent3",
                "Engine: http://127.0.0.1:11434 | Engine: http://127.0.0.1:11435",
                "Max retries: 3 | Max retries: 5",
                "Timeout: 30 | Timeout: 60",
                "never push to main | never push to main or 2026",
                "The release is planned for 2026-11-21 | The release is planned for 2026-12-01",
                "Since 2026-11-21 the lock is closed. | Since 2026-11-22 the lock is closed.",
                "Closed: 2026-11-21, unless the tide is high | Closed: 2026-11-22, unless the tide is high",
                "1. Reef at 20 knots | 1. Reef at 25 knots",
                "2. Furl the sail. | 3. Furl the sail.",
                "Active. 41 facts stored with care. | Active. 42 facts stored with care.",
                "Session ID: 20261121_053147_a1b2c3 | Session ID: 20261121_093147_d4e5f6",
                "gitHead: 7c2e9f1 | gitHead: 8d3f0a2",
                "Never: move rules, AGENTS.md or 3 things | Never: move rules, AGENTS.md or 4 things",
                "Draft: a.b.2026-11-21 | Draft: a.b.2026-11-22"
            })
    void sentencesIdentifiersVersionsAndSettingsAreNotLearnedByThemselves(String one, String another) {
        Learner once = learn(HEAD + one + "\n" + TAIL, HEAD + another + "\n" + TAIL);
        assertThat(once.learnedRules()).isEmpty();
        assertThat(once.findings()).isEmpty();

        List<String> often = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String mark = "- Note " + "x".repeat(i) + " stays.\n"; // never the same text again
            often.add(HEAD + (i % 2 == 0 ? one : another) + "\n" + TAIL + mark);
        }
        assertThat(learn(often.toArray(String[]::new)).learnedRules()).isEmpty();
    }

    @Test
    void aNumberInTheTextOfARulesFileIsOnlyOffered() {
        for (String name :
                List.of("## AGENTS.md", "Instructions from: /srv/pilot/CLAUDE.md", "# Files\n\n## docs/style.md")) {
            Learner learner = learnBelow(
                    name, "Ropes per mast: 3", "Ropes per mast: 4", "Ropes per mast: 5", "Ropes per mast: 6");

            assertThat(learner.learnedRules()).isEmpty();
            assertThat(learner.findings()).hasSize(1);
            assertThat(learner.findings().get(0).learned()).isFalse();
        }
    }

    private static Learner learnBelow(String name, String... lines) {
        List<String> texts = new ArrayList<>();
        for (String line : lines) {
            texts.add(HEAD + TAIL + name + "\n\n# Sails\n- Dry them.\n" + line + "\n");
        }
        return learn(texts.toArray(String[]::new));
    }

    @Test
    void anythingElseIsOfferedAfterThreeChangesInFourTexts() {
        String[] texts = {
            state("Branch: tides/one"), state("Branch: tides/two"), state("Branch: main"), state("Branch: fog")
        };

        assertThat(learn(texts[0], texts[1], texts[2]).findings()).isEmpty();
        Learner learner = learn(texts);

        assertThat(learner.learnedRules()).isEmpty();
        assertThat(learner.findings()).hasSize(1);
        Finding finding = learner.findings().get(0);
        assertThat(finding.starts()).isEqualTo("Branch: ");
        assertThat(finding.variation()).isEqualTo(Variation.OTHER);
        assertThat(finding.seen()).isEqualTo(4);
        assertThat(finding.changed()).isEqualTo(3);
        assertThat(finding.learned()).isFalse();
    }

    @Test
    void anIdIsOfferedAsSuch() {
        Learner learner = learn(
                state("Session ID: 20261121_053147_a1b2c3"),
                state("Session ID: 20261121_063147_b1b2c4"),
                state("Session ID: 20261121_073147_c1b2c5"),
                state("Session ID: 20261121_083147_d1b2c6"));

        assertThat(learner.findings()).extracting(Finding::variation).containsExactly(Variation.ID);
        assertThat(learner.learnedRules()).isEmpty();
    }

    @Test
    void aBlockBelowAHeadingIsOneFinding() {
        String[] texts = new String[4];
        for (int i = 0; i < 4; i++) {
            texts[i] = HEAD + "\n## Recent files\n- pier" + "x".repeat(i) + ".py\n- gauge.py\n"
                    + "- sail.py\n".repeat(i) + TAIL;
        }
        Learner learner = learn(texts);

        assertThat(learner.findings()).hasSize(1);
        Finding finding = learner.findings().get(0);
        assertThat(finding.starts()).isEqualTo("## Recent files\n");
        assertThat(finding.heading()).isEqualTo("## Recent files");
        assertThat(finding.until()).containsExactly("blank-line", "text-end");
        Cutter cutter = new Cutter(List.of(finding.rule()));
        assertThat(texts).extracting(text -> cutter.cut(text).stableText()).containsOnly(HEAD + TAIL);
    }

    @Test
    void aBlockWithBlankLinesEndsBeforeTheHeadingBehindIt() {
        String[] texts = new String[4];
        for (int i = 0; i < 4; i++) {
            String word = List.of("fog", "rain", "sun", "hail").get(i);
            texts[i] = HEAD + "\n## Weather\n\nThe north has " + word + ".\n\n" + word + " in the south.\n" + TAIL;
        }
        Finding finding = learn(texts).findings().stream()
                .filter(one -> one.starts().startsWith("## Weather"))
                .findFirst()
                .orElseThrow();

        assertThat(finding.starts()).isEqualTo("## Weather\n\n");
        assertThat(finding.until()).containsExactly("\n\n## Manners", "text-end");
        Cutter cutter = new Cutter(List.of(finding.rule()));
        assertThat(texts).extracting(text -> cutter.cut(text).stableText()).containsOnly(HEAD + TAIL);
    }

    @Test
    void aBlockInTagsGoesWithItsClosingTag() {
        String[] texts = new String[4];
        for (int i = 0; i < 4; i++) {
            String branch = List.of("fog", "rain", "sun", "hail").get(i);
            texts[i] = HEAD + "\n<context name=\"tides\">\n" + branch + "\n\n" + branch.repeat(2) + "\n</context>\n"
                    + TAIL;
        }
        Finding finding = learn(texts).findings().get(0);

        assertThat(finding.starts()).isEqualTo("<context name=\"tides\">\n");
        Cutter cutter = new Cutter(List.of(finding.rule()));
        assertThat(texts).extracting(text -> cutter.cut(text).stableText()).containsOnly(HEAD + TAIL);
    }

    @Test
    void aClockWithoutALabelIsAFindingOfItsHeading() {
        String[] texts = new String[4];
        for (int i = 0; i < 4; i++) {
            texts[i] = HEAD + "\n<HARBOUR_TIME>\n2026-06-11T00:44:4" + i + ".71\n</HARBOUR_TIME>\n" + TAIL;
        }
        Learner learner = learn(texts);

        assertThat(learner.learnedRules()).isEmpty();
        assertThat(learner.findings()).hasSize(1);
        assertThat(learner.findings().get(0).variation()).isEqualTo(Variation.CLOCK);
        assertThat(learner.findings().get(0).starts()).isEqualTo("<HARBOUR_TIME>\n");
    }

    @Test
    void aBlockThatComesAndGoesIsAFinding() {
        String[] texts = new String[5];
        for (int i = 0; i < 5; i++) {
            texts[i] = HEAD + (i % 2 == 0 ? "" : "\n## Voices\n- mira\n") + TAIL + MANY + "- Note " + "x".repeat(i)
                    + ".\n";
        }
        assertThat(learn(texts).findings()).extracting(Finding::starts).contains("## Voices\n");
    }

    @Test
    void theCostIsTheTextBehindTheChangeInBytes() {
        String behind = "7 Ö€😀\n" + TAIL;
        Learner learner = learn(HEAD + "Ropes: 41\nWind: " + behind, HEAD + "Ropes: 42\nWind: " + behind);

        long expected = ("2\nWind: " + behind).getBytes(UTF_8).length;
        assertThat(learner.findings()).extracting(Finding::bytesBehind).containsExactly(expected);
    }

    @Test
    void aLineThatStandsTwiceIsNotLearned() {
        String twin = "\nLast written: 2025-01-01\n";
        Learner learner = learn(
                HEAD + "Last written: 2026-11-21\n" + TAIL + twin, HEAD + "Last written: 2026-11-22\n" + TAIL + twin);

        assertThat(learner.learnedRules()).isEmpty();
    }

    @Test
    void aRuleIsGivenUpWhenASecondLineFitsIt() {
        Learner learner = learn(state("Last written: 2026-11-21"), state("Last written: 2026-11-22"));
        assertThat(learner.learnedRules()).hasSize(1);

        Learner after = learner.observe(state("Last written: 2026-11-22") + "Last written: 2025-01-01\n");
        assertThat(after.learnedRules()).isEmpty();
    }

    @Test
    void anotherModeIsNoChange() {
        String other = """
                You are Bootsmann.

                Ropes: 7
                Tie knots.
                Coil ropes.
                Paint the hull.
                Scrub the deck.
                """;
        Learner learner = Learner.EMPTY;
        for (int i = 0; i < 6; i++) {
            learner = learner.observe(state("Branch: pier")).observe(other + "Sing.".repeat(i));
        }
        assertThat(learner.findings()).isEmpty();
    }

    @Test
    void ofFourLastTextsTheMostSimilarIsCompared() {
        Learner learner = Learner.EMPTY;
        for (int i = 0; i < 3; i++) {
            for (String agent : List.of("one", "two", "three", "four")) {
                learner = learner.observe(("Rule of " + agent + ".\n").repeat(6) + "Day: 2026-11-2" + i + "\n" + agent);
            }
        }
        assertThat(learner.findings()).hasSize(1);
        assertThat(learner.findings().get(0).changed()).isEqualTo(8);
    }

    @Test
    void equalTextsChangeNothing() {
        Learner learner = learn(state("Ropes: 1"), state("Ropes: 2"));

        assertThat(learner.observe(state("Ropes: 2"))).isSameAs(learner);
        assertThat(learner.observe("")).isSameAs(learner);
        assertThat(learner.observe("x".repeat(1 << 20))).isSameAs(learner);
    }

    @Test
    void learnedRulesKeepTheirNamesAndOrder() {
        Learner one = learn(state("Ropes: 1\nDay: 2026-11-21"), state("Ropes: 2\nDay: 2026-11-21"));
        Learner both = one.observe(state("Ropes: 2\nDay: 2026-11-22"));
        Learner another = learn(state("Ropes: 8\nDay: 2026-12-01"), state("Ropes: 9\nDay: 2026-12-01"));

        assertThat(both.learnedRules()).hasSize(2);
        assertThat(both.learnedRules().get(0)).isEqualTo(one.learnedRules().get(0));
        assertThat(both.learnedRules().get(1).name()).matches("learned-clock-[0-9a-f]{6}");
        assertThat(another.learnedRules().get(0).name())
                .isEqualTo(one.learnedRules().get(0).name())
                .matches("learned-counter-[0-9a-f]{6}");
        assertThat(both.learnedRules()).extracting(SectionRule::kind).containsExactly(Kind.OTHER, Kind.CLOCK);
    }

    @Test
    void aLearnedSectionThatWasCutCountsAsStillThere() {
        Learner learner = learn(state("Day: 2026-11-21"), state("Day: 2026-11-22"));
        Cutter cutter = new Cutter(learner.learnedRules());
        Learner after = learner.observe(List.of(cutter.cut(state("Day: 2026-11-23"))))
                .observe(List.of(cutter.cut(state("Day: 2026-11-24"))));

        assertThat(after.findings()).hasSize(1);
        assertThat(after.findings().get(0).changed()).isEqualTo(3);
        assertThat(after.findings().get(0).seen()).isEqualTo(4);
    }

    @Test
    void aLearnedLineThatIsGoneIsNoFinding() {
        Learner learner = learn(state("Day: 2026-11-21"), state("Day: 2026-11-22"));
        for (int i = 0; i < 8; i++) {
            learner = learner.observe(state(i % 2 == 0 ? "" : "Day: 2026-11-22") + "Deck " + "x".repeat(i) + "\n");
        }
        assertThat(learner.findings()).extracting(Finding::starts).containsOnlyOnce("Day: ");
    }

    @Test
    void atMostSixtyFourPlacesAreKeptAndLearnedOnesFirst() {
        StringBuilder rules = new StringBuilder("Day: 2026-11-21\n");
        for (int i = 0; i < 100; i++) {
            rules.append("Place ").append(Integer.toString(i + 100, 36)).append("x: calm\n");
        }
        Learner learner = learn(HEAD + rules, HEAD + rules.toString().replace("-21", "-22"));
        for (int round = 0; round < 20; round++) {
            String text = rules.toString();
            for (int i = round * 5; i < round * 5 + 5; i++) {
                String place = "Place " + Integer.toString(i + 100, 36) + "x: ";
                text = text.replace(place + "calm", place + "rough");
            }
            learner = learner.observe(HEAD + text);
            assertThat(learner.bytes()).isLessThan(64 * 1024 + 4 * 40_000);
        }
        assertThat(learner.learnedRules()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "Wind \udc00: "})
    void textThatIsNoUnicodeIsLeftAlone(String broken) {
        Learner learner = learn(
                state(broken + "Ropes: 1"),
                state(broken + "Ropes: 2"),
                state(broken + "Ropes: 3"),
                state(broken + "Ropes: 4"));

        assertThat(learner.findings()).isEmpty();
    }

    private static String state(String lines) {
        return HEAD + lines + "\n" + TAIL;
    }

    private static Learner learn(String... texts) {
        Learner learner = Learner.EMPTY;
        for (String text : texts) {
            learner = learner.observe(text);
        }
        return learner;
    }

    @Test
    void firstWordsAreWhatSimilarTextsHaveInCommonAndOthersHaveTheirOwn() {
        String rest = TAIL + MANY;
        Learner learner = learn(
                "You are Lotse on watch 41 at the pier." + rest,
                "You are Lotse on watch 42 at the pier." + rest,
                "You are Tern, and count the boats that come and go in all of the harbours along this long coast.",
                "# Tern\nBe brief.\nBe kind.");

        assertThat(learner.firstWords())
                .containsExactly(
                        new FirstWords("# Tern\nBe brief.\nBe kind.", true),
                        new FirstWords(
                                "You are Tern, and count the boats that come and go in all of the harbours along ",
                                true),
                        new FirstWords("You are Lotse on watch ", true));
        assertThat(learner.systemTexts()).isEqualTo(4);
        assertThat(learner.observe("# Tern\nBe brief.\nBe kind.")).isSameAs(learner);
    }

    @Test
    void firstWordsBehindSomethingThatGoesAreNotTheStart() {
        SectionRule nonce = new SectionRule(
                "nonce",
                Kind.NONCE,
                Stability.VOLATILE,
                List.of("nonce: "),
                List.of(new SectionRule.End.LineEnd()),
                Optional.empty());
        Cut cut = new Cutter(List.of(nonce)).cut("nonce: 4711\nYou are Lotse, a pilot.\nBe brief.");

        assertThat(Learner.EMPTY.observe(List.of(cut)).firstWords())
                .containsExactly(new FirstWords("You are Lotse, a pilot.", false));
    }

    @Test
    void textsThatBeginInDifferentWaysHaveNoFirstWords() {
        String rest = "\n" + TAIL + MANY;

        assertThat(learn("Ahoy, the pier is wet." + rest, "Good morning to all hands." + rest)
                        .firstWords())
                .isEmpty();
        assertThat(learn("41 boats came in here." + rest, "42 boats came in here." + rest)
                        .firstWords())
                .isEmpty();
    }
}
