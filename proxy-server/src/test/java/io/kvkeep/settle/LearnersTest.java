package io.kvkeep.settle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.SectionRule;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearnersTest {
    private final Learners learners = new Learners();

    @Test
    void aSecondTextWithAnotherDateBringsARule() {
        assertThat(learners.observe(1, "lotse", text("2026-11-21"))).isFalse();
        assertThat(learners.observe(1, "lotse", text("2026-11-22"))).isTrue();
        assertThat(learners.observe(1, "lotse", text("2026-11-22"))).isFalse();

        assertThat(learners.rules(1, "lotse"))
                .flatExtracting(SectionRule::starts)
                .containsExactly("Tide day: ");
        assertThat(learners.findings(1, "lotse")).hasSize(1);
    }

    @Test
    void onceKnownARuleIsNoNews() {
        learners.observe(1, "lotse", text("2026-11-21"));
        learners.observe(1, "lotse", text("2026-11-22"));

        assertThat(learners.observe(1, "lotse", text("2026-11-23"))).isFalse();
        assertThat(learners.findings(1, "lotse").get(0).changed()).isEqualTo(2);
    }

    @Test
    void scopesAndAgentsLearnApart() {
        learners.observe(1, "lotse", text("2026-11-21"));
        learners.observe(2, "lotse", text("2026-11-22"));
        learners.observe(1, "pilot", text("2026-11-23"));

        assertThat(learners.rules(1, "lotse")).isEmpty();
        assertThat(learners.rules(2, "lotse")).isEmpty();
        assertThat(learners.rules(1, "pilot")).isEmpty();
        assertThat(learners.findings(3, "lotse")).isEmpty();
    }

    @Test
    void atMostTwoHundredAgentsAreKept() {
        for (int scope = 0; scope < 300; scope++) {
            learners.observe(scope, "lotse", text("2026-11-21"));
            learners.observe(scope, "lotse", text("2026-11-22"));
        }
        long kept = IntStream.range(0, 300)
                .filter(scope -> !learners.rules(scope, "lotse").isEmpty())
                .count();

        assertThat(kept).isBetween(150L, 200L);
    }

    private static List<Cut> text(String day) {
        String text = "You are Lotse.\nBe kind.\n\nTide day: " + day + "\n\nBe brief.\n";
        return List.of(new Cutter(List.of()).cut(text));
    }
}
