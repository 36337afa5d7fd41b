package io.kvkeep.leak;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The other tests can fail for a leak only if leaks are seen. */
class NoLeaksTest {

    @Test
    void aBufferThatIsNotReleasedIsFound() throws Exception {
        for (ByteBufAllocator alloc :
                List.of(PooledByteBufAllocator.DEFAULT, UnpooledByteBufAllocator.DEFAULT, ByteBufAllocator.DEFAULT)) {
            forget(alloc);
            assertThat(NoLeaks.find()).as("%s", alloc).hasSize(1);
            assertThat(NoLeaks.find()).isEmpty();
        }
    }

    private static void forget(ByteBufAllocator alloc) {
        alloc.directBuffer(10).writeByte(1);
    }
}
