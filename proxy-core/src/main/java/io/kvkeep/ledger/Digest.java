package io.kvkeep.ledger;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * A 128-bit fingerprint of a text (XXH3), for finding equal texts inside one tenant's own traffic.
 *
 * <p>It is no cryptographic digest: whoever can choose both texts could make two that collide, and would only mislead
 * the counts of the own conversation.
 */
public record Digest(long high, long low) {

    /** Returns the fingerprint of the text. */
    public static Digest of(String text) {
        HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(text.getBytes(StandardCharsets.UTF_8));
        return new Digest(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }
}
