package io.kvkeep.bench.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/** How an answer is streamed: so many chunks with so long a gap before each. The model's name carries it. */
public record Pace(int chunks, int gapMicros) {
    private static final String MARK = "\"model\":\"" + Answers.OWNER + "-";
    private static final Pace DEFAULT = new Pace(8, 0);

    /** Refuses what is negative. */
    public Pace {
        if (chunks < 0 || gapMicros < 0) {
            throw new IllegalArgumentException("chunks " + chunks + ", gapMicros " + gapMicros);
        }
    }

    /** The model to ask for. */
    public String model() {
        return Answers.OWNER + "-" + chunks + "x" + gapMicros + "us";
    }

    /** The pace that a request's model asks for; any other model streams 8 chunks at once. */
    static Pace in(ByteBuffer body) {
        int at = Bytes.indexOf(body, MARK.getBytes(ISO_8859_1));
        if (at < 0) {
            return DEFAULT;
        }
        byte[] rest = new byte[Math.min(32, body.remaining() - at - MARK.length())];
        body.get(body.position() + at + MARK.length(), rest);
        String text = new String(rest, ISO_8859_1);
        int times = text.indexOf('x');
        int unit = text.indexOf("us\"");
        try {
            return times < 0 || unit < times
                    ? DEFAULT
                    : new Pace(
                            Integer.parseInt(text.substring(0, times)),
                            Integer.parseInt(text.substring(times + 1, unit)));
        } catch (NumberFormatException notOurs) {
            return DEFAULT;
        }
    }
}
