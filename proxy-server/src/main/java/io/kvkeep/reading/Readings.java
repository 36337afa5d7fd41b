package io.kvkeep.reading;

import io.kvkeep.ahead.NextPrompt;
import io.kvkeep.ahead.NoAnswer;
import io.kvkeep.ahead.Renewed;
import io.kvkeep.ahead.TokenParts;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what is to be read of a turn's prompt, if that is worth it; for one thread at a time. It may block. */
public final class Readings {
    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);
    private static final double BYTES_PER_TOKEN = 4;
    /** About as much as llama.cpp reads at once (n_ubatch). */
    private static final int PART_TOKENS = 512;
    /** Hybrid models leave checkpoints at each part, of which llama.cpp keeps 32. */
    private static final int MAX_PARTS = 8;
    /** Each part is a body of its own in memory. */
    private static final int MAX_PARTED_BYTES = 4 << 20;

    private final Renewals renewals;
    private final Predicate<String> isPrivate;
    private final Pace pace = new Pace();

    /** @param isPrivate tells whether a host is in a network of one's own; it may block */
    public Readings(Renewals renewals, Predicate<String> isPrivate) {
        this.renewals = renewals;
        this.isPrivate = isPrivate;
    }

    /**
     * Makes it of a turn that has ended, as the template prints it once the user speaks.
     *
     * @param minTokens how many tokens it has to spare, estimated
     */
    public Optional<Reading> ofNextTurn(Waiting waiter, int minTokens) {
        EndedTurn turn = waiter.turn();
        byte[] sent = turn.sent();
        Capabilities engine =
                turn.engine().capabilities(turn.rewrite().prompt().model().orElse(""));
        NextPrompt next = NextPrompt.of(turn.dialect(), sent, turn.answer()).orElse(null);
        if (next == null) {
            return Optional.empty();
        }
        int bytes = next.rereadBytes(engine.stripsReasoning(), engine.toolsPlace());
        long tokens = tokens(bytes, turn);
        if (!isWorth(waiter, tokens, minTokens)) {
            return Optional.empty();
        }
        List<byte[]> bodies = next.bodies(asked(turn), partBytes(turn, engine.stripsReasoning(), bytes, tokens));
        boolean inTokens = readsInTokens(turn, engine);
        return bodies.isEmpty()
                ? Optional.empty()
                : Optional.of(reading(waiter, Optional.empty(), tokens, bodies, inTokens, sent, sent));
    }

    /**
     * Makes it of the lane's prompt as it would be sent now, and the answer if the turn is over.
     *
     * @param minTokens how many tokens it has to spare, estimated
     */
    public Optional<Reading> anew(Waiting waiter, int minTokens) {
        EndedTurn turn = waiter.turn();
        Renewed renewed = renewals.renew(turn, waiter.reason() == Reason.REBASE).orElse(null);
        if (renewed == null) {
            return Optional.empty();
        }
        byte[] body = renewed.rewrite().body();
        byte[] before = turn.sent();
        int same = Arrays.mismatch(before, body);
        boolean lostAll = waiter.reason().lostAll();
        int bytes = lostAll ? body.length : same < 0 ? 0 : body.length - same;
        long tokens = tokens(bytes, turn);
        if (!isWorth(waiter, tokens, minTokens)) {
            return Optional.empty();
        }
        boolean inTokens = turn.engine().kind() == EngineKind.LLAMA_CPP;
        byte[] held = lostAll ? new byte[0] : before;
        return NextPrompt.of(turn.dialect(), body, turn.answer())
                .flatMap(next ->
                        next.bodies(asked(turn), Integer.MAX_VALUE).stream().findFirst())
                .or(() -> NextPrompt.asSent(turn.dialect(), body, asked(turn)))
                .map(whole -> reading(
                        waiter,
                        Optional.of(renewed).filter(any -> same >= 0),
                        tokens,
                        List.of(whole),
                        inTokens,
                        before,
                        held));
    }

    private boolean isWorth(Waiting waiter, long tokens, int minTokens) {
        EndedTurn turn = waiter.turn();
        boolean worth =
                tokens >= minTokens && isPrivate.test(turn.engine().address().host());
        if (worth) {
            LOG.debug(
                    "reading ahead for lane {} of {}, {}: about {} tokens",
                    turn.lane(),
                    turn.agent(),
                    waiter.reason().id(),
                    tokens);
        }
        return worth;
    }

    private static NoAnswer asked(EndedTurn turn) {
        return turn.engine().kind() == EngineKind.LLAMA_CPP ? NoAnswer.LLAMA_CPP : NoAnswer.ONE_TOKEN;
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

    /**
     * @param sent the turn's request, as the engine got it
     * @param held what the engine holds of it; empty for nothing
     */
    private Reading reading(
            Waiting waiter,
            Optional<Renewed> renewed,
            long tokens,
            List<byte[]> bodies,
            boolean inTokens,
            byte[] sent,
            byte[] held) {
        EndedTurn turn = waiter.turn();
        String prefix = turn.engine().address().prefix();
        Parts parts = waiter.begun()
                .orElseGet(() -> new Parts(
                        prefix,
                        prefix + turn.target(),
                        bodies,
                        inTokens ? TokenParts.of(turn.dialect(), sent) : Optional.empty(),
                        held,
                        pace));
        return new Reading(waiter, renewed, tokens, parts, 0);
    }

    private static long tokens(int bytes, EndedTurn turn) {
        long prompt = turn.usage().promptTokens().orElse(0);
        return prompt > 0 && turn.sentBytes() > 0
                ? (long) ((double) bytes * prompt / turn.sentBytes())
                : (long) (bytes / BYTES_PER_TOKEN);
    }
}
