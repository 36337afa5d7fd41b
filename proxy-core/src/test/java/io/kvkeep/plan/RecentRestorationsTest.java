package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecentRestorationsTest {
    private static final List<String> CAME = List.of(
            "{\"role\":\"assistant\",\"content\":\"Done.\"}",
            "{\"role\":\"assistant\",\"content\":\"Done. \"}",
            "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"function\":{\"name\":\"f\","
                    + "\"arguments\":\"{\\\"a\\\":1}\"}},{\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}");
    private static final List<Emitted> SAID = List.of(
            new Emitted("Done.", "", List.of()),
            new Emitted(" Done.", "Was it?", List.of()),
            new Emitted("", "", List.of(new Call("f", "{\"a\": 1}"), new Call("g", "{ }"))),
            new Emitted("x".repeat(5_000), "", List.of()));

    private final RecentRestorations recent = new RecentRestorations();

    @Test
    void anAnswerIsRestoredAsIfItHadNeverComeWhereverItStands() throws PromptNotUnderstood, NotJson {
        Random random = new Random(9);
        int edits = 0;
        for (int i = 0; i < 2_000; i++) {
            Dialect dialect = random.nextBoolean() ? Dialect.CHAT_COMPLETIONS : Dialect.OLLAMA_CHAT;
            Emitted said = SAID.get(random.nextInt(SAID.size()));
            boolean reasoning = random.nextBoolean();
            Prompt prompt = prompt(dialect, CAME.get(random.nextInt(CAME.size())), random.nextInt(30));

            List<Edit> restored = restored(dialect, prompt, said, reasoning);

            assertThat(spelled(restored))
                    .isEqualTo(spelled(
                            Restoration.of(prompt.body(), prompt.conversation().get(1), said, reasoning)));
            edits += restored.size();
        }
        assertThat(edits).isGreaterThan(1_000);
    }

    @Test
    void whatAnAnswerTakesIsFoundOnce() throws PromptNotUnderstood, NotJson {
        Emitted said = SAID.get(1);
        List<Edit> first =
                restored(Dialect.CHAT_COMPLETIONS, prompt(Dialect.CHAT_COMPLETIONS, CAME.get(0), 3), said, false);
        List<Edit> again =
                restored(Dialect.CHAT_COMPLETIONS, prompt(Dialect.CHAT_COMPLETIONS, CAME.get(0), 8), said, false);
        assertThat(again.get(0).replacement()).isSameAs(first.get(0).replacement());
        assertThat(again.get(0).range()).isEqualTo(first.get(0).range().moved(5));
    }

    private List<Edit> restored(Dialect dialect, Prompt prompt, Emitted said, boolean reasoning) throws NotJson {
        return recent.of(
                dialect,
                prompt.body(),
                prompt.conversation().get(1),
                Fingerprints.of(prompt).messages().get(1),
                said,
                reasoning);
    }

    private static Prompt prompt(Dialect dialect, String answer, int before) throws PromptNotUnderstood {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(before) + "\"}," + answer + "]}";
        return dialect.read(body.getBytes(UTF_8));
    }

    private static List<String> spelled(List<Edit> edits) {
        return edits.stream()
                .map(edit -> edit.range() + new String(edit.replacement(), UTF_8) + edit.reason() + edit.subject())
                .toList();
    }
}
