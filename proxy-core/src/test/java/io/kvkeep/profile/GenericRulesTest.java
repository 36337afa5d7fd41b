package io.kvkeep.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Kind;
import io.kvkeep.section.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules for every agent find, and what they have to leave alone. */
final class GenericRulesTest {
    private static final Cutter CUTTER = BuiltIn.generic().cutter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Current date: Friday, November 20, 2026",
                "Today's date: Friday, November 20, 2026",
                "Today's date is Friday, November 20, 2026.",
                "Today is Friday, November 20, 2026.",
                "Current date: 2026-11-20",
                "  Current date: 2026-11-20",
                "- Current date: 20 November 2026",
                "Current Date: 11/20/2026",
                "Current date and time: 2026-11-20T14:02:33+01:00",
                "The current date is November 20th, 2026",
                "**Today's date:** 2026-11-20",
                "1. Date: 2026-11-20",
                "Date: Fri Nov 20 2026",
                "Date and time: 2026-11-20 14:02:33 UTC",
                "Current time: 14:02",
                "Current time: 2:02 PM (Europe/Berlin)",
                "Current local time: 14:02:33 CET",
                "Time: 14:02:33",
                "The current time is 14:02:33. Today's date is 2026-11-20."
            })
    void aWholeLineWithALabelAndADateOrATimeIsFound(String line) {
        String text = "Be kind.\n\n" + line + "\n\nBe brief.";
        Cut cut = CUTTER.cut(text);

        assertThat(cut.volatileSections()).hasSize(1);
        Section section = cut.volatileSections().get(0);
        assertThat(section.kind()).isEqualTo(Kind.CLOCK);
        assertThat(section.value(text)).isEqualTo(line);
        assertThat(cut.stableText()).isEqualTo("Be kind.\n\nBe brief.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qwen3.5:35b",
                "Model: qwen3.5:35b",
                "skill_view_hermes_agent",
                "v3.12",
                "never push to main",
                "Today is a good day",
                "Today is a good day, 2026-11-20 or not.",
                "Today is Friday, November 20, 2026, and the harbour is closed.",
                "Today: never push to main",
                "Date: see below",
                "Date: 2026-11-20",
                "- Date: 2026-11-20",
                "Date: v3.12",
                "Time: 14:02",
                "Time: 5 minutes",
                "Current date: unknown",
                "Current date format is 2026-11-20",
                "Current time zone: UTC",
                "current time of the tide is 14:02",
                "The file says Current date: 2026-11-20",
                "Released on Friday, November 20, 2026",
                "Friday, November 20, 2026",
                "2026-11-20 14:02:33 started",
                "6. Date: 2026-11-20",
                "Current date: 2026-11-20 (from git log)",
                "Current date: 2026-11-201"
            })
    void sentencesAndIdentifiersStayWhole(String line) {
        for (String text : new String[] {line, "Rules:\n" + line + "\n\nEnd.", "  " + line, "- " + line + "\n"}) {
            Cut cut = CUTTER.cut(text);

            assertThat(cut.volatileSections()).as(text).isEmpty();
            assertThat(cut.stableText()).isEqualTo(text);
        }
    }

    @Test
    void indentationAroundADateSurvives() {
        String before = "def tide(pier):\n    if pier == 4:\n        return feet(pier)\n\n\n\tnext  = 2   \n";
        String behind = "\n    return  metres(pier)\n  \n";
        Cut cut = CUTTER.cut(before + "Current date: 2026-11-20" + behind);

        assertThat(cut.volatileSections()).hasSize(1);
        assertThat(cut.stableText()).isEqualTo(before.substring(0, before.length() - 1) + behind);
    }

    @Test
    void aDateInTheMiddleOfALineOfCodeStays() {
        String code = "    print('Current date: 2026-11-20')\n    # Current date: 2026-11-20\n    Date: datetime\n";

        assertThat(CUTTER.cut(code).stableText()).isEqualTo(code);
    }

    @Test
    void aDateAndATimeInOneEnvironmentBlockLeaveNoTrace() {
        String block = "<env>\n  Platform: linux\n  Today's date: 2026-11-20\n  Current time: 14:02:33\n</env>";

        assertThat(CUTTER.cut(block).stableText()).isEqualTo("<env>\n  Platform: linux\n</env>");
    }
}
