package io.kvkeep.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A JSON string as it stands in a body: the bytes between its quotes, escapes and all.
 *
 * @param json the whole body; shared, not to be changed
 * @param start offset of the first byte behind the opening quote
 * @param end offset of the closing quote
 */
@SuppressWarnings("ArrayRecordComponent") // identity is all that is needed; copying bodies would double the memory
public record JsonString(byte[] json, int start, int end) {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int LONG_RUN = 32;
    /** What has an escape of two characters, and the second of these. */
    private static final String SHORT_ESCAPED = "\"\\\n\r\t";

    private static final String SHORT_ESCAPES = "\"\\nrt";
    private static final int MOST_BYTES_OF_A_CHAR = 6;
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long BACKSLASHES = ONES * '\\';

    /** Returns the same string where it stands in another body, so many bytes later. */
    public JsonString moved(byte[] body, int byBytes) {
        return new JsonString(body, start + byBytes, end + byBytes);
    }

    /** Returns the range of the bytes between the quotes. */
    public Range range() {
        return new Range(start, end);
    }

    /** Tells whether the bytes between the quotes are the ASCII characters of {@code text}. */
    public boolean is(String text) {
        if (end - start != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (json[start + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the characters that the string stands for.
     *
     * @throws NotJson if an escape is broken or the bytes are not UTF-8
     */
    public Decoded decode() throws NotJson {
        char[] chars = new char[end - start];
        int[] marks = new int[(end - start) / Decoded.MARK_CHARS + 1];
        int nextMark = 0;
        int length = 0;
        int at = start;
        while (at < end) {
            if (length >= nextMark) {
                // A pair of surrogates may step over the multiple; the mark then stands one character later.
                marks[nextMark / Decoded.MARK_CHARS] = length == nextMark ? at - start : ~(at - start);
                nextMark += Decoded.MARK_CHARS;
            }
            int plain = plainRun(chars, length, at, Math.min(end - at, nextMark - length));
            length += plain;
            at += plain;
            if (plain > 0) {
                continue;
            }
            if (json[at] == '\\') {
                chars[length++] = unescape(at);
                at += escapeLength(at);
            } else {
                int point = codePoint(json, at, end);
                length += Character.toChars(point, chars, length);
                at += utf8Length(json[at]);
            }
        }
        return new Decoded(this, new String(chars, 0, length), marks);
    }

    /**
     * Returns the characters that the string stands for.
     *
     * @throws NotJson if an escape is broken or the bytes are not UTF-8
     */
    public String text() throws NotJson {
        return decode().text();
    }

    /**
     * Returns the characters that the string stands for, in UTF-8.
     *
     * @return empty if an escape stands for half of a character, which may be there without the other half
     * @throws NotJson if an escape is broken or the bytes are not UTF-8
     */
    public Optional<byte[]> utf8() throws NotJson {
        byte[] out = new byte[end - start]; // no escape is shorter than what it stands for
        int length = 0;
        int at = start;
        while (at < end) {
            int bytes = plainLength(at, end - at);
            if (bytes == 0 && json[at] == '\\') {
                char c = unescape(at);
                if (Character.isSurrogate(c)) {
                    return Optional.empty();
                }
                if (c < 0x80) {
                    out[length++] = (byte) c;
                } else {
                    length = escape(c, out, length);
                }
                at += escapeLength(at);
                continue;
            }
            if (bytes == 0) {
                codePoint(json, at, end); // refuses what is no UTF-8
                bytes = utf8Length(json[at]);
            }
            System.arraycopy(json, at, out, length, bytes);
            length += bytes;
            at += bytes;
        }
        return Optional.of(length == out.length ? out : Arrays.copyOf(out, length));
    }

    /**
     * Tells whether the string stands for these characters, without building it.
     *
     * @throws NotJson if an escape before the first difference is broken, or the bytes are not UTF-8
     */
    public boolean says(String text) throws NotJson {
        int said = 0;
        int at = start;
        while (at < end && said < text.length()) {
            byte b = json[at];
            if (b >= 0) {
                char c = b == '\\' ? unescape(at) : (char) b;
                if (text.charAt(said++) != c) {
                    return false;
                }
                at += b == '\\' ? escapeLength(at) : 1;
            } else {
                int point = codePoint(json, at, end);
                if (text.codePointAt(said) != point) {
                    return false;
                }
                said += Character.charCount(point);
                at += utf8Length(b);
            }
        }
        return at == end && said == text.length();
    }

    /** Returns {@code text} as it has to stand between the quotes of a JSON string, in UTF-8. */
    public static byte[] escape(String text) {
        byte[] out = new byte[text.length() + text.length() / 8 + MOST_BYTES_OF_A_CHAR];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (length > out.length - MOST_BYTES_OF_A_CHAR) {
                out = Arrays.copyOf(out, 2 * out.length);
            }
            if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
                out[length++] = (byte) c;
            } else {
                length = escape(c, out, length);
            }
        }
        return Arrays.copyOf(out, length);
    }

    /** Writes one character that does not stand for itself in ASCII; returns the offset behind it. */
    private static int escape(char c, byte[] out, int at) {
        int to = at;
        int letter = SHORT_ESCAPED.indexOf(c);
        if (letter >= 0) {
            out[to++] = '\\';
            out[to++] = (byte) SHORT_ESCAPES.charAt(letter);
        } else if (c < ' ' || Character.isSurrogate(c)) {
            out[to++] = '\\';
            out[to++] = 'u';
            for (int shift = 12; shift >= 0; shift -= 4) {
                out[to++] = (byte) Character.forDigit((c >> shift) & 0xf, 16);
            }
        } else if (c < 0x800) {
            out[to++] = (byte) (0xc0 | (c >> 6));
            out[to++] = (byte) (0x80 | (c & 0x3f));
        } else {
            out[to++] = (byte) (0xe0 | (c >> 12));
            out[to++] = (byte) (0x80 | ((c >> 6) & 0x3f));
            out[to++] = (byte) (0x80 | (c & 0x3f));
        }
        return to;
    }

    /** Copies characters that stand for themselves, at most {@code limit}; returns how many there were. */
    private int plainRun(char[] chars, int to, int from, int limit) {
        int length = plainLength(from, limit);
        if (length < LONG_RUN) {
            for (int i = 0; i < length; i++) {
                chars[to + i] = (char) json[from + i];
            }
        } else {
            // The JDK widens bytes to characters many at a time, which is worth a small object for a long run.
            new String(json, from, length, StandardCharsets.ISO_8859_1).getChars(0, length, chars, to);
        }
        return length;
    }

    /** Returns how many characters stand for themselves in ASCII, at most {@code limit}. */
    private int plainLength(int from, int limit) {
        int length = 0;
        while (length + Long.BYTES <= limit) {
            long word = (long) LONGS.get(json, from + length);
            long backslash = word ^ BACKSLASHES;
            if (((((backslash - ONES) & ~backslash) | word) & TOPS) != 0) {
                break;
            }
            length += Long.BYTES;
        }
        while (length < limit && json[from + length] >= 0 && json[from + length] != '\\') {
            length++;
        }
        return length;
    }

    private char unescape(int at) throws NotJson {
        if (at + 1 >= end) {
            throw new NotJson("an escape", at);
        }
        return switch (json[at + 1]) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> (char) json[at + 1];
            case 'u' -> hex(json, at + 2, end);
            default -> throw new NotJson("an escape", at);
        };
    }

    /** Returns the character that four hex digits stand for. */
    static char hex(byte[] json, int at, int end) throws NotJson {
        if (at + 4 > end) {
            throw new NotJson("four hex digits", at);
        }
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(json[i], 16);
            if (digit < 0) {
                throw new NotJson("four hex digits", at);
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private int escapeLength(int at) {
        return json[at + 1] == 'u' ? 6 : 2;
    }

    /** Returns the number of bytes of a character that begins with {@code lead}, which is none of ASCII. */
    static int utf8Length(byte lead) {
        return (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : 4;
    }

    /** Returns the character that begins at {@code at} in UTF-8, where the first byte is none of ASCII. */
    static int codePoint(byte[] json, int at, int end) throws NotJson {
        byte lead = json[at];
        int length = utf8Length(lead);
        if ((lead & 0xc0) == 0x80 || (lead & 0xff) > 0xf4 || at + length > end) {
            throw new NotJson("UTF-8", at);
        }
        int point = lead & (0xff >> (length + 1));
        for (int i = 1; i < length; i++) {
            byte b = json[at + i];
            if ((b & 0xc0) != 0x80) {
                throw new NotJson("UTF-8", at);
            }
            point = point << 6 | (b & 0x3f);
        }
        int least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
        if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
            throw new NotJson("UTF-8", at);
        }
        return point;
    }

    /**
     * The characters of a string, with the way back to their bytes.
     *
     * @param source where they stand
     * @param text the characters
     * @param marks the byte offset from the string's start of each {@value #MARK_CHARS}th character; its complement if
     *     that is the second half of a pair of surrogates, and then the offset of the character behind
     */
    public record Decoded(JsonString source, String text, int[] marks) {
        private static final int MARK_CHARS = 256;

        /** Returns the same characters where equal bytes stand in another body. */
        public Decoded at(JsonString place) {
            return new Decoded(place, text, marks);
        }

        /**
         * Returns the offset in the body at which a character stands.
         *
         * @param wanted offset in the text, at most its length, and not between the two halves of a surrogate pair that
         *     is written as UTF-8
         */
        public int byteOffset(int wanted) {
            if (wanted >= text.length()) {
                if (wanted == text.length()) {
                    return source.end;
                }
                throw new IllegalArgumentException("no character starts at " + wanted);
            }
            int mark = wanted / MARK_CHARS;
            int chars = mark * MARK_CHARS;
            int at = marks[mark];
            if (at < 0) {
                at = ~at;
                chars++;
            }
            at += source.start;
            while (chars < wanted) {
                byte b = source.json[at];
                int length = b == '\\' ? source.escapeLength(at) : b >= 0 ? 1 : utf8Length(b);
                chars += b < 0 && length == 4 ? 2 : 1;
                at += length;
            }
            if (chars != wanted) {
                throw new IllegalArgumentException("no character starts at " + wanted);
            }
            return at;
        }
    }
}
