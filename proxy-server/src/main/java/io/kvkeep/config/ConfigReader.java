package io.kvkeep.config;

import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.section.Kind;
import io.kvkeep.yaml.YamlMap;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the configuration file over the defaults; errors name file, line, value and what is allowed. */
public final class ConfigReader {
    private static final List<String> KEYS = List.of(
            "engine",
            "listen",
            "admin",
            "data-dir",
            "mode",
            "placement",
            "deliver",
            "stable-changes",
            "ledger",
            "ledger-bytes",
            "marks",
            "learn",
            "show-text",
            "event-loops",
            "profiles",
            "limits",
            "timeouts",
            "repeats");

    private static final Map<String, Deliver> DELIVER =
            new TreeMap<>(Map.of("now", Deliver.NOW, "next-user", Deliver.NEXT_USER));
    private static final Map<String, StableChanges> STABLE_CHANGES =
            new TreeMap<>(Map.of("send", StableChanges.SEND, "note", StableChanges.NOTE));
    private static final Map<String, Boolean> LEDGER = new TreeMap<>(Map.of("disk", true, "memory", false));
    private static final Map<String, Boolean> TRUTH = new TreeMap<>(Map.of("true", true, "false", false));
    private static final Map<String, Boolean> SWITCH = new TreeMap<>(Map.of("on", true, "off", false));
    private static final Map<String, Boolean> AUTO = new TreeMap<>(Map.of("auto", true, "off", false));

    private final YamlMap root;

    private ConfigReader(YamlMap root) {
        this.root = root;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if there is no such file, or it can't be read
     */
    public static Config read(Path file, Config defaults) throws IOException, YamlNotValid {
        return read(file.toString(), Files.readString(file), defaults);
    }

    static Config read(String file, String yaml, Config defaults) throws YamlNotValid {
        return new ConfigReader(YamlMap.parse(file, yaml)).over(defaults);
    }

    private Config over(Config defaults) throws YamlNotValid {
        List<String> kinds = Stream.of(Kind.values()).map(Kind::id).toList();
        List<String> allowed = new ArrayList<>(KEYS);
        allowed.addAll(kinds);
        root.allow(allowed.toArray(new String[0]));
        Optional<String> engine = root.optional("engine");
        Optional<String> dataDir = root.optional("data-dir");
        return new Config(
                engine.isPresent() ? engine : defaults.engine(),
                listen("listen", defaults.listen()),
                listen("admin", defaults.admin()),
                dataDir.map(Path::of).orElse(defaults.dataDir()),
                mode(defaults.mode()),
                new Policy(
                        placement(defaults.policy().placement()),
                        leftOut(),
                        one(root, "deliver", defaults.policy().deliver(), DELIVER),
                        one(root, "stable-changes", defaults.policy().stableChanges(), STABLE_CHANGES)),
                new LedgerOptions(
                        one(root, "ledger", defaults.ledger().onDisk(), LEDGER),
                        number(root, "ledger-bytes", defaults.ledger().maxBytes(), 1 << 20, 1L << 40),
                        one(root, "marks", defaults.ledger().marks(), AUTO),
                        one(root, "learn", defaults.ledger().learns(), AUTO)),
                limits(defaults.limits()),
                repeats(defaults.repeats()),
                one(root, "show-text", defaults.showsText(), TRUTH),
                Math.toIntExact(number(root, "event-loops", defaults.eventLoops(), 1, 64)),
                root.optional("profiles").map(Path::of).or(defaults::profiles));
    }

    private ListenAddress listen(String key, ListenAddress otherwise) throws YamlNotValid {
        Optional<String> text = root.optional(key);
        try {
            return text.map(ListenAddress::parse).orElse(otherwise);
        } catch (IllegalArgumentException e) {
            throw root.errorAt(key, key + ": " + e.getMessage());
        }
    }

    private Mode mode(Mode otherwise) throws YamlNotValid {
        Optional<String> id = root.optional("mode");
        if (id.isEmpty()) {
            return otherwise;
        }
        return Mode.of(id.get())
                .orElseThrow(() -> root.errorAt("mode", "no mode " + id.get() + "; off, observe or rewrite"));
    }

    private Placement placement(Placement otherwise) throws YamlNotValid {
        Optional<String> id = root.optional("placement");
        if (id.isEmpty()) {
            return otherwise;
        }
        return Placement.of(id.get())
                .orElseThrow(() -> root.errorAt(
                        "placement", "no placement " + id.get() + "; auto, first-user, end-of-system or off"));
    }

    private static <T> T one(YamlMap map, String key, T otherwise, Map<String, T> allowed) throws YamlNotValid {
        Optional<String> text = map.optional(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        T value = allowed.get(text.get());
        if (value == null) {
            throw map.errorAt(key, key + " is " + text.get() + "; " + String.join(" or ", allowed.keySet()));
        }
        return value;
    }

    private Set<Kind> leftOut() throws YamlNotValid {
        Set<Kind> leftOut = EnumSet.noneOf(Kind.class);
        for (Kind kind : Kind.values()) {
            Optional<YamlMap> section = root.map(kind.id());
            if (section.isPresent()) {
                section.get().allow("include");
                String include = section.get().string("include");
                if (include.equals("false")) {
                    leftOut.add(kind);
                } else if (!include.equals("true")) {
                    throw section.get().errorAt("include", "include is " + include + "; true or false");
                }
            }
        }
        return leftOut;
    }

    private Limits limits(Limits otherwise) throws YamlNotValid {
        Optional<YamlMap> sizes = root.map("limits");
        Optional<YamlMap> times = root.map("timeouts");
        int body = otherwise.rewriteBodyBytes();
        int head = otherwise.headBytes();
        if (sizes.isPresent()) {
            sizes.get().allow("rewrite-body-bytes", "head-bytes");
            body = Math.toIntExact(number(sizes.get(), "rewrite-body-bytes", body, 0, 1 << 30));
            head = Math.toIntExact(number(sizes.get(), "head-bytes", head, 8 << 10, 16 << 20));
        }
        if (times.isEmpty()) {
            return new Limits(
                    body,
                    head,
                    otherwise.idleTimeout(),
                    otherwise.uploadTimeout(),
                    otherwise.answerTimeout(),
                    otherwise.drainTimeout());
        }
        times.get().allow("idle-seconds", "upload-seconds", "answer-seconds", "drain-seconds");
        return new Limits(
                body,
                head,
                seconds(times.get(), "idle-seconds", otherwise.idleTimeout()),
                seconds(times.get(), "upload-seconds", otherwise.uploadTimeout()),
                seconds(times.get(), "answer-seconds", otherwise.answerTimeout()),
                seconds(times.get(), "drain-seconds", otherwise.drainTimeout()));
    }

    private RepeatOptions repeats(RepeatOptions otherwise) throws YamlNotValid {
        Optional<YamlMap> repeats = root.map("repeats");
        if (repeats.isEmpty()) {
            return otherwise;
        }
        repeats.get().allow("keep", "bytes", "seconds");
        return new RepeatOptions(
                one(repeats.get(), "keep", otherwise.on(), SWITCH),
                number(repeats.get(), "bytes", otherwise.maxBytes(), 1 << 20, 1L << 40),
                seconds(repeats.get(), "seconds", otherwise.keptFor()));
    }

    private static Duration seconds(YamlMap map, String key, Duration otherwise) throws YamlNotValid {
        return Duration.ofSeconds(number(map, key, otherwise.toSeconds(), 1, 86_400));
    }

    private static long number(YamlMap map, String key, long otherwise, long least, long most) throws YamlNotValid {
        Optional<String> text = map.optional(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text.get().replace("_", ""));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // falls through to the same message
        }
        throw map.errorAt(key, key + " is " + text.get() + "; a whole number from " + least + " to " + most);
    }
}
