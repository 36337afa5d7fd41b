package io.kvkeep.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** The parts of a request's head that decide where its body ends, checked line by line as they come. */
final class RequestHead {
    private boolean http10;
    private int hosts;
    private int transferEncodings;
    private int contentLengths;
    private long contentLength;

    /** Reads a request line of {@code end} bytes: method, target, version, one space between. */
    void start(byte[] line, int end) throws Faulty {
        hosts = 0;
        transferEncodings = 0;
        contentLengths = 0;
        contentLength = 0;
        int method = 0;
        while (method < end && isToken(line[method])) {
            method++;
        }
        require(method > 0 && method < end && line[method] == ' ', "the request line does not start with a method");
        int target = method + 1;
        while (target < end && line[target] != ' ' && isText(line[target]) && line[target] != '\t') {
            target++;
        }
        require(target > method + 1 && target < end && line[target] == ' ', "the request target is not one word");
        int version = target + 1;
        boolean http1 = end - version == 8
                && matches(line, version, "http/1.")
                && line[version] == 'H'
                && (line[end - 1] == '0' || line[end - 1] == '1');
        if (!http1) {
            boolean spaces = false;
            for (int i = version; i < end; i++) {
                spaces |= line[i] == ' ';
            }
            throw spaces
                    ? new Faulty(HttpResponseStatus.BAD_REQUEST, "the request target is not one word")
                    : new Faulty(
                            HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "only HTTP/1.1 and HTTP/1.0 are spoken");
        }
        http10 = line[end - 1] == '0';
    }

    /** Reads one header line of {@code end} bytes. */
    void field(byte[] line, int end) throws Faulty {
        int colon = checkField(line, end);
        int from = colon + 1;
        int to = end;
        while (from < to && isBlank(line[from])) {
            from++;
        }
        while (to > from && isBlank(line[to - 1])) {
            to--;
        }
        if (colon == 4 && matches(line, 0, "host")) {
            hosts++;
        } else if (colon == 14 && matches(line, 0, "content-length")) {
            contentLengths++;
            contentLength = number(line, from, to);
        } else if (colon == 18 && matches(line, 0, "sec-websocket-key") && line[17] != ' ') {
            // The draft that Netty still knows (hixie-76) has eight bytes of body that no header announces.
            require(false, "this form of WebSocket is not spoken");
        } else if (colon == 17 && matches(line, 0, "transfer-encoding")) {
            transferEncodings++;
            require(
                    to - from == 7 && matches(line, from, "chunked"),
                    "Transfer-Encoding other than chunked is not understood");
        }
    }

    /** Checks the head as a whole. */
    void check() throws Faulty {
        require(hosts == 1 || (http10 && hosts == 0), hosts == 0 ? "no Host header" : "more than one Host header");
        require(contentLengths <= 1, "more than one Content-Length header");
        require(transferEncodings <= 1, "more than one Transfer-Encoding header");
        require(contentLengths == 0 || transferEncodings == 0, "both Content-Length and Transfer-Encoding");
        require(!http10 || transferEncodings == 0, "Transfer-Encoding in HTTP/1.0");
    }

    boolean chunked() {
        return transferEncodings == 1;
    }

    long contentLength() {
        return contentLength;
    }

    /** Checks the form of one header or trailer line; returns the offset of its colon. */
    static int checkField(byte[] line, int end) throws Faulty {
        require(!isBlank(line[0]), "a header line is continued on the next line");
        int colon = 0;
        while (colon < end && isToken(line[colon])) {
            colon++;
        }
        require(colon > 0 && colon < end && line[colon] == ':', "a header name is not one word followed by a colon");
        for (int i = colon + 1; i < end; i++) {
            require(isText(line[i]), "a control character in a header value");
        }
        return colon;
    }

    /** Tells whether a byte may stand in a header value. */
    static boolean isText(byte b) {
        return b < 0 || b == '\t' || (b >= ' ' && b != 0x7f);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isToken(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || (b > 0 && "!#$%&'*+-.^_`|~".indexOf(b) >= 0);
    }

    private static boolean matches(byte[] line, int at, String lowerCase) {
        for (int i = 0; i < lowerCase.length(); i++) {
            int b = line[at + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static long number(byte[] line, int from, int to) throws Faulty {
        require(to > from && to - from <= 15, "Content-Length is no number, or too long");
        long value = 0;
        for (int i = from; i < to; i++) {
            require(line[i] >= '0' && line[i] <= '9', "Content-Length is no number");
            value = value * 10 + line[i] - '0';
        }
        return value;
    }

    private static void require(boolean condition, String problem) throws Faulty {
        if (!condition) {
            throw new Faulty(HttpResponseStatus.BAD_REQUEST, problem);
        }
    }

    /** What is wrong with a head. */
    static final class Faulty extends Exception {
        private static final long serialVersionUID = 1L;
        final transient HttpResponseStatus status;
        final String problem;

        Faulty(HttpResponseStatus status, String problem) {
            super(problem, null, false, false);
            this.status = status;
            this.problem = problem;
        }
    }
}
