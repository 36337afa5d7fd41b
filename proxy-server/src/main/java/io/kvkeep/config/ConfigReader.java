package io.kvkeep.config;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.config.Effective.Problem;
import io.kvkeep.plan.Policy;
import io.kvkeep.section.Kind;
import io.kvkeep.yaml.YamlMap;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the configuration: the file over the defaults, the environment over the file, flags over all. It is long because
 * it puts every setting into its place.
 */
public final class ConfigReader {
    /** What the names of all variables start with. */
    static final String VARIABLES = "KVKEEP_";

    private static final String FILE_VARIABLE = VARIABLES + "CONFIG";
    /** The start script and the log read these. */
    private static final Set<String> READ_ELSEWHERE = Set.of(FILE_VARIABLE, VARIABLES + "JAVA_OPTS", VARIABLES + "LOG");

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Origin> origins = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private ConfigReader() {}

    /** Returns the file that the variable {@code KVKEEP_CONFIG} names. */
    public static Optional<Path> usualFile(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(FILE_VARIABLE))
                .filter(name -> !name.isBlank())
                .map(Path::of);
    }

    /**
     * Reads everything; what is wrong is said in the answer.
     *
     * @param environment variables; an empty value counts as not set
     * @param flags values by keys, such as {@code mode}
     * @throws IOException if the file is not there or can't be read
     */
    public static Effective read(Optional<Path> file, Map<String, String> environment, Map<String, String> flags)
            throws IOException {
        if (file.isEmpty()) {
            return read("", "", environment, flags);
        }
        try {
            return read(file.get().toString(), Files.readString(file.get()), environment, flags);
        } catch (CharacterCodingException e) {
            throw new IOException(file.get() + " is not UTF-8", e);
        }
    }

    static Effective read(String file, String yaml, Map<String, String> environment, Map<String, String> flags) {
        ConfigReader reader = new ConfigReader();
        reader.file(file, yaml);
        for (Setting<?> setting : Settings.ALL) {
            String text = environment.getOrDefault(setting.variable(), "");
            if (!text.isEmpty()) {
                reader.put(setting, text, new Origin.Variable(setting.variable()));
            }
        }
        for (Setting<?> setting : Settings.ALL) {
            String text = flags.get(setting.key());
            if (text != null) {
                reader.put(setting, text, new Origin.Flag("--" + setting.key()));
            }
        }
        return new Effective(reader.config(), reader.origins, reader.problems, unread(environment));
    }

    /** Returns the JSON schema of configuration files, for editors. */
    public static String schema() {
        String resource = "/kvkeep/config.schema.json";
        try (InputStream in = ConfigReader.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource + " in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void file(String file, String yaml) {
        List<YamlNotValid> wrong = new ArrayList<>();
        try {
            YamlMap root = YamlMap.parse(file, yaml);
            Set<String> allowed = new LinkedHashSet<>();
            Map<String, List<Setting<?>>> groups = new TreeMap<>();
            for (Setting<?> setting : Settings.ALL) {
                allowed.add(setting.group().isEmpty() ? setting.name() : setting.group());
                groups.computeIfAbsent(setting.group(), group -> new ArrayList<>())
                        .add(setting);
            }
            wrong.addAll(root.unknown(List.copyOf(allowed), inGroups()));
            groups.forEach((group, settings) -> {
                if (group.isEmpty()) {
                    values(root, settings, wrong);
                } else {
                    mapping(root, group, settings, wrong);
                }
            });
        } catch (YamlNotValid e) {
            wrong.add(e);
        }
        wrong.stream()
                .map(e -> new Problem(new Origin.InFile(e.file(), e.line()), e.problem()))
                .forEach(problems::add);
        problems.sort((a, b) -> Integer.compare(line(a), line(b)));
    }

    /** Keys of groups as one may write them without their group; the commands print them with a dot. */
    private static Map<String, String> inGroups() {
        Map<String, String> places = new HashMap<>();
        Set<String> several = new LinkedHashSet<>();
        for (Setting<?> setting : Settings.ALL) {
            if (!setting.group().isEmpty()) {
                String place = setting.group() + ": {" + setting.name() + ": ...}";
                places.put(setting.key(), place);
                if (places.put(setting.name(), place) != null) {
                    several.add(setting.name());
                }
            }
        }
        places.keySet().removeAll(several);
        return places;
    }

    private static int line(Problem problem) {
        return problem.origin() instanceof Origin.InFile place ? place.line() : 0;
    }

    private void mapping(YamlMap root, String group, List<Setting<?>> settings, List<YamlNotValid> wrong) {
        List<String> names = settings.stream().map(Setting::name).toList();
        try {
            if (root.keys().contains(group) && !root.isMap(group)) {
                Setting<?> first = settings.get(0);
                wrong.add(root.errorAt(
                        group,
                        group + " is no mapping; such as " + group + ": {" + first.name() + ": "
                                + first.plain(Config.defaults()).orElseThrow() + "}, with "
                                + String.join(", ", names)));
                return;
            }
            Optional<YamlMap> map = root.map(group);
            if (map.isPresent()) {
                wrong.addAll(map.get().unknown(names));
                values(map.get(), settings, wrong);
            }
        } catch (YamlNotValid e) {
            wrong.add(e);
        }
    }

    private void values(YamlMap map, List<Setting<?>> settings, List<YamlNotValid> wrong) {
        for (Setting<?> setting : settings) {
            if (setting.equals(Settings.ADMIN) && map.isMap(setting.name())) {
                admin(map, wrong);
                continue;
            }
            try {
                Optional<String> text = map.optional(setting.name());
                if (text.isPresent()) {
                    put(setting, text.get(), new Origin.InFile(map.file(), map.lineOf(setting.name())));
                }
            } catch (YamlNotValid e) {
                wrong.add(e);
            }
        }
    }

    /** The port's address and what it may show can stand together: {@code admin: {listen: HOST:PORT, show-text: true}}. */
    private void admin(YamlMap root, List<YamlNotValid> wrong) {
        try {
            YamlMap map = root.map(Settings.ADMIN.key()).orElseThrow();
            wrong.addAll(map.unknown(List.of(Settings.LISTEN.key(), Settings.SHOW_TEXT.key())));
            Optional<String> address = map.optional(Settings.LISTEN.key());
            if (address.isPresent()) {
                put(Settings.ADMIN, address.get(), new Origin.InFile(map.file(), map.lineOf(Settings.LISTEN.key())));
            }
            Optional<String> shows = map.optional(Settings.SHOW_TEXT.key());
            if (shows.isPresent() && root.keys().contains(Settings.SHOW_TEXT.key())) {
                wrong.add(map.errorAt(Settings.SHOW_TEXT.key(), "show-text is there twice, in admin and without it"));
            } else if (shows.isPresent()) {
                put(
                        Settings.SHOW_TEXT,
                        shows.get(),
                        new Origin.InFile(map.file(), map.lineOf(Settings.SHOW_TEXT.key())));
            }
        } catch (YamlNotValid e) {
            wrong.add(e);
        }
    }

    private void put(Setting<?> setting, String text, Origin origin) {
        if (setting.form().read(text).isPresent()) {
            texts.put(setting.key(), text);
            origins.put(setting.key(), origin);
        } else {
            problems.add(new Problem(origin, setting.wrong(text)));
        }
    }

    private Config config() {
        Config defaults = Config.defaults();
        return new Config(
                optional(Settings.ENGINE, defaults),
                value(Settings.LISTEN, defaults),
                value(Settings.ADMIN, defaults),
                value(Settings.DATA_DIR, defaults),
                value(Settings.MODE, defaults),
                new Policy(
                        value(Settings.PLACEMENT, defaults),
                        leftOut(defaults),
                        value(Settings.DELIVER, defaults),
                        value(Settings.STABLE_CHANGES, defaults)),
                new LedgerOptions(
                        value(Settings.LEDGER, defaults),
                        value(Settings.LEDGER_BYTES, defaults),
                        value(Settings.MARKS, defaults),
                        value(Settings.LEARN, defaults)),
                new Limits(
                        Math.toIntExact(value(Settings.REWRITE_BODY_BYTES, defaults)),
                        Math.toIntExact(value(Settings.HEAD_BYTES, defaults)),
                        value(Settings.IDLE, defaults),
                        value(Settings.UPLOAD, defaults),
                        value(Settings.ANSWER, defaults),
                        value(Settings.DRAIN, defaults)),
                new RepeatOptions(
                        value(Settings.REPEATS_KEEP, defaults),
                        value(Settings.REPEATS_BYTES, defaults),
                        value(Settings.REPEATS_SECONDS, defaults)),
                new ReadAheadPolicy(
                        value(Settings.READ_AHEAD, defaults),
                        Math.toIntExact(value(Settings.READ_AHEAD_TOKENS, defaults)),
                        Math.toIntExact(value(Settings.READ_AHEAD_QUIET, defaults)),
                        Math.toIntExact(value(Settings.READ_AHEAD_KEEP_LOADED, defaults))),
                value(Settings.SHOW_TEXT, defaults),
                Math.toIntExact(value(Settings.EVENT_LOOPS, defaults)),
                optional(Settings.PROFILES, defaults),
                value(Settings.HOLDOUT, defaults));
    }

    private <T> Optional<T> optional(Setting<T> setting, Config defaults) {
        String text = texts.get(setting.key());
        return text == null ? setting.value().apply(defaults) : setting.form().read(text);
    }

    private <T> T value(Setting<T> setting, Config defaults) {
        return optional(setting, defaults).orElseThrow();
    }

    private Set<Kind> leftOut(Config defaults) {
        Set<Kind> leftOut = EnumSet.noneOf(Kind.class);
        Settings.INCLUDE.forEach((kind, include) -> {
            if (!value(include, defaults)) {
                leftOut.add(kind);
            }
        });
        return leftOut;
    }

    /** Kubernetes sets such variables for a service of this name, so they are told and not refused. */
    private static List<String> unread(Map<String, String> environment) {
        Set<String> known = new LinkedHashSet<>(READ_ELSEWHERE);
        Settings.ALL.forEach(setting -> known.add(setting.variable()));
        return environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLES) && !known.contains(name))
                .sorted()
                .toList();
    }
}
