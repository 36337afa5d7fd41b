package io.kvkeep.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.fixture.JsonTree;
import io.kvkeep.fixture.JsonTree.Literal;
import io.kvkeep.fixture.RandomJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalJsonTest {

    @Test
    void writesTheFormOfWhatJacksonReads() throws NotJson {
        for (int seed = 0; seed < 3_000; seed++) {
            String json = new RandomJson(seed).text();

            assertThat(form(json)).as(json).isEqualTo(model(JsonTree.parse(json)));
        }
    }

    @Test
    void theSameValueHasTheSameFormInEverySpelling() throws NotJson {
        for (int seed = 0; seed < 3_000; seed++) {
            String json = new RandomJson(seed).text();
            String respelled = respell(JsonTree.parse(json), new Random(seed));

            assertThat(form(respelled)).as("%s as %s", json, respelled).isEqualTo(form(json));
            assertThat(CanonicalJson.same(json, respelled)).isTrue();
        }
    }

    @Test
    void otherValuesHaveOtherForms() throws NotJson {
        Map<String, Object> valueOf = new HashMap<>();
        for (int seed = 0; seed < 6_000; seed++) {
            String json = new RandomJson(seed).text();
            Object value = JsonTree.parse(json);

            assertThat(valueOf.computeIfAbsent(form(json), form -> value))
                    .as(json)
                    .isEqualTo(value);
        }
        assertThat(valueOf).hasSizeBetween(3_000, 5_900);
    }

    @Test
    void theFormIsItsOwnForm() throws NotJson {
        for (int seed = 0; seed < 1_000; seed++) {
            String form = form(new RandomJson(seed).text());

            assertThat(form(form)).isEqualTo(form);
        }
    }

    @Test
    void damagedTextsAreRefusedWhereJacksonRefusesThem() {
        int refused = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            // Without surrogates in escapes: damaged to halves in a name, Jackson refuses them.
            String json = new RandomJson(seed).text().replaceAll("(?i)\\\\ud[89a-f]", "\\\\uee");
            json = damage(json, new Random(seed));
            boolean valid = isValid(json);

            assertThat(hasForm(json)).as(json).isEqualTo(valid);
            refused += valid ? 0 : 1;
        }
        assertThat(refused).isBetween(5_000, 19_000);
    }

    private static boolean isValid(String json) {
        try {
            JsonTree.parse(json);
            return true;
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage()).contains("Duplicate");
        }
    }

    private static boolean hasForm(String json) {
        try {
            CanonicalJson.of(json);
            return true;
        } catch (NotJson e) {
            return false;
        }
    }

    private static String damage(String json, Random random) {
        StringBuilder damaged = new StringBuilder(json);
        for (int hits = random.nextInt(3); hits >= 0; hits--) {
            int at = random.nextInt(damaged.length() + 1);
            at += at < damaged.length() && Character.isLowSurrogate(damaged.charAt(at)) ? 1 : 0;
            String pool = "\"\\{}[],:u0.-+eE1tn \n\u0001/b";
            damaged.insert(at, pool.charAt(random.nextInt(pool.length())));
            int gone = random.nextInt(damaged.length());
            if (!Character.isSurrogate(damaged.charAt(gone))) {
                damaged.deleteCharAt(gone);
            }
        }
        return damaged.toString();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "` { } `|{}",
                "[ ]|[]",
                "{\"b\" : 1, \"a\":[1 ,2]}|{\"a\":[1,2],\"b\":1}",
                "{\"b\":{\"d\":1,\"c\":2},\"a\":0}|{\"a\":0,\"b\":{\"c\":2,\"d\":1}}",
                "{\"b\":1,\"a\":2,\"\\u0061\":1}|{\"a\":2,\"a\":1,\"b\":1}",
                "{\"ab\":1,\"a!\":2,\"a\":3,\"\":4}|{\"\":4,\"a\":3,\"a!\":2,\"ab\":1}",
                "{\"😀\":1,\"～\":2}|{\"～\":2,\"😀\":1}",
                "[0.70,1e5,-0,1.0,1E+05]|[0.70,1e5,-0,1.0,1E+05]",
                "\"\\u0022\\u005c\\/\\u002F\\u0008\\u000a\\u001F\\u007f\"|\"\\\"\\\\//\\b\\n\\u001f\u007f\"",
                "\"\\ud83d\\uDE00\\u00e9\\u20ac\"|\"😀é€\"",
                "\"\\uD83D\\ud83d\\ude00\\uDE00\"|\"\\ud83d😀\\ude00\"",
                "\"\\ud83d\\u0041\\ud83d\\n\\ud83dx\\ud83d\"|\"\\ud83dA\\ud83d\\n\\ud83dx\\ud83d\"",
                "true|true",
                "` null `|null"
            })
    void theFormIsThis(String json, String form) throws NotJson {
        assertThat(form(json)).isEqualTo(form);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "[1}",
                "{\"a\":1]",
                "[1 2]",
                "1 2",
                "tru",
                "truex",
                "nul",
                "01",
                "1.",
                ".5",
                "-",
                "+1",
                "1e",
                "1e+",
                "0x1",
                "NaN",
                "'a'",
                "\"",
                "\"a",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "\"\u0000\"",
                "\"aaaaaaa\u001fa\"",
                "{}\u0000"
            })
    void whatIsNoJsonHasNoForm(String json) {
        assertThatThrownBy(() -> CanonicalJson.of(json)).isInstanceOf(NotJson.class);
        assertThat(CanonicalJson.same(json, json + " ")).isFalse();
        assertThat(CanonicalJson.same(json, json)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0080",
                "\u00c3",
                "\u00c3(",
                "\u00c0\u0080",
                "\u00e0\u0080\u0080",
                "\u00ed\u00a0\u0080",
                "\u00f5\u0080\u0080\u0080",
                "\u00f0\u009f\u0098"
            })
    void bytesThatAreNotUtf8HaveNoForm(String inside) {
        byte[] json = ("\"" + inside + "\"").getBytes(ISO_8859_1);

        assertThatThrownBy(() -> CanonicalJson.of(json, 0, json.length)).isInstanceOf(NotJson.class);
    }

    @Test
    void halfASurrogatePairInTheTextHasNoFormForItHasNoUtf8() {
        assertThatThrownBy(() -> CanonicalJson.of("\"\ud83d\"")).isInstanceOf(NotJson.class);
        assertThat(CanonicalJson.same("\"\ud83d\"", "\"?\"")).isFalse();
        assertThat(CanonicalJson.same("\"\ud83d\"", "\"\ude00\"")).isFalse();
    }

    @Test
    void onlyTheRangeIsRead() throws NotJson {
        byte[] json = "1\"a\"1".getBytes(UTF_8);

        assertThat(CanonicalJson.of(json, 1, 4)).isEqualTo("\"a\"".getBytes(UTF_8));
        assertThatThrownBy(() -> CanonicalJson.of(json, 1, 3)).isInstanceOf(NotJson.class);
        assertThat(CanonicalJson.of(json, 4, 5)).isEqualTo("1".getBytes(UTF_8));
    }

    @Test
    void aStopIsFoundWhereverItStandsInAWord() throws NotJson {
        for (int lead = 0; lead < 8; lead++) {
            for (int at = 0; at < 20; at++) {
                for (String stop : List.of("\\\"", "\\/", "\\u00e9", "é", "\\\\", "!", "#", "[", "]", "\u007f")) {
                    String inside = "a".repeat(at) + stop + "b".repeat(9);
                    String json = " ".repeat(lead) + '"' + inside + '"';

                    assertThat(form(json)).isEqualTo(model(JsonTree.parse(json)));
                    assertThat(hasForm(json.replace("a" + stop, "\u001f" + stop)))
                            .isEqualTo(at == 0);
                }
            }
        }
    }

    @Test
    void nestingIsBounded() throws NotJson {
        int levels = CanonicalJson.MAX_LEVELS;
        String arrays = "[".repeat(levels) + "]".repeat(levels);
        String objects = "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);

        assertThat(form(arrays)).isEqualTo(arrays);
        assertThat(form(objects)).isEqualTo(objects);
        assertThatThrownBy(() -> CanonicalJson.of("[" + arrays + "]")).hasMessageContaining("100 levels");
        assertThatThrownBy(() -> CanonicalJson.of("[" + objects + "]")).hasMessageContaining("100 levels");
    }

    @Test
    void manyMembersAreSorted() throws NotJson {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 1_000; i < 3_000; i++) {
            numbers.add(i);
        }
        String sorted = members(numbers);
        Collections.shuffle(numbers, new Random(4));

        assertThat(form(members(numbers))).isEqualTo(sorted);
    }

    private static String members(List<Integer> numbers) {
        return numbers.stream().map(i -> "\"" + i + "\":[" + i + "]").collect(Collectors.joining(",", "{", "}"));
    }

    private static String form(String json) throws NotJson {
        byte[] form = CanonicalJson.of(json);
        byte[] padded = ("\"" + json + "\\").getBytes(UTF_8);
        assertThat(CanonicalJson.of(padded, 1, padded.length - 1)).isEqualTo(form);
        return new String(form, UTF_8);
    }

    private static String model(Object value) {
        if (value instanceof Map<?, ?> members) {
            Map<byte[], String> sorted = new TreeMap<>(Arrays::compareUnsigned);
            members.forEach((name, member) -> {
                String spelled = modelString((String) name);
                byte[] inside = spelled.substring(1, spelled.length() - 1).getBytes(UTF_8);
                sorted.put(inside, spelled + ":" + model(member));
            });
            return "{" + String.join(",", sorted.values()) + "}";
        } else if (value instanceof List<?> elements) {
            return elements.stream().map(CanonicalJsonTest::model).collect(Collectors.joining(",", "[", "]"));
        }
        return value instanceof Literal literal ? literal.spelling() : modelString((String) value);
    }

    private static String modelString(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            int known = "\b\t\n\f\r\"\\".indexOf(point);
            if (known >= 0) {
                out.append('\\').append("btnfr\"\\".charAt(known));
            } else if (point < ' ' || (point >= 0xd800 && point < 0xe000)) {
                out.append(String.format(Locale.ROOT, "\\u%04x", point));
            } else {
                out.appendCodePoint(point);
            }
        });
        return out.append('"').toString();
    }

    /** Writes a value with its members in another order, other white space and other escapes. */
    private static String respell(Object value, Random random) {
        String blank = List.of("", " ", "\n\t", "\r\n").get(random.nextInt(4));
        List<String> inside = new ArrayList<>();
        if (value instanceof Map<?, ?> members) {
            members.forEach((name, member) ->
                    inside.add(respellString((String) name, random) + blank + ":" + respell(member, random)));
            Collections.shuffle(inside, random);
            return blank + "{" + blank + String.join("," + blank, inside) + blank + "}";
        } else if (value instanceof List<?> elements) {
            elements.forEach(element -> inside.add(respell(element, random) + blank));
            return blank + "[" + blank + String.join(",", inside) + "]" + blank;
        }
        return value instanceof Literal literal ? literal.spelling() : respellString((String) value, random);
    }

    private static String respellString(String text, Random random) {
        boolean hasHalf = text.codePoints().anyMatch(point -> point >= 0xd800 && point < 0xe000);
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            if (hasHalf || point < ' ' || point == '"' || point == '\\' || random.nextInt(3) == 0) {
                for (char unit : Character.toChars(point)) {
                    out.append(String.format(Locale.ROOT, random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) unit));
                }
            } else {
                out.append(point == '/' && random.nextBoolean() ? "\\/" : Character.toString(point));
            }
        });
        return out.append('"').toString();
    }
}
