package io.kvkeep.bench.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The texts of the engine stand-in's answers.
 *
 * <p>The engine writes them and the load program compares what arrives with them. Each answer carries the request's
 * serial, so that an answer to another request is noticed, and a checksum of the body as the engine got it, so that the
 * load program knows whether the proxy changed the body.
 */
public final class Answers {
    /** The name of the model and of who owns it. */
    public static final String OWNER = "kvkeep-bench";
    /** What stands before the digits of a serial. */
    public static final String SERIAL_MARK = "serial-";
    /** How many digits a serial has. */
    public static final int SERIAL_DIGITS = 10;
    /** The event that ends a stream. */
    public static final String DONE = "data: [DONE]\n\n";

    private static final String CHECKSUM_MARK = "\"system_fingerprint\":\"fp_";

    /**
     * An answer in one piece: a few words and a call, which an agent sends back as {@link #answerSentBack}.
     */
    public static String completion(String serial, String checksum) {
        return "{\"id\":\"chatcmpl-" + serial + "\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":\""
                + OWNER + "\"," + CHECKSUM_MARK + checksum
                + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"All 214 tests pass"
                + " now; the parser keeps the caf\\u00e9 menu as it was.\\n\",\"tool_calls\":[{\"id\":\"call_0\",\"type\":"
                + "\"function\",\"function\":{\"name\":\"tool_0\",\"arguments\":\"{\\\"path\\\": \\\"src/Menu.java\\\", "
                + "\\\"limit\\\": 100}\"}}]},\"finish_reason\":\"tool_calls\"}],"
                + "\"usage\":{\"prompt_tokens\":4096,\"completion_tokens\":16,\"total_tokens\":4112}}";
    }

    /** The message as which an agent sends the answer back: text stripped, keys of arguments sorted. */
    public static String answerSentBack() {
        return "{\"role\":\"assistant\",\"content\":\"All 214 tests pass now; the parser keeps the caf\\u00e9 menu as it"
                + " was.\",\"tool_calls\":[{\"id\":\"call_0\",\"type\":\"function\",\"function\":{\"name\":\"tool_0\","
                + "\"arguments\":\"{\\\"limit\\\":100,\\\"path\\\":\\\"src/Menu.java\\\"}\"}}]}";
    }

    /** An event of a streamed answer. */
    public static String chunk(String serial, String checksum, String delta, String finishReason) {
        return "data: {\"id\":\"chatcmpl-" + serial
                + "\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"" + OWNER + "\","
                + CHECKSUM_MARK + checksum + "\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":"
                + finishReason + "}]}\n\n";
    }

    static String usage(String serial, int chunks) {
        return "data: {\"id\":\"chatcmpl-" + serial
                + "\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"" + OWNER
                + "\",\"choices\":[],\"usage\":{\"prompt_tokens\":4096,\"completion_tokens\":" + chunks
                + ",\"total_tokens\":" + (4096 + chunks) + "}}\n\n";
    }

    static String models() {
        return "{\"object\":\"list\",\"data\":[{\"id\":\"" + OWNER
                + "\",\"object\":\"model\",\"created\":1760000000,\"owned_by\":\"" + OWNER + "\"}]}";
    }

    /** The checksum that an answer reports, or an empty text. */
    public static String checksumIn(String answer) {
        int at = answer.indexOf(CHECKSUM_MARK);
        int from = at + CHECKSUM_MARK.length();
        return at < 0 || from + 8 > answer.length() ? "" : answer.substring(from, from + 8);
    }

    /** The checksum of a body, as answers report it. */
    public static String checksum(ByteBuffer body) {
        CRC32C crc = new CRC32C();
        crc.update(body.duplicate());
        String hex = Long.toHexString(crc.getValue());
        return "0".repeat(8 - hex.length()) + hex;
    }

    /** The last serial in a body; a body without one gets zeros. */
    static String serialIn(ByteBuffer body) {
        int at = Bytes.lastIndexOf(body, SERIAL_MARK.getBytes(ISO_8859_1));
        int from = at + SERIAL_MARK.length();
        if (at < 0 || from + SERIAL_DIGITS > body.remaining()) {
            return serial(0);
        }
        byte[] digits = new byte[SERIAL_DIGITS];
        body.get(body.position() + from, digits);
        return SERIAL_MARK + new String(digits, ISO_8859_1);
    }

    /** The serial of the request with this number. */
    public static String serial(long number) {
        String digits = Long.toString(number);
        return SERIAL_MARK + "0".repeat(SERIAL_DIGITS - digits.length()) + digits;
    }

    private Answers() {}
}
