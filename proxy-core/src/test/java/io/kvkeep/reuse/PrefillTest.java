package io.kvkeep.reuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefillTest {
    @Test
    void llamaCppTellsItInTheTimingsOfItsAnswer() {
        Prefill prefill = read("{\"choices\":[],\"timings\":{\"cache_n\":29870,\"prompt_n\":131,\"prompt_ms\":412.5,"
                        + "\"predicted_n\":35}}")
                .orElseThrow();

        assertThat(prefill).isEqualTo(new Prefill(131, 412_500));
        assertThat(prefill.tokensPerSecond()).isCloseTo(317.6, within(0.1));
    }

    @Test
    void theLastTimingsOfAStreamHold() {
        assertThat(read("data: {\"timings\":{\"prompt_n\":1,\"prompt_ms\":5}}\n\n"
                        + "data: {\"timings\":{\"prompt_n\":200,\"prompt_ms\":100}}\n\ndata: [DONE]\n\n"))
                .contains(new Prefill(200, 100_000));
    }

    @Test
    void ollamaTellsItForWhatWasNotCached() {
        assertThat(read("{\"done\":true,\"prompt_eval_count\":30001,\"prompt_eval_cached_count\":29870,"
                        + "\"prompt_eval_duration\":412500000,\"eval_count\":35}\n"))
                .contains(new Prefill(131, 412_500));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"usage\":{\"prompt_tokens\":100}}",
                // Ollama before 0.34: the time is for what was new, the count for all
                "{\"done\":true,\"prompt_eval_count\":30001,\"prompt_eval_duration\":412500000}",
                "{\"timings\":{\"cache_n\":100,\"prompt_n\":0,\"prompt_ms\":0.0}}",
                "{\"timings\":{\"prompt_n\":100}}",
                "{\"timings\":{\"prompt_n\":100,\"prompt_ms\":-3}}",
                "{\"timings\":{\"prompt_n\":100,\"prompt_ms\":30",
                "{\"content\":\"\\\"timings\\\":{\\\"prompt_n\\\":1,\\\"prompt_ms\\\":1}\"}"
            })
    void whatIsNotToldIsUnknown(String answer) {
        assertThat(read(answer)).isEmpty();
    }

    private static Optional<Prefill> read(String answer) {
        return Prefill.read(answer.getBytes(UTF_8));
    }
}
