package io.kvkeep.breaks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.kvkeep.explain.Break;
import io.kvkeep.turns.Turn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Explanations for programs. */
final class BreakJson {
    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    private BreakJson() {}

    static String turns(List<Turn> turns) {
        return write(Map.of("turns", turns));
    }

    static String request(Explained one) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("id", one.id());
        members.put("agent", one.agent());
        members.put("promptTokens", one.explanation().promptTokens());
        members.put("predictedTokens", one.explanation().predictedTokens());
        members.put("predictedAsItCameTokens", one.explanation().predictedAsItCameTokens());
        members.put("cachedTokens", one.cachedTokens() < 0 ? null : one.cachedTokens());
        members.put("edits", one.edits());
        members.put("came", place(one.explanation().came(), one.came()));
        members.put("sent", place(one.explanation().sent(), one.sent()));
        members.put("byEngine", place(one.explanation().engine(), new TextDiff(List.of(), List.of())));
        return write(members);
    }

    private static @Nullable Map<String, Object> place(Optional<Break> found, TextDiff diff) {
        if (found.isEmpty()) {
            return null;
        }
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("cause", found.get().cause().id());
        place.put("subject", found.get().subject());
        place.put("behindBytes", found.get().behindBytes());
        place.put("behindTokens", found.get().behindTokens());
        place.put("remedy", found.get().remedy());
        place.put("gone", diff.gone());
        place.put("come", diff.come());
        return place;
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts and numbers can't be written", e);
        }
    }
}
