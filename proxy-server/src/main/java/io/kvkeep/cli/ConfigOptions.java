package io.kvkeep.cli;

import io.kvkeep.config.ConfigReader;
import io.kvkeep.config.Effective;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Placement;
import io.kvkeep.reload.ConfigSource;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags that set something, and the file under them. */
final class ConfigOptions {
    @Option(
            names = "--engine",
            paramLabel = "URL",
            description = "The engine, such as http://127.0.0.1:11434. Without it, the usual ports are tried.")
    private @Nullable String engine;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where agents connect; 127.0.0.1:11435 by default.")
    private @Nullable String listen;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description = "Where /healthz, /metrics, /status and /api/turns are; 127.0.0.1:11436 by default.")
    private @Nullable String admin;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where this deployment's secret and the ledger are kept, readable by their owner alone;"
                    + " ~/.local/share/kvkeep by default.")
    private @Nullable String dataDir;

    @Option(
            names = "--profiles",
            paramLabel = "DIR",
            description = "Where profiles of your own are; the directory profiles in the data directory by default.")
    private @Nullable String profiles;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A YAML file with all settings; the one that KVKEEP_CONFIG names by default. Variables of the"
                    + " environment win over it, flags over both.")
    private @Nullable Path configFile;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            completionCandidates = Modes.class,
            description =
                    "rewrite (default of serve): keep the cache warm. observe (default of record): change nothing, count. off:"
                            + " bytes pass unread.")
    private @Nullable String mode;

    @Option(
            names = "--placement",
            paramLabel = "WHERE",
            completionCandidates = Placements.class,
            description =
                    "Where volatile sections go: first-user (default): notes in the conversation, the first in the first user"
                            + " message; end-of-system; off: they stay.")
    private @Nullable String placement;

    @Option(
            names = "--event-loops",
            paramLabel = "N",
            description = "Threads that carry connections; by default as many as cores, 2 to 4.")
    private @Nullable String eventLoops;

    /** Takes a mode for the flag, if that is not given. */
    void usualMode(Mode usual) {
        if (mode == null) {
            mode = usual.name().toLowerCase(Locale.ROOT);
        }
    }

    /** Tells whether a flag says that no prompt is read. */
    boolean isOff() {
        return "off".equals(mode);
    }

    /** Reads file, environment and flags; something may be wrong in them. */
    Effective read(CommandLine line) {
        return read(line, file(), System.getenv(), flags());
    }

    private Optional<Path> file() {
        return configFile == null ? ConfigReader.usualFile(System.getenv()) : Optional.of(configFile);
    }

    /** Returns where to read it again. */
    ConfigSource source() {
        Optional<Path> file = file();
        Map<String, String> flags = flags();
        return new ConfigSource() {
            @Override
            public Optional<Path> file() {
                return file;
            }

            @Override
            public Effective read() throws IOException {
                return ConfigReader.read(file, System.getenv(), flags);
            }
        };
    }

    /** Reads a file, which has to be there, and the rest. */
    static Effective read(
            CommandLine line, Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
        try {
            return ConfigReader.read(file, environment, flags);
        } catch (NoSuchFileException e) {
            throw new ParameterException(line, "there is no configuration file " + e.getMessage());
        } catch (IOException e) {
            throw new ParameterException(line, "the configuration file can't be read: " + FileProblem.of(e));
        }
    }

    /** Reads file, environment and flags; the first thing that is wrong in them ends the command. */
    Effective readGood(CommandLine line) {
        Effective effective = read(line);
        int wrong = effective.problems().size();
        if (wrong > 0) {
            String named = file().map(file -> " " + file).orElse("");
            String others = wrong == 1
                    ? ""
                    : " (" + wrong + " mistakes; those of file and environment: kvkeep check-config" + named + ")";
            throw new ParameterException(line, effective.problems().get(0) + others);
        }
        return effective;
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
        put(flags, "engine", engine);
        put(flags, "listen", listen);
        put(flags, "admin", admin);
        put(flags, "data-dir", dataDir);
        put(flags, "profiles", profiles);
        put(flags, "mode", mode);
        put(flags, "placement", placement);
        put(flags, "event-loops", eventLoops);
        return flags;
    }

    private static void put(Map<String, String> flags, String key, @Nullable String value) {
        if (value != null) {
            flags.put(key, value);
        }
    }

    /** What shells complete as a mode. */
    static final class Modes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Mode.values()).map(Mode::id).iterator();
        }
    }

    /** What shells complete as a placement. */
    static final class Placements implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Placement.values()).map(Placement::id).iterator();
        }
    }
}
