package io.kvkeep.profile;

import io.kvkeep.json.MemberPath;
import io.kvkeep.profile.SessionPlaces.SystemLine;
import io.kvkeep.prompt.ToolNames;
import io.kvkeep.yaml.YamlMap;
import io.kvkeep.yaml.YamlNotValid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a profile from YAML; every error names file, line, the value found and what is allowed. */
public final class ProfileReader {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,39}");

    private final List<YamlNotValid> problems = new ArrayList<>();

    private ProfileReader() {}

    /**
     * Reads one profile.
     *
     * @param file the file's name, for errors
     * @param yaml the file's text
     */
    public static Profile read(String file, String yaml) throws YamlNotValid {
        ProfileFile read = check(file, yaml);
        if (!read.problems().isEmpty()) {
            throw read.problems().get(0);
        }
        return read.profile();
    }

    /** Reads one profile and goes on behind each error, at most one in an entry. */
    public static ProfileFile check(String file, String yaml) {
        ProfileReader reader = new ProfileReader();
        Profile nothing = new Profile("", Recognise.NOTHING, SessionPlaces.NONE, Rules.NONE);
        try {
            return reader.read(YamlMap.parse(file, yaml));
        } catch (YamlNotValid e) {
            reader.problems.add(e);
            return new ProfileFile(nothing, false, reader.problems);
        }
    }

    private ProfileFile read(YamlMap root) throws YamlNotValid {
        attempt(() -> root.allow(ProfileKeys.PROFILE));
        String agent = root.string("agent");
        attempt(() -> label(root, "agent", agent));
        attempt(() -> root.optional("versions"));
        List<Recognise> recognise = new ArrayList<>();
        attempt(() -> recognise.add(recognise(root)));
        List<SessionPlaces> session = new ArrayList<>();
        attempt(() -> session.add(session(root)));
        List<Boolean> extending = new ArrayList<>();
        attempt(() -> extending.add(extending(root)));
        Rules rules = new RuleReader(problems).read(root);
        return new ProfileFile(
                new Profile(
                        agent,
                        recognise.isEmpty() ? Recognise.NOTHING : recognise.get(0),
                        session.isEmpty() ? SessionPlaces.NONE : session.get(0),
                        rules),
                extending.contains(true),
                problems);
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (YamlNotValid e) {
            problems.add(e);
        }
    }

    /** Names end up as labels of metrics. */
    static void label(YamlMap map, String key, String value) throws YamlNotValid {
        if (!LABEL.matcher(value).matches()) {
            throw map.errorAt(
                    key, key + " is " + value + "; 1 to 40 lower-case letters, digits, dots, dashes, underscores");
        }
    }

    private static boolean extending(YamlMap root) throws YamlNotValid {
        Optional<String> base = root.optional("extends");
        if (base.isPresent() && !base.get().equals("built-in")) {
            throw root.errorAt("extends", "extends is " + base.get() + "; built-in");
        }
        return base.isPresent();
    }

    private static Recognise recognise(YamlMap root) throws YamlNotValid {
        Optional<YamlMap> map = root.map("recognise");
        if (map.isEmpty()) {
            return Recognise.NOTHING;
        }
        map.get().allow(ProfileKeys.RECOGNISE);
        List<HeaderStart> headers = new ArrayList<>();
        literals(map.get(), "user-agent-starts").forEach(starts -> headers.add(new HeaderStart("user-agent", starts)));
        headers.addAll(headers(map.get()));
        return new Recognise(
                headers,
                literals(map.get(), "system-starts"),
                literals(map.get(), "system-lines"),
                literals(map.get(), "system-contains"),
                literals(map.get(), "first-user-starts"),
                tools(map.get()));
    }

    private static List<String> tools(YamlMap map) throws YamlNotValid {
        List<String> names = literals(map, "tools");
        for (String name : names) {
            if (!ToolNames.canHold(name)) {
                throw map.errorAt("tools", "tools holds " + name + "; letters, digits, dots, dashes and underscores");
            }
        }
        return names;
    }

    private static SessionPlaces session(YamlMap root) throws YamlNotValid {
        Optional<YamlMap> map = root.map("session");
        if (map.isEmpty()) {
            return SessionPlaces.NONE;
        }
        map.get().allow(ProfileKeys.SESSION);
        List<MemberPath> body = new ArrayList<>();
        for (String path : map.get().strings("body")) {
            try {
                body.add(MemberPath.of(path));
            } catch (IllegalArgumentException e) {
                throw map.get().errorAt("body", "body is " + path + "; " + e.getMessage());
            }
        }
        List<SystemLine> lines = new ArrayList<>();
        for (YamlMap line : map.get().maps("system-lines")) {
            lines.add(systemLine(line));
        }
        List<String> headers = literals(map.get(), "headers").stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        return new SessionPlaces(headers, body, lines);
    }

    private static SystemLine systemLine(YamlMap map) throws YamlNotValid {
        map.allow(ProfileKeys.SYSTEM_LINE);
        map.strings("seen");
        Pattern matches = RuleReader.pattern(map).orElseThrow(() -> map.error("matches is missing"));
        SystemLine line;
        try {
            line = new SystemLine(map.string("starts"), matches);
        } catch (IllegalArgumentException e) {
            throw map.error(String.valueOf(e.getMessage()));
        }
        Optional<String> example = map.optional("example");
        if (example.isPresent() && line.in(List.of(example.get())).isEmpty()) {
            throw map.errorAt("example", "this session line does not find its own example");
        }
        return line;
    }

    /** Texts that a search starts from; an empty one would be found everywhere. */
    static List<String> literals(YamlMap map, String key) throws YamlNotValid {
        List<String> literals = map.strings(key);
        if (literals.stream().anyMatch(String::isBlank)) {
            throw map.errorAt(key, key + " holds an empty text; it would match everything");
        }
        return literals;
    }

    static List<HeaderStart> headers(YamlMap map) throws YamlNotValid {
        List<HeaderStart> headers = new ArrayList<>();
        for (YamlMap header : map.maps("headers")) {
            header.allow(ProfileKeys.HEADER);
            headers.add(new HeaderStart(
                    header.string("name"), header.optional("starts").orElse("")));
        }
        return headers;
    }

    /** A step that may find an error. */
    private interface Step {
        void run() throws YamlNotValid;
    }
}
