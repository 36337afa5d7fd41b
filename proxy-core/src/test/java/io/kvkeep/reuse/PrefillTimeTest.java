package io.kvkeep.reuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What engines say of the time that a prompt took, with values of our own. */
final class PrefillTimeTest {
    private static final String OLLAMA =
            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"total_duration\":9,"
                    + "\"prompt_eval_count\":700,\"prompt_eval_cached_count\":200,\"prompt_eval_duration\":250000000,"
                    + "\"eval_count\":3}\n";

    @Test
    void llamaCppTellsItInItsTimings() {
        assertThat(PrefillTime.read("""
                data: {"choices":[],"timings":{"cache_n":20480,"prompt_n":77,"prompt_ms":301.25,"predicted_n":12}}

                data: [DONE]

                """.getBytes(UTF_8))).contains(new PrefillTime(77, 301.25));
    }

    @Test
    void theLastTimingsCount() {
        String events = "data: {\"timings\":{\"prompt_n\":1,\"prompt_ms\":1.5}}\n\n"
                + "data: {\"timings\":{\"prompt_n\":2000,\"prompt_ms\":1000}}\n\n";

        assertThat(PrefillTime.read(events.getBytes(UTF_8))).contains(new PrefillTime(2_000, 1_000));
    }

    @Test
    void ollamaTellsItInItsLastLineAndCachedTokensAreNotRead() {
        String lines = "{\"message\":{\"content\":\"prompt_eval_count\"},\"done\":false}\n" + OLLAMA;

        assertThat(PrefillTime.read(lines.getBytes(UTF_8))).contains(new PrefillTime(500, 250));
    }

    @Test
    void aLineWhoseStartIsLostIsReadFromItsCountsOn() {
        byte[] line = OLLAMA.getBytes(UTF_8);

        assertThat(PrefillTime.read(Arrays.copyOfRange(line, 60, line.length))).contains(new PrefillTime(500, 250));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"usage\":{\"prompt_tokens\":70}}",
                "{\"timings\":{\"prompt_n\":0,\"prompt_ms\":2.5}}",
                "{\"timings\":{\"prompt_n\":10}}",
                "{\"timings\":",
                "{\"timings\":7}",
                "{\"timings\":null}",
                "{\"prompt_eval_count\":700,\"prompt_eval_duration\":250000000}",
                "{\"prompt_eval_count\":700,\"prompt_eval_cached_count\":700,\"prompt_eval_duration\":250000000}",
                "{\"prompt_eval_count\":\"many\",\"prompt_eval_cached_count\":1,\"prompt_eval_duration\":2}"
            })
    void whatIsNotToldIsUnknown(String answer) {
        assertThat(PrefillTime.read(answer.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void noByteOfAnAnswerThatIsCutMakesItFail() {
        byte[] line = OLLAMA.getBytes(UTF_8);
        for (int from = 0; from < line.length; from++) {
            for (int to = from; to <= line.length; to += 7) {
                PrefillTime.read(Arrays.copyOfRange(line, from, to))
                        .ifPresent(time -> assertThat(time.tokens()).isPositive());
            }
        }
    }
}
