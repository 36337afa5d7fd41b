package io.kvkeep.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.fixture.JsonTree;
import io.kvkeep.fixture.RandomJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonStringTest {

    @Test
    void offsetsLeadFromEveryCharacterToItsBytes() throws NotJson {
        for (int seed = 0; seed < 2_000; seed++) {
            JsonString string = in("  " + new RandomJson(seed).string() + ' ');
            String text = string.text();
            JsonString.Decoded offsets = string.decode();

            for (int i = 0; i <= text.length(); i++) {
                if (isInsideOfAPairInUtf8(string, text, i)) {
                    continue;
                }
                int at = offsets.byteOffset(i);
                assertThat(new JsonString(string.json(), string.start(), at).text())
                        .isEqualTo(text.substring(0, i));
                assertThat(new JsonString(string.json(), at, string.end()).text())
                        .isEqualTo(text.substring(i));
            }
        }
    }

    @Test
    void offsetsHoldFarIntoALongTextWhereverPairsAndEscapesFall() throws NotJson {
        String unit = "ab\\n\\u00e9é😀\\ud83d\\ude00";
        for (int shift = 0; shift < 9; shift++) {
            JsonString string = in('"' + "x".repeat(shift) + unit.repeat(300) + '"');
            JsonString.Decoded decoded = string.decode();
            String text = decoded.text();

            for (int i = text.length(); i >= 0; i--) {
                if (!isInsideOfAPairInUtf8(string, text, i)) {
                    String head = new JsonString(string.json(), string.start(), decoded.byteOffset(i)).text();
                    assertThat(head).hasSize(i).isEqualTo(text.substring(0, i));
                }
            }
        }
    }

    private static boolean isInsideOfAPairInUtf8(JsonString string, String text, int offset) throws NotJson {
        if (offset == 0
                || offset == text.length()
                || !Character.isSurrogatePair(text.charAt(offset - 1), text.charAt(offset))) {
            return false;
        }
        int lead = string.decode().byteOffset(offset - 1);
        return string.json()[lead] != '\\';
    }

    @Test
    void anOffsetBetweenTheHalvesOfOneCharacterIsRefused() throws NotJson {
        JsonString raw = in("\"a😀b\"");
        JsonString escaped = in("\"a\\ud83d\\ude00b\"");

        assertThat(escaped.decode().byteOffset(2)).isEqualTo(8);
        assertThat(in("\"xyz\"")
                        .decode()
                        .at(new JsonString(new byte[20], 7, 10))
                        .byteOffset(2))
                .isEqualTo(9);
        assertThat(raw.decode().byteOffset(3)).isEqualTo(6);
        assertThatThrownBy(() -> raw.decode().byteOffset(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2");
        assertThatThrownBy(() -> raw.decode().byteOffset(5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsEscapedIsReadBackByJacksonAndByItself() throws NotJson {
        Random random = new Random(5);
        for (int round = 0; round < 2_000; round++) {
            String text = randomText(random);
            String json = '"' + new String(JsonString.escape(text), UTF_8) + '"';

            assertThat(JsonTree.parse(json)).isEqualTo(text);
            assertThat(in(json).text()).isEqualTo(text);
        }
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(30);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(5)) {
                case 0 -> text.append((char) random.nextInt(0x30));
                case 1 -> text.append((char) random.nextInt(0x10000)); // lone surrogates too
                case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x1000));
                case 3 -> text.append("\"\\/\n".charAt(random.nextInt(4)));
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }

    @Test
    void aStringSaysItsOwnTextAndNoOther() throws NotJson {
        Random random = new Random(6);
        int others = 0;
        for (int round = 0; round < 5_000; round++) {
            String text = randomText(random);
            JsonString string = in('"' + new String(JsonString.escape(text), UTF_8) + '"');
            int at = random.nextInt(text.length() + 1);
            String other = text.substring(0, at) + randomText(random) + text.substring(Math.min(text.length(), at + 1));

            assertThat(string.says(text)).isTrue();
            assertThat(string.says(other)).isEqualTo(other.equals(text));
            others += other.equals(text) ? 0 : 1;
        }
        assertThat(others).isGreaterThan(4_000);
        assertThat(in("\"a😀b\"").says("a😀b")).isTrue();
        assertThat(in("\"a😀b\"").says("a\ud83d")).isFalse();
        assertThat(in("\"a\\ud83d\\ude00b\"").says("a😀b")).isTrue();
    }

    @Test
    void escapingLeavesOrdinaryTextReadable() {
        assertThat(new String(JsonString.escape("Zoë: \"a/b\"\n\t\u0001"), UTF_8))
                .isEqualTo("Zoë: \\\"a/b\\\"\\n\\t\\u0001");
    }

    @Test
    void acceptsExactlyTheBytesThatAStrictDecoderAccepts() {
        Random random = new Random(11);
        byte[] pool =
                "aZ\u007f\u0080\u008f\u0090\u009f\u00a0\u00bf\u00c0\u00c1\u00c2\u00df\u00e0\u00e1\u00ec\u00ed\u00ee\u00ef\u00f0\u00f3\u00f4\u00f5\u00ff"
                        .getBytes(ISO_8859_1);
        int accepted = 0;
        for (int round = 0; round < 60_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(6)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = pool[random.nextInt(pool.length)];
            }
            Optional<String> expected = strictlyDecoded(bytes);
            accepted += expected.isPresent() ? 1 : 0;

            assertThat(decoded(bytes)).isEqualTo(expected);
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static Optional<String> strictlyDecoded(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> decoded(byte[] bytes) {
        try {
            return Optional.of(new JsonString(bytes, 0, bytes.length).text());
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    @Test
    void aCharacterCutByTheEndOfTheStringIsRefusedEvenIfItsRestStandsBehind() {
        byte[] euro = "x€".getBytes(UTF_8);

        assertThatCode(() -> new JsonString(euro, 0, 4).text()).doesNotThrowAnyException();
        assertThatThrownBy(() -> new JsonString(euro, 0, 3).text()).isInstanceOf(NotJson.class);
        assertThatThrownBy(() -> new JsonString(euro, 0, 2).text()).isInstanceOf(NotJson.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\x", "\\u12", "\\u12g4", "\\u", "\\U0041", "\\u00é", "\\", "\\u-123"})
    void aBrokenEscapeIsRefused(String inside) {
        byte[] bytes = (inside + "0000").getBytes(UTF_8);

        assertThatThrownBy(() -> new JsonString(bytes, 0, bytes.length - 4).text())
                .isInstanceOf(NotJson.class);
    }

    @Test
    void comparesItsBytesWithAsciiText() throws NotJson {
        JsonString string = in("\"user\"");

        assertThat(string.is("user")).isTrue();
        assertThat(string.is("users")).isFalse();
        assertThat(string.is("uses")).isFalse();
        assertThat(string.range()).isEqualTo(new Range(1, 5));
    }

    private static JsonString in(String json) throws NotJson {
        byte[] bytes = json.getBytes(UTF_8);
        return new JsonCursor(bytes, 0, bytes.length).string();
    }
}
