package io.kvkeep.cli;

import io.kvkeep.admin.AdminServer;
import io.kvkeep.admin.LedgerStatus;
import io.kvkeep.admin.StatusPart;
import io.kvkeep.config.Config;
import io.kvkeep.config.DataDir;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.ListenAddress;
import io.kvkeep.config.ProfileFiles;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineProbe;
import io.kvkeep.engine.EngineWatch;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.profile.Profiles;
import io.kvkeep.readahead.ReadAhead;
import io.kvkeep.recording.RecordOptions;
import io.kvkeep.recording.Recorder;
import io.kvkeep.relay.ProxyServer;
import io.kvkeep.reload.ConfigSource;
import io.kvkeep.reload.Ledgers;
import io.kvkeep.reload.Reloads;
import io.kvkeep.reload.Target;
import io.kvkeep.settle.Settlement;
import io.kvkeep.settle.Tenants;
import io.kvkeep.store.LaneStore;
import io.kvkeep.turns.EngineReturns;
import io.kvkeep.turns.Turns;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running kvkeep: proxy, admin port, engine watch. */
public final class Kvkeep implements AutoCloseable, Target {
    private static final Logger LOG = LoggerFactory.getLogger(Kvkeep.class);

    private final EngineWatch watch;
    private final Metrics metrics;
    private final Ledgers ledgers;
    private final ProxyServer proxy;
    private final AdminServer admin;
    private final Optional<Recorder> recorder;
    private final Running running;
    private @Nullable volatile Reloads reloads;
    private volatile boolean ready;

    private Kvkeep(
            EngineWatch watch,
            Metrics metrics,
            Ledgers ledgers,
            ProxyServer proxy,
            AdminServer admin,
            Running running,
            Optional<Recorder> recorder) {
        this.watch = watch;
        this.metrics = metrics;
        this.ledgers = ledgers;
        this.proxy = proxy;
        this.admin = admin;
        this.recorder = recorder;
        this.running = running;
    }

    /** What requests go by that begin now. */
    private static final class Running {
        private volatile Config config;
        private volatile LaneStore ledger;

        Running(Config config, LaneStore ledger) {
            this.config = config;
            this.ledger = ledger;
        }
    }

    /**
     * Starts everything; requests are served when this returns.
     *
     * @throws IOException if an address or the data directory can't be used
     */
    public static Kvkeep start(Config config, EngineAddress address) throws IOException {
        return start(config, address, Optional.empty());
    }

    /**
     * Starts everything, and records requests and answers.
     *
     * @throws IOException if an address, the data directory or the recording can't be used
     */
    public static Kvkeep start(Config config, EngineAddress address, Optional<RecordOptions> record)
            throws IOException {
        Profiles profiles = profiles(config);
        Tenants tenants = new Tenants(DataDir.secret(config.dataDir()));
        Ledgers ledgers = new Ledgers(System::currentTimeMillis);
        Ledgers.Open open = ledgers.open(config);
        Running running = new Running(config, open.used());
        Metrics metrics = new Metrics(Version.NUMBER);
        EngineReturns returns = new EngineReturns();
        Kvkeep[] started = new Kvkeep[1];
        EngineWatch.Listener listener = new EngineWatch.Listener() {
            @Override
            public void seen(Engine engine, boolean up) {
                metrics.engineUp(engine.name(), engine.kind().id(), up);
                returns.seen(up, System.currentTimeMillis());
            }

            @Override
            public void gone() {
                returns.seen(false, System.currentTimeMillis());
                readAhead(started).ifPresent(ReadAhead::engineGone);
            }

            @Override
            public void restarted() {
                if (started[0] != null) {
                    started[0].proxy.engineGone();
                }
            }

            @Override
            public boolean isSlotInUse(int slot) {
                return running.ledger.isSlotInUse(slot);
            }

            @Override
            public void there(Engine engine) {
                returns.seen(true, System.currentTimeMillis());
                readAhead(started)
                        .ifPresent(ahead -> ahead.engineIsThere(engine, LocalDate.now(ZoneId.systemDefault())));
            }
        };
        EngineWatch watch = new EngineWatch(new EngineProbe(), address, metrics::isQuiet, listener);
        Settlement settlement = new Settlement(metrics);
        Turns turns = new Turns(metrics, returns, System::currentTimeMillis, () -> showsText(running));
        List<StatusPart> status = List.of(
                new StatusPart(
                        "kvkeep",
                        () -> new Self(
                                Version.NUMBER,
                                listening(config, started[0]),
                                running.config.mode().id(),
                                showsText(running))),
                new StatusPart("engine", watch::status),
                new StatusPart("ledger", () -> LedgerStatus.ledger(running.ledger, options(running))),
                new StatusPart("slots", () -> LedgerStatus.slots(running.ledger, options(running), watch.engine())),
                new StatusPart(
                        "read-ahead",
                        () -> readAhead(started).map(ReadAhead::status).orElse(Map.of())),
                new StatusPart("profiles", metrics.ruleMatches()::status),
                new StatusPart("learner", () -> LedgerStatus.learner(running.ledger, showsText(running))),
                new StatusPart(
                        "learning", () -> LedgerStatus.learning(running.ledger, options(running), showsText(running))),
                new StatusPart("proof", settlement::status),
                new StatusPart("configuration", () -> reloadStatus(started)));
        @Nullable AdminServer admin = null;
        Optional<Recorder> recorder = Optional.empty();
        ProxyServer proxy;
        try {
            admin = new AdminServer(
                    config.admin(),
                    metrics,
                    status,
                    turns,
                    () -> listening(config, started[0]),
                    () -> started[0] != null && started[0].ready);
            watch.start();
            if (record.isPresent()) {
                recorder = Optional.of(Recorder.open(
                        record.get(), profiles, watch.engine().kind().id()));
            }
            proxy = new ProxyServer(config, watch, profiles, tenants, open, settlement, turns, metrics, recorder);
        } catch (IOException e) {
            watch.close();
            ledgers.close();
            if (admin != null) {
                admin.close();
            }
            if (recorder.isPresent()) {
                recorder.get().discard();
            }
            throw e;
        }
        Kvkeep kvkeep = new Kvkeep(watch, metrics, ledgers, proxy, admin, running, recorder);
        kvkeep.ready = true;
        started[0] = kvkeep;
        return kvkeep;
    }

    private static Optional<ReadAhead> readAhead(@Nullable Kvkeep[] started) {
        return Optional.ofNullable(started[0]).map(kvkeep -> kvkeep.proxy.readAhead());
    }

    /** The first part of the status. */
    private record Self(String version, String listen, String mode, boolean showText) {}

    /** The port that was really taken is known once it runs. */
    private static String listening(Config config, @Nullable Kvkeep started) {
        ListenAddress address = started == null ? config.listen() : started.address();
        return address.forClients().toString();
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

    private static LedgerOptions options(Running running) {
        return running.config.ledger();
    }

    private static boolean showsText(Running running) {
        return running.config.showsText();
    }

    private static Object reloadStatus(@Nullable Kvkeep[] started) {
        Kvkeep kvkeep = started[0];
        Reloads follows = kvkeep == null ? null : kvkeep.reloads;
        return follows == null ? Map.of() : follows.status();
    }

    /** Reads the configuration anew from now on, when a file changes or SIGHUP comes. */
    public void follow(ConfigSource source) {
        Reloads follows = new Reloads(source, this, metrics.reloads(), System::currentTimeMillis);
        reloads = follows;
        follows.start();
    }

    @Override
    public Config config() {
        return running.config;
    }

    @Override
    public synchronized void apply(Config next) throws IOException {
        Profiles profiles = profiles(next);
        Ledgers.Open open = ledgers.open(next);
        proxy.apply(next, profiles, open);
        running.config = next;
        running.ledger = open.used();
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

    /** Returns what records requests, if something does. */
    public Optional<Recorder> recorder() {
        return recorder;
    }

    /** Returns everything that is counted, in the text form of Prometheus. */
    public String scrape() {
        return metrics.scrape();
    }

    /** Lets running answers end, then stops. */
    @Override
    public void close() {
        ready = false;
        Reloads follows = reloads;
        if (follows != null) {
            follows.close();
        }
        proxy.close();
        watch.close();
        admin.close();
        metrics.close();
        try {
            if (recorder.isPresent()) {
                recorder.get().close();
            }
        } catch (IOException e) {
            LOG.warn("the recording was not closed: {}", e.toString());
        }
        try {
            ledgers.close();
        } catch (IOException e) {
            LOG.warn("the ledger was not closed: {}", e.toString());
        }
    }
}
