package io.kvkeep.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.cli.Kvkeep;
import org.junit.jupiter.api.Test;

/** Ollama is asked to keep a model loaded, as it sees it on the wire. */
class KeepLoadedWireTest extends WireTest {
    private static final String LOADED = "{\"model\":\"m\",\"done\":true,\"done_reason\":\"load\",\"response\":\"\"}";
    private static final String ANSWER = "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hello.\"},"
            + "\"done\":true,\"prompt_eval_count\":9,\"eval_count\":2}";

    @Test
    void behindATurnItsModelIsKeptWithTheOptionsAndTheCredentialOfTheTurn() throws Exception {
        RawEngine engine = engine("library", call -> call.answer(200, isLoad(call) ? LOADED : ANSWER));
        Kvkeep kvkeep = proxy(engine.port(), reading(new ReadAheadPolicy(true, 1_000, 20, 600)));
        String chat = "{\"model\":\"m\",\"options\":{\"num_ctx\":8192},\"stream\":false,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

        RawMessage answer = client(kvkeep)
                .post("/api/chat", RawMessage.bytes(chat), "Authorization: Bearer k")
                .answer();

        assertThat(answer.text()).isEqualTo(ANSWER);
        assertThat(engine.next().message().text()).isEqualTo(chat);
        RawMessage kept = engine.next().message();
        assertThat(kept.firstLine()).isEqualTo("POST /api/generate HTTP/1.1");
        assertThat(kept.header("Authorization")).containsExactly("Bearer k");
        assertThat(kept.text())
                .isEqualTo("{\"model\":\"m\",\"options\":{\"num_ctx\":8192},\"keep_alive\":600,\"stream\":false}");
        eventually(
                "it is counted",
                () -> metric(kvkeep, "kvkeep_read_aheads_total", "reason=\"keep-loaded\"", "result=\"done\"") == 1);
        assertThat(engine.untaken()).as("once is enough").isEmpty();
    }

    private static boolean isLoad(RawEngine.Call call) {
        return call.message().firstLine().contains("/api/generate");
    }
}
