package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.answer.Framing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OllamaAnswerTest {
    private static final int BOUND = 10_000;
    private static final String STREAM = """
            {"model":"m","created_at":"x","message":{"role":"assistant","content":"","thinking":"So"},"done":false}
            {"model":"m","created_at":"x","message":{"role":"assistant","content":"","thinking":"."},"done":false}
            {"model":"m","created_at":"x","message":{"role":"assistant","content":" Aye, Zoë"},"done":false}
            {"model":"m","created_at":"x","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_1","function":{"index":0,"name":"look","arguments":{"at": "bow", "x":1.0}}}]},"done":false}
            {"model":"m","created_at":"x","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"look","arguments":{}}}]},"done":false}
            {"model":"m","created_at":"x","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":30}
            """;
    private static final Emitted SAID = new Emitted(
            " Aye, Zoë", "So.", List.of(new Call("look", "{\"at\": \"bow\", \"x\":1.0}"), new Call("look", "{}")));

    @Test
    void aStreamOfLinesIsRead() {
        assertThat(read(Dialect.OLLAMA_CHAT, Framing.LINES, STREAM)).contains(SAID);
        assertThat(read(Dialect.OLLAMA_CHAT, Framing.LINES, STREAM.replace("\n", "\r\n")))
                .contains(SAID);
        assertThat(read(Dialect.OLLAMA_CHAT, Framing.LINES, STREAM.stripTrailing()))
                .as("the last line may end with the body")
                .contains(SAID);
    }

    @Test
    void aStreamIsReadWhereverItsChunksEnd() {
        byte[] bytes = STREAM.getBytes(UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            AnswerReader reader = Dialect.OLLAMA_CHAT.answer(Framing.LINES, BOUND);
            reader.add(bytes, 0, cut);
            reader.add(bytes, cut, bytes.length);
            assertThat(reader.finish()).as("cut at %s", cut).contains(SAID);
        }
    }

    @Test
    void aStreamThatIsCutOffTellsNothing() {
        byte[] bytes = STREAM.getBytes(UTF_8);
        for (int end = 0; end < bytes.length - 1; end++) {
            AnswerReader reader = Dialect.OLLAMA_CHAT.answer(Framing.LINES, BOUND);
            reader.add(bytes, 0, end);
            assertThat(reader.finish()).as("ends at %s", end).isEmpty();
        }
    }

    @Test
    void aPlainChatAnswerIsRead() {
        String body = "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Aye\",\"tool_calls\":null},"
                + "\"done_reason\":\"length\",\"done\":true}";

        assertThat(read(Dialect.OLLAMA_CHAT, Framing.JSON, body)).contains(new Emitted("Aye", "", List.of()));
    }

    @Test
    void aGenerateAnswerHasItsWordsBesideTheOtherFields() {
        String lines = """
                {"model":"m","response":"","thinking":"So.","done":false}
                {"model":"m","response":"A bowline","done":false}
                {"model":"m","response":".","done":true,"done_reason":"stop","context":[1,2,3]}
                """;

        assertThat(read(Dialect.OLLAMA_GENERATE, Framing.LINES, lines))
                .contains(new Emitted("A bowline.", "So.", List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"message\":{\"content\":\"a\"},\"done\":false}",
                "{\"message\":{\"content\":\"a\"}}",
                "{\"error\":\"no such model\"}",
                "{\"message\":{\"content\":\"a\"},\"done\":true,\"error\":\"out of memory\"}",
                "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"load\"}",
                "{\"response\":\"\",\"done\":true,\"done_reason\":\"unload\"}",
                "{\"message\":{\"content\":\"a\",\"tool_calls\":[{\"function\":{\"arguments\":{}}}]},\"done\":true}",
                "{\"message\":{\"c\\u006fntent\":\"a\"},\"done\":true}",
                "{\"done\":true}\n{\"done\":true}",
                "[]"
            })
    void anAnswerThatIsNotWholeOrOfAnotherShapeTellsNothing(String lines) {
        assertThat(read(Dialect.OLLAMA_CHAT, Framing.LINES, lines)).isEmpty();
    }

    @Test
    void aLongerAnswerThanTheBoundTellsNothing() {
        AnswerReader reader = Dialect.OLLAMA_CHAT.answer(Framing.LINES, 100);
        byte[] line = "{\"message\":{\"content\":\"0123456789\"},\"done\":false}\n".getBytes(UTF_8);
        for (int i = 0; i < 11; i++) {
            reader.add(line, 0, line.length);
        }
        byte[] last = "{\"done\":true}".getBytes(UTF_8);
        reader.add(last, 0, last.length);

        assertThat(reader.finish()).isEmpty();
    }

    private static Optional<Emitted> read(Dialect dialect, Framing framing, String answer) {
        AnswerReader reader = dialect.answer(framing, BOUND);
        byte[] bytes = answer.getBytes(UTF_8);
        reader.add(bytes, 0, bytes.length);
        return reader.finish();
    }
}
