package io.kvkeep.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NearNameTest {
    private static final List<String> NAMES =
            List.of("engine", "mode", "marks", "ledger", "ledger-bytes", "placement", "show-text", "stable-changes");

    @ParameterizedTest
    @CsvSource({
        "egine, engine",
        "enginee, engine",
        "angine, engine",
        "egnine, engine",
        "mdoe, mode",
        "Mode, mode",
        "ledger_bytes, ledger-bytes",
        "ledgerbytes, ledger-bytes",
        "ledge, ledger",
        "showtext, show-text",
        "SHOW_TEXT, show-text",
        "stable-chnage, stable-changes"
    })
    void aSlipIsForgiven(String written, String meant) {
        assertThat(NearName.of(written, NAMES)).hasValue(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "ab", "port", "colour", "cache", "upstream", "moderation"})
    void anotherWordIsNoSlip(String written) {
        assertThat(NearName.of(written, NAMES)).isEmpty();
    }

    @Test
    void theNearestOfSeveralIsMeant() {
        assertThat(NearName.of("ledger-byte", NAMES)).hasValue("ledger-bytes");
        assertThat(NearName.of("mark", List.of("marsh", "marks"))).hasValue("marks");
    }
}
