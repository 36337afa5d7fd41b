package io.kvkeep.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Stamp;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class EventCheckTest {
    private static final String SERIAL = Answers.serial(5);

    private final Samples delays = new Samples();
    private final EventCheck check = new EventCheck(SERIAL, 2, delays);

    @Test
    void measuresTheDelayOfEachChunk() throws IOException {
        check.add(chunk(0, 1_000), 4_000);
        check.add(chunk(1, 2_000), 5_000);
        check.add(Answers.DONE, 6_000);

        assertThat(check.finish()).isEqualTo("0000abcd");
        assertThat(delays.quantileMicros(0.5)).isEqualTo(3);
    }

    @Test
    void aMissingChunkIsAnError() throws IOException {
        check.add(chunk(0, 1_000), 4_000);

        assertThatThrownBy(() -> check.add(chunk(2, 2_000), 5_000)).hasMessage("chunk 2 where 1 was due");
    }

    @Test
    void aStreamThatEndsEarlyIsAnError() throws IOException {
        check.add(chunk(0, 1_000), 4_000);

        assertThatThrownBy(check::finish).hasMessage("stream ended after 1 of 2 chunks, end mark false");
    }

    @Test
    void anEventOfAnotherAnswerIsAnError() {
        String foreign = Answers.chunk(Answers.serial(6), "0000abcd", "{}", "null");

        assertThatThrownBy(() -> check.add(foreign, 1)).hasMessageContaining("not an event of " + SERIAL);
    }

    private static String chunk(int index, long nanos) {
        return Answers.chunk(SERIAL, "0000abcd", "{\"content\":\"" + new Stamp(index, nanos) + "\"}", "null");
    }
}
