package io.kvkeep.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the canonical form of a JSON text: two texts have the same form if they are the same value, however spelled.
 *
 * <p>There is no white space. Strings are spelled as in RFC 8785: UTF-8, the short escapes where there are any, {@code
 * \\u00xx} for the other control characters. Members are sorted by the bytes of their names so spelled, which is the
 * order of code points for names without escapes; members of one name stay in their order. Numbers stay as they are
 * spelled: 1.0 is not 1. Half a surrogate pair, which only an escape can write, stays an escape.
 *
 * <p>Unlike {@link JsonCursor} it judges everything: what is no JSON (RFC 8259) has no form. Longer than most classes,
 * for it is that whole grammar in one pass.
 */
public final class CanonicalJson {
    /** How deep arrays and objects may stand in each other. */
    public static final int MAX_LEVELS = 100;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long SPACES = ONES * ' ';
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] json;
    private final int end;
    private int at;

    private final byte[] form; // no value has a form longer than any spelling of it
    private int length;
    private final MemberOrder members = new MemberOrder();

    private CanonicalJson(byte[] json, int start, int end) {
        this.json = json;
        this.at = start;
        this.end = end;
        this.form = new byte[end - start];
    }

    /**
     * Returns the form of the value that stands in the range, in UTF-8.
     *
     * @throws NotJson if anything else stands there, or more than {@link #MAX_LEVELS} levels
     */
    public static byte[] of(byte[] json, int start, int end) throws NotJson {
        CanonicalJson canonical = new CanonicalJson(json, start, end);
        canonical.value(0);
        if (canonical.peek() != 0 || canonical.at < end) {
            throw new NotJson("the end of the text", canonical.at);
        }
        return canonical.length == canonical.form.length
                ? canonical.form
                : Arrays.copyOf(canonical.form, canonical.length);
    }

    /**
     * Returns the form of the value that the text spells, in UTF-8.
     *
     * @throws NotJson if it spells none, or more than {@link #MAX_LEVELS} levels
     */
    public static byte[] of(String json) throws NotJson {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        if (!new String(bytes, StandardCharsets.UTF_8).equals(json)) {
            throw new NotJson("whole surrogate pairs", 0); // else all halves would become one question mark
        }
        return of(bytes, 0, bytes.length);
    }

    /** Tells whether both texts are equal or spell the same value. */
    public static boolean same(String a, String b) {
        if (a.equals(b)) {
            return true;
        }
        try {
            return Arrays.equals(of(a), of(b));
        } catch (NotJson e) {
            return false;
        }
    }

    private void value(int level) throws NotJson {
        switch (peek()) {
            case '{' -> object(level + 1);
            case '[' -> array(level + 1);
            case '"' -> string();
            case 't' -> literal(TRUE);
            case 'f' -> literal(FALSE);
            case 'n' -> literal(NULL);
            default -> number();
        }
    }

    private void object(int level) throws NotJson {
        open(level);
        int base = members.open();
        if (!closes('}')) {
            do {
                int nameStart = length + 1;
                peek();
                string();
                int nameEnd = length - 1;
                if (peek() != ':') {
                    throw new NotJson("a colon", at);
                }
                copyByte();
                value(level);
                members.add(nameStart, nameEnd, length);
            } while (goesOn('}'));
        }
        members.close(base, form);
    }

    private void array(int level) throws NotJson {
        open(level);
        if (!closes(']')) {
            do {
                value(level);
            } while (goesOn(']'));
        }
    }

    private void open(int level) throws NotJson {
        if (level > MAX_LEVELS) {
            throw new NotJson("no more than " + MAX_LEVELS + " levels", at);
        }
        copyByte();
    }

    private boolean closes(char closing) {
        if (peek() != closing) {
            return false;
        }
        copyByte();
        return true;
    }

    /** Moves over a comma and returns true, or over the closing bracket and returns false. */
    private boolean goesOn(char closing) throws NotJson {
        byte b = peek();
        if (b != ',' && b != closing) {
            throw new NotJson("a comma or " + closing, at);
        }
        copyByte();
        return b == ',';
    }

    private void literal(byte[] literal) throws NotJson {
        int literalEnd = at + literal.length;
        if (literalEnd > end || !Arrays.equals(json, at, literalEnd, literal, 0, literal.length)) {
            throw new NotJson("a value", at);
        }
        copyTo(literalEnd);
    }

    private void number() throws NotJson {
        int i = at;
        if (byteAt(i) == '-') {
            i++;
        }
        i = byteAt(i) == '0' ? i + 1 : digitsEnd(i);
        if (byteAt(i) == '.') {
            i = digitsEnd(i + 1);
        }
        if (byteAt(i) == 'e' || byteAt(i) == 'E') {
            i++;
            i = digitsEnd(byteAt(i) == '+' || byteAt(i) == '-' ? i + 1 : i);
        }
        copyTo(i);
    }

    private int digitsEnd(int from) throws NotJson {
        int i = from;
        while (byteAt(i) >= '0' && byteAt(i) <= '9') {
            i++;
        }
        if (i == from) {
            throw new NotJson(from == at ? "a value" : "a digit", from);
        }
        return i;
    }

    /** Copies what is spelled as in the form already, in runs as long as can be, and spells the rest anew. */
    private void string() throws NotJson {
        if (byteAt(at) != '"') {
            throw new NotJson("a member name", at);
        }
        int i = at + 1;
        while (true) {
            i = plainEnd(i);
            byte b = byteAt(i);
            if (b == '"') {
                copyTo(i + 1);
                return;
            } else if (b < 0) {
                JsonString.codePoint(json, i, end);
                i += JsonString.utf8Length(b);
            } else if (b != '\\') {
                throw new NotJson(i < end ? "no control character" : "a closing quote", i);
            } else if (isShortEscape(byteAt(i + 1))) {
                i += 2;
            } else {
                copyTo(i);
                longEscape();
                i = at;
            }
        }
    }

    /** Returns the offset of the first byte that is no plain character of a string, or the end of the text. */
    private int plainEnd(int from) {
        int i = from;
        for (int last = end - Long.BYTES; i <= last; i += Long.BYTES) {
            long word = (long) LONGS.get(json, i);
            long quotes = word ^ QUOTES;
            long backslashes = word ^ BACKSLASHES;
            // A top bit is set in bytes below the space, above ASCII, quotes and backslashes; the lowest is always
            // right.
            long stops = (word | (word - SPACES) | ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes))
                    & TOPS;
            if (stops != 0) {
                return i + (Long.numberOfTrailingZeros(stops) >>> 3);
            }
        }
        while (i < end && json[i] >= ' ' && json[i] != '"' && json[i] != '\\') {
            i++;
        }
        return i;
    }

    private static boolean isShortEscape(byte b) {
        return switch (b) {
            case '"', '\\', 'b', 'f', 'n', 'r', 't' -> true;
            default -> false;
        };
    }

    private void longEscape() throws NotJson {
        byte kind = byteAt(at + 1);
        if (kind == '/') {
            at += 2;
            form[length++] = '/';
        } else if (kind == 'u') {
            char unit = JsonString.hex(json, at + 2, end);
            at += 6;
            spell(unit);
        } else {
            throw new NotJson("an escape", at);
        }
    }

    private void spell(char unit) throws NotJson {
        int shortEscape = "\b\t\n\f\r\"\\".indexOf(unit);
        if (shortEscape >= 0) {
            form[length++] = '\\';
            form[length++] = (byte) "btnfr\"\\".charAt(shortEscape);
        } else if (Character.isHighSurrogate(unit) && byteAt(at) == '\\' && byteAt(at + 1) == 'u') {
            char second = JsonString.hex(json, at + 2, end);
            if (Character.isLowSurrogate(second)) {
                at += 6;
                utf8(Character.toString(Character.toCodePoint(unit, second)));
            } else {
                hexEscape(unit);
            }
        } else if (unit < ' ' || Character.isSurrogate(unit)) {
            hexEscape(unit);
        } else {
            utf8(Character.toString(unit));
        }
    }

    private void utf8(String character) {
        byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, form, length, bytes.length);
        length += bytes.length;
    }

    private void hexEscape(char unit) {
        form[length++] = '\\';
        form[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            form[length++] = HEX[unit >>> shift & 0xf];
        }
    }

    private byte peek() {
        while (at < end && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return byteAt(at);
    }

    /** Returns 0 behind the end, which is nowhere right in JSON. */
    private byte byteAt(int offset) {
        return offset < end ? json[offset] : 0;
    }

    private void copyByte() {
        form[length++] = json[at++];
    }

    private void copyTo(int to) {
        System.arraycopy(json, at, form, length, to - at);
        length += to - at;
        at = to;
    }
}
