package io.kvkeep.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvkeep.probe.ScriptedEngine.Reply;
import io.kvkeep.template.Truth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlotTrialTest {
    private static final String IDLE = """
            [{"id":0,"is_processing":false},{"id":1,"is_processing":false}]""";

    private final List<Integer> used = new ArrayList<>();
    private ScriptedEngine engine = unset();

    @BeforeEach
    void start() throws IOException {
        engine = ScriptedEngine.start();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void pinningWorksWhereASlotKeepsItsPrompt() {
        engine.on("/slots", IDLE).on("/completion", splitSlots());
        assertThat(SlotTrial.run(engine.http(), () -> true, SlotTrialTest::holdsNothing))
                .hasValueSatisfying(fact -> {
                    assertThat(fact.value()).isEqualTo(Truth.YES);
                    assertThat(fact.evidence()).contains("pinned to slot 0", "after slot 1");
                });
        assertThat(used).containsExactly(0, 1, 0);
    }

    @Test
    void pinningDoesNotWorkWhereAnotherSlotsWorkClearsIt() {
        engine.on("/slots", IDLE).on("/completion", body -> cached(0, body));
        assertThat(SlotTrial.run(engine.http(), () -> true, SlotTrialTest::holdsNothing))
                .hasValueSatisfying(fact -> assertThat(fact.value()).isEqualTo(Truth.NO));
    }

    @Test
    void slotsThatHoldNothingYetAreTaken() {
        engine.on("/slots", """
                [{"id":0,"is_processing":false,"id_task":7},{"id":1,"is_processing":false},\
                {"id":2,"is_processing":false}]""").on("/completion", splitSlots());
        assertThat(SlotTrial.run(engine.http(), () -> true, SlotTrialTest::holdsNothing))
                .isPresent();
        assertThat(used).containsExactly(1, 2, 1);
    }

    @Test
    void slotsWithAConversationThatIsKnownAreLeftAlone() {
        engine.on("/slots", """
                [{"id":0,"is_processing":false,"id_task":7},{"id":1,"is_processing":false,"id_task":9},\
                {"id":2,"is_processing":false,"id_task":4}]""").on("/completion", splitSlots());
        assertThat(SlotTrial.run(engine.http(), () -> true, slot -> slot != 1)).isEmpty();
        assertThat(used).isEmpty();
        assertThat(SlotTrial.run(engine.http(), () -> true, slot -> slot == 0)).isPresent();
        assertThat(used).containsExactly(1, 2, 1);
    }

    @Test
    void oneSlotNeedsNoTrial() {
        engine.on("/slots", "[{\"id\":0,\"is_processing\":false}]");
        assertThat(SlotTrial.run(engine.http(), () -> true, SlotTrialTest::holdsNothing))
                .hasValueSatisfying(fact -> assertThat(fact.value()).isEqualTo(Truth.NO));
        assertThat(engine.asked()).containsExactly("/slots");
    }

    @Test
    void withoutAPageOfSlotsNothingIsTried() {
        assertThat(SlotTrial.run(engine.http(), () -> true, SlotTrialTest::holdsNothing))
                .hasValueSatisfying(fact -> assertThat(fact.value()).isEqualTo(Truth.UNKNOWN));
        assertThat(engine.asked()).containsExactly("/slots");
    }

    @Test
    void aBusyEngineIsLeftAlone() {
        engine.on("/slots", IDLE.replace("\"id\":1,\"is_processing\":false", "\"id\":1,\"is_processing\":true"));
        assertThat(SlotTrial.run(engine.http(), () -> true, SlotTrialTest::holdsNothing))
                .isEmpty();
        engine.on("/slots", IDLE);
        assertThat(SlotTrial.run(engine.http(), () -> false, SlotTrialTest::holdsNothing))
                .isEmpty();
        assertThat(engine.asked()).containsOnly("/slots");
    }

    @Test
    void aRequestThatComesMeanwhileEndsTheTrial() {
        engine.on("/slots", IDLE).on("/completion", splitSlots());
        assertThat(SlotTrial.run(engine.http(), used::isEmpty, SlotTrialTest::holdsNothing))
                .isEmpty();
        assertThat(used).containsExactly(0);
    }

    @Test
    void anEngineThatDoesNotCountIsAskedLater() {
        engine.on("/slots", IDLE).on("/completion", "{\"content\":\"a\"}");
        assertThat(SlotTrial.run(engine.http(), () -> true, SlotTrialTest::holdsNothing))
                .isEmpty();
    }

    private static boolean holdsNothing(int slot) {
        return false;
    }

    /** Slots of which each keeps its last prompt, whatever the others do. */
    private Function<JsonNode, Reply> splitSlots() {
        Map<Integer, String> held = new HashMap<>();
        return body -> {
            String prompt = body.path("prompt").asText();
            String before = held.put(body.path("id_slot").asInt(), prompt);
            return cached(before != null && prompt.startsWith(before) ? before.length() : 0, body);
        };
    }

    private Reply cached(int count, JsonNode body) {
        used.add(body.path("id_slot").asInt(-1));
        return new Reply(200, "{\"timings\":{\"cache_n\":" + count + "}}");
    }

    /** Stands in a field until a test has started. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unset() {
        return null;
    }
}
