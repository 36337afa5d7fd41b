package io.kvkeep.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.JsonTree;
import io.kvkeep.profile.Ephemeral.Action;
import io.kvkeep.profile.Ephemeral.Where;
import io.kvkeep.section.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON schema for editors says what the reader does. */
final class ProfileSchemaTest {
    private static final Map<?, ?> SCHEMA = map(JsonTree.parse(BuiltIn.text("profile.schema.json")));

    /** The mappings, the keys of each in the reader, and where such a mapping stands in a file. */
    static Stream<Arguments> mappings() {
        return Stream.of(
                Arguments.of("recognise", ProfileKeys.RECOGNISE, "recognise: %s"),
                Arguments.of("header", ProfileKeys.HEADER, "recognise: {headers: [%s]}"),
                Arguments.of("session", ProfileKeys.SESSION, "session: %s"),
                Arguments.of("system-line", ProfileKeys.SYSTEM_LINE, "session: {system-lines: [%s]}"),
                Arguments.of("side-request", ProfileKeys.SIDE_REQUEST, "side-requests: [%s]"),
                Arguments.of("section", ProfileKeys.SECTION, "sections: [%s]"),
                Arguments.of("section", ProfileKeys.SECTION, "first-user-sections: [%s]"),
                Arguments.of("ephemeral", ProfileKeys.EPHEMERAL, "ephemeral: [%s]"),
                Arguments.of("never-touch", ProfileKeys.NEVER_TOUCH, "never-touch: [%s]"));
    }

    @ParameterizedTest(name = "{0} in {2}")
    @MethodSource("mappings")
    void eachMappingHasTheKeysOfTheReaderAndNoOthers(String name, List<String> keys, String place) {
        Map<?, ?> definition = definition(name);

        assertThat(names(map(definition.get("properties")))).containsExactlyElementsOf(keys);
        assertThat(definition.get("additionalProperties")).isEqualTo(new JsonTree.Literal("false"));
    }

    @ParameterizedTest(name = "{0} in {2}")
    @MethodSource("mappings")
    void whatTheSchemaRequiresIsWhatTheReaderNeeds(String name, List<String> keys, String place) {
        List<String> required = texts(definition(name).get("required"));

        assertThat(problems(place, required)).isEmpty();
        for (String key : required) {
            List<String> less = new ArrayList<>(required);
            less.remove(key);
            assertThat(problems(place, less)).as("%s without %s", name, key).isNotEmpty();
        }
    }

    @Test
    void theFileItselfHasTheKeysOfTheReaderAndNeedsAnAgent() {
        assertThat(names(map(SCHEMA.get("properties")))).containsExactlyElementsOf(ProfileKeys.PROFILE);
        assertThat(texts(SCHEMA.get("required"))).containsExactly("agent");
        assertThat(ProfileReader.check("tern.yaml", "versions: any\n").problems())
                .hasSize(1);
    }

    @Test
    void choicesAreThoseOfTheReader() {
        assertThat(choices("section", "kind"))
                .containsExactlyElementsOf(
                        Stream.of(Kind.values()).map(Kind::id).toList());
        assertThat(choices("section", "stability")).containsExactlyInAnyOrder("stable", "volatile");
        assertThat(choices("ephemeral", "where"))
                .containsExactlyElementsOf(
                        Stream.of(Where.values()).map(Where::id).toList());
        assertThat(choices("ephemeral", "action"))
                .containsExactlyElementsOf(
                        Stream.of(Action.values()).map(Action::id).toList());
        assertThat(texts(map(map(SCHEMA.get("properties")).get("extends")).get("enum")))
                .containsExactly("built-in");
    }

    /** Returns what the reader says of a mapping with these keys, and those that stand for "one of several". */
    private static List<?> problems(String place, List<String> keys) {
        List<String> members = new ArrayList<>();
        keys.forEach(key -> members.add(key + ": " + value(key)));
        if (place.contains("sections:") || place.contains("ephemeral:")) {
            members.add("until: line-end");
        }
        if (place.contains("side-requests:")) {
            members.add("starts: Tern");
        }
        String yaml = "agent: tern\n" + place.formatted("{" + String.join(", ", members) + "}") + "\n";
        return ProfileReader.check("tern.yaml", yaml).problems();
    }

    private static String value(String key) {
        return switch (key) {
            case "kind" -> "clock";
            case "stability" -> "volatile";
            case "in" -> "user";
            case "where" -> "block";
            case "action" -> "keep";
            case "matches" -> "'T(.)'";
            default -> "tern";
        };
    }

    private static List<String> choices(String definition, String key) {
        return texts(map(map(definition(definition).get("properties")).get(key)).get("enum"));
    }

    private static Map<?, ?> definition(String name) {
        return map(map(SCHEMA.get("$defs")).get(name));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static List<String> names(Map<?, ?> members) {
        return members.keySet().stream().map(String::valueOf).toList();
    }

    private static List<String> texts(@Nullable Object list) {
        return ((List<?>) Objects.requireNonNull(list))
                .stream().map(String::valueOf).toList();
    }
}
