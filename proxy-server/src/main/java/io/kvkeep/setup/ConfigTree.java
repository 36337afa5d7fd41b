package io.kvkeep.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The settings of another program as a tree: YAML, JSON with comments, and of TOML and of files with variables as much as
 * texts in one line need.
 */
final class ConfigTree {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private static final Pattern TABLE = Pattern.compile("^\\s*\\[([^\\[\\]]+)]\\s*(?:#.*)?$");
    private static final Pattern TEXT =
            Pattern.compile("^\\s*(?:export\\s+)?[\"']?([\\w.-]+)[\"']?\\s*=\\s*([\"']?)(.*?)\\2\\s*(?:#.*)?$");

    private ConfigTree() {}

    /** Reads a file by what its name ends with; empty if it is not what its name says. */
    static Optional<JsonNode> read(String name, String text) {
        try {
            if (name.endsWith(".yaml") || name.endsWith(".yml")) {
                Object root = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(text);
                return Optional.ofNullable(root).map(JSON::valueToTree);
            }
            return Optional.of(name.endsWith(".json") ? JSON.readTree(text) : lines(text));
        } catch (YamlEngineException | JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static JsonNode lines(String text) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode table = root;
        for (String line : text.lines().toList()) {
            Matcher head = TABLE.matcher(line);
            Matcher value = TEXT.matcher(line);
            if (head.matches()) {
                table = root;
                for (String step : head.group(1).split("\\.", -1)) {
                    table = table.withObject(step.strip().replaceAll("[\"']", ""));
                }
            } else if (value.matches()) {
                table.put(value.group(1), value.group(3));
            }
        }
        return root;
    }
}
