package io.kvkeep.readahead;

import io.kvkeep.ahead.KeepLoaded;
import io.kvkeep.ahead.NextPrompt;
import io.kvkeep.ahead.NoAnswer;
import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.ahead.Renewed;
import io.kvkeep.ahead.TokenParts;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.http.Headers;
import io.kvkeep.ledger.Lane;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.readahead.Sender.End;
import io.kvkeep.readahead.Sender.Request;
import io.kvkeep.readahead.Sender.Result;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads ahead for one engine: when a turn has ended and the engine has been idle for a while, it is given what is
 * certain of the lane's next prompt. One at a time, never beside a request of a client, and never where that would take
 * the place of another lane. For any thread.
 */
/*
 * Over the usual length: these are the transitions of one state under one lock; what they decide by has classes of its
 * own.
 */
public final class ReadAhead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);
    private static final int MAX_WAITING = 8;
    private static final int MAX_ATTEMPTS = 3;
    private static final long MAX_WAITING_BYTES = 64L << 20;
    private static final double BYTES_PER_TOKEN = 4;
    /** About as much as llama.cpp reads at once (n_ubatch). */
    private static final int PART_TOKENS = 512;
    /** Hybrid models leave checkpoints at each part, of which llama.cpp keeps 32. */
    private static final int MAX_PARTS = 8;
    /** Each part is a body of its own in memory. */
    private static final int MAX_PARTED_BYTES = 4 << 20;

    private volatile ReadAheadPolicy policy;
    private final BooleanSupplier quiet;
    private final Predicate<String> isPrivate;
    private final Sender sender;
    private final Renewals renewals;
    private final Later later;
    private final LongSupplier nanoTime;
    private final Counts counts;
    private final Books books = new Books();
    private final Habits habits = new Habits();
    private final Gain gain = new Gain();
    private final Pace pace = new Pace();
    private final Outcomes outcomes;
    private final Recent recent = new Recent();
    private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
    /** By model. */
    private final Map<String, EndedTurn> toKeepLoaded = new LinkedHashMap<>();

    private @Nullable LocalDate day;
    private long prompts;
    private long lastUseNanos;
    private boolean lookComes;
    private volatile @Nullable Running running;
    private volatile boolean closed;

    /**
     * @param quiet tells whether no client's request is open
     * @param isPrivate tells whether a host is in a network of one's own; it may block
     * @param later runs what may block or take its time, all on one thread
     */
    ReadAhead(
            ReadAheadPolicy policy,
            BooleanSupplier quiet,
            Predicate<String> isPrivate,
            Sender sender,
            Renewals renewals,
            Later later,
            LongSupplier nanoTime,
            Counts counts) {
        this.policy = policy;
        this.quiet = quiet;
        this.isPrivate = isPrivate;
        this.sender = sender;
        this.renewals = renewals;
        this.later = later;
        this.nanoTime = nanoTime;
        this.counts = counts;
        this.outcomes = new Outcomes(habits, counts);
    }

    /** Reads ahead on connections of one event loop. */
    public static ReadAhead start(
            ReadAheadPolicy policy, BooleanSupplier quiet, EngineSender sender, Renewals renewals, Counts counts) {
        return new ReadAhead(
                policy, quiet, PrivateNetwork::holds, sender, renewals, new OneThread(), System::nanoTime, counts);
    }

    /** Reads ahead in another way from now on. */
    public void apply(ReadAheadPolicy next) {
        policy = next;
        if (!next.enabled()) {
            synchronized (this) {
                waiting.clear();
                recent.clear();
                toKeepLoaded.clear();
            }
            requestBegins();
        }
    }

    /** Says that a client's request has begun that may need the engine: what is being read ahead ends at once. */
    public void requestBegins() {
        Running now = running;
        if (now != null) {
            now.breakOff.run();
        }
    }

    /**
     * Says that a prompt is on its way to the engine.
     *
     * @param lane as it is now; empty if kvkeep knows nothing of the prompt
     * @param side whether it is a side request, with which nobody goes on: what an engine has of it may make room
     * @return its number
     */
    public long sent(Optional<Lane> lane, boolean side) {
        if (!policy.enabled()) {
            return 0;
        }
        synchronized (this) {
            prompts++;
            lastUseNanos = nanoTime.getAsLong();
            if (lane.isPresent() && !side) {
                waiting.remove(lane.get().id());
                recent.sent(lane.get().id());
                books.sent(lane.get().id(), prompts, Head.of(lane.get()));
            } else if (!side) {
                books.stranger();
            }
            return prompts;
        }
    }

    /**
     * Says what the engine found of a lane's prompt.
     *
     * @return what had been read ahead for it
     */
    public synchronized Optional<ReadBefore> cameBack(long lane, ReportedUsage usage) {
        return outcomes.cameBack(lane, usage, nanoTime.getAsLong());
    }

    /** Takes a turn that has ended. */
    public void ended(EndedTurn turn) {
        if (!policy.enabled() || closed) {
            return;
        }
        keepLoadedLater(turn);
        if (!turn.lasts()) {
            return;
        }
        boolean rebases = turn.isToRebase();
        boolean candidate = rebases || isCandidate(turn);
        synchronized (this) {
            // What is told late must not count once the lane has gone on.
            if (!isLast(turn)) {
                return;
            }
            lastUseNanos = nanoTime.getAsLong();
            recent.ended(turn, lastUseNanos);
            if (rebases || (candidate && !gain.isNone(turn.model()))) {
                await(new Waiting(turn, rebases ? Reason.REBASE : Reason.NEXT_TURN, 1, Optional.empty()));
            }
        }
    }

    /** Any request may have loaded the model, or have named another time, side requests too. */
    private synchronized void keepLoadedLater(EndedTurn turn) {
        if (policy.keepLoadedSeconds() > 0 && turn.engine().kind() == EngineKind.OLLAMA) {
            toKeepLoaded.remove(turn.model());
            toKeepLoaded.put(turn.model(), turn);
            if (toKeepLoaded.size() > MAX_WAITING) {
                toKeepLoaded.remove(toKeepLoaded.keySet().iterator().next());
            }
            lookIn(policy.quietMillis());
        }
    }

    private void await(Waiting one) {
        waiting.remove(one.turn.lane());
        waiting.put(one.turn.lane(), one);
        while (waiting.size() > MAX_WAITING || waitingBytes() > MAX_WAITING_BYTES) {
            waiting.remove(waiting.keySet().iterator().next());
        }
        lookIn(policy.quietMillis());
    }

    private long waitingBytes() {
        return waiting.values().stream().mapToLong(one -> one.turn.sentBytes()).sum();
    }

    /** What needs no reading of the body; it is asked on a loop that relays. */
    private static boolean isCandidate(EndedTurn turn) {
        Capabilities engine =
                turn.engine().capabilities(turn.rewrite().prompt().model().orElse(""));
        // An engine that does not tell its reuse could not show that there was nothing to gain.
        boolean known = engine.stripsReasoning() != Truth.UNKNOWN
                || turn.usage().cachedTokens().isPresent();
        return turn.answer().calls().isEmpty() && known;
    }

    /** Says that the engine is not there: it holds nothing when it comes back. */
    public synchronized void engineGone() {
        waiting.clear();
        books.engineGone();
        gain.engineGone();
        outcomes.engineGone();
        recent.engineGone();
    }

    /**
     * Says that the engine is there, and all is known of it: lanes that it has lost are read again.
     *
     * @param today the date that it prints, if its template prints one
     */
    public void engineIsThere(Engine engine, LocalDate today) {
        if (!policy.enabled() || closed) {
            return;
        }
        synchronized (this) {
            boolean midnight = day != null && !today.equals(day) && printsDate(engine);
            day = today;
            if (midnight) {
                engineGone();
            }
            if (recent.hasLost()) {
                Reason reason = midnight ? Reason.MIDNIGHT : Reason.RESTART;
                for (EndedTurn turn : recent.takeLost(engine, nanoTime.getAsLong())) {
                    await(new Waiting(turn, reason, 1, Optional.empty()));
                }
            }
        }
    }

    private static boolean printsDate(Engine engine) {
        List<ModelFacts> models = engine.facts().models();
        return !models.isEmpty()
                && models.stream()
                        .allMatch(model -> model.template().printsDate().value() == Truth.YES);
    }

    private void lookIn(long millis) {
        if (!lookComes && !closed) {
            lookComes = true;
            later.run(this::look, Math.max(1, millis));
        }
    }

    private void look() {
        Optional<Waiting> next;
        synchronized (this) {
            lookComes = false;
            next = next();
        }
        try {
            next.ifPresent(this::read);
        } catch (RuntimeException e) {
            LOG.warn("nothing is read ahead for one lane after an error; please report this", e);
        }
    }

    /** Returns the newest turn whose time has come; the others wait, or go if reading for them would cost other lanes. */
    private Optional<Waiting> next() {
        if (running != null || (waiting.isEmpty() && toKeepLoaded.isEmpty())) {
            return Optional.empty();
        }
        long quietNanos = TimeUnit.MILLISECONDS.toNanos(policy.quietMillis());
        long leftNanos = quietNanos - (nanoTime.getAsLong() - lastUseNanos);
        if (leftNanos > 0 || !quiet.getAsBoolean()) {
            lookIn(leftNanos > 0 ? TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1 : policy.quietMillis());
            return Optional.empty();
        }
        waiting.values().removeIf(one -> !mayRead(one));
        Optional<Waiting> newest = Optional.empty();
        for (Waiting one : waiting.values()) {
            newest = Optional.of(one);
        }
        newest.ifPresent(one -> waiting.remove(one.turn.lane()));
        return newest.or(this::nextToKeepLoaded);
    }

    private Optional<Waiting> nextToKeepLoaded() {
        Optional<String> model = toKeepLoaded.keySet().stream().findFirst();
        return model.map(toKeepLoaded::remove).map(turn -> new Waiting(turn, Reason.KEEP_LOADED, 1, Optional.empty()));
    }

    private boolean mayRead(Waiting one) {
        EndedTurn turn = one.turn;
        boolean lostAll = one.reason.lostAll();
        long slots = turn.engine().facts().slots().value().orElse(1);
        return sharesBlocks(turn)
                || (turn.isPinned() && !lostAll)
                || books.isAlone(turn.lane(), slots)
                || (lostAll && books.hasRoom(turn.head(), slots));
    }

    private static boolean sharesBlocks(EndedTurn turn) {
        return turn.engine().capabilities().cacheKind() == CacheKind.BLOCKS;
    }

    private void read(Waiting waiter) {
        switch (waiter.reason) {
            case NEXT_TURN -> readNextTurn(waiter);
            case RESTART, MIDNIGHT, REBASE -> readAnew(waiter);
            case KEEP_LOADED -> keepLoaded(waiter.turn);
        }
        synchronized (this) {
            lookIn(policy.quietMillis()); // for the next lane that waits
        }
    }

    /** Reads the lane's prompt as it would be sent now, and the answer if the turn is over. */
    private void readAnew(Waiting waiter) {
        EndedTurn turn = waiter.turn;
        Renewed renewed = renewals.renew(turn, waiter.reason == Reason.REBASE).orElse(null);
        if (renewed == null) {
            return;
        }
        byte[] body = renewed.rewrite().body();
        byte[] before = turn.sent();
        int same = Arrays.mismatch(before, body);
        boolean lostAll = waiter.reason.lostAll();
        int bytes = lostAll ? body.length : same < 0 ? 0 : body.length - same;
        long tokens = tokens(bytes, turn);
        Optional<byte[]> whole = NextPrompt.of(turn.dialect(), body, turn.answer())
                .flatMap(next ->
                        next.bodies(asked(turn), Integer.MAX_VALUE).stream().findFirst())
                .or(() -> NextPrompt.asSent(turn.dialect(), body, asked(turn)));
        boolean worth = tokens >= policy.minTokens()
                && isPrivate.test(turn.engine().address().host());
        if (worth && whole.isPresent()) {
            LOG.debug(
                    "reading ahead for lane {} of {}, {}: about {} tokens",
                    turn.lane(),
                    turn.agent(),
                    waiter.reason.id(),
                    tokens);
            boolean inTokens = turn.engine().kind() == EngineKind.LLAMA_CPP;
            List<byte[]> bodies = List.of(whole.get());
            Parts parts = waiter.begun.orElseGet(() -> parts(turn, bodies, inTokens, lostAll ? new byte[0] : before));
            send(new Reading(waiter, Optional.of(renewed).filter(any -> same >= 0), tokens, parts, 0));
        }
    }

    private static NoAnswer asked(EndedTurn turn) {
        return turn.engine().kind() == EngineKind.LLAMA_CPP ? NoAnswer.LLAMA_CPP : NoAnswer.ONE_TOKEN;
    }

    private void keepLoaded(EndedTurn turn) {
        int seconds = policy.keepLoadedSeconds();
        byte[] body = KeepLoaded.body(turn.dialect(), turn.sent(), seconds).orElse(null);
        if (body == null || !isPrivate.test(turn.engine().address().host())) {
            return;
        }
        String path = turn.engine().address().prefix() + KeepLoaded.PATH;
        Request request = new Request(path, headers(turn, body), body, 0);
        synchronized (this) {
            if (closed || !quiet.getAsBoolean()) {
                return; // another request: its end will be told too
            }
            LOG.debug("asking {} to keep {} for {} s", turn.engine().name(), turn.model(), seconds);
            begin(request, result -> keptLoaded(turn, result));
        }
        giveWay();
    }

    private synchronized void keptLoaded(EndedTurn turn, Result result) {
        running = null;
        counts.ended(turn.agent(), turn.engine().name(), Reason.KEEP_LOADED, result.end());
        lookIn(policy.quietMillis());
    }

    private void readNextTurn(Waiting waiter) {
        EndedTurn turn = waiter.turn;
        Capabilities engine =
                turn.engine().capabilities(turn.rewrite().prompt().model().orElse(""));
        Optional<NextPrompt> next = NextPrompt.of(turn.dialect(), turn.sent(), turn.answer());
        int bytes = next.map(prompt -> prompt.rereadBytes(engine.stripsReasoning(), engine.toolsPlace()))
                .orElse(0);
        long tokens = tokens(bytes, turn);
        if (tokens >= policy.minTokens()
                && isPrivate.test(turn.engine().address().host())) {
            List<byte[]> bodies =
                    next.orElseThrow().bodies(asked(turn), partBytes(turn, engine.stripsReasoning(), bytes, tokens));
            if (!bodies.isEmpty()) {
                LOG.debug("reading ahead for lane {} of {}: about {} tokens", turn.lane(), turn.agent(), tokens);
                Parts parts =
                        waiter.begun.orElseGet(() -> parts(turn, bodies, readsInTokens(turn, engine), turn.sent()));
                send(new Reading(waiter, Optional.empty(), tokens, parts, 0));
            }
        }
    }

    /**
     * llama.cpp serves nobody else until it sees that its client is gone: at the end of a batch, or when it looks once a
     * second. A part is shorter than what a slot holds, which forgets the rest: so only where that is certain to be of no
     * use any more. vLLM sees its client go at once; Ollama may leave reasoning out whatever the template says.
     */
    private static int partBytes(EndedTurn turn, Truth strips, int bytes, long tokens) {
        boolean parts = turn.engine().kind() == EngineKind.LLAMA_CPP
                && strips == Truth.YES
                && turn.sentBytes() <= MAX_PARTED_BYTES;
        return parts ? Math.max(bytes / MAX_PARTS, (int) (PART_TOKENS * (double) bytes / tokens)) : Integer.MAX_VALUE;
    }

    /** Parts by tokens need no such certainty, but one of them all the same: what differs must not be at the end alone. */
    private static boolean readsInTokens(EndedTurn turn, Capabilities engine) {
        boolean differs = engine.stripsReasoning() == Truth.YES || engine.toolsPlace() == ToolsPlace.BEFORE_LAST_USER;
        return turn.engine().kind() == EngineKind.LLAMA_CPP && differs;
    }

    private Parts parts(EndedTurn turn, List<byte[]> bodies, boolean inTokens, byte[] held) {
        String prefix = turn.engine().address().prefix();
        return new Parts(
                prefix,
                prefix + turn.target(),
                bodies,
                inTokens ? TokenParts.of(turn.dialect(), turn.sent()) : Optional.empty(),
                held,
                pace);
    }

    private static long tokens(int bytes, EndedTurn turn) {
        long prompt = turn.usage().promptTokens().orElse(0);
        return prompt > 0 && turn.sentBytes() > 0
                ? (long) ((double) bytes * prompt / turn.sentBytes())
                : (long) (bytes / BYTES_PER_TOKEN);
    }

    private void send(Reading reading) {
        EndedTurn turn = reading.waiter.turn;
        Parts.Ask ask = reading.parts.next();
        Request request = new Request(ask.path(), headers(turn, ask.body()), ask.body(), ask.keptBytes());
        synchronized (this) {
            if (habits.isOff(turn.agent())) {
                outcomes.watch(turn, reading.waiter.reason, nanoTime.getAsLong());
                return;
            }
            if (closed || !mayRead(reading.waiter)) {
                return;
            }
            if (!quiet.getAsBoolean()) { // a request came while the body was made
                putOff(reading);
                return;
            }
            if (!sharesBlocks(turn) && !keep(reading)) {
                return; // the lane has gone on while it was made
            }
            if (reading.waiter.reason.lostAll()) {
                books.sent(turn.lane(), turn.prompt(), turn.head());
            }
            begin(request, result -> done(reading, result));
        }
        giveWay();
    }

    private void begin(Request request, Consumer<Result> ended) {
        running = new Running(sender.send(request, result -> later.run(() -> ended.accept(result), 0)));
    }

    /** A request that began meanwhile has either seen what was begun as running, or is seen here. */
    private void giveWay() {
        if (!quiet.getAsBoolean()) {
            requestBegins();
        }
    }

    private static HttpHeaders headers(EndedTurn turn, byte[] body) {
        Engine engine = turn.engine();
        HttpHeaders headers = Headers.toEngine(
                turn.headers(), engine.address().authority(), engine.kind().withheldHeaders(), body.length);
        return headers.remove(HttpHeaderNames.ACCEPT_ENCODING);
    }

    private void done(Reading reading, Result result) {
        Optional<Reading> next = account(reading, result);
        next.ifPresent(this::send);
    }

    /** Takes what came of a part, and returns what is to be read next of the same prompt. */
    private synchronized Optional<Reading> account(Reading reading, Result result) {
        EndedTurn turn = reading.waiter.turn;
        running = null;
        ReportedUsage usage = result.usage();
        long read = usage.promptTokens().orElse(0) - usage.cachedTokens().orElse(0) + reading.readTokens;
        boolean reads = reading.parts.reads();
        boolean more = reading.parts.ended(result);
        if (result.end() != End.FAILED && reads) {
            outcomes.read(turn, reading.waiter.reason, more ? 0 : reading.tokens, result, nanoTime.getAsLong());
        }
        if (more && result.end() != End.CANCELLED && isLast(turn) && quiet.getAsBoolean()) {
            Optional<Renewed> toKeep = sharesBlocks(turn) ? reading.renewed : Optional.empty();
            return Optional.of(new Reading(reading.waiter, toKeep, reading.tokens, reading.parts, read));
        }
        End end = more ? End.CANCELLED : result.end();
        LOG.debug(
                "read ahead {} tokens for lane {} of {}: {}, at last {}", read, turn.lane(), turn.agent(), end, usage);
        Reason reason = reading.waiter.reason;
        counts.ended(turn.agent(), turn.engine().name(), reason, end);
        if (end == End.DONE && sharesBlocks(turn)) {
            keep(reading);
        }
        if (end == End.DONE && reason.lostAll()) {
            recent.ended(turn, nanoTime.getAsLong());
        }
        keepLoadedLater(turn);
        if (end == End.DONE
                && reason == Reason.NEXT_TURN
                && usage.cachedTokens().isPresent()) {
            gain.read(turn.model(), 2 * read >= policy.minTokens());
        }
        if (end == End.CANCELLED) {
            putOff(reading);
        }
        lookIn(policy.quietMillis());
        return Optional.empty();
    }

    /**
     * Makes the lane go on from the form that is read for it. With slots that form takes the place of the other one from
     * the first token on, so it counts as soon as it is begun; else only when it is whole.
     */
    private boolean keep(Reading reading) {
        return reading.renewed.isEmpty() || renewals.keep(reading.renewed.get());
    }

    /** Keeps for later what a client's request came between; not if it was the lane's own next one. */
    private void putOff(Reading reading) {
        EndedTurn turn = reading.waiter.turn;
        boolean goneOn = !isLast(turn) && !(reading.waiter.reason.lostAll() && books.isUnsent(turn.lane()));
        if (!goneOn && reading.waiter.attempts < MAX_ATTEMPTS) {
            Optional<Parts> begun = reading.parts.goesOnLater() ? Optional.of(reading.parts) : Optional.empty();
            int attempts = reading.waiter.attempts + 1;
            waiting.putIfAbsent(turn.lane(), new Waiting(turn, reading.waiter.reason, attempts, begun));
        }
        lookIn(policy.quietMillis());
    }

    private boolean isLast(EndedTurn turn) {
        return books.isLast(turn.lane(), turn.prompt());
    }

    /** Returns what is known, for the operator. */
    public synchronized Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("enabled", policy.enabled());
        status.put("running", running != null);
        status.put("waiting", waiting.size());
        status.put("agents", counts.status(habits));
        return status;
    }

    @Override
    public void close() {
        closed = true;
        requestBegins();
        later.close();
    }

    /** @param begun what is left of a read that was broken off */
    private record Waiting(EndedTurn turn, Reason reason, int attempts, Optional<Parts> begun) {}

    private record Running(Runnable breakOff) {}

    /**
     * A prompt that is read in parts.
     *
     * @param renewed the form in which the lane is to go on, if it is another one
     * @param tokens how many are to be read, estimated
     * @param readTokens how many tokens the engine told it read for those before the one under way
     */
    private record Reading(Waiting waiter, Optional<Renewed> renewed, long tokens, Parts parts, long readTokens) {}
}
