package io.kvkeep.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.profile.Ephemeral.Action;
import io.kvkeep.profile.Ephemeral.Where;
import io.kvkeep.profile.Ephemerals.Block;
import io.kvkeep.prompt.Role;
import io.kvkeep.yaml.YamlNotValid;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EphemeralsTest {
    private static final Profile TERN = read();
    private static final Ephemerals BLOCKS = TERN.ephemerals();

    @Test
    void rulesSayWhereABlockStandsAndWhatMayBeDone() {
        Ephemeral hint = BLOCKS.rules().get(0);

        assertThat(hint.name()).isEqualTo("hint");
        assertThat(hint.roles()).isEqualTo(Set.of(Role.USER, Role.TOOL));
        assertThat(hint.where()).isEqualTo(Where.BLOCK);
        assertThat(hint.action()).isEqualTo(Action.REPLAY);
        assertThat(BLOCKS.rules().get(1).where()).isEqualTo(Where.TAIL_MESSAGE);
        assertThat(BLOCKS.rules().get(1).action()).isEqualTo(Action.KEEP);
    }

    @Test
    void aBlockIsFoundWithItsSeparators() {
        String text = "Read it.\n\n<hint>\nlow tide\n</hint>";

        assertThat(BLOCKS.in(Role.USER, text)).hasSize(1);
        Block block = BLOCKS.in(Role.USER, text).get(0);
        assertThat(block.rule().name()).isEqualTo("hint");
        assertThat(block.section().value(text)).isEqualTo("<hint>\nlow tide\n</hint>");
        assertThat(block.section().start()).isEqualTo("Read it.".length());
        assertThat(block.section().end()).isEqualTo(text.length());
    }

    @ParameterizedTest
    @CsvSource({
        "Read it.\\n\\n<hint>\\na\\n</hint>, Read it.",
        "<hint>\\na\\n</hint>\\n\\nRead it., Read it.",
        "<hint>\\na\\n</hint>\\nRead it.\\n\\n<hint>\\nb\\n</hint>\\n, Read it.",
        "One.\\n\\n<hint>\\na\\n</hint>\\n\\nTwo., One.\\n\\nTwo.",
        "<hint>\\na\\n</hint>, ''",
        "<hint>\\na\\n</hint>\\n, ''",
        "Read it., Read it.",
        "Read it.\\n, Read it.\\n",
        "see <hint>\\na\\n</hint>, see <hint>\\na\\n</hint>",
        "<hint>\\na, <hint>\\na",
    })
    void whatIsLeftIsTheSameWithAndWithoutTheBlock(String text, String left) {
        assertThat(BLOCKS.of(Role.USER, text.replace("\\n", "\n"))).isEqualTo(left.replace("\\n", "\n"));
    }

    @Test
    void aBlockIsLookedForInItsMessagesOnly() {
        String text = "Read it.\n\n<hint>\nlow tide\n</hint>";

        assertThat(BLOCKS.of(Role.TOOL, text)).isEqualTo("Read it.");
        for (Role role : Set.of(Role.ASSISTANT, Role.SYSTEM, Role.DEVELOPER, Role.OTHER)) {
            assertThat(BLOCKS.in(role, text)).isEmpty();
            assertThat(BLOCKS.of(role, text)).isEqualTo(text);
        }
    }

    @Test
    void aTailMessageIsTheBlockAsAWhole() {
        assertThat(BLOCKS.tail(Role.USER, "<<<now\nnothing runs\n>>>"))
                .map(Ephemeral::name)
                .contains("now");
        assertThat(BLOCKS.tail(Role.USER, "\n<<<now\nnothing runs\n>>>\n")).isPresent();
        assertThat(BLOCKS.tail(Role.USER, "<<<now\nnothing runs\n>>>\nRead it."))
                .isEmpty();
        assertThat(BLOCKS.tail(Role.USER, "Read it.\n<<<now\nnothing runs\n>>>"))
                .isEmpty();
        assertThat(BLOCKS.tail(Role.TOOL, "<<<now\nnothing runs\n>>>")).isEmpty();
        assertThat(BLOCKS.in(Role.USER, "Read it.\n<<<now\nnothing runs\n>>>")).isEmpty();
    }

    @Test
    void aBlockThatHoldsWhatIsNeverTouchedIsNone() {
        String text = "Read it.\n\n<hint>\n# RULES\nNever sail at night.\n</hint>";

        assertThat(BLOCKS.in(Role.USER, text)).isEmpty();
        assertThat(BLOCKS.of(Role.USER, text)).isEqualTo(text);
        assertThat(BLOCKS.tail(Role.USER, "<<<now\n# RULES\n>>>")).isEmpty();
    }

    private static Profile read() {
        try {
            return ProfileReader.read("tern.yaml", """
                    agent: tern
                    ephemeral:
                      - name: hint
                        in: [user, tool]
                        where: block
                        action: replay
                        starts: ["<hint>\\n"]
                        through: ["</hint>"]
                      - name: now
                        in: user
                        where: tail-message
                        action: keep
                        starts: ["<<<now\\n"]
                        through: [">>>"]
                    never-touch:
                      - name: rules
                        starts: ["# RULES"]
                    """);
        } catch (YamlNotValid e) {
            throw new AssertionError(e);
        }
    }
}
