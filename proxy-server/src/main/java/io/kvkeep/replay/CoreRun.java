package io.kvkeep.replay;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.recording.RecordedRequest.RecordedAnswer;
import io.kvkeep.settle.LearnedSections;
import io.kvkeep.store.LaneStore;
import io.kvkeep.store.Steering;
import java.util.List;
import java.util.Optional;

/**
 * The core with a ledger of its own, to which requests of a recording come one after the other at the times at which they
 * came. Not for several threads at once.
 */
public final class CoreRun {
    private static final long LEDGER_BYTES = 256L << 20;
    private static final int MAX_ANSWER_BYTES = 4 << 20;
    /** Of no deployment: what is played is sent to nobody's engine under it. */
    private static final NoteTag TAG = new NoteTag("4e6f74");

    private final ReplayPolicy policy;
    private final Capabilities capabilities;
    private final Rewriter rewriter;
    private final LaneStore ledger = new LaneStore(LEDGER_BYTES, () -> this.millis);
    private long millis;

    /** Starts with nothing known. */
    public CoreRun(ReplayPolicy policy, Capabilities capabilities, Profiles profiles) {
        this.policy = policy;
        this.capabilities = capabilities;
        this.rewriter = new Rewriter(profiles);
    }

    /**
     * A request that was played.
     *
     * @param rewrites whether the edits are applied
     * @param sent the body as it goes to the engine
     * @param answer what the model said, if the recording has it whole
     * @param lane the id of its lane; 0 if the ledger holds none
     */
    @SuppressWarnings("ArrayRecordComponent") // bodies are large and passed from hand to hand
    public record Played(
            Dialect dialect, Rewrite rewrite, boolean rewrites, byte[] sent, Optional<Emitted> answer, long lane) {}

    /**
     * Plays a request.
     *
     * @throws PromptNotUnderstood if the body would go to the engine as it came; nothing is kept of it
     */
    public Played play(RecordedRequest request) throws PromptNotUnderstood {
        Dialect dialect = dialect(request);
        return play(request, request.answer().flatMap(told -> emitted(dialect, told)));
    }

    /** Returns what was learned from the requests so far. */
    public LearnedSections learned() {
        return ledger.learned();
    }

    private static Dialect dialect(RecordedRequest request) throws PromptNotUnderstood {
        return Dialect.of("POST", request.path())
                .orElseThrow(() -> new PromptNotUnderstood(
                        PromptNotUnderstood.Why.NOT_JSON, "no prompt is sent to " + request.path()));
    }

    /**
     * Plays a request.
     *
     * @param answer what the model said, whatever the recording has
     * @throws PromptNotUnderstood if the body would go to the engine as it came; nothing is kept of it
     */
    public Played play(RecordedRequest request, Optional<Emitted> answer) throws PromptNotUnderstood {
        millis = request.timeMillis();
        Dialect dialect = dialect(request);
        long tenant = request.tenant().isEmpty() ? 0 : Long.parseUnsignedLong(request.tenant(), 16);
        Incoming incoming = new Incoming(
                dialect, request.body(), name -> request.headers().getOrDefault(name, ""), TAG, tenant, "");
        Rewrite rewrite = rewriter.rewrite(incoming, view(tenant, request), capabilities, policy.policy());
        long lane = Lane.NO_ID;
        if (policy.rewrites() && goesOn(rewrite)) {
            Lane kept = ledger.commit(rewrite.entry());
            lane = kept.id();
            answer.ifPresent(said -> ledger.answered(kept, said));
        }
        byte[] sent = policy.rewrites() ? rewrite.body() : request.body();
        return new Played(dialect, rewrite, policy.rewrites(), sent, answer, lane);
    }

    private LedgerView view(long tenant, RecordedRequest request) {
        String userAgent = request.headers().getOrDefault("user-agent", "");
        boolean marks = capabilities.cacheKind() == CacheKind.SLOTS;
        return ledger.view(
                marks ? new Steering(true, 0) : Steering.NONE, ledger.learned().of(tenant, userAgent));
    }

    /** A text to be completed is alone, and nothing is put into it. */
    private static boolean goesOn(Rewrite rewrite) {
        List<Message> messages = rewrite.prompt().messages();
        return messages.size() > 1 || messages.stream().anyMatch(Message::takesNote);
    }

    private static Optional<Emitted> emitted(Dialect dialect, RecordedAnswer answer) {
        if (answer.status() != 200 || !answer.whole() || answer.body().length == 0) {
            return Optional.empty();
        }
        return Framing.of(answer.contentType()).flatMap(framing -> {
            AnswerReader reader = dialect.answer(framing, MAX_ANSWER_BYTES);
            reader.add(answer.body(), 0, answer.body().length);
            return reader.finish();
        });
    }
}
