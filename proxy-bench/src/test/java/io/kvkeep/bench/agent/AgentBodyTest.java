package io.kvkeep.bench.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.bench.engine.Pace;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AgentBodyTest {
    private static final Pace PACE = new Pace(40, 5_000);

    @ParameterizedTest
    @ValueSource(ints = {2 << 10, 2049, 40_000, 120 << 10, 1 << 20})
    void isValidJsonOfExactlyTheSizeAskedFor(int size) {
        for (boolean stream : new boolean[] {true, false}) {
            byte[] body = AgentBody.of(size, stream, PACE);

            assertThat(body).hasSize(size);
            assertThatCode(() -> JsonCheck.requireValid(new String(body, UTF_8)))
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2 << 10, 120 << 10})
    void holdsWhatARewritingProxyHasToRead(int size) {
        String body = new String(AgentBody.of(size, true, PACE), UTF_8);

        assertThat(body)
                .contains("\\nMEMORY (your personal notes) [")
                .contains("\\nConversation started: Saturday, November 21, 2026 ")
                .contains("\"tool_calls\":[")
                .contains("\"role\":\"tool\"")
                .contains("caf\\\\u00e9")
                .contains("café")
                .contains("\\\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {2 << 10, 1 << 20})
    void requestsDifferOnlyInTheirSlots(int size) {
        RequestTemplate template = new RequestTemplate(AgentBody.of(size, false, PACE));
        String first = text(template.request(1));
        String later = text(template.request(70_001));

        assertThat(later).hasSameSizeAs(first).isNotEqualTo(first);
        assertThat(later.replace("03:41 AM", "01:01 AM")
                        .replace("017500", "000000")
                        .replace("00004375", "00000000")
                        .replace("serial-0000070001", "serial-0000000001"))
                .isEqualTo(first);
        assertThatCode(() -> JsonCheck.requireValid(text(template.body()))).doesNotThrowAnyException();
    }

    @Test
    void aSizeTooSmallForAnAgentIsRefused() {
        assertThatThrownBy(() -> AgentBody.of(500, true, PACE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes more");
    }

    private static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes.duplicate()).toString();
    }
}
