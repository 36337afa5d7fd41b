package io.kvkeep.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.json.Range;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ToolNamesTest {
    private static final ToolNames NAMES = new ToolNames(List.of("tide_table", "tide", "log.book", "tide"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    [{"name":"tide_table"}]                            | tide_table
                    [{"function" : {"name" : "tide"}}]                 | tide
                    [{"name":"log.book"},{"name":"tide"}]              | log.book tide
                    [{"name":"tide_tables"},{"name":"my_tide"}]        |
                    [{"name":"logxbook","description":"tide_table"}]   | tide_table
                    [{"description":"Unlike \\"tide_table\\" it waits"}] |
                    [{"description":"Unlike tide_table it waits"}]     |
                    []                                                 |
                    """)
    void aNameIsFoundWhereItIsAStringByItself(String tools, @Nullable String found) {
        Set<String> expected = found == null ? Set.of() : Set.of(found.split(" "));

        assertThat(NAMES.in(prompt("{\"tools\":", tools, "}"))).isEqualTo(expected);
    }

    @Test
    void whatStandsOutsideOfTheToolsIsNoName() {
        assertThat(NAMES.in(prompt("\"tide\",", "[\"tid", "e\"]\"tide\""))).isEmpty();
        assertThat(NAMES.in(prompt("\"tide", "\"", "tide\""))).isEmpty();
    }

    @Test
    void aPromptWithoutToolsHoldsNone() {
        byte[] body = "{\"messages\":[\"tide\"]}".getBytes(UTF_8);

        assertThat(NAMES.in(new Prompt(body, Optional.empty(), List.of(), Optional.empty(), Set.of())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tide table", "tide\"", "Gezeitentafel für Föhr"})
    void namesThatJsonCouldSpellInAnotherWayAreRefused(String name) {
        assertThat(ToolNames.canHold(name)).isFalse();
        assertThatThrownBy(() -> new ToolNames(List.of(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    private static Prompt prompt(String before, String tools, String behind) {
        byte[] body = (before + tools + behind).getBytes(UTF_8);
        Range range = new Range(before.length(), before.length() + tools.length());
        return new Prompt(body, Optional.empty(), List.of(), Optional.of(range), Set.of());
    }
}
