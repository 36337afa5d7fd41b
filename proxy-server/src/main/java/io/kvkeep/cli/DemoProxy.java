package io.kvkeep.cli;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.config.Config;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Limits;
import io.kvkeep.config.ListenAddress;
import io.kvkeep.config.Mode;
import io.kvkeep.config.RepeatOptions;
import io.kvkeep.demo.DemoFailed;
import io.kvkeep.demo.Proxy;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.plan.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A kvkeep as it comes, on free ports, whose files live no longer than itself. */
final class DemoProxy implements Proxy {
    private static final ListenAddress ANY_PORT = new ListenAddress("127.0.0.1", 0);
    private static final int EVENT_LOOPS = 2;

    private final Kvkeep kvkeep;
    private final Path dataDir;
    private final Thread atExit;

    private DemoProxy(Kvkeep kvkeep, Path dataDir) {
        this.kvkeep = kvkeep;
        this.dataDir = dataDir;
        // Ctrl-C closes nothing, and would leave the files behind.
        this.atExit = new Thread(() -> delete(dataDir));
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static Proxy start(EngineAddress engine) throws DemoFailed {
        try {
            Path dataDir = Files.createTempDirectory("kvkeep-demo-");
            Config config = new Config(
                    Optional.of(engine.url()),
                    ANY_PORT,
                    ANY_PORT,
                    dataDir,
                    Mode.REWRITE,
                    Policy.DEFAULT,
                    LedgerOptions.defaults().inMemory(),
                    Limits.DEFAULT,
                    RepeatOptions.defaults(),
                    ReadAheadPolicy.OFF,
                    false,
                    EVENT_LOOPS,
                    Optional.empty());
            try {
                return new DemoProxy(Kvkeep.start(config, engine), dataDir);
            } catch (IOException e) {
                delete(dataDir);
                throw e;
            }
        } catch (IOException e) {
            throw new DemoFailed("kvkeep can't start for the demo: " + e.getMessage(), e);
        }
    }

    @Override
    public String url() {
        return "http://" + kvkeep.address();
    }

    @Override
    public void close() {
        kvkeep.close();
        delete(dataDir);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The machine is going down already, and the hook runs or has run.
        }
    }

    private static void delete(Path dir) {
        if (!Files.exists(dir)) {
            return;
        }
        try (Stream<Path> all = Files.walk(dir)) {
            List<Path> insideFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : insideFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete " + dir, e);
        }
    }
}
