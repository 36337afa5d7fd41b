package io.kvkeep.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.template.Rendered.Nothing;
import io.kvkeep.template.Rendered.Refused;
import io.kvkeep.template.Rendered.Text;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TrialReadingTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final String TWO_TURNS = "trialsystem trialtool trialfirst trialanswer triallast";

    @ParameterizedTest
    @CsvSource({
        "trialsystem trialtool trialfirst trialanswer triallast, BEHIND_SYSTEM",
        "trialtool trialsystem trialfirst trialanswer triallast, BEFORE_SYSTEM",
        "trialsystem trialfirst trialanswer trialtool triallast, BEFORE_LAST_USER",
        "trialfirst trialanswer trialtool trialsystem triallast, BEFORE_LAST_USER",
        "trialsystem trialfirst trialanswer triallast trialtool, UNKNOWN",
        "trialsystem trialfirst trialanswer triallast, UNKNOWN",
        "trialtool trialfirst trialanswer triallast, UNKNOWN",
        "trialsystem trialtool triallast, UNKNOWN",
        "trialsystem trialtool trialfirst, UNKNOWN"
    })
    void theOrderOfMarksTellsWhereToolsStand(String prompt, ToolsPlace place) {
        assertThat(facts(Trial.TWO_TURNS, new Text(prompt)).toolsPlace().value())
                .isEqualTo(place);
    }

    @Test
    void evidenceNamesSourceAndPlaces() {
        assertThat(facts(Trial.TWO_TURNS, new Text(TWO_TURNS)).toolsPlace().evidence())
                .isEqualTo("/apply-template: the tool stood at character 12, the system text at 0,"
                        + " the first user text at 22, the last at 45");
    }

    @ParameterizedTest
    @CsvSource({
        "trialsystem trialfirst trialanswer triallate triallast, KEPT",
        "trialsystem trialfirst trialanswer triallast, LOST",
        "trialsystem triallate trialfirst trialanswer triallast, HOISTED",
        "triallate, UNKNOWN"
    })
    void theLateMarkTellsWhatBecomesOfLateSystemMessages(String prompt, LateSystem late) {
        assertThat(late(new Text(prompt)).value()).isEqualTo(late);
    }

    @Test
    void aRefusalOfTheLateSystemMessageAloneIsTheTemplatesOwn() {
        Fact<LateSystem> late = late(new Refused(400, "System message\n must be first"));
        assertThat(late)
                .isEqualTo(
                        new Fact<>(
                                LateSystem.RAISES,
                                "/apply-template: 400 with a late system message, taken without: System message must be first"));
        assertThat(late(new Nothing()).value()).isEqualTo(LateSystem.UNKNOWN);
        assertThat(facts(Trial.LATE_SYSTEM, new Refused(400, "no")).lateSystem().value())
                .as("nothing else was taken either")
                .isEqualTo(LateSystem.UNKNOWN);
    }

    @Test
    void aLongRefusalKeepsItsEnd() {
        assertThat(late(new Refused(500, "a".repeat(300) + " the reason")).evidence())
                .hasSizeLessThan(260)
                .endsWith("a the reason");
    }

    @ParameterizedTest
    @CsvSource({"trialreason, trialreason, NO", "trialreason, nothing of it, YES", "nothing of it, nothing of it, NO"})
    void reasoningThatIsGoneInTheNextTurnIsStripped(String loop, String next, Truth strips) {
        Map<Trial, Rendered> renderings = new EnumMap<>(Trial.class);
        renderings.put(Trial.TOOL_LOOP, new Text(loop));
        renderings.put(Trial.NEXT_TURN, new Text(next));
        assertThat(read(renderings).stripsReasoning().value()).isEqualTo(strips);
        renderings.put(Trial.NEXT_TURN, new Refused(400, "no such role"));
        assertThat(read(renderings).stripsReasoning())
                .isEqualTo(new Fact<>(
                        Truth.UNKNOWN, "/apply-template: the trial next turn was answered with 400: no such role"));
    }

    @Test
    void aSwitchKeepsReasoningIfItIsPrintedWithIt() {
        assertThat(TrialReading.keepsReasoning(new Text("a trialreason b"))).isTrue();
        assertThat(TrialReading.keepsReasoning(new Text("a b"))).isFalse();
        assertThat(TrialReading.keepsReasoning(new Refused(400, "trialreason"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-11-21", "21 Nov 2026", "November 21, 2026", "21 November 2026", "2026-11-22", "2026/11/20"
            })
    void aDateOfTodayIsPrintedByTheTemplate(String date) {
        Fact<Truth> prints = facts(Trial.TWO_TURNS, new Text("Today: " + date)).printsDate();
        assertThat(prints).isEqualTo(new Fact<>(Truth.YES, "/apply-template: the prompt held " + date));
    }

    @ParameterizedTest
    @ValueSource(strings = {"26 Jul 2024", "Knowledge cutoff: 2024-06", "2026-11-24"})
    void anotherDateIsPartOfTheTemplate(String date) {
        assertThat(facts(Trial.TWO_TURNS, new Text(date)).printsDate().value()).isEqualTo(Truth.NO);
    }

    @Test
    void withoutAnswersNothingIsKnown() {
        TemplateFacts facts = read(Map.of());
        assertThat(facts.toolsPlace())
                .isEqualTo(new Fact<>(ToolsPlace.UNKNOWN, "/apply-template: no answer to the trial two turns"));
        assertThat(facts.lateSystem().value()).isEqualTo(LateSystem.UNKNOWN);
        assertThat(facts.stripsReasoning().value()).isEqualTo(Truth.UNKNOWN);
        assertThat(facts.printsDate().value()).isEqualTo(Truth.UNKNOWN);
    }

    @Test
    void aReadTextFillsInWhatNoTrialShowed() {
        TemplateSwitch keep = new TemplateSwitch("clear_thinking", "false");
        TemplateFacts text = new TemplateFacts(
                new Fact<>(ToolsPlace.BEFORE_SYSTEM, "text"),
                new Fact<>(LateSystem.LOST, "text"),
                new Fact<>(Truth.YES, "text"),
                new Fact<>(Optional.of(keep), "text"),
                new Fact<>(Truth.YES, "text"));
        assertThat(TemplateFacts.unknown("nothing").or(text)).isEqualTo(text);
        assertThat(text.or(TemplateFacts.unknown("nothing"))).isEqualTo(text);
        Fact<Optional<TemplateSwitch>> disobeyed = new Fact<>(Optional.empty(), "tried");
        assertThat(text.withKeepReasoning(disobeyed).or(text).keepReasoning())
                .as("a switch that was tried in vain")
                .isEqualTo(disobeyed);
    }

    private static Fact<LateSystem> late(Rendered rendered) {
        return read(Map.of(Trial.TWO_TURNS, new Text(TWO_TURNS), Trial.LATE_SYSTEM, rendered))
                .lateSystem();
    }

    private static TemplateFacts facts(Trial trial, Rendered rendered) {
        return read(Map.of(trial, rendered));
    }

    private static TemplateFacts read(Map<Trial, Rendered> renderings) {
        return new TrialReading("/apply-template", renderings).facts(TODAY);
    }
}
