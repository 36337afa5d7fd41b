package io.kvkeep.settle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvkeep.ledger.Digest;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;

/** The ledger in memory: which system texts came, and what was left of them, each within its scope. */
public final class MemoryLedger {
    private static final int MAX_TEXTS = 100_000;

    private final Cache<Key, Boolean> texts =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_TEXTS).build();

    /**
     * Returns what is known within a scope.
     *
     * @param scope a hash of tenant, engine and model
     */
    public LedgerView view(long scope) {
        return new LedgerView() {
            @Override
            public boolean knowsSystem(Digest system) {
                return texts.getIfPresent(new Key(scope, false, system)) != null;
            }

            @Override
            public boolean knowsStable(Digest stable) {
                return texts.getIfPresent(new Key(scope, true, stable)) != null;
            }
        };
    }

    /** Keeps what one request adds. */
    public void commit(long scope, LedgerEntry entry) {
        texts.put(new Key(scope, false, entry.system()), Boolean.TRUE);
        texts.put(new Key(scope, true, entry.stable()), Boolean.TRUE);
    }

    private record Key(long scope, boolean stable, Digest digest) {}
}
