package io.kvkeep.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlMapTest {
    private static final String SAMPLE = """
            name: pier
            boats:
              - name: tern
              - name: gull
            colours: [red, green]
            colour: blue
            place:
              depth: 4
            """;

    @Test
    void readsTextsListsAndMappings() throws YamlNotValid {
        YamlMap map = parse(SAMPLE);

        assertThat(map.keys()).containsExactly("name", "boats", "colours", "colour", "place");
        assertThat(map.string("name")).isEqualTo("pier");
        assertThat(map.optional("absent")).isEmpty();
        assertThat(map.strings("colours")).containsExactly("red", "green");
        assertThat(map.strings("colour")).containsExactly("blue");
        assertThat(map.strings("absent")).isEmpty();
        assertThat(map.maps("absent")).isEmpty();
        assertThat(map.map("absent")).isEmpty();
        assertThat(map.maps("boats").get(1).string("name")).isEqualTo("gull");
        assertThat(map.map("place").orElseThrow().string("depth")).isEqualTo("4");
    }

    @Test
    void aMissingTextIsNamed() throws YamlNotValid {
        YamlMap map = parse(SAMPLE);

        assertError(() -> map.string("owner"), "pier.yaml:1: owner is missing");
        assertError(() -> map.maps("boats").get(1).string("owner"), "pier.yaml:4: owner is missing");
    }

    @Test
    void anUnknownKeyIsNamedWithThoseThatAreAllowed() throws YamlNotValid {
        YamlMap map = parse(SAMPLE);

        assertError(
                () -> map.allow("name", "boats", "colour", "colours"),
                "pier.yaml:7: no key place here; one of name, boats, colour, colours");
    }

    @Test
    void anUnknownKeyThatLooksLikeAnAllowedOneIsNamedWithIt() throws YamlNotValid {
        YamlMap map = parse(SAMPLE);

        assertError(
                () -> map.allow("name", "boats", "colours", "place"),
                "pier.yaml:6: no key colour here; did you mean colours? All keys: name, boats, colours, place");
    }

    @Test
    void aKeyThatIsThereTwiceIsNamed() throws YamlNotValid {
        YamlMap map = parse("name: a\nage: 5\nname: b\n");

        assertError(() -> map.allow("name", "age"), "pier.yaml:3: key name is there twice");
    }

    @Test
    void anotherShapeThanTheOneNeededIsNamedWithItsLine() throws YamlNotValid {
        YamlMap map = parse(SAMPLE);

        assertError(() -> map.string("boats"), "pier.yaml:3: boats is no text");
        assertError(() -> map.strings("boats"), "pier.yaml:3: boats is no text");
        assertError(() -> map.map("name"), "pier.yaml:1: name is no mapping (key: value)");
        assertError(() -> map.maps("name"), "pier.yaml:1: name is no list");
        assertError(() -> map.maps("colours"), "pier.yaml:5: an entry of colours is no mapping (key: value)");
    }

    @Test
    void anErrorOfTheCallerNamesTheLineOfTheValueOrOfTheMapping() throws YamlNotValid {
        YamlMap map = parse(SAMPLE);

        assertThat(map.errorAt("colour", "too blue")).hasMessage("pier.yaml:6: too blue");
        assertThat(map.errorAt("absent", "needed")).hasMessage("pier.yaml:1: needed");
        assertThat(map.maps("boats").get(0).error("too old")).hasMessage("pier.yaml:3: too old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b\n", "text", "5"})
    void aDocumentThatIsNoMappingIsRefused(String yaml) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageStartingWith("pier.yaml:1: ")
                .hasMessageContaining("no mapping (key: value)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# a comment alone\n"})
    void anEmptyDocumentIsAnEmptyMapping(String yaml) throws YamlNotValid {
        assertThat(parse(yaml).keys()).isEmpty();
    }

    @Test
    void whatIsNoYamlIsRefusedWithItsLine() {
        assertThatThrownBy(() -> parse("name: pier\nboats: [tern\n"))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageMatching("(?s)pier\\.yaml:[23]: not YAML: .+");
        assertThatThrownBy(() -> parse("name: pier\n  boats: 3\n"))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageMatching("(?s)pier\\.yaml:2: not YAML: .+");
        assertThatThrownBy(() -> parse("name: pier\n---\nname: quay\n"))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageMatching("(?s)pier\\.yaml:2: not YAML: .+");
        assertThatThrownBy(() -> parse("name: \u0001\n"))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageStartingWith("pier.yaml:1: not YAML: ");
    }

    @Test
    void aKeyThatIsNoTextIsRefused() {
        assertThatThrownBy(() -> parse("? [a, b]\n: c\n"))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageStartingWith("pier.yaml:1: not YAML: ");
    }

    private static void assertError(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(YamlNotValid.class).hasMessage(message);
    }

    private static YamlMap parse(String yaml) throws YamlNotValid {
        return YamlMap.parse("pier.yaml", yaml);
    }
}
