package io.kvkeep.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyCollectorTest {

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 5_000_000, 1L << 40})
    void thePartsComeOutAsOneBodyWhateverLengthWasNamed(long expected) {
        Random random = new Random(5);
        BodyCollector collector = new BodyCollector(expected);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 60; i++) {
            byte[] part = new byte[random.nextInt(64 << 10)];
            random.nextBytes(part);
            all.writeBytes(part);
            ByteBuf buffer = Unpooled.wrappedBuffer(part);
            collector.add(buffer);
            assertThat(buffer.readableBytes()).isEqualTo(part.length);
            buffer.release();
            assertThat(collector.length()).isEqualTo(all.size());
        }
        assertThat(collector.bytes()).isEqualTo(all.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 7})
    void nothingIsAnEmptyBody(long expected) {
        assertThat(new BodyCollector(expected).bytes()).isEmpty();
    }
}
