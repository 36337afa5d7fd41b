package io.kvkeep.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyCollectorTest {

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 5_000_000, 1L << 40})
    void thePartsComeOutAsOneBodyWhateverLengthWasNamed(long expected) {
        Random random = new Random(5);
        BodyCollector collector = new BodyCollector(expected, new BodyBudget(64 << 20));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 60; i++) {
            byte[] part = new byte[random.nextInt(64 << 10)];
            random.nextBytes(part);
            all.writeBytes(part);
            ByteBuf buffer = Unpooled.wrappedBuffer(part);
            assertThat(collector.add(buffer)).isTrue();
            assertThat(buffer.readableBytes()).isEqualTo(part.length);
            buffer.release();
            assertThat(collector.length()).isEqualTo(all.size());
        }
        assertThat(collector.bytes()).isEqualTo(all.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 7})
    void nothingIsAnEmptyBody(long expected) {
        assertThat(new BodyCollector(expected, new BodyBudget(64 << 20)).bytes())
                .isEmpty();
    }

    @Test
    void aLengthThatIsOnlyAnnouncedTakesNoMemory() {
        BodyBudget budget = new BodyBudget(300 << 10);
        for (int i = 0; i < 1_000; i++) {
            assertThat(new BodyCollector(60_000_000, budget).length()).isZero();
        }
        assertThat(budget.take(300 << 10)).isTrue();
    }

    @Test
    void withoutMemoryLeftAPartIsRefusedAndWhatIsThereStays() {
        BodyBudget budget = new BodyBudget(256 << 10);
        BodyCollector first = new BodyCollector(1 << 20, budget);
        assertThat(first.add(Unpooled.wrappedBuffer(new byte[100]))).isTrue();
        BodyCollector second = new BodyCollector(1 << 20, budget);
        assertThat(second.add(Unpooled.wrappedBuffer(new byte[1]))).isFalse();
        assertThat(second.length()).isZero();
        assertThat(first.add(Unpooled.wrappedBuffer(new byte[300 << 10]))).isFalse();
        assertThat(first.bytes()).hasSize(100);

        first.free();

        assertThat(second.add(Unpooled.wrappedBuffer(new byte[1]))).isTrue();
    }
}
