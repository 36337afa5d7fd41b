package io.kvkeep.cli;

import io.kvkeep.admin.AdminServer;
import io.kvkeep.admin.LedgerStatus;
import io.kvkeep.admin.StatusPart;
import io.kvkeep.config.Config;
import io.kvkeep.config.DataDir;
import io.kvkeep.config.ListenAddress;
import io.kvkeep.config.Mode;
import io.kvkeep.config.ProfileFiles;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineProbe;
import io.kvkeep.engine.EngineWatch;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.profile.Profiles;
import io.kvkeep.relay.ProxyServer;
import io.kvkeep.settle.Tenants;
import io.kvkeep.store.LaneStore;
import io.kvkeep.turns.EngineReturns;
import io.kvkeep.turns.Turns;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running kvkeep: proxy, admin port, engine watch. */
public final class Kvkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Kvkeep.class);

    private final EngineWatch watch;
    private final Metrics metrics;
    private final LaneStore ledger;
    private final ProxyServer proxy;
    private final AdminServer admin;
    private volatile boolean ready;

    private Kvkeep(EngineWatch watch, Metrics metrics, LaneStore ledger, ProxyServer proxy, AdminServer admin) {
        this.watch = watch;
        this.metrics = metrics;
        this.ledger = ledger;
        this.proxy = proxy;
        this.admin = admin;
    }

    /**
     * Starts everything; requests are served when this returns.
     *
     * @throws IOException if an address or the data directory can't be used
     */
    public static Kvkeep start(Config config, EngineAddress address) throws IOException {
        Profiles profiles = profiles(config);
        Tenants tenants = new Tenants(DataDir.secret(config.dataDir()));
        LaneStore ledger = ledger(config);
        Metrics metrics = new Metrics(Version.NUMBER);
        EngineReturns returns = new EngineReturns();
        EngineWatch watch = new EngineWatch(new EngineProbe(), address, metrics::isQuiet, (engine, up) -> {
            metrics.engineUp(engine.name(), engine.kind().id(), up);
            returns.seen(up, System.currentTimeMillis());
        });
        Turns turns = new Turns(metrics, returns, System::currentTimeMillis);
        Kvkeep[] started = new Kvkeep[1];
        List<StatusPart> status = List.of(
                new StatusPart("kvkeep", () -> Map.of("version", Version.NUMBER)),
                new StatusPart("engine", watch::status),
                new StatusPart("ledger", () -> LedgerStatus.ledger(ledger, config.ledger())),
                new StatusPart("slots", () -> LedgerStatus.slots(ledger, config.ledger(), watch.engine())),
                new StatusPart(
                        "read-ahead",
                        () -> started[0] == null
                                ? Map.of()
                                : started[0].proxy.readAhead().status()),
                new StatusPart("profiles", metrics.ruleMatches()::status),
                new StatusPart("learner", () -> LedgerStatus.learner(ledger, config.showsText())),
                new StatusPart("learning", () -> LedgerStatus.learning(ledger, config.ledger(), config.showsText())));
        @Nullable AdminServer admin = null;
        ProxyServer proxy;
        try {
            admin = new AdminServer(
                    config.admin(), metrics, status, turns::json, () -> started[0] != null && started[0].ready);
            watch.start();
            proxy = new ProxyServer(config, watch, profiles, tenants, ledger, turns, metrics);
        } catch (IOException e) {
            watch.close();
            ledger.close();
            if (admin != null) {
                admin.close();
            }
            throw e;
        }
        Kvkeep kvkeep = new Kvkeep(watch, metrics, ledger, proxy, admin);
        kvkeep.ready = true;
        started[0] = kvkeep;
        return kvkeep;
    }

    private static Profiles profiles(Config config) throws IOException {
        try {
            return ProfileFiles.with(config.profileFiles());
        } catch (YamlNotValid e) {
            throw new IOException(e.getMessage() + " (all mistakes: kvkeep check-profiles)", e);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no directory of profiles " + e.getMessage(), e);
        }
    }

    /** What was only looked at was never sent, so a later run must not go on with it. */
    private static LaneStore ledger(Config config) throws IOException {
        boolean onDisk = config.ledger().onDisk() && config.mode() == Mode.REWRITE;
        long maxBytes = config.ledger().maxBytes();
        return onDisk
                ? LaneStore.onDisk(config.dataDir().resolve("ledger"), maxBytes, System::currentTimeMillis)
                : new LaneStore(maxBytes, System::currentTimeMillis);
    }

    /** Returns where agents connect. */
    public ListenAddress address() {
        return proxy.address();
    }

    /** Returns where health and metrics are. */
    public ListenAddress adminAddress() {
        return admin.address();
    }

    /** Returns what is known of the engine. */
    public EngineWatch engine() {
        return watch;
    }

    /** Returns everything that is counted, in the text form of Prometheus. */
    public String scrape() {
        return metrics.scrape();
    }

    /** Lets running answers end, then stops. */
    @Override
    public void close() {
        ready = false;
        proxy.close();
        watch.close();
        admin.close();
        metrics.close();
        try {
            ledger.close();
        } catch (IOException e) {
            LOG.warn("the ledger was not closed: {}", e.toString());
        }
    }
}
