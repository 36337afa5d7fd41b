package io.kvkeep.wire;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client, kvkeep and an engine on this machine, closed in that order when a test is over. */
@Timeout(30)
abstract class WireTest {
    static final String CHAT = "/v1/chat/completions";

    /** A prompt whose date is moved into a note. */
    static final String DATED = """
            {"model":"m","messages":[{"role":"system","content":"You help.\\nCurrent date: 2026-11-21\\nBe brief."},\
            {"role":"user","content":"hi"}]}""";

    /** A prompt that no rule changes. */
    static final String PLAIN = """
            {"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    static final Limits LIMITS = new Limits(
            64 << 20,
            128 << 10,
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofSeconds(2));

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path dataDir = Path.of("unset");

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<RawEngine> engines = new ArrayList<>();

    /** Starts an engine of no known kind. */
    RawEngine engine(RawEngine.Script script) throws IOException {
        return engine("somebody", script);
    }

    /** Starts an engine that names that owner of its models. */
    RawEngine engine(String modelOwner, RawEngine.Script script) throws IOException {
        return started(new RawEngine(modelOwner, true, script));
    }

    /** Starts an engine where another one was. */
    RawEngine engineInPlaceOf(RawEngine gone, RawEngine.Script script) throws IOException {
        gone.close();
        return started(new RawEngine("somebody", true, gone.port(), script));
    }

    /** Starts an engine that reads bodies only when its script does. */
    RawEngine lazyEngine(RawEngine.Script script) throws IOException {
        return started(new RawEngine("somebody", false, script));
    }

    private RawEngine started(RawEngine engine) {
        open.push(engine);
        engines.add(engine);
        return engine;
    }

    Kvkeep proxy(RawEngine engine) throws IOException {
        return proxy(engine, Mode.REWRITE, LIMITS);
    }

    Kvkeep proxy(RawEngine engine, Mode mode, Limits limits) throws IOException {
        return proxy(engine.port(), mode, Policy.DEFAULT, limits);
    }

    Kvkeep proxy(int enginePort, Mode mode, Policy policy, Limits limits) throws IOException {
        return proxy(
                enginePort,
                config(dataDir, mode, policy, LedgerOptions.defaults().inMemory(), limits, false));
    }

    Kvkeep proxy(int enginePort, Config config) throws IOException {
        Kvkeep kvkeep = Kvkeep.start(config, EngineAddress.parse("http://127.0.0.1:" + enginePort));
        open.push(kvkeep);
        awaitKnown(kvkeep, enginePort);
        return kvkeep;
    }

    /** A slow engine is not waited for when kvkeep starts, and what kvkeep does depends on the engine's kind. */
    private void awaitKnown(Kvkeep kvkeep, int enginePort) {
        if (engines.stream().noneMatch(engine -> engine.listensAt(enginePort))) {
            return;
        }
        try {
            eventually("the engine's kind is known", () -> metric(kvkeep, "kvkeep_engine_up") == 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Config config(
            Path dataDir, Mode mode, Policy policy, LedgerOptions ledger, Limits limits, boolean showsText) {
        ListenAddress anyPort = new ListenAddress("127.0.0.1", 0);
        return new Config(
                Optional.empty(),
                anyPort,
                anyPort,
                dataDir,
                mode,
                policy,
                ledger,
                limits,
                RepeatOptions.defaults(),
                ReadAheadPolicy.OFF,
                showsText,
                2,
                Optional.empty());
    }

    /** Starts a proxy that keeps answers. */
    Kvkeep repeating(RawEngine engine, RepeatOptions repeats) throws IOException {
        return repeating(engine, repeats, Mode.REWRITE, LIMITS);
    }

    Kvkeep repeating(RawEngine engine, RepeatOptions repeats, Mode mode, Limits limits) throws IOException {
        Config usual =
                config(dataDir, mode, Policy.DEFAULT, LedgerOptions.defaults().inMemory(), limits, false);
        Config config = with(usual, repeats, usual.readAhead(), usual.holdoutPercent());
        return proxy(engine.port(), config);
    }

    /** The same configuration with other answers kept, other prompts read ahead and another share held out. */
    static Config with(Config usual, RepeatOptions repeats, ReadAheadPolicy readAhead, int holdoutPercent) {
        return new Config(
                usual.engine(),
                usual.listen(),
                usual.admin(),
                usual.dataDir(),
                usual.mode(),
                usual.policy(),
                usual.ledger(),
                usual.limits(),
                repeats,
                readAhead,
                usual.showsText(),
                usual.eventLoops(),
                usual.profiles(),
                holdoutPercent);
    }

    /** The usual configuration, but for what is read ahead. */
    Config reading(ReadAheadPolicy readAhead) {
        Config usual = config(
                dataDir, Mode.REWRITE, Policy.DEFAULT, LedgerOptions.defaults().inMemory(), LIMITS, false);
        return with(usual, usual.repeats(), readAhead, usual.holdoutPercent());
    }

    Path dataDir() {
        return dataDir;
    }

    RawClient client(Kvkeep kvkeep) throws IOException {
        return client(kvkeep.address().port());
    }

    RawClient client(int port) throws IOException {
        RawClient client = new RawClient(port);
        open.push(client);
        return client;
    }

    /** Stands in a field until a test has started. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T unset() {
        return null;
    }

    /** Returns a port on which nobody listens, and no other test will while this one runs: it is bound and refuses. */
    int unusedPort() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        open.push(socket);
        return socket.getLocalPort();
    }

    /** The sum of all samples of a metric that carry the labels, each written as {@code key="value"}. */
    static double metric(Kvkeep kvkeep, String name, String... labels) {
        return kvkeep.scrape()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Waits until something has come true that tells nobody when it does, such as a count in the metrics. */
    static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
        try (Watch watch = new Watch(condition)) {
            if (!watch.await(PATIENCE)) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        for (RawEngine engine : engines) {
            assertThat(engine.failures()).isEmpty();
        }
    }
}
