package io.kvkeep.bench.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Framing;
import io.kvkeep.config.ProfileFiles;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.store.LaneStore;
import io.kvkeep.store.Steering;
import java.nio.ByteBuffer;

/** Requests and answers on their way through the core into a ledger, without the sockets around them. */
public final class Talk {
    private static final Dialect DIALECT =
            Dialect.of("POST", "/v1/chat/completions").orElseThrow();

    private final Rewriter rewriter = new Rewriter(ProfileFiles.builtIn());
    private final NoteTag tag = new NoteTag("0123456789abcdef");
    private final LaneStore store;

    /** Talks into this ledger. */
    public Talk(LaneStore store) {
        this.store = store;
    }

    /** Returns the request as the core takes it. */
    public Incoming incoming(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        return new Incoming(DIALECT, bytes, "", tag);
    }

    /** Returns what the core makes of a request. */
    public Rewrite rewrite(Incoming incoming, LedgerView view) throws PromptNotUnderstood {
        return rewriter.rewrite(incoming, view, Capabilities.UNKNOWN, Policy.DEFAULT);
    }

    /** Returns what an answer in one piece says. */
    public static Emitted said(String answer) {
        AnswerReader reader = Dialect.CHAT_COMPLETIONS.answer(Framing.JSON, 1 << 20);
        byte[] bytes = answer.getBytes(UTF_8);
        reader.add(bytes, 0, bytes.length);
        return reader.finish().orElseThrow();
    }

    /** Sends a request and gets the answer; the ledger keeps both. */
    public Lane turn(ByteBuffer body, Emitted answer) throws PromptNotUnderstood {
        Lane lane = store.commit(rewrite(incoming(body), store.view(new Steering(true, 0), Learned.NOTHING))
                .entry());
        store.answered(lane, answer);
        return lane;
    }
}
