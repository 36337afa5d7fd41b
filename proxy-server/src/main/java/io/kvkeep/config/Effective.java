package io.kvkeep.config;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.kvkeep.yaml.NearName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The configuration that file, environment and flags make together.
 *
 * @param config what holds; where something is wrong, the value that would hold without it
 * @param origins where the value of each key comes from, for keys that are set
 * @param problems what is wrong: in the file in the order of its lines, then in variables, then in flags
 * @param unread variables whose names start like those of kvkeep and that mean nothing to it
 */
public record Effective(Config config, Map<String, Origin> origins, List<Problem> problems, List<String> unread) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/.~](?:[A-Za-z0-9/._~:-]*[A-Za-z0-9/._~-])?");
    private static final Origin DEFAULT = new Origin.Default();

    /** Copies maps and lists. */
    public Effective {
        origins = Map.copyOf(origins);
        problems = List.copyOf(problems);
        unread = List.copyOf(unread);
    }

    /** Returns the variable that somebody may have meant who set one that is not read. */
    public static Optional<String> meant(String unread) {
        Map<String, String> variables = new LinkedHashMap<>();
        Settings.ALL.forEach(setting -> variables.put(ownName(setting.variable()), setting.variable()));
        return NearName.of(ownName(unread), variables.keySet()).map(variables::get);
    }

    private static String ownName(String variable) {
        return variable.substring(ConfigReader.VARIABLES.length());
    }

    /** Returns every setting with its value. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Setting<?> setting : Settings.ALL) {
            Origin origin = origins.getOrDefault(setting.key(), DEFAULT);
            rows.add(new Row(setting.key(), setting.plain(config), origin));
        }
        return rows;
    }

    /** Returns a configuration file that says the same, with a comment on each value's origin. */
    public String yaml() {
        StringBuilder yaml = new StringBuilder();
        String group = "";
        for (Row row : rows()) {
            int dot = row.key().indexOf('.');
            String own = row.key().substring(0, Math.max(0, dot));
            if (!own.equals(group) && !own.isEmpty()) {
                yaml.append(own).append(":\n");
            }
            group = own;
            String name = (dot < 0 ? "" : "  ") + row.key().substring(dot + 1);
            yaml.append(row.value().map(value -> name + ": " + scalar(value)).orElse("# " + name + " is not set"))
                    .append(" # ")
                    .append(row.origin())
                    .append('\n');
        }
        return yaml.toString();
    }

    private static String scalar(Object value) {
        String text = value.toString();
        boolean plain = !(value instanceof String) || PLAIN.matcher(text).matches();
        return plain
                ? text
                : "\"" + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    /**
     * A setting with its value.
     *
     * @param key its name in the file, such as {@code limits.head-bytes}
     * @param value a text, a Long or a Boolean; empty if it need not be set and is not
     * @param origin where the value comes from
     */
    public record Row(String key, Optional<Object> value, Origin origin) {}

    /**
     * Something that is wrong.
     *
     * @param origin where
     * @param problem the value, and what is allowed
     */
    public record Problem(Origin origin, String problem) {
        @Override
        public String toString() {
            return origin + ": " + problem;
        }
    }
}
