package io.kvkeep.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;

/**
 * Reads the framing of requests ahead of Netty's decoder and lets nothing pass that two readers could take for
 * different requests (RFC 9112, sections 5 to 7 and 11.2).
 *
 * <p>Netty 4.2.18 by itself drops a Content-Length beside Transfer-Encoding, takes {@code chunked, cow} for chunked,
 * accepts Transfer-Encoding in HTTP/1.0, lets a chunk size of 17 digits overflow, joins folded lines, and accepts a
 * missing or doubled Host and HTTP/9.9. The bytes go on unchanged; at the first fault the rest of the connection is
 * dropped and a {@link Refused} is passed on in its place, always before the faulty head is complete.
 */
/*
 * One class over the usual length: it is one state machine over bytes, and its states are of no use to anybody else.
 */
public final class FramingGuard extends ChannelInboundHandlerAdapter {
    private static final int MAX_LEADING_BREAKS = 4;
    private static final int USUAL_LINE_BYTES = 512;
    private static final int MAX_CHUNK_DIGITS = 13; // 2^52 bytes, far from the sign bit

    private enum Awaits {
        REQUEST_LINE,
        HEADER,
        FIXED_BODY,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILER,
        NOTHING
    }

    private final int maxHeadBytes;
    private final RequestHead head = new RequestHead();
    private byte[] line = new byte[USUAL_LINE_BYTES];
    private int lineLength;
    private int headBytes;
    private int leadingBreaks;
    private long bodyLeft;
    private Awaits awaits = Awaits.REQUEST_LINE;

    /**
     * @param maxHeadBytes the most that request line and headers of one request may take, at least 8192
     */
    public FramingGuard(int maxHeadBytes) {
        this.maxHeadBytes = maxHeadBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (awaits == Awaits.NOTHING) {
            ReferenceCountUtil.release(bytes);
            return;
        }
        int start = bytes.readerIndex();
        int end = bytes.writerIndex();
        int at = start;
        try {
            while (at < end) {
                at = step(bytes, at, end);
            }
            ctx.fireChannelRead(bytes);
        } catch (Fault fault) {
            awaits = Awaits.NOTHING;
            // What stands before the faulty line may hold whole requests, and of the faulty one only a part.
            if (fault.at > start) {
                ctx.fireChannelRead(bytes.writerIndex(fault.at));
            } else {
                ReferenceCountUtil.release(bytes);
            }
            ctx.fireChannelRead(new Refused(fault.status, fault.problem));
        }
    }

    /** Reads what is awaited, as far as the bytes reach; returns the offset behind it. */
    private int step(ByteBuf bytes, int at, int end) throws Fault {
        if (awaits == Awaits.FIXED_BODY || awaits == Awaits.CHUNK_DATA) {
            int skipped = (int) Math.min(bodyLeft, end - at);
            bodyLeft -= skipped;
            if (bodyLeft == 0) {
                awaits = awaits == Awaits.FIXED_BODY ? Awaits.REQUEST_LINE : Awaits.CHUNK_END;
            }
            return at + skipped;
        }
        int lineBreak = bytes.indexOf(at, end, (byte) '\n');
        int behind = lineBreak < 0 ? end : lineBreak + 1;
        keep(bytes, at, behind);
        if (lineBreak >= 0) {
            int length = lineLength;
            lineLength = 0;
            readLine(length, at);
        }
        return behind;
    }

    private void keep(ByteBuf bytes, int at, int behind) throws Fault {
        int length = behind - at;
        headBytes += length;
        if (headBytes > maxHeadBytes) {
            throw new Fault(
                    at,
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "request line and headers take more than " + maxHeadBytes + " bytes");
        }
        if (lineLength + length > line.length) {
            line = java.util.Arrays.copyOf(line, Math.max(line.length * 2, lineLength + length));
        }
        bytes.getBytes(at, line, lineLength, length);
        lineLength += length;
    }

    /** Reads one line of {@code length} bytes, line feed included; {@code at} is where the bytes of this read begin. */
    private void readLine(int length, int at) throws Fault {
        boolean crlf = length >= 2 && line[length - 2] == '\r';
        int end = crlf ? length - 2 : length - 1;
        try {
            switch (awaits) {
                case REQUEST_LINE -> readRequestLine(end);
                case HEADER -> readHeader(end);
                case CHUNK_SIZE -> readChunkSize(end, crlf);
                case CHUNK_END -> {
                    require(crlf && end == 0, "chunk data is not followed by CR LF");
                    awaits = Awaits.CHUNK_SIZE;
                    headBytes = 0;
                }
                case TRAILER -> {
                    if (end == 0) {
                        endOfRequest();
                    } else {
                        RequestHead.checkField(line, end);
                    }
                }
                default -> throw new IllegalStateException(awaits.name());
            }
        } catch (RequestHead.Faulty e) {
            throw new Fault(at, e.status, e.problem);
        }
    }

    private void readRequestLine(int end) throws RequestHead.Faulty {
        if (end == 0) {
            // RFC 9112, 2.2: a server ignores an empty line before the request line.
            require(++leadingBreaks <= MAX_LEADING_BREAKS, "empty lines instead of a request");
            headBytes = 0;
            return;
        }
        leadingBreaks = 0;
        head.start(line, end);
        awaits = Awaits.HEADER;
    }

    private void readHeader(int end) throws RequestHead.Faulty {
        if (end > 0) {
            head.field(line, end);
            return;
        }
        head.check();
        headBytes = 0;
        if (head.chunked()) {
            awaits = Awaits.CHUNK_SIZE;
        } else if (head.contentLength() > 0) {
            bodyLeft = head.contentLength();
            awaits = Awaits.FIXED_BODY;
        } else {
            endOfRequest();
        }
    }

    private void readChunkSize(int end, boolean crlf) throws RequestHead.Faulty {
        require(crlf, "a chunk size is not followed by CR LF");
        long size = 0;
        int at = 0;
        while (at < end && Character.digit(line[at], 16) >= 0) {
            size = size << 4 | Character.digit(line[at], 16);
            require(++at <= MAX_CHUNK_DIGITS, "a chunk size is too long");
        }
        require(
                at > 0 && (at == end || line[at] == ';' || line[at] == ' ' || line[at] == '\t'),
                "a chunk size is no number");
        while (at < end) {
            require(RequestHead.isText(line[at++]), "a control character in a chunk extension");
        }
        headBytes = 0;
        bodyLeft = size;
        awaits = size == 0 ? Awaits.TRAILER : Awaits.CHUNK_DATA;
    }

    private void endOfRequest() {
        if (line.length > USUAL_LINE_BYTES) {
            line = new byte[USUAL_LINE_BYTES]; // one long header is no reason to keep as much for the whole connection
        }
        headBytes = 0;
        awaits = Awaits.REQUEST_LINE;
    }

    private static void require(boolean condition, String problem) throws RequestHead.Faulty {
        if (!condition) {
            throw new RequestHead.Faulty(HttpResponseStatus.BAD_REQUEST, problem);
        }
    }

    /** A fault with the offset up to which bytes may still be passed on. */
    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;
        private final int at;
        private final transient HttpResponseStatus status;
        private final String problem;

        Fault(int at, HttpResponseStatus status, String problem) {
            super(problem, null, false, false);
            this.at = at;
            this.status = status;
            this.problem = problem;
        }
    }
}
