package io.kvkeep.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A position in a JSON text that moves over values without building them.
 *
 * <p>It finds where values begin and end and checks only what it needs for that: brackets are counted, not matched
 * by kind, and the inside of numbers and strings is not judged. A text that an engine would refuse may pass; it then
 * reaches the engine, which says so in its own words. Nothing is ever read outside of the text.
 */
public final class JsonCursor {
    /*
     * Prompts are long strings full of escapes, so the search for the closing quote decides the speed. It looks at
     * eight bytes at once: a quote becomes zero by xor, and (x - 0x01..) & ~x & 0x80.. raises the top bit of the lowest
     * zero byte (Hacker's Delight, 2nd ed., 6-1; higher bytes may be false hits, the lowest never is). Only where there
     * is a quote are backslashes looked for, so the many escapes that are no quotes cost nothing.
     */
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    private static final int MAX_INDEX_DIGITS = 6;

    private final byte[] json;
    private final int end;
    private int at;
    private int keyStart;
    private int keyEnd;

    /** Starts at the first byte of the range, which must hold one JSON value. */
    public JsonCursor(byte[] json, int start, int end) {
        this.json = json;
        this.at = start;
        this.end = end;
    }

    /** Returns the offset of the next byte to be read. */
    public int offset() {
        return at;
    }

    /** Skips white space and returns the byte behind it without moving over that, or 0 at the end of the text. */
    public byte peek() {
        while (at < end) {
            byte b = json[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
            at++;
        }
        return 0;
    }

    /** Moves over the opening brace of an object or bracket of an array. */
    public void enter(char opening) throws NotJson {
        take(opening, opening == '{' ? "an object" : "an array");
    }

    /**
     * Moves to the value of the next member of the object that was entered.
     *
     * @return false when the object has ended; the cursor then stands behind it
     */
    public boolean nextMember() throws NotJson {
        if (!nextIn('{', '}')) {
            return false;
        }
        take('"', "a member name");
        keyStart = at;
        keyEnd = stringEnd(at);
        at = keyEnd + 1;
        take(':', "a colon");
        peek();
        return true;
    }

    /**
     * Moves to the next element of the array that was entered.
     *
     * @return false when the array has ended; the cursor then stands behind it
     */
    public boolean nextElement() throws NotJson {
        return nextIn('[', ']');
    }

    /** Tells whether the name of the current member is {@code name}, which must be ASCII. */
    public boolean keyIs(String name) {
        int length = name.length();
        if (keyEnd - keyStart != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (json[keyStart + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the name of the current member as it stands between its quotes. */
    public String key() {
        return new String(json, keyStart, keyEnd - keyStart, StandardCharsets.UTF_8);
    }

    /** Tells whether the name of the current member is written with an escape, so that its bytes do not show it. */
    public boolean keyIsEscaped() {
        for (int i = keyStart; i < keyEnd; i++) {
            if (json[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    /**
     * Moves over the next value if it is the same, byte for byte, as one that has been read before.
     *
     * @param range of an object, an array or a string in the other text: what follows one can't be part of it
     * @return false if it is another one; the cursor then stays
     */
    public boolean repeats(byte[] other, Range range) {
        int behind = at + range.length();
        if (behind > end || !Arrays.equals(json, at, behind, other, range.start(), range.end())) {
            return false;
        }
        at = behind;
        return true;
    }

    /** Moves over the next value, whatever it is, and returns its range. */
    public Range value() throws NotJson {
        byte first = peek();
        int start = at;
        if (first == '"') {
            at = stringEnd(start + 1) + 1;
        } else if (first == '{' || first == '[') {
            at = containerEnd(start);
        } else {
            at = scalarEnd(start);
        }
        return new Range(start, at);
    }

    /** Moves over the next value, which must be a string. */
    public JsonString string() throws NotJson {
        take('"', "a string");
        int start = at;
        int close = stringEnd(start);
        at = close + 1;
        return new JsonString(json, start, close);
    }

    /** Moves over the next value, which must be {@code true} or {@code false}. */
    public boolean bool() throws NotJson {
        Range range = value();
        byte first = json[range.start()];
        if ((first == 't' && range.length() == 4) || (first == 'f' && range.length() == 5)) {
            return first == 't';
        }
        throw new NotJson("true or false", range.start());
    }

    /** Moves over the next value, which must be a number from 0 to 999,999 written with digits alone. */
    public int index() throws NotJson {
        Range range = value();
        int index = 0;
        for (int i = range.start(); i < range.end(); i++) {
            if (json[i] < '0' || json[i] > '9' || range.length() > MAX_INDEX_DIGITS) {
                throw new NotJson("an index", range.start());
            }
            index = 10 * index + json[i] - '0';
        }
        return index;
    }

    /** Moves over the next value, whatever it is, and returns its characters as they stand. */
    public String spelling() throws NotJson {
        Range range = value();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json, range.start(), range.length()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NotJson("UTF-8", range.start());
        }
    }

    /** Checks that nothing but white space is left. */
    public void finish() throws NotJson {
        if (peek() != 0 || at < end) {
            throw new NotJson("the end of the text", at);
        }
    }

    private boolean nextIn(char opening, char closing) throws NotJson {
        // The byte before tells a first element from a later one: no state has to be kept for each level.
        boolean first = lastByteBefore(at) == opening;
        byte b = peek();
        if (b == closing) {
            at++;
            return false;
        }
        if (!first) {
            take(',', "a comma or " + closing);
            peek();
        }
        return true;
    }

    private byte lastByteBefore(int offset) {
        int i = offset - 1;
        while (i > 0 && (json[i] == ' ' || json[i] == '\n' || json[i] == '\r' || json[i] == '\t')) {
            i--;
        }
        return json[i];
    }

    private void take(char wanted, String name) throws NotJson {
        if (peek() != wanted) {
            throw new NotJson(name, at);
        }
        at++;
    }

    private int containerEnd(int start) throws NotJson {
        int depth = 0;
        for (int i = start; i < end; i++) {
            byte b = json[i];
            if (b == '"') {
                i = stringEnd(i + 1);
            } else if ((b | ' ') == '{') { // a brace or a bracket: they differ in this bit
                depth++;
            } else if ((b | ' ') == '}' && --depth == 0) {
                return i + 1;
            }
        }
        throw new NotJson("a closing bracket", end);
    }

    private int scalarEnd(int start) throws NotJson {
        int i = start;
        while (i < end && isScalar(json[i])) {
            i++;
        }
        if (i == start) {
            throw new NotJson("a value", start);
        }
        return i;
    }

    private static boolean isScalar(byte b) {
        return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || b == '-' || b == '+' || b == '.' || b == 'E';
    }

    /** Returns the offset of the quote that ends the string whose first character stands at {@code start}. */
    private int stringEnd(int start) throws NotJson {
        byte[] bytes = json;
        int i = start;
        for (int last = end - Long.BYTES; i <= last; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long quotes = word ^ QUOTES;
            if (((quotes - ONES) & ~quotes & TOPS) != 0) {
                int quote = unescapedQuote(word, isEscaped(i, start));
                if (quote < Long.BYTES) {
                    return i + quote;
                }
            }
        }
        for (; i < end; i++) {
            if (bytes[i] == '"' && !isEscaped(i, start)) {
                return i;
            }
        }
        throw new NotJson("a closing quote", end);
    }

    /**
     * Returns the index in the word of the first quote that is not escaped, or 8 if there is none.
     *
     * @param escaped whether the first byte of the word is escaped by what stands before it
     */
    private static int unescapedQuote(long word, boolean escaped) {
        long quotes = zeroBytes(word ^ QUOTES);
        long backslashes = zeroBytes(word ^ BACKSLASHES);
        long behindBackslash = (backslashes << 8) | (escaped ? 0x80 : 0);
        if ((backslashes & behindBackslash) != 0) {
            return unescapedQuoteByBytes(word, escaped); // a backslash behind another: which of them escapes?
        }
        return Long.numberOfTrailingZeros(quotes & ~behindBackslash) >>> 3;
    }

    private static int unescapedQuoteByBytes(long word, boolean escapedFirst) {
        boolean escaped = escapedFirst;
        for (int i = 0; i < Long.BYTES; i++) {
            byte b = (byte) (word >>> (i * Byte.SIZE));
            if (b == '"' && !escaped) {
                return i;
            }
            escaped = b == '\\' && !escaped;
        }
        return Long.BYTES;
    }

    /** Sets the top bit of each byte that is zero, and no other (Hacker's Delight, 2nd ed., 6-1). */
    private static long zeroBytes(long word) {
        long low = (word & ~TOPS) + ~TOPS;
        return ~(low | word | ~TOPS);
    }

    /** Tells whether an odd number of backslashes stands before the offset; runs before two quotes never overlap. */
    private boolean isEscaped(int at, int stringStart) {
        int first = at;
        while (first > stringStart && json[first - 1] == '\\') {
            first--;
        }
        return ((at - first) & 1) == 1;
    }
}
