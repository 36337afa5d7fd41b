package io.kvkeep.demo;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Config;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Limits;
import io.kvkeep.config.ListenAddress;
import io.kvkeep.config.Mode;
import io.kvkeep.config.RepeatOptions;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.plan.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** The real proxy in front of an engine, for tests. */
final class InFront implements Proxy {
    private final Kvkeep kvkeep;

    private InFront(Kvkeep kvkeep) {
        this.kvkeep = kvkeep;
    }

    static Proxy of(EngineAddress engine, Path dataDir) {
        ListenAddress anyPort = new ListenAddress("127.0.0.1", 0);
        Config config = new Config(
                Optional.of(engine.url()),
                anyPort,
                anyPort,
                dataDir,
                Mode.REWRITE,
                Policy.DEFAULT,
                LedgerOptions.defaults().inMemory(),
                Limits.DEFAULT,
                RepeatOptions.defaults(),
                ReadAheadPolicy.OFF,
                false,
                2,
                Optional.empty());
        try {
            return new InFront(Kvkeep.start(config, engine));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String url() {
        return "http://" + kvkeep.address();
    }

    @Override
    public void close() {
        kvkeep.close();
    }
}
