package io.kvkeep.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes the chunk with the counts of tokens out of an event stream whose client did not ask for it.
 *
 * <p>An event is passed on when it is complete; engines send each in one piece, so none waits. What is not an event of
 * usual size passes as it is.
 */
final class UsageChunkFilter {
    private static final int MAX_EVENT_BYTES = 256 << 10;
    private static final byte[] NO_CHOICES = "\"choices\":[]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] USAGE = "\"usage\":{".getBytes(StandardCharsets.US_ASCII);

    private byte[] held = new byte[1024];
    private int length;
    /** How far the held bytes have been searched for the end of their event, and where the last line begins. */
    private int searched;

    private int lineStart;
    private boolean off;

    /** Takes bytes of the stream and returns those that may go on; the caller releases both. */
    ByteBuf pass(ByteBuf in, ByteBufAllocator alloc) {
        if (off) {
            return in.retainedDuplicate();
        }
        int more = in.readableBytes();
        if (length + more > held.length) {
            held = Arrays.copyOf(held, Math.max(held.length * 2, length + more));
        }
        in.getBytes(in.readerIndex(), held, length, more);
        length += more;
        ByteBuf out = alloc.buffer(length);
        int done = 0;
        int end;
        while ((end = eventEnd()) > 0) {
            if (!isUsageChunk(done, end)) {
                out.writeBytes(held, done, end - done);
            }
            done = end;
        }
        System.arraycopy(held, done, held, 0, length - done);
        length -= done;
        searched -= done;
        lineStart -= done;
        if (length > MAX_EVENT_BYTES) {
            off = true;
            return rest(out);
        }
        return out;
    }

    /** Returns what is left at the end of the stream. */
    ByteBuf end(ByteBufAllocator alloc) {
        return rest(alloc.buffer(length));
    }

    private ByteBuf rest(ByteBuf out) {
        out.writeBytes(held, 0, length);
        length = 0;
        return out;
    }

    /** Returns the offset behind the empty line that ends the next event, or -1; goes on where it stopped. */
    private int eventEnd() {
        while (searched < length) {
            int i = searched++;
            if (held[i] == '\n') {
                boolean empty = i == lineStart || (i == lineStart + 1 && held[lineStart] == '\r');
                lineStart = i + 1;
                if (empty) {
                    return i + 1;
                }
            }
        }
        return -1;
    }

    /** Quotes inside of texts are escaped, so these bytes can only be fields; blanks between them do not count. */
    private boolean isUsageChunk(int from, int to) {
        return contains(NO_CHOICES, from, to) && contains(USAGE, from, to);
    }

    private boolean contains(byte[] wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            int at = i;
            int matched = 0;
            while (at < to && matched < wanted.length) {
                if (held[at] == wanted[matched]) {
                    matched++;
                } else if (matched == 0 || held[at] != ' ') {
                    break;
                }
                at++;
            }
            if (matched == wanted.length) {
                return true;
            }
        }
        return false;
    }
}
