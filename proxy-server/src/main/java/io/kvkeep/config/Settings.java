package io.kvkeep.config;

import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.section.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All keys of the configuration, in one table: the reader, the commands and the test of the schema go by it. */
final class Settings {
    private static final Form<Boolean> AUTO = choice("auto", true, "off", false);
    private static final Form<Long> MEMORY = new Form.Whole(1 << 20, 1L << 40);
    private static final Form<Duration> SECONDS = new Form.Seconds();

    static final Setting<String> ENGINE = new Setting<>("engine", new Form.EngineUrl(), Config::engine);
    static final Setting<ListenAddress> LISTEN = Setting.of("listen", new Form.Listen(), Config::listen);
    static final Setting<ListenAddress> ADMIN = Setting.of("admin", new Form.Listen(), Config::admin);
    static final Setting<Path> DATA_DIR = Setting.of("data-dir", new Form.Directory(), Config::dataDir);
    static final Setting<Mode> MODE = Setting.of("mode", modes(), Config::mode);
    static final Setting<Integer> HOLDOUT = Setting.of("holdout", new Form.Share(), Config::holdoutPercent);
    static final Setting<Placement> PLACEMENT =
            Setting.of("placement", placements(), config -> config.policy().placement());
    static final Setting<Deliver> DELIVER = Setting.of(
            "deliver",
            choice("now", Deliver.NOW, "next-user", Deliver.NEXT_USER),
            config -> config.policy().deliver());
    static final Setting<StableChanges> STABLE_CHANGES = Setting.of(
            "stable-changes",
            choice("send", StableChanges.SEND, "note", StableChanges.NOTE),
            config -> config.policy().stableChanges());
    static final Setting<Boolean> LEDGER = Setting.of(
            "ledger",
            choice("disk", true, "memory", false),
            config -> config.ledger().onDisk());
    static final Setting<Long> LEDGER_BYTES =
            Setting.of("ledger-bytes", MEMORY, config -> config.ledger().maxBytes());
    static final Setting<Boolean> MARKS =
            Setting.of("marks", AUTO, config -> config.ledger().marks());
    static final Setting<Boolean> LEARN =
            Setting.of("learn", AUTO, config -> config.ledger().learns());
    static final Setting<Boolean> SHOW_TEXT = Setting.of("show-text", new Form.Truth(), Config::showsText);
    static final Setting<Path> PROFILES = new Setting<>("profiles", new Form.Directory(), Config::profiles);
    static final Setting<Long> EVENT_LOOPS =
            Setting.of("event-loops", new Form.Whole(1, 64), config -> (long) config.eventLoops());
    static final Setting<Long> REWRITE_BODY_BYTES =
            Setting.of("limits.rewrite-body-bytes", new Form.Whole(0, 1 << 30), config ->
                    (long) config.limits().rewriteBodyBytes());
    static final Setting<Long> HEAD_BYTES = Setting.of("limits.head-bytes", new Form.Whole(8 << 10, 16 << 20), config ->
            (long) config.limits().headBytes());
    static final Setting<Duration> IDLE = Setting.of(
            "timeouts.idle-seconds", SECONDS, config -> config.limits().idleTimeout());
    static final Setting<Duration> UPLOAD = Setting.of(
            "timeouts.upload-seconds", SECONDS, config -> config.limits().uploadTimeout());
    static final Setting<Duration> ANSWER = Setting.of(
            "timeouts.answer-seconds", SECONDS, config -> config.limits().answerTimeout());
    static final Setting<Duration> DRAIN = Setting.of(
            "timeouts.drain-seconds", SECONDS, config -> config.limits().drainTimeout());
    static final Setting<Boolean> REPEATS_KEEP = Setting.of(
            "repeats.keep",
            choice("on", true, "off", false),
            config -> config.repeats().on());
    static final Setting<Long> REPEATS_BYTES =
            Setting.of("repeats.bytes", MEMORY, config -> config.repeats().maxBytes());
    static final Setting<Duration> REPEATS_SECONDS =
            Setting.of("repeats.seconds", SECONDS, config -> config.repeats().keptFor());
    static final Setting<Boolean> READ_AHEAD = Setting.of(
            "read-ahead.enabled", new Form.Truth(), config -> config.readAhead().enabled());
    static final Setting<Long> READ_AHEAD_TOKENS =
            Setting.of("read-ahead.min-tokens", new Form.Whole(1, 1_000_000), config ->
                    (long) config.readAhead().minTokens());
    static final Setting<Long> READ_AHEAD_QUIET =
            Setting.of("read-ahead.quiet-millis", new Form.Whole(0, 3_600_000), config ->
                    (long) config.readAhead().quietMillis());
    static final Setting<Long> READ_AHEAD_KEEP_LOADED =
            Setting.of("read-ahead.keep-loaded-seconds", new Form.Whole(0, 604_800), config ->
                    (long) config.readAhead().keepLoadedSeconds());

    static final Map<Kind, Setting<Boolean>> INCLUDE = include();

    /** In the order in which they are shown. */
    static final List<Setting<?>> ALL = all();

    /** What a running kvkeep can't change: ports and files are taken, threads and connections are there. */
    static final Set<Setting<?>> AT_START = Set.of(ENGINE, LISTEN, ADMIN, DATA_DIR, LEDGER, EVENT_LOOPS);

    private Settings() {}

    private static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(List.of(
                ENGINE,
                LISTEN,
                ADMIN,
                DATA_DIR,
                MODE,
                HOLDOUT,
                PLACEMENT,
                DELIVER,
                STABLE_CHANGES,
                LEDGER,
                LEDGER_BYTES,
                MARKS,
                LEARN,
                SHOW_TEXT,
                EVENT_LOOPS,
                PROFILES,
                REWRITE_BODY_BYTES,
                HEAD_BYTES,
                IDLE,
                UPLOAD,
                ANSWER,
                DRAIN,
                REPEATS_KEEP,
                REPEATS_BYTES,
                REPEATS_SECONDS,
                READ_AHEAD,
                READ_AHEAD_TOKENS,
                READ_AHEAD_QUIET,
                READ_AHEAD_KEEP_LOADED));
        all.addAll(INCLUDE.values());
        return List.copyOf(all);
    }

    private static Map<Kind, Setting<Boolean>> include() {
        Map<Kind, Setting<Boolean>> include = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            include.put(
                    kind,
                    Setting.of(
                            kind.id() + ".include",
                            new Form.Truth(),
                            config -> !config.policy().leftOut().contains(kind)));
        }
        return Collections.unmodifiableMap(include);
    }

    private static Form<Mode> modes() {
        Map<String, Mode> words = new LinkedHashMap<>();
        for (Mode mode : Mode.values()) {
            words.put(mode.id(), mode);
        }
        return new Form.Choice<>(words);
    }

    private static Form<Placement> placements() {
        Map<String, Placement> words = new LinkedHashMap<>();
        words.put("auto", Placement.of("auto").orElseThrow());
        for (Placement placement : Placement.values()) {
            words.put(placement.id(), placement);
        }
        return new Form.Choice<>(words);
    }

    private static <T> Form<T> choice(String first, T one, String second, T other) {
        Map<String, T> words = new LinkedHashMap<>();
        words.put(first, one);
        words.put(second, other);
        return new Form.Choice<>(words);
    }
}
