package io.kvkeep.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON schema for editors says what the reader does. */
class ConfigSchemaTest {
    private static final JsonNode SCHEMA = schema();

    static Stream<Setting<?>> settings() {
        return Settings.ALL.stream();
    }

    @Test
    void eachMappingHasTheKeysOfTheReaderAndNoOthers() {
        Set<String> top = new LinkedHashSet<>();
        Settings.ALL.forEach(setting -> top.add(setting.group().isEmpty() ? setting.name() : setting.group()));

        assertThat(names(SCHEMA)).containsExactlyElementsOf(top);
        for (String group : top) {
            if (group.equals(Settings.ADMIN.key())) {
                continue; // it has two forms
            }
            JsonNode mapping = SCHEMA.path("properties").path(group);
            List<String> inside = Settings.ALL.stream()
                    .filter(setting -> setting.group().equals(group))
                    .map(Setting::name)
                    .toList();
            assertThat(names(mapping)).as(group).containsExactlyElementsOf(inside);
            if (!inside.isEmpty()) {
                assertThat(mapping.path("type").asText()).isEqualTo("object");
                assertThat(mapping.path("additionalProperties")).hasToString("false");
                assertThat(mapping.has("required")).isFalse();
            }
        }
        assertThat(SCHEMA.path("additionalProperties")).hasToString("false");
        assertThat(SCHEMA.has("required")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void choicesAndRangesAreThoseOfTheReader(Setting<?> setting) {
        JsonNode property = property(setting);
        Form<?> form = setting.form();

        assertThat(property.path("description").asText()).isNotBlank();
        if (form instanceof Form.Choice<?> choice) {
            List<String> words = new ArrayList<>();
            property.path("enum").forEach(word -> words.add(word.asText()));
            assertThat(words).containsExactlyElementsOf(choice.words().keySet());
        } else if (form instanceof Form.Truth) {
            assertThat(property.path("type").asText()).isEqualTo("boolean");
        } else if (form instanceof Form.Whole || form instanceof Form.Seconds) {
            Form.Whole number = form instanceof Form.Whole whole ? whole : Form.Seconds.NUMBER;
            JsonNode range = property.path("anyOf").path(0);
            assertThat(range.path("type").asText()).isEqualTo("integer");
            assertThat(range.path("minimum").asLong(-1)).isEqualTo(number.least());
            assertThat(range.path("maximum").asLong(-1)).isEqualTo(number.most());
            assertThat("1_048_576")
                    .matches(property.path("anyOf").path(1).path("pattern").asText());
        } else if (!setting.equals(Settings.ADMIN)) {
            assertThat(property.path("type").asText()).isEqualTo("string");
        }
    }

    @Test
    void theAdminPortIsATextOrAMappingOfTwoSettings() {
        JsonNode admin = property(Settings.ADMIN);

        assertThat(admin.path("type")).hasToString("[\"string\",\"object\"]");
        assertThat(names(admin)).containsExactly(Settings.LISTEN.key(), Settings.SHOW_TEXT.key());
        assertThat(admin.at("/properties/listen/pattern"))
                .isEqualTo(property(Settings.LISTEN).path("pattern"));
        assertThat(admin.path("additionalProperties")).hasToString("false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1",
                "https://gull/llm/v1",
                "[::1]:0",
                "localhost:65535",
                "gull",
                "http://tern@gull:1",
                "http://gull?a=b"
            })
    void patternsLetPassWhatTheReaderDoes(String text) {
        for (Setting<?> setting : Settings.ALL) {
            JsonNode pattern = property(setting).path("pattern");
            if (!pattern.isMissingNode()) {
                assertThat(Pattern.compile(pattern.asText()).matcher(text).find())
                        .as("%s: %s", setting.key(), text)
                        .isEqualTo(setting.form().read(text).isPresent());
            }
        }
        assertThat(property(Settings.ENGINE).has("pattern")).isTrue();
        assertThat(property(Settings.LISTEN).has("pattern")).isTrue();
    }

    @Test
    void whatTheSchemaAllowsAsAFileTheReaderReads() {
        for (String yaml : List.of("", "# nothing\n", "{}", "memory: {}\n", "limits: {}\n")) {
            assertThat(ConfigReader.read("kvkeep.yaml", yaml, Map.of(), Map.of())
                            .problems())
                    .as(yaml)
                    .isEmpty();
        }
    }

    private static JsonNode property(Setting<?> setting) {
        JsonNode mapping =
                setting.group().isEmpty() ? SCHEMA : SCHEMA.path("properties").path(setting.group());
        return mapping.path("properties").path(setting.name());
    }

    private static List<String> names(JsonNode mapping) {
        List<String> names = new ArrayList<>();
        mapping.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode schema() {
        try {
            return new ObjectMapper().readTree(ConfigReader.schema());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
