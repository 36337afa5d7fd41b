package io.kvkeep.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerTailTest {
    private static final int KEPT = 16 << 10;

    @Test
    void theLastBytesAreKeptWhateverThePieces() {
        Random random = new Random(4);
        for (int round = 0; round < 50; round++) {
            AnswerTail tail = new AnswerTail();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int pieces = random.nextInt(30); pieces >= 0; pieces--) {
                byte[] piece = new byte[random.nextInt(random.nextBoolean() ? 100 : 40_000)];
                random.nextBytes(piece);
                all.writeBytes(piece);
                add(tail, piece);
            }
            byte[] kept = tail.bytes();
            byte[] wanted = all.toByteArray();
            int compared = Math.min(KEPT, wanted.length);
            assertThat(kept.length).isBetween(compared, 3 * KEPT);
            assertThat(Arrays.copyOfRange(kept, kept.length - compared, kept.length))
                    .isEqualTo(Arrays.copyOfRange(wanted, wanted.length - compared, wanted.length));
        }
    }

    @Test
    void whatPassesIsLeftAsItIs() {
        ByteBuf passing = Unpooled.copiedBuffer("xdata", UTF_8).skipBytes(1);
        AnswerTail tail = new AnswerTail();
        tail.add(passing);
        assertThat(passing.toString(UTF_8)).isEqualTo("data");
        assertThat(passing.refCnt()).isEqualTo(1);
        assertThat(tail.bytes()).isEqualTo("data".getBytes(UTF_8));
        passing.release();
    }

    @Test
    void theBorderBetweenEventsIsKnown() {
        AnswerTail tail = new AnswerTail();
        assertThat(tail.endsAnEvent()).isTrue();
        add(tail, "data: 1\n".getBytes(UTF_8));
        assertThat(tail.endsAnEvent()).isFalse();
        add(tail, "\n".getBytes(UTF_8));
        assertThat(tail.endsAnEvent()).isTrue();
    }

    private static void add(AnswerTail tail, byte[] piece) {
        ByteBuf passing = Unpooled.wrappedBuffer(piece);
        tail.add(passing);
        passing.release();
    }
}
