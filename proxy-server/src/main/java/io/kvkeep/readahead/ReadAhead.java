package io.kvkeep.readahead;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.ahead.Renewed;
import io.kvkeep.engine.Engine;
import io.kvkeep.ledger.Lane;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.probe.ModelFacts;
import io.kvkeep.reading.EndedTurn;
import io.kvkeep.reading.EngineSender;
import io.kvkeep.reading.Head;
import io.kvkeep.reading.Parts;
import io.kvkeep.reading.Reading;
import io.kvkeep.reading.Readings;
import io.kvkeep.reading.Reason;
import io.kvkeep.reading.Renewals;
import io.kvkeep.reading.Sender;
import io.kvkeep.reading.Sender.End;
import io.kvkeep.reading.Sender.Request;
import io.kvkeep.reading.Sender.Result;
import io.kvkeep.reading.Waiting;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.template.Truth;
import java.time.LocalDate;
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

    private volatile ReadAheadPolicy policy;
    private final BooleanSupplier quiet;
    private final Predicate<String> isPrivate;
    private final Sender sender;
    private final Renewals renewals;
    private final Readings readings;
    private final Later later;
    private final LongSupplier nanoTime;
    private final Counts counts;
    private final Books books = new Books();
    private final Habits habits = new Habits();
    private final Gain gain = new Gain();
    private final Outcomes outcomes;
    private final Recent recent = new Recent();
    private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
    private final ToKeepLoaded toKeepLoaded = new ToKeepLoaded();

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
        this.readings = new Readings(renewals, isPrivate);
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
                await(Waiting.of(turn, rebases ? Reason.REBASE : Reason.NEXT_TURN));
            }
        }
    }

    private synchronized void keepLoadedLater(EndedTurn turn) {
        if (policy.keepLoadedSeconds() > 0 && toKeepLoaded.add(turn)) {
            lookIn(policy.quietMillis());
        }
    }

    private void await(Waiting one) {
        waiting.remove(one.turn().lane());
        waiting.put(one.turn().lane(), one);
        while (waiting.size() > MAX_WAITING || waitingBytes() > MAX_WAITING_BYTES) {
            waiting.remove(waiting.keySet().iterator().next());
        }
        lookIn(policy.quietMillis());
    }

    private long waitingBytes() {
        return waiting.values().stream()
                .mapToLong(one -> one.turn().sentBytes())
                .sum();
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
                    await(Waiting.of(turn, reason));
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
        newest.ifPresent(one -> waiting.remove(one.turn().lane()));
        return newest.or(() -> toKeepLoaded.next().map(turn -> Waiting.of(turn, Reason.KEEP_LOADED)));
    }

    private boolean mayRead(Waiting one) {
        EndedTurn turn = one.turn();
        boolean lostAll = one.reason().lostAll();
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
        switch (waiter.reason()) {
            case NEXT_TURN -> readings.ofNextTurn(waiter, policy.minTokens()).ifPresent(this::send);
            case RESTART, MIDNIGHT, REBASE ->
                readings.anew(waiter, policy.minTokens()).ifPresent(this::send);
            case KEEP_LOADED -> keepLoaded(waiter.turn());
        }
        synchronized (this) {
            lookIn(policy.quietMillis()); // for the next lane that waits
        }
    }

    private void keepLoaded(EndedTurn turn) {
        int seconds = policy.keepLoadedSeconds();
        Request request = ToKeepLoaded.request(turn, seconds).orElse(null);
        if (request == null || !isPrivate.test(turn.engine().address().host())) {
            return;
        }
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

    private void send(Reading reading) {
        EndedTurn turn = reading.waiter().turn();
        Parts.Ask ask = reading.parts().next();
        Request request = Request.of(turn, ask.path(), ask.body(), ask.keptBytes());
        synchronized (this) {
            if (habits.isOff(turn.agent())) {
                outcomes.watch(turn, reading.waiter().reason(), nanoTime.getAsLong());
                return;
            }
            if (closed || !mayRead(reading.waiter())) {
                return;
            }
            if (!quiet.getAsBoolean()) { // a request came while the body was made
                putOff(reading);
                return;
            }
            if (!sharesBlocks(turn) && !keep(reading)) {
                return; // the lane has gone on while it was made
            }
            if (reading.waiter().reason().lostAll()) {
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

    private void done(Reading reading, Result result) {
        Optional<Reading> next = account(reading, result);
        next.ifPresent(this::send);
    }

    /** Takes what came of a part, and returns what is to be read next of the same prompt. */
    private synchronized Optional<Reading> account(Reading reading, Result result) {
        EndedTurn turn = reading.waiter().turn();
        running = null;
        ReportedUsage usage = result.usage();
        long read = usage.promptTokens().orElse(0) - usage.cachedTokens().orElse(0) + reading.readTokens();
        boolean reads = reading.parts().reads();
        boolean more = reading.parts().ended(result);
        if (result.end() != End.FAILED && reads) {
            outcomes.read(turn, reading.waiter().reason(), more ? 0 : reading.tokens(), result, nanoTime.getAsLong());
        }
        if (more && result.end() != End.CANCELLED && isLast(turn) && quiet.getAsBoolean()) {
            Optional<Renewed> toKeep = sharesBlocks(turn) ? reading.renewed() : Optional.empty();
            return Optional.of(new Reading(reading.waiter(), toKeep, reading.tokens(), reading.parts(), read));
        }
        End end = more ? End.CANCELLED : result.end();
        LOG.debug(
                "read ahead {} tokens for lane {} of {}: {}, at last {}", read, turn.lane(), turn.agent(), end, usage);
        Reason reason = reading.waiter().reason();
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
        return reading.renewed().isEmpty() || renewals.keep(reading.renewed().get());
    }

    /** Keeps for later what a client's request came between; not if it was the lane's own next one. */
    private void putOff(Reading reading) {
        EndedTurn turn = reading.waiter().turn();
        boolean goneOn = !isLast(turn) && !(reading.waiter().reason().lostAll() && books.isUnsent(turn.lane()));
        if (!goneOn && reading.waiter().attempts() < MAX_ATTEMPTS) {
            Optional<Parts> begun = reading.parts().goesOnLater() ? Optional.of(reading.parts()) : Optional.empty();
            int attempts = reading.waiter().attempts() + 1;
            waiting.putIfAbsent(turn.lane(), new Waiting(turn, reading.waiter().reason(), attempts, begun));
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

    private record Running(Runnable breakOff) {}
}
