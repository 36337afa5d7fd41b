package io.kvkeep.lane;

import org.jspecify.annotations.Nullable;

/**
 * Canonical digests of messages that came before, by a fingerprint of their bytes.
 *
 * <p>An agent sends its whole history with every request, and nearly all of it in the bytes of the time before; reading
 * those again would cost more than all the rest. Forgetting is harmless.
 */
public interface DigestMemo {
    /** Remembers nothing. */
    DigestMemo NONE = new DigestMemo() {
        @Override
        public @Nullable Digest get(Digest fingerprint) {
            return null;
        }

        @Override
        public void put(Digest fingerprint, Digest canonical) {}
    };

    /** Returns the canonical digest, if it is known. */
    @Nullable
    Digest get(Digest fingerprint);

    /** Keeps a canonical digest. */
    void put(Digest fingerprint, Digest canonical);
}
