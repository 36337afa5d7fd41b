package io.kvkeep.reload;

import io.kvkeep.config.Config;
import io.kvkeep.config.Mode;
import io.kvkeep.store.LaneStore;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of what was sent, and beside it one of what would have been.
 *
 * <p>What was only looked at was never sent, so no request that is rewritten must go on with it, in this run or a later
 * one: it is kept apart, in memory. While prompts went out as they came, the engine went on without the ledger; when
 * rewriting begins again, all that the ledger holds counts as cold, and each conversation begins with one clean prompt.
 */
public final class Ledgers implements AutoCloseable {
    /** Lanes of different ledgers stand side by side among the turns. No ledger comes to so many, and people read them. */
    private static final long IDS_OF_ONE = 1_000_000;

    private final LongSupplier millis;
    private @Nullable LaneStore sent;
    private @Nullable LaneStore observed;
    private @Nullable Mode mode;
    private long made;

    /**
     * Starts with none open.
     *
     * @param millis a clock in milliseconds since 1970
     */
    public Ledgers(LongSupplier millis) {
        this.millis = millis;
    }

    /**
     * Returns the ledgers for requests that begin from now on; those under way go on with theirs.
     *
     * @throws IOException if the directory can't be used
     */
    public synchronized Open open(Config config) throws IOException {
        boolean rewrites = config.mode() == Mode.REWRITE;
        boolean holdsOut = rewrites && config.holdoutPercent() > 0;
        boolean other = mode != null && mode != config.mode();
        if (rewrites) {
            LaneStore open = sent(config);
            if (other) {
                open.engineGone();
            }
        }
        if (other || (rewrites && !holdsOut)) {
            observed = null;
        }
        mode = config.mode();
        LaneStore used = rewrites ? sent(config) : observed(config);
        LaneStore heldOut = holdsOut ? observed(config) : used;
        used.resize(config.ledger().maxBytes());
        heldOut.resize(config.ledger().maxBytes());
        return new Open(used, heldOut);
    }

    private LaneStore sent(Config config) throws IOException {
        LaneStore open = sent;
        if (open == null) {
            long maxBytes = config.ledger().maxBytes();
            open = config.ledger().onDisk()
                    ? LaneStore.onDisk(config.dataDir().resolve("ledger"), maxBytes, millis)
                    : new LaneStore(maxBytes, millis);
            sent = open;
        }
        return open;
    }

    private LaneStore observed(Config config) {
        LaneStore open = observed;
        if (open == null) {
            open = new LaneStore(config.ledger().maxBytes(), millis);
            open.idsBehind(++made * IDS_OF_ONE);
            observed = open;
        }
        return open;
    }

    /** Closes the file. */
    @Override
    public synchronized void close() throws IOException {
        LaneStore open = sent;
        if (open != null) {
            open.close();
        }
    }

    /**
     * The ledgers that requests go by.
     *
     * @param used the one for requests as the mode says
     * @param heldOut the one for conversations that go out as they come all the same; the same one if there are none
     */
    public record Open(LaneStore used, LaneStore heldOut) {}
}
