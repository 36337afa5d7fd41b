package io.kvkeep.settle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.ledger.Learned;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.SectionRule.End.LineEnd;
import io.kvkeep.section.Stability;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LearnedSectionsTest {
    private static final String AGENT = "lotse";
    private static final SectionRule EARLIER = new SectionRule(
            "learned-counter-000001",
            Kind.OTHER,
            Stability.VOLATILE,
            List.of("Ships in port: "),
            List.of(new LineEnd()),
            Optional.empty());

    private final Map<LearnedSections.AgentKey, List<SectionRule>> kept = new HashMap<>();
    private final LearnedSections sections = new LearnedSections(
            (tenant, agent) -> kept.getOrDefault(new LearnedSections.AgentKey(tenant, agent), List.of()), kept::put);
    private final Cutter profile = new Cutter(List.of());

    @Test
    void untilSomethingIsLearnedTheProfileCuts() {
        observe(1, "2026-11-21");

        assertThat(sections.of(1, "").cutter(AGENT, profile)).isSameAs(profile);
        assertThat(kept).isEmpty();
        assertThat(sections.findings()).containsEntry(AGENT, List.of());
    }

    @Test
    void whatIsLearnedIsCutAndKept() {
        observe(1, "2026-11-21");
        assertThat(observe(1, "2026-11-22")).isTrue();

        assertThat(stable(1, profile)).doesNotContain("Tide day").contains("Ships in port: 4");
        assertThat(kept).containsOnlyKeys(new LearnedSections.AgentKey(1, AGENT));
        assertThat(sections.findings().get(AGENT)).hasSize(1);
    }

    @Test
    void rulesOfEarlierRunsGoOnAndStandFirst() {
        kept.put(new LearnedSections.AgentKey(1, AGENT), List.of(EARLIER));
        assertThat(stable(1, profile)).doesNotContain("Ships in port").contains("Tide day");

        observe(1, "2026-11-21");
        observe(1, "2026-11-22");

        assertThat(stable(1, profile)).doesNotContain("Ships in port", "Tide day");
        assertThat(kept.get(new LearnedSections.AgentKey(1, AGENT)))
                .hasSize(2)
                .first()
                .isEqualTo(EARLIER);
    }

    @Test
    void aCutterIsMadeOnceForTheSameRules() {
        kept.put(new LearnedSections.AgentKey(1, AGENT), List.of(EARLIER));
        Cutter first = sections.of(1, "").cutter(AGENT, profile);
        assertThat(sections.of(1, "").cutter(AGENT, profile)).isSameAs(first);

        assertThat(sections.of(1, "").cutter(AGENT, new Cutter(List.of())))
                .as("another profile")
                .isNotSameAs(first);
        observe(1, "2026-11-21");
        observe(1, "2026-11-22");
        assertThat(stable(1, profile)).as("another rule").doesNotContain("Tide day");
    }

    @Test
    void nothingCrossesTenantsOrAgents() {
        kept.put(new LearnedSections.AgentKey(3, AGENT), List.of(EARLIER));
        observe(1, "2026-11-21");
        observe(2, "2026-11-22");
        assertThat(kept).containsOnlyKeys(new LearnedSections.AgentKey(3, AGENT));

        observe(1, "2026-11-23");

        assertThat(stable(1, profile)).doesNotContain("Tide day").contains("Ships in port");
        assertThat(sections.of(2, "").cutter(AGENT, profile)).isSameAs(profile);
        assertThat(stable(3, profile)).contains("Tide day").doesNotContain("Ships in port");
        assertThat(sections.of(1, "").cutter("pilot", profile)).isSameAs(profile);
    }

    private boolean observe(long tenant, String day) {
        Learned learned = sections.of(tenant, "");
        Cut cut = learned.cutter(AGENT, profile).cut(text(day));
        return learned.observe(AGENT, List.of(cut));
    }

    private String stable(long tenant, Cutter of) {
        return sections.of(tenant, "").cutter(AGENT, of).cut(text("2026-11-30")).stableText();
    }

    private static String text(String day) {
        return "You are Lotse.\nBe kind.\n\nTide day: " + day + "\n\nShips in port: 4\n\nBe brief.\n";
    }
}
