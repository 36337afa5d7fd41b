package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import io.kvkeep.plan.ToolOrder.Ordered;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ToolOrderTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    first contact         | ''      | b a     | b a     | b a
                    nothing new           | b a     | b a     | b a     | b a
                    the agent sorts       | b a     | a b     | b a     | b a
                    a late tool in front  | b a     | c b a   | b a c   | b a c
                    a late tool between   | b a     | b c a   | b a c   | b a c
                    late tools keep order | b a     | d a c b | b a d c | b a d c
                    a tool that vanished  | b a c   | a c     | a c     | b a c
                    it comes back         | b a c   | c a b   | b a c   | b a c
                    vanished and new      | b a c   | d c b   | b c d   | b a c d
                    """)
    void toolsStandInTheOrderInWhichTheyWereFirstSent(
            String what, String before, String came, String sent, String order) throws NotJson {
        List<String> tools = names(came).stream().map(ToolOrderTest::tool).toList();
        List<String> expected = names(sent).stream().map(ToolOrderTest::tool).toList();
        Ordered ordered = ordered("[" + String.join(",", tools) + "]", names(before));

        assertThat(ordered.order()).isEqualTo(names(order));
        assertThat(spliced("[" + String.join(",", tools) + "]", ordered))
                .isEqualTo("[" + String.join(",", expected) + "]");
        assertThat(ordered.edit().isPresent()).isEqualTo(!came.equals(sent));
    }

    @Test
    void separatorsAndWhiteSpaceStayWhereTheyAreAndToolsKeepTheirBytes() throws NotJson {
        String a = "{ \"function\" : {\"parameters\":{\"n\":1.0},\"name\":\"\\u0061\"} }";
        String b = "{\"name\":\"b\",\"input_schema\":{}}";
        String c = tool("c");
        String came = "[\n" + c + " ,\n\t" + a + ",  " + b + "\n]";

        assertThat(spliced(came, ordered(came, List.of("a", "b", "c"))))
                .isEqualTo("[\n" + a + " ,\n\t" + b + ",  " + c + "\n]");
        assertThat(spliced(came, ordered(came, List.of("c", "b", "a"))))
                .isEqualTo("[\n" + c + " ,\n\t" + b + ",  " + a + "\n]");
    }

    @Test
    void whatStandsInItsPlaceAlreadyIsNoPartOfTheEdit() throws NotJson {
        String came = "[" + tool("a") + "," + tool("c") + "," + tool("b") + "]";
        Range range = ordered(came, List.of("a", "b", "c")).edit().orElseThrow().range();

        assertThat(came.substring(range.start(), range.end())).isEqualTo(tool("c") + "," + tool("b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[]",
                "[\"b\",\"a\"]",
                "[{\"name\":\"b\"},{\"name\":\"a\"},{\"name\":\"b\"}]",
                "[{\"name\":\"b\"},{\"type\":\"mcp\",\"server_label\":\"x\"},{\"type\":\"mcp\",\"server_label\":\"y\"},{\"name\":\"a\"}]",
                "[{\"name\":\"b\"},{\"type\":7},{\"name\":\"a\"}]",
                "[{\"name\":\"b\"},{\"name\":\"\"},{\"name\":\"a\"}]",
                "[{\"name\":\"b\"},{\"name\":7},{\"name\":\"a\"}]"
            })
    void toolsThatCanNotBeToldApartAreLeftAlone(String tools) throws NotJson {
        Ordered ordered = ordered(tools, List.of("a", "b"));

        assertThat(ordered.edit()).isEmpty();
        assertThat(ordered.order()).containsExactly("a", "b");
    }

    @Test
    void aToolWithoutANameIsKnownByItsType() throws NotJson {
        String search = "{\"type\":\"web_search\",\"external_web_access\":true}";
        String named = "{\"type\":\"function\",\"name\":\"web_search\"}";
        String space = "{\"type\":\"namespace\",\"name\":\"crew\",\"tools\":[" + named + "]}";
        List<String> order = ordered("[" + named + "," + search + "," + space + "]", List.of())
                .order();
        String came = "[" + space + "," + tool("late") + "," + search + "," + named + "]";

        assertThat(order).containsExactly("web_search", " web_search", "crew");
        assertThat(spliced(came, ordered(came, order)))
                .isEqualTo("[" + named + "," + search + "," + space + "," + tool("late") + "]");
    }

    @Test
    void theOrderIsBounded() throws NotJson {
        List<String> most =
                new ArrayList<>(IntStream.range(0, 1_023).mapToObj(i -> "t" + i).toList());
        String came = "[" + tool("new") + "," + tool("t0") + "]";

        assertThat(ordered(came, most).order()).hasSize(1_024).endsWith("new");
        most.add("t1023");
        assertThat(ordered(came, most)).isEqualTo(ordered("null", most));
    }

    private static Ordered ordered(String tools, List<String> order) throws NotJson {
        byte[] body = tools.getBytes(UTF_8);
        Range all = new Range(0, body.length);
        return ToolOrder.of(body, all, Digest.of(body, all), order, new Digest(1, 1), DigestMemo.NONE);
    }

    private static String spliced(String tools, Ordered ordered) {
        return new String(new Plan(ordered.edit().stream().toList()).splice(tools.getBytes(UTF_8)), UTF_8);
    }

    private static List<String> names(String names) {
        return names.isEmpty() ? List.of() : List.of(names.split(" "));
    }

    private static String tool(String name) {
        return "{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\"}}";
    }
}
