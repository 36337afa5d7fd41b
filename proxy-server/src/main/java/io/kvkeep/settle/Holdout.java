package io.kvkeep.settle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.Lane;
import io.kvkeep.plan.Rewrite;

/**
 * Which conversations are held out: a share of the new ones goes out as it comes, to be compared with the others.
 *
 * <p>What decides is a digest, so that a conversation is in the same group after a restart: of its session where the agent
 * tells one, so that its side requests are in the group too, and else of its first message. One that is rewritten already
 * stays so, and one that goes on under another session stays in its group. For any thread.
 */
public final class Holdout {
    private static final int MAX_SESSIONS = 10_000;
    /** A greeting may start many conversations; with its answer it is a part of one. */
    private static final int TELLING_MESSAGES = 2;
    /** Spreads digests evenly; any odd number with many ones and zeros does. */
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final int percent;
    private final Cache<Session, Boolean> sessions = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(MAX_SESSIONS)
            .build();

    /** Holds out so many of a hundred. */
    public Holdout(int percent) {
        this.percent = percent;
    }

    /** Returns how many of a hundred are held out. */
    public int percent() {
        return percent;
    }

    /**
     * Tells whether a request may belong to a conversation that is held out; then {@link #holds} knows.
     *
     * @param rewrite what the core makes of it with the ledger of what was sent
     */
    public boolean mayHold(Rewrite rewrite) {
        Lane lane = rewrite.entry().lane();
        if (percent == 0 || lane.chain().isEmpty()) {
            return false;
        }
        if (lane.start().session() == 0) {
            Digest first = lane.chain().get(0);
            return !goesOn(rewrite) && drawn(first.high() ^ first.low());
        }
        Boolean known = sessions.getIfPresent(Session.of(lane));
        return known == null || known;
    }

    /**
     * Tells whether a request belongs to a conversation that is held out.
     *
     * @param rewrite what the core makes of it with the ledger of what was sent
     * @param heldOut what it makes of it with the ledger of those that are held out
     */
    public boolean holds(Rewrite rewrite, Rewrite heldOut) {
        Lane lane = rewrite.entry().lane();
        if (!mayHold(rewrite) || lane.start().session() == 0) {
            return mayHold(rewrite);
        }
        return sessions.get(
                Session.of(lane),
                session -> !goesOn(rewrite) && (drawn(session.tenant ^ session.id) || goesOn(heldOut)));
    }

    private static boolean goesOn(Rewrite rewrite) {
        return rewrite.entry().before().isPresent() || rewrite.known() >= TELLING_MESSAGES;
    }

    private boolean drawn(long digest) {
        long spread = (digest ^ (digest >>> 32)) * SPREAD;
        return Long.remainderUnsigned(spread ^ (spread >>> 29), 100) < percent;
    }

    private record Session(long tenant, long id) {
        static Session of(Lane lane) {
            return new Session(lane.tenant(), lane.start().session());
        }
    }
}
