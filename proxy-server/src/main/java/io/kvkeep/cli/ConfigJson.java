package io.kvkeep.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.kvkeep.config.Effective;
import io.kvkeep.config.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration and its mistakes for programs. */
final class ConfigJson {
    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    private ConfigJson() {}

    static String settings(Effective effective) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Effective.Row row : effective.rows()) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            members.put("key", row.key());
            members.put("value", row.value().orElse(null));
            origin(members, row.origin());
            rows.add(members);
        }
        return write("settings", rows, effective);
    }

    static String problems(Effective effective) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Effective.Problem problem : effective.problems()) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            members.put("problem", problem.problem());
            origin(members, problem.origin());
            rows.add(members);
        }
        return write("problems", rows, effective);
    }

    private static void origin(Map<String, @Nullable Object> members, Origin origin) {
        if (origin instanceof Origin.InFile place) {
            members.put("from", "file");
            members.put("file", place.file());
            members.put("line", place.line());
        } else if (origin instanceof Origin.Variable variable) {
            members.put("from", "variable");
            members.put("variable", variable.name());
        } else if (origin instanceof Origin.Flag flag) {
            members.put("from", "flag");
            members.put("flag", flag.name());
        } else {
            members.put("from", "default");
        }
    }

    private static String write(String name, List<Map<String, @Nullable Object>> rows, Effective effective) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(name, rows);
        all.put("unreadVariables", effective.unread());
        try {
            return JSON.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts and numbers can't be written", e);
        }
    }
}
