package io.kvkeep.bench.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection, read into a buffer that grows to the largest message seen.
 *
 * <p>What {@link #take} hands out stays valid until the next call that reads.
 */
public final class Wire implements AutoCloseable {
    private static final int FIRST_SIZE = 64 << 10;
    private static final int LARGEST_SIZE = 64 << 20;

    private final SocketChannel channel;
    private ByteBuffer in = ByteBuffer.allocateDirect(FIRST_SIZE);
    private int start;
    private int end;

    Wire(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Connects to a port of this machine. */
    public static Wire connect(int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return new Wire(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Sends all the bytes. */
    public void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The next message's start line and fields, or null where the other side has ended the connection. */
    public @Nullable Head head() throws IOException {
        int scanned = 0;
        while (true) {
            int fieldsEnd = lineEnd(scanned, 4);
            if (fieldsEnd >= 0) {
                return Head.parse(text(fieldsEnd + 4));
            }
            scanned = Math.max(0, end - start - 3);
            if (!fill()) {
                if (start < end) {
                    throw new EOFException("connection closed inside a message head");
                }
                return null;
            }
        }
    }

    /** A line, without its end. */
    public String line() throws IOException {
        int scanned = 0;
        while (true) {
            int lineEnd = lineEnd(scanned, 2);
            if (lineEnd >= 0) {
                String line = text(lineEnd + 2);
                return line.substring(0, lineEnd);
            }
            scanned = Math.max(0, end - start - 1);
            fillOrFail();
        }
    }

    /** Exactly so many bytes. */
    public ByteBuffer take(int length) throws IOException {
        while (end - start < length) {
            fillOrFail();
        }
        ByteBuffer taken = in.slice(start, length);
        start += length;
        return taken;
    }

    /** Where the first CR LF (width 2) or CR LF CR LF (width 4) is, counted from the first unread byte; or -1. */
    private int lineEnd(int from, int width) {
        for (int i = start + from; i + width <= end; i++) {
            if (lineEnds(i) && (width == 2 || lineEnds(i + 2))) {
                return i - start;
            }
        }
        return -1;
    }

    private boolean lineEnds(int at) {
        return in.get(at) == '\r' && in.get(at + 1) == '\n';
    }

    private String text(int length) {
        byte[] bytes = new byte[length];
        in.get(start, bytes);
        start += length;
        return new String(bytes, ISO_8859_1);
    }

    private void fillOrFail() throws IOException {
        if (!fill()) {
            throw new EOFException("connection closed inside a message");
        }
    }

    private boolean fill() throws IOException {
        makeRoom();
        int read = channel.read(in.limit(in.capacity()).position(end));
        end += Math.max(0, read);
        return read >= 0;
    }

    private void makeRoom() throws IOException {
        int unread = end - start;
        if (unread > 0 && end < in.capacity()) {
            return;
        }
        if (unread == LARGEST_SIZE) {
            throw new IOException("message part of more than " + LARGEST_SIZE + " bytes");
        }
        ByteBuffer target = unread == in.capacity() ? ByteBuffer.allocateDirect(2 * unread) : in;
        in = target.put(0, in, start, unread);
        start = 0;
        end = unread;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
