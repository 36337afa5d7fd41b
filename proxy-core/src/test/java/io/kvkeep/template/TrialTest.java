package io.kvkeep.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.JsonTree;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TrialTest {
    @ParameterizedTest
    @EnumSource
    void messagesAreAJsonArray(Trial trial) {
        assertArray(trial.messages());
    }

    @Test
    void toolsAreAJsonArrayWithTheMark() {
        assertArray(Trial.TOOLS);
        assertThat(Trial.TOOLS).contains("\"" + Trial.TOOL_MARK + "\"");
    }

    @Test
    void trialsHoldTheMarksThatAreLookedFor() {
        assertThat(Trial.TWO_TURNS.messages())
                .contains(Trial.SYSTEM_MARK, Trial.FIRST_USER_MARK, Trial.LAST_USER_MARK)
                .doesNotContain(Trial.TOOL_MARK, Trial.LATE_MARK, Trial.REASONING_MARK);
        assertThat(Trial.LATE_SYSTEM.messages().replace("{\"role\":\"system\",\"content\":\"triallate\"},", ""))
                .isEqualTo(Trial.TWO_TURNS.messages());
        assertThat(Trial.TOOL_LOOP.messages()).contains(Trial.REASONING_MARK).endsWith("\"content\":\"trialresult\"}]");
        assertThat(Trial.NEXT_TURN.messages())
                .startsWith(Trial.TOOL_LOOP.messages().replaceFirst("]$", ""))
                .contains(Trial.LAST_USER_MARK);
    }

    private static void assertArray(String json) {
        assertThat(JsonTree.parse(json)).isInstanceOf(List.class);
    }
}
