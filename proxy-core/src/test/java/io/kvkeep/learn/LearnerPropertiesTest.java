package io.kvkeep.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random agents whose clocks, counters, ids and rules change from text to text. */
final class LearnerPropertiesTest {
    private static final int SEEDS = 200;

    @Test
    void allPlantedClocksAndCountersAreLearnedAndNothingElse() {
        int clocks = 0;
        int counters = 0;
        int edits = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Agent agent = new Agent(seed);
            Learner learner = Learner.EMPTY;
            for (int step = 0; step < 6; step++) {
                learner = learner.observe(agent.text());
                agent.change();
            }
            String text = agent.text();
            Cut cut = new Cutter(learner.learnedRules()).cut(text);
            List<String> cutLines = cut.volatileSections().stream()
                    .map(section -> section.value(text).strip())
                    .toList();

            assertThat(cutLines)
                    .as("seed %d\n%s", seed, text)
                    .containsExactlyInAnyOrderElementsOf(agent.plantedLines());
            clocks += agent.clocks;
            counters += agent.counters;
            edits += agent.edits;
        }
        assertThat(List.of(clocks, counters, edits)).allMatch(count -> count > SEEDS / 2);
    }

    @Test
    void whateverIsLearnedOrOfferedReadsBackAndCutsWhatItNames() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Agent agent = new Agent(seed);
            Learner learner = Learner.EMPTY;
            for (int step = 0; step < 8; step++) {
                learner = learner.observe(agent.text());
                agent.change();
            }
            assertThat(learner.findings()).extracting(Finding::name).doesNotHaveDuplicates();
            for (Finding finding : learner.findings()) {
                assertThat(finding.changed()).isGreaterThanOrEqualTo(finding.learned() ? 1 : 3);
                assertThat(finding.seen()).isGreaterThan(finding.changed() / 2);
                assertThat(finding.bytesBehind()).isPositive();
                Cut cut = new Cutter(List.of(finding.rule())).cut(agent.text());
                for (Section section : cut.volatileSections()) {
                    assertThat(section.value(agent.text()).stripLeading())
                            .startsWith(finding.starts().strip());
                }
            }
        }
    }

    @Test
    void withTheLearnedRulesAClockLeavesNoTrace() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Agent agent = new Agent(seed);
            Learner learner = Learner.EMPTY;
            for (int step = 0; step < 3; step++) {
                learner = learner.observe(agent.text());
                agent.tick();
            }
            Cutter cutter = new Cutter(learner.learnedRules());
            String before = cutter.cut(agent.text()).stableText();
            agent.tick();

            assertThat(cutter.cut(agent.text()).stableText())
                    .as("seed %d", seed)
                    .isEqualTo(before);
        }
    }

    @Test
    void theSameTextsGiveTheSameRulesWithAndWithoutCutting() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Agent agent = new Agent(seed);
            Learner plain = Learner.EMPTY;
            Learner cutting = Learner.EMPTY;
            for (int step = 0; step < 6; step++) {
                plain = plain.observe(agent.text());
                Cut cut = new Cutter(cutting.learnedRules()).cut(agent.text());
                cutting = cutting.observe(List.of(cut));
                agent.change();
            }
            assertThat(cutting.findings()).as("seed %d", seed).isEqualTo(plain.findings());
        }
    }

    @Test
    void noTextBreaksTheLearner() {
        String alphabet = "ab 1:-#<>/*\n\n\n\t=.,\r😀é\ud800";
        for (long seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            Learner learner = Learner.EMPTY;
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (int step = 0; step < 6; step++) {
                learner = learner.observe(text.toString());
                for (int i = random.nextInt(10); i >= 0; i--) {
                    text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
                }
                if (random.nextBoolean()) {
                    text.insert(random.nextInt(text.length()), "\nTide: 1" + random.nextInt(10) + "\n");
                }
            }
            assertThat(learner.findings()).hasSizeLessThanOrEqualTo(64);
            learner.findings()
                    .forEach(finding -> assertThat(finding.rule().starts()).isNotEmpty());
        }
    }

    /** The system text of an agent drawn from a seed. */
    private static final class Agent {
        private static final String[] PROSE = {
            "Never push to main.",
            "Use model qwen3.5:35b for titles.",
            "Python is v3.12 here, and stays.",
            "The harbour was built on 1899-05-01 and has 3 locks.",
            "Call skill_view_hermes_agent first.",
            "Limit: 40 knots",
            "Read the log of Friday, November 20, 2026, twice.",
            "    return metres / 2",
            "Engine: http://127.0.0.1:11434",
            "If the wind is above 7, reef."
        };
        private static final String[] NAMES = {
            "Tide", "Watch", "Harbour day", "Last seen", "Gauge", "Crew", "Pier", "Log kept"
        };

        private final Random random;
        private final List<String> lines = new ArrayList<>();
        /** Line number to the start of the line, and how its value is spelled: 0 to 5 clocks, 6 to 8 counters. */
        private final Map<Integer, String> planted = new LinkedHashMap<>();

        private final Map<Integer, Integer> spelling = new LinkedHashMap<>();
        private int ticks = 1;
        private int clocks;
        private int counters;
        private int edits;

        Agent(long seed) {
            random = new Random(seed);
            int paragraphs = 8 + random.nextInt(20);
            List<String> names = new ArrayList<>(List.of(NAMES));
            for (int i = 0; i < paragraphs; i++) {
                lines.add(random.nextInt(3) == 0 ? "## Part " + Integer.toString(i + 40, 36) : "");
                lines.add("- " + PROSE[random.nextInt(PROSE.length)] + " " + Integer.toString(i + 400, 36));
                if (i % 2 == 0 && planted.size() < 5 && random.nextInt(3) == 0) {
                    String[] marks = {"", "- ", "  ", "* **", "2. "};
                    String mark = marks[random.nextInt(marks.length)];
                    String name = names.remove(random.nextInt(names.size()));
                    planted.put(lines.size(), mark + name + (mark.endsWith("**") ? ":** " : ": "));
                    int how = random.nextInt(9);
                    spelling.put(lines.size(), how);
                    clocks += how < 6 ? 1 : 0;
                    counters += how < 6 ? 0 : 1;
                    lines.add("");
                }
            }
            lines.add("Session: 20261121_05" + "3147_a1b2c3");
            lines.add("End.");
        }

        String text() {
            List<String> out = new ArrayList<>(lines);
            planted.forEach((line, start) -> out.set(line, start + value(Objects.requireNonNull(spelling.get(line)))));
            return String.join("\n", out) + "\n";
        }

        List<String> plantedLines() {
            List<String> out = new ArrayList<>();
            planted.forEach(
                    (line, start) -> out.add((start + value(Objects.requireNonNull(spelling.get(line)))).strip()));
            return out;
        }

        void tick() {
            ticks++;
        }

        /** The clocks tick, and sometimes a rule is edited, added or dropped, or the id changes. */
        void change() {
            tick();
            int at = random.nextInt(lines.size() - 2);
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (lines.get(at).startsWith("- ")) {
                        lines.set(
                                at,
                                "- " + PROSE[random.nextInt(PROSE.length)].replaceAll("\\d", "" + ticks) + " edited");
                        edits++;
                    }
                }
                case 1 -> {
                    lines.set(lines.size() - 1, "Rule added in edit " + random.nextInt(1000) + ".");
                    edits++;
                }
                case 2 ->
                    lines.set(
                            lines.size() - 2,
                            "Session: 20261121_053147_" + Integer.toHexString(0xa1b2c3 + ticks * 7919));
                default -> {
                    // only the clocks
                }
            }
        }

        private String value(int how) {
            return switch (how) {
                case 0 -> String.format(Locale.ROOT, "2026-11-%02d", ticks);
                case 1 -> String.format(Locale.ROOT, "Saturday, November %d, 2026", ticks);
                case 2 -> String.format(Locale.ROOT, "%02d:15 (Europe/Berlin)", ticks);
                case 3 -> String.format(Locale.ROOT, "2026-11-21T14:%02d:33.125Z", ticks);
                case 4 -> String.format(Locale.ROOT, "%d/21/2026", ticks);
                case 5 -> String.format(Locale.ROOT, "21 Nov 2026 %d:15 PM UTC", ticks);
                case 6 -> ticks + "";
                case 7 -> "1," + (100 + ticks) + "/2,200 chars";
                default -> ticks + "%";
            };
        }
    }
}
