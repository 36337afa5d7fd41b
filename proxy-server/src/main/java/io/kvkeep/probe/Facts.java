package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvkeep.template.Fact;
import java.util.Optional;
import java.util.OptionalLong;

/** Facts that are one field of an answer. */
final class Facts {
    private Facts() {}

    static Fact<OptionalLong> number(String source, JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.canConvertToLong() && value.asLong() > 0
                ? new Fact<>(OptionalLong.of(value.asLong()), source + ": " + field + " " + value.asLong())
                : new Fact<>(OptionalLong.empty(), source + ": no " + field);
    }

    static Fact<Optional<String>> text(String source, JsonNode object, String field) {
        String value = object.path(field).asText("");
        return value.isEmpty()
                ? new Fact<>(Optional.empty(), source + ": no " + field)
                : new Fact<>(Optional.of(value), source + ": " + field + " " + value);
    }
}
