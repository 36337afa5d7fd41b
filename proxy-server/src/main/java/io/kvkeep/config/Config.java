package io.kvkeep.config;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.plan.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Everything that can be set.
 *
 * @param engine the engine's URL; looked for on the usual ports if empty
 * @param listen where agents connect
 * @param admin where health and metrics are
 * @param dataDir where the deployment's secret and the ledger are kept
 * @param mode what is done with prompts
 * @param policy how prompts are rewritten
 * @param ledger where the ledger is kept
 * @param limits sizes and times
 * @param repeats whether answers are kept
 * @param readAhead what is read ahead in the engine's idle time
 * @param showsText whether the status may show text of prompts
 * @param eventLoops threads that carry connections
 * @param profiles the directory with profiles of the user; the one in the data directory if empty
 * @param holdoutPercent of a hundred conversations, how many go out as they come, to be compared with the others
 */
public record Config(
        Optional<String> engine,
        ListenAddress listen,
        ListenAddress admin,
        Path dataDir,
        Mode mode,
        Policy policy,
        LedgerOptions ledger,
        Limits limits,
        RepeatOptions repeats,
        ReadAheadPolicy readAhead,
        boolean showsText,
        int eventLoops,
        Optional<Path> profiles,
        int holdoutPercent) {

    /** Checks the ranges. */
    public Config {
        if (eventLoops < 1 || eventLoops > 64) {
            throw new IllegalArgumentException("event-loops is " + eventLoops + "; 1 to 64 are allowed");
        }
    }

    /** A configuration in which all conversations are treated alike. */
    public Config(
            Optional<String> engine,
            ListenAddress listen,
            ListenAddress admin,
            Path dataDir,
            Mode mode,
            Policy policy,
            LedgerOptions ledger,
            Limits limits,
            RepeatOptions repeats,
            ReadAheadPolicy readAhead,
            boolean showsText,
            int eventLoops,
            Optional<Path> profiles) {
        this(
                engine,
                listen,
                admin,
                dataDir,
                mode,
                policy,
                ledger,
                limits,
                repeats,
                readAhead,
                showsText,
                eventLoops,
                profiles,
                0);
    }

    /** Returns this configuration with what can't change at run time taken from the one that holds. */
    Config startedAs(Config running) {
        return new Config(
                running.engine,
                running.listen,
                running.admin,
                running.dataDir,
                mode,
                policy,
                new LedgerOptions(running.ledger.onDisk(), ledger.maxBytes(), ledger.marks(), ledger.learns()),
                limits,
                repeats,
                readAhead,
                showsText,
                running.eventLoops,
                profiles,
                holdoutPercent);
    }

    /** Returns the directory with profiles of the user: the one that is set, or the one in the data directory. */
    public Optional<Path> profileFiles() {
        Path usual = dataDir.resolve("profiles");
        return profiles.isPresent() ? profiles : Optional.of(usual).filter(Files::isDirectory);
    }

    /** Returns what holds without any file or flag. */
    public static Config defaults() {
        return new Config(
                Optional.empty(),
                new ListenAddress("127.0.0.1", 11_435),
                new ListenAddress("127.0.0.1", 11_436),
                DataDir.usual(),
                Mode.REWRITE,
                Policy.DEFAULT,
                LedgerOptions.defaults(),
                Limits.DEFAULT,
                RepeatOptions.defaults(),
                ReadAheadPolicy.DEFAULT,
                false,
                Math.min(4, Math.max(2, Runtime.getRuntime().availableProcessors())),
                Optional.empty());
    }
}
