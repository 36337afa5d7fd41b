package io.kvkeep.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.template.Fact;
import io.kvkeep.yaml.YamlNotValid;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitecturesTest {
    @ParameterizedTest
    @CsvSource({
        "qwen3, FULL",
        "gpt-oss, SLIDING_WINDOW",
        "qwen3next, HYBRID",
        "lfm2, HYBRID",
        "mamba, RECURRENT",
        "brand-new, UNKNOWN",
        "'', UNKNOWN"
    })
    void aNameTellsWithoutMetadata(String name, Attention attention) {
        assertThat(attention(name, Map.of()).value()).isEqualTo(attention);
    }

    @Test
    void keysOfAStateTellOfAnArchitectureThatIsNotKnown() {
        assertThat(attention("brand-new", Map.of("brand-new.ssm.state_size", "128")))
                .isEqualTo(
                        new Fact<>(Attention.HYBRID, "a file: architecture brand-new, with brand-new.ssm.state_size"));
        assertThat(attention("mamba", Map.of("mamba.ssm.state_size", "16")).value())
                .isEqualTo(Attention.RECURRENT);
    }

    @Test
    void aWindowShorterThanTheContextSlides() {
        String window = "brand-new.attention.sliding_window";
        String context = "brand-new.context_length";
        assertThat(attention("brand-new", Map.of(window, "4096", context, "32768"))
                        .value())
                .isEqualTo(Attention.SLIDING_WINDOW);
        assertThat(attention("brand-new", Map.of(window, "32768", context, "32768"))
                        .value())
                .isEqualTo(Attention.UNKNOWN);
        assertThat(attention("brand-new", Map.of(window, "none")).value()).isEqualTo(Attention.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "architectures: [{attention: some, names: [a]}] | no attention some",
                "architectures: [{attention: full, names: [a, a]}] | architecture a is there twice",
                "architecture: [] | no key architecture"
            })
    void aMistakeInTheFileIsNamed(String yaml, String problem) {
        assertThatThrownBy(() -> Architectures.read("a.yaml", yaml))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageContaining(problem);
    }

    private static Fact<Attention> attention(String name, Map<String, String> metadata) {
        return Architectures.builtIn().attention("a file", name, metadata);
    }
}
