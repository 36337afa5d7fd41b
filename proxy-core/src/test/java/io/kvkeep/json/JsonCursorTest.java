package io.kvkeep.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.fixture.JsonTree;
import io.kvkeep.fixture.JsonTree.Literal;
import io.kvkeep.fixture.RandomJson;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonCursorTest {

    @Test
    void readsWhatJacksonReads() throws NotJson {
        for (int seed = 0; seed < 3_000; seed++) {
            String json = new RandomJson(seed).text();
            JsonCursor cursor = over(json);

            assertSame(cursor, JsonTree.parse(json), new Random(seed), json);
            cursor.finish();
        }
    }

    /** Moves over a value in one of the ways that there are, chosen by chance. */
    private static void assertSame(JsonCursor cursor, Object expected, Random random, String json) throws NotJson {
        if (random.nextInt(4) == 0) {
            Range range = cursor.value();
            byte[] value = Arrays.copyOfRange(json.getBytes(UTF_8), range.start(), range.end());
            assertThat(JsonTree.parse(value)).as(json).isEqualTo(expected);
        } else if (expected instanceof Map<?, ?> members) {
            cursor.enter('{');
            for (Map.Entry<?, ?> member : members.entrySet()) {
                assertThat(cursor.nextMember()).as(json).isTrue();
                String name = (String) member.getKey();
                if (name.chars().allMatch(c -> c < 0x80)) {
                    assertThat(cursor.keyIs(name)).as(json).isEqualTo(!cursor.keyIsEscaped());
                    assertThat(cursor.keyIs(name + "x")).isFalse();
                    assertThat(cursor.keyIs("\u0001" + name.substring(1))).isFalse();
                }
                assertSame(cursor, member.getValue(), random, json);
            }
            assertThat(cursor.nextMember()).as(json).isFalse();
        } else if (expected instanceof List<?> elements) {
            cursor.enter('[');
            for (Object element : elements) {
                assertThat(cursor.nextElement()).as(json).isTrue();
                assertSame(cursor, element, random, json);
            }
            assertThat(cursor.nextElement()).as(json).isFalse();
        } else if (expected instanceof Literal literal && literal.spelling().matches("true|false")) {
            assertThat(cursor.bool()).as(json).isEqualTo(literal.spelling().equals("true"));
        } else if (expected instanceof Literal literal) {
            Range range = cursor.value();
            assertThat(json.getBytes(UTF_8))
                    .as(json)
                    .containsSequence(literal.spelling().getBytes(UTF_8));
            assertThat(range.length()).as(json).isEqualTo(literal.spelling().length());
        } else {
            assertThat(cursor.string().text()).as(json).isEqualTo(expected);
        }
    }

    @Test
    void findsTheEndOfAStringWhereverAQuoteOrABackslashStandsInAWord() throws NotJson {
        for (int lead = 0; lead < 8; lead++) {
            for (int at = 0; at < 24; at++) {
                for (String special : List.of("\\\"", "\\\\", "\\n", "\\\\\\\"", "!", "\u0121\u0122")) {
                    for (int rest = 0; rest < 9; rest++) {
                        String inside = "a".repeat(at) + special + "#".repeat(rest);
                        byte[] json = (" ".repeat(lead) + '"' + inside + "\",\"\\").getBytes(UTF_8);
                        int close = json.length - 4;

                        JsonString string = new JsonCursor(json, 0, json.length - 1).string();

                        assertThat(string.range()).isEqualTo(new Range(lead + 1, close));
                        assertThat(new String(json, lead + 1, string.range().length(), UTF_8))
                                .isEqualTo(inside);
                    }
                }
            }
        }
    }

    @Test
    void damagedTextsEndInNotJsonAndNothingOutsideOfTheRangeIsRead() {
        int refused = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            byte[] damaged = damage(new RandomJson(seed).text().getBytes(UTF_8), new Random(seed));
            String alone = outcome(damaged, 0, damaged.length);
            for (String around : List.of("\"]}", "}}}]]]", "\\\\\\\\\\\\", "0000000000", "\u00ff\u0080{[\"")) {
                byte[] pad = around.getBytes(ISO_8859_1);
                byte[] json = new byte[pad.length + damaged.length + pad.length];
                System.arraycopy(pad, 0, json, 0, pad.length);
                System.arraycopy(damaged, 0, json, pad.length, damaged.length);
                System.arraycopy(pad, 0, json, pad.length + damaged.length, pad.length);

                assertThat(outcome(json, pad.length, pad.length + damaged.length))
                        .as("seed %d", seed)
                        .isEqualTo(alone);
            }
            refused += alone.endsWith("refused") ? 1 : 0;
        }
        assertThat(refused).isBetween(1_000, 3_999);
    }

    private static byte[] damage(byte[] json, Random random) {
        byte[] damaged = Arrays.copyOf(json, random.nextBoolean() ? json.length : random.nextInt(json.length + 1));
        int hits = damaged.length == 0 ? 0 : random.nextInt(4);
        for (int i = 0; i < hits; i++) {
            byte[] pool = "\"\\{}[],:u0\u0000\u0080\u00c3\u00ed\u00f4\u00ff e".getBytes(ISO_8859_1);
            damaged[random.nextInt(damaged.length)] = pool[random.nextInt(pool.length)];
        }
        return damaged;
    }

    /** Walks over everything and tells what was seen, with offsets counted from the start of the range. */
    private static String outcome(byte[] json, int start, int end) {
        StringBuilder log = new StringBuilder();
        JsonCursor cursor = new JsonCursor(json, start, end);
        try {
            walk(cursor, start, log);
            cursor.finish();
            return log.append("finished").toString();
        } catch (NotJson e) {
            return log.append(cursor.offset() - start).append("refused").toString();
        }
    }

    private static void walk(JsonCursor cursor, int start, StringBuilder log) throws NotJson {
        switch ((char) cursor.peek()) {
            case '{' -> {
                cursor.enter('{');
                while (cursor.nextMember()) {
                    log.append(cursor.keyIsEscaped() ? 'e' : 'k');
                    walk(cursor, start, log);
                }
            }
            case '[' -> {
                cursor.enter('[');
                while (cursor.nextElement()) {
                    walk(cursor, start, log);
                }
            }
            case '"' -> {
                JsonString string = cursor.string();
                String text = string.text();
                log.append(text).append(string.decode().byteOffset(text.length()) - start);
            }
            case 't', 'f' -> log.append(cursor.bool());
            default -> log.append(cursor.value().length());
        }
        log.append('@').append(cursor.offset() - start).append(' ');
    }

    @Test
    void aValueThatIsSkippedMayBeNestedWithoutLimit() throws NotJson {
        String json = "[".repeat(200_000) + "]".repeat(200_000);
        JsonCursor cursor = over(json);

        assertThat(cursor.value()).isEqualTo(new Range(0, json.length()));
        cursor.finish();
    }

    @Test
    void bracketsInsideOfStringsAreNotCounted() throws NotJson {
        JsonCursor cursor = over(" {\"a\":\"}]\\\"}\",\"b\":[\"[{\"]} ,");

        assertThat(cursor.value()).isEqualTo(new Range(1, 25));
        assertThat(cursor.peek()).isEqualTo((byte) ',');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\" 1}",
                "{\"a\":1 \"b\":2}",
                "{a:1}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":}",
                "{\"a\"",
                "{",
                "",
                "5"
            })
    void aBrokenObjectIsRefused(String json) {
        assertThatThrownBy(() -> walk(objectOnly(json), 0, new StringBuilder())).isInstanceOf(NotJson.class);
    }

    private static JsonCursor objectOnly(String json) throws NotJson {
        over(json).enter('{');
        return over(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1 2]", "[1,]", "[,1]", "[", "[1", "[1}", "[\"a\"\"b\"]", "[\u0001]"})
    void aBrokenArrayIsRefused(String json) {
        assertThatThrownBy(() -> walk(over(json), 0, new StringBuilder())).isInstanceOf(NotJson.class);
    }

    @ParameterizedTest
    @CsvSource({"'{}x',2", "'[1]]',3", "'1 2',2"})
    void somethingBehindTheTextIsRefusedWithItsPlace(String json, int place) throws NotJson {
        JsonCursor cursor = over(json);
        cursor.value();

        assertThatThrownBy(cursor::finish).isInstanceOf(NotJson.class).hasMessageContaining(String.valueOf(place));
    }

    @Test
    void aNulByteIsNoEndOfTheText() throws NotJson {
        JsonCursor cursor = over("{}\0");
        cursor.value();

        assertThatThrownBy(cursor::finish).isInstanceOf(NotJson.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "\"true\"", "tru", "falsey"})
    void onlyTrueAndFalseAreTruthValues(String json) {
        assertThatThrownBy(() -> over(json).bool()).isInstanceOf(NotJson.class).hasMessageContaining("true or false");
    }

    @Test
    void anErrorTellsTheOffsetInTheBodyAndNothingOfTheText() {
        byte[] json = "    {\"secret\" 1}".getBytes(UTF_8);
        JsonCursor cursor = new JsonCursor(json, 2, json.length);

        assertThatThrownBy(() -> walk(cursor, 0, new StringBuilder()))
                .isInstanceOf(NotJson.class)
                .hasMessageContaining("a colon")
                .hasMessageContaining("14")
                .message()
                .doesNotContain("secret");
    }

    private static JsonCursor over(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return new JsonCursor(bytes, 0, bytes.length);
    }
}
