package io.kvkeep.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

final class HeadRoomTest {
    private final HeadRoom room = new HeadRoom();
    private final EmbeddedChannel channel = new EmbeddedChannel(room);
    private final ByteBuf head = bytes("head ");

    @Test
    void aHeadGoesIntoTheRoomInFrontOfTheBody() {
        ByteBuf body = behindRoom(5, "body");
        write(body);
        assertThat(sent()).isEqualTo("head body");
        assertThat(sent()).isEmpty();
        assertThat(head.refCnt()).isZero();
        assertThat(body.refCnt()).isZero();
    }

    @Test
    void aHeadThatNeedsMoreRoomGoesFirstAndAlone() {
        write(behindRoom(4, "body"));
        assertThat(sent()).isEqualTo("head ");
        assertThat(sent()).isEqualTo("body");
        assertThat(head.refCnt()).isZero();
    }

    @Test
    void aHeadWithoutABodyGoesWithTheFlush() {
        room.headIsNext();
        channel.write(head);
        assertThat(sent()).isEmpty();
        channel.flush();
        assertThat(sent()).isEqualTo("head ");
    }

    @Test
    void otherWritesPassAsTheyAre() {
        ByteBuf part = behindRoom(64, "part");
        channel.writeOutbound(bytes("one"), part);
        assertThat(sent()).isEqualTo("one");
        assertThat(sent()).isEqualTo("part");
        assertThat(part.readerIndex()).isEqualTo(64);
    }

    @Test
    void aHeadThatNeverWentIsReleased() {
        room.headIsNext();
        channel.write(head);
        channel.close();
        assertThat(head.refCnt()).isZero();
    }

    private void write(ByteBuf body) {
        room.headIsNext();
        channel.write(head);
        channel.writeAndFlush(body);
    }

    private String sent() {
        ByteBuf next = channel.readOutbound();
        if (next == null) {
            return "";
        }
        String text = next.toString(US_ASCII);
        next.release();
        return text;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    private static ByteBuf behindRoom(int roomBytes, String text) {
        ByteBuf buffer = Unpooled.buffer(roomBytes + text.length()).setIndex(roomBytes, roomBytes);
        buffer.writeCharSequence(text, US_ASCII);
        return buffer;
    }
}
