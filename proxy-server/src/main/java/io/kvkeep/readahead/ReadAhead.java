package io.kvkeep.readahead;

import io.kvkeep.ahead.NextPrompt;
import io.kvkeep.ahead.NoAnswer;
import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.ahead.TokenParts;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.http.Headers;
import io.kvkeep.ledger.Lane;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.readahead.Sender.End;
import io.kvkeep.readahead.Sender.Request;
import io.kvkeep.readahead.Sender.Result;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
    private final Later later;
    private final LongSupplier nanoTime;
    private final Counts counts;
    private final Books books = new Books();
    private final Habits habits = new Habits();
    private final Gain gain = new Gain();
    private final Pace pace = new Pace();
    private final Outcomes outcomes;
    private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
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
            Later later,
            LongSupplier nanoTime,
            Counts counts) {
        this.policy = policy;
        this.quiet = quiet;
        this.isPrivate = isPrivate;
        this.sender = sender;
        this.later = later;
        this.nanoTime = nanoTime;
        this.counts = counts;
        this.outcomes = new Outcomes(habits, counts);
    }

    /** Reads ahead on connections of one event loop. */
    public static ReadAhead start(ReadAheadPolicy policy, BooleanSupplier quiet, EngineSender sender, Counts counts) {
        return new ReadAhead(policy, quiet, PrivateNetwork::holds, sender, new OneThread(), System::nanoTime, counts);
    }

    /** Reads ahead in another way from now on. */
    public void apply(ReadAheadPolicy next) {
        policy = next;
        if (!next.enabled()) {
            synchronized (this) {
                waiting.clear();
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
        if (!policy.enabled() || closed || !isCandidate(turn)) {
            return;
        }
        synchronized (this) {
            // What is told late must not count once the lane has gone on.
            if (gain.isNone(turn.model()) || !isLast(turn)) {
                return;
            }
            lastUseNanos = nanoTime.getAsLong();
            waiting.remove(turn.lane());
            waiting.put(turn.lane(), new Waiting(turn, 1, Optional.empty()));
            while (waiting.size() > MAX_WAITING || waitingBytes() > MAX_WAITING_BYTES) {
                waiting.remove(waiting.keySet().iterator().next());
            }
            lookIn(policy.quietMillis());
        }
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
        return turn.answer().calls().isEmpty()
                && turn.rewrite().sideRequest().isEmpty()
                && !turn.hasThrownAwayTail()
                && turn.engine().kind() != EngineKind.UNKNOWN
                && known;
    }

    /** Says that the engine is not there: it holds nothing when it comes back. */
    public synchronized void engineGone() {
        waiting.clear();
        books.engineGone();
        gain.engineGone();
        outcomes.engineGone();
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
        if (running != null || waiting.isEmpty()) {
            return Optional.empty();
        }
        long quietNanos = TimeUnit.MILLISECONDS.toNanos(policy.quietMillis());
        long leftNanos = quietNanos - (nanoTime.getAsLong() - lastUseNanos);
        if (leftNanos > 0 || !quiet.getAsBoolean()) {
            lookIn(leftNanos > 0 ? TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1 : policy.quietMillis());
            return Optional.empty();
        }
        waiting.values().removeIf(one -> !mayRead(one.turn));
        Optional<Waiting> newest = Optional.empty();
        for (Waiting one : waiting.values()) {
            newest = Optional.of(one);
        }
        newest.ifPresent(one -> waiting.remove(one.turn.lane()));
        return newest;
    }

    private boolean mayRead(EndedTurn turn) {
        Engine engine = turn.engine();
        boolean shared = engine.capabilities().cacheKind() == CacheKind.BLOCKS;
        long slots = engine.facts().slots().value().orElse(1);
        return shared || turn.isPinned() || books.isAlone(turn.lane(), slots);
    }

    private void read(Waiting waiter) {
        EndedTurn turn = waiter.turn;
        Capabilities engine =
                turn.engine().capabilities(turn.rewrite().prompt().model().orElse(""));
        Optional<NextPrompt> next = NextPrompt.of(turn.dialect(), turn.sent(), turn.answer());
        int bytes = next.map(prompt -> prompt.rereadBytes(engine.stripsReasoning(), engine.toolsPlace()))
                .orElse(0);
        long tokens = tokens(bytes, turn);
        if (tokens >= policy.minTokens()
                && isPrivate.test(turn.engine().address().host())) {
            NoAnswer asked = turn.engine().kind() == EngineKind.LLAMA_CPP ? NoAnswer.LLAMA_CPP : NoAnswer.ONE_TOKEN;
            List<byte[]> bodies =
                    next.orElseThrow().bodies(asked, partBytes(turn, engine.stripsReasoning(), bytes, tokens));
            if (!bodies.isEmpty()) {
                LOG.debug("reading ahead for lane {} of {}: about {} tokens", turn.lane(), turn.agent(), tokens);
                send(new Reading(waiter, tokens, waiter.begun.orElseGet(() -> parts(turn, engine, bodies)), 0));
            }
        }
        synchronized (this) {
            lookIn(policy.quietMillis()); // for the next lane that waits
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
    private Parts parts(EndedTurn turn, Capabilities engine, List<byte[]> bodies) {
        boolean differs = engine.stripsReasoning() == Truth.YES || engine.toolsPlace() == ToolsPlace.BEFORE_LAST_USER;
        boolean inTokens = turn.engine().kind() == EngineKind.LLAMA_CPP && differs;
        String prefix = turn.engine().address().prefix();
        byte[] sent = turn.sent();
        return new Parts(
                prefix,
                prefix + turn.target(),
                bodies,
                inTokens ? TokenParts.of(turn.dialect(), sent) : Optional.empty(),
                sent,
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
                outcomes.watch(turn, nanoTime.getAsLong());
                return;
            }
            if (closed || !mayRead(turn)) {
                return;
            }
            if (!quiet.getAsBoolean()) { // a request came while the body was made
                putOff(reading);
                return;
            }
            running = new Running(sender.send(request, result -> later.run(() -> done(reading, result), 0)));
        }
        // A request that began meanwhile has either seen this one running, or is seen here.
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
            outcomes.read(turn, more ? 0 : reading.tokens, result, nanoTime.getAsLong());
        }
        if (more && result.end() != End.CANCELLED && isLast(turn) && quiet.getAsBoolean()) {
            return Optional.of(new Reading(reading.waiter, reading.tokens, reading.parts, read));
        }
        End end = more ? End.CANCELLED : result.end();
        LOG.debug(
                "read ahead {} tokens for lane {} of {}: {}, at last {}", read, turn.lane(), turn.agent(), end, usage);
        counts.ended(turn.agent(), turn.engine().name(), end);
        if (end == End.DONE && usage.cachedTokens().isPresent()) {
            gain.read(turn.model(), 2 * read >= policy.minTokens());
        }
        if (end == End.CANCELLED) {
            putOff(reading);
        }
        lookIn(policy.quietMillis());
        return Optional.empty();
    }

    /** Keeps for later what a client's request came between; not if it was the lane's own next one. */
    private void putOff(Reading reading) {
        EndedTurn turn = reading.waiter.turn;
        if (isLast(turn) && reading.waiter.attempts < MAX_ATTEMPTS) {
            Optional<Parts> begun = reading.parts.goesOnLater() ? Optional.of(reading.parts) : Optional.empty();
            waiting.putIfAbsent(turn.lane(), new Waiting(turn, reading.waiter.attempts + 1, begun));
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
    private record Waiting(EndedTurn turn, int attempts, Optional<Parts> begun) {}

    private record Running(Runnable breakOff) {}

    /**
     * A prompt that is read in parts.
     *
     * @param tokens how many are to be read, estimated
     * @param readTokens how many tokens the engine told it read for those before the one under way
     */
    private record Reading(Waiting waiter, long tokens, Parts parts, long readTokens) {}
}
