package io.kvkeep.explain;

import static io.kvkeep.explain.Desk.assistant;
import static io.kvkeep.explain.Desk.body;
import static io.kvkeep.explain.Desk.system;
import static io.kvkeep.explain.Desk.tool;
import static io.kvkeep.explain.Desk.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.explain.Sides.Row;
import io.kvkeep.plan.Plan;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.template.ToolsPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Both sides of a break, as names, lengths and digests, and as text for who may see it. */
final class SidesTest {
    private final Desk desk = new Desk();

    private static Row row(Sides sides, int index) {
        return sides.rows().get(index);
    }

    @Test
    void aChangedSectionStandsBesideTheOneItWas() throws PromptNotUnderstood {
        desk.send(body(system("none", "calm"), user("hi")));
        Sides sides = desk.send(body(system("be brief", "calm"), user("hi"), assistant("Aye."), user("on")))
                .sentSides()
                .orElseThrow();

        assertThat(sides.earlier()).isEqualTo(1);
        assertThat(sides.same()).isEqualTo(1);
        assertThat(row(sides, 0).held().orElseThrow().name()).isEqualTo("rules");
        assertThat(row(sides, 0).now().orElseThrow().name()).isEqualTo("rules");
        assertThat(row(sides, 0).now().orElseThrow().bytes()
                        - row(sides, 0).held().orElseThrow().bytes())
                .isEqualTo("be brief".length() - "none".length());
        assertThat(row(sides, 0).now().orElseThrow().digest())
                .hasSize(8)
                .isNotEqualTo(row(sides, 0).held().orElseThrow().digest());
        assertThat(sides.sameBehind()).as("read again all the same").isPositive();
        assertThat(sides.sameBehindBytes()).isPositive();
        assertThat(sides.rows()).as("the section, and two new messages").hasSize(3);
    }

    @Test
    void aNewToolHasNoOtherSideAndALostOneNeither() throws PromptNotUnderstood {
        List<String> talk = List.of(system("none", "calm"), user("hi"));
        String gauge = tool("gauge", "reads");
        String chart = tool("chart", "draws");
        desk.rewrites = false;
        desk.send(body(gauge + "," + chart, talk));
        Sides added = desk.send(body(tool("lamp", "shines") + "," + gauge + "," + chart, talk))
                .sentSides()
                .orElseThrow();
        assertThat(row(added, 0).held()).isEmpty();
        assertThat(row(added, 0).now().orElseThrow().name()).isEqualTo("lamp");
        assertThat(added.rows()).hasSize(1);
        assertThat(added.sameBehind()).as("two tools and the user's message").isEqualTo(3);

        Sides lost = desk.send(body(chart, talk)).sentSides().orElseThrow();
        assertThat(row(lost, 0).now()).isEmpty();
        assertThat(row(lost, 0).held().orElseThrow().name()).isIn("gauge", "lamp");
    }

    @Test
    void whatIsSwappedIsTwoChangedParts() throws PromptNotUnderstood {
        desk.rewrites = false;
        List<String> talk = List.of(system("none", "calm"), user("hi"));
        desk.send(body(tool("gauge", "reads") + "," + tool("chart", "draws"), talk));
        Sides swapped = desk.send(body(tool("chart", "draws") + "," + tool("gauge", "reads"), talk))
                .sentSides()
                .orElseThrow();

        assertThat(swapped.rows()).hasSize(2);
        assertThat(swapped.sameBehind()).isEqualTo(1);
        assertThat(row(swapped, 0).held().orElseThrow().name()).isEqualTo("gauge");
        assertThat(row(swapped, 0).now().orElseThrow().name()).isEqualTo("chart");
    }

    @Test
    void aFirstPromptHasNoOtherSideNorHasOneThatGoesOn() throws PromptNotUnderstood {
        Explanation first = desk.send(body(system("none", "calm"), user("hi")));
        Explanation second = desk.send(body(system("none", "calm"), user("hi"), assistant("Aye."), user("on")));

        assertThat(first.sentSides()).isEmpty();
        assertThat(second.sentSides()).isEmpty();
        assertThat(second.cameSides()).isEmpty();
    }

    @Test
    void theRowsAreBounded() throws PromptNotUnderstood {
        desk.rewrites = false;
        Optional<Sides> last = Optional.empty();
        for (int round = 0; round < 2; round++) {
            List<String> messages = new ArrayList<>(List.of(system("none", "calm"), user("hi"), assistant("Aye.")));
            for (int i = 0; i < 50; i++) {
                messages.add(user("round " + round + " word " + i));
            }
            last = desk.send(body(messages.toArray(String[]::new))).sentSides();
        }

        Sides sides = last.orElseThrow();
        assertThat(sides.rows()).hasSize(12);
        assertThat(sides.more()).isEqualTo(38);
    }

    @Test
    void thereIsOneTextForEachPartInItsOrder() throws PromptNotUnderstood {
        String tools = tool("gauge", "reads") + ", " + tool("chart", "draws");
        desk.send(body(tools, List.of(system("none", "calm"), user("hi"))));
        desk.send(body(tools, List.of(system("be brief", "storm"), user("hi"), assistant("Aye."), user("on"))));

        for (ToolsPlace place : ToolsPlace.values()) {
            for (Plan plan : List.of(Plan.NOTHING, desk.plan)) {
                Stretches.Pair prompt = Stretches.Pair.of(
                        desk.rewrite().prompt(), desk.rewrite().fingerprints(), plan);
                Outline.Pair outlines = new Outliner().of(desk.rewrite(), plan, prompt, place);
                List<String> texts = new Outliner().texts(desk.rewrite(), plan, place);
                assertThat(texts.stream().map(text -> text.getBytes(UTF_8).length))
                        .as("%s, %s edits", place, plan.edits().size())
                        .containsExactlyElementsOf(outlines.sent().parts().stream()
                                .map(Part::bytes)
                                .toList());
            }
        }
        assertThat(new Outliner().texts(desk.rewrite(), Plan.NOTHING, ToolsPlace.BEHIND_SYSTEM))
                .anyMatch(text -> text.contains("Log: storm"))
                .anyMatch(text -> text.equals(tool("chart", "draws")));
        assertThat(desk.plan.isEmpty()).isFalse();
    }
}
