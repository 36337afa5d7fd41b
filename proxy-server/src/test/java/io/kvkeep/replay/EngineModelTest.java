package io.kvkeep.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.prompt.Prompt;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineModelTest {
    private static final String SYSTEM = "Keep the tide tables in order. ".repeat(100);
    private static final String QUESTION = "How high is the tide? ".repeat(200);

    @Test
    void aTreeHasWhatAPromptSharesWithAnyEarlierOne() throws Exception {
        EngineModel radix = EngineModel.Kind.RADIX.model();
        Rendered first = prompt(SYSTEM, QUESTION);

        assertThat(radix.read(first)).isZero();
        assertThat(radix.read(prompt("Another agent. ".repeat(300), "hi"))).isZero();
        assertThat(radix.read(first)).isBetween(first.promptBytes() - 64, first.promptBytes());
        assertThat(radix.read(prompt(SYSTEM, "hi"))).isBetween(SYSTEM.length() - 64, SYSTEM.length() + 64);
    }

    @Test
    void aHybridModelGoesOnAtTheEndOfAPromptOrAtTheFirstUserStartOrNotAtAll() throws Exception {
        EngineModel hybrid = EngineModel.Kind.HYBRID.model();
        Rendered first = prompt(SYSTEM, QUESTION);
        hybrid.read(first);

        assertThat(hybrid.read(first)).isBetween(first.promptBytes() - 16, first.promptBytes());
        assertThat(hybrid.read(prompt(SYSTEM, "hi"))).as("the first user start").isEqualTo(SYSTEM.length() + 1);
        assertThat(hybrid.read(prompt(SYSTEM.replace("tables in order. Keep", "tables in awe. Keep"), QUESTION)))
                .as("one other word in the system text")
                .isZero();
    }

    private static Rendered prompt(String system, String question) throws Exception {
        String body = "{\"messages\":[{\"role\":\"system\",\"content\":\"" + system
                + "\"},{\"role\":\"user\",\"content\":\"" + question + "\"}]}";
        Prompt prompt = Dialect.CHAT_COMPLETIONS.read(body.getBytes(StandardCharsets.UTF_8));
        return Rendered.of(prompt, Optional.empty());
    }
}
