package io.kvkeep.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.plan.Rewrite;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AgentRequestTest {
    @ParameterizedTest
    @ValueSource(ints = {2 << 10, 120 << 10, 1 << 20})
    void hasMemoryAndClockForTheCoreToMove(int bytes) throws Exception {
        AgentRequest request = new AgentRequest();
        request.bytes = bytes;
        request.prepare();
        Rewrite rewrite = request.rewrite();

        assertThat(request.incoming.body()).hasSize(bytes);
        assertThat(rewrite.profile().agent()).isEqualTo("hermes");
        assertThat(rewrite.plan().isEmpty()).isFalse();
        assertThat(new String(rewrite.body(), UTF_8)).contains(" memory>");
    }
}
