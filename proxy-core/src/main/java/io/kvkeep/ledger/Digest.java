package io.kvkeep.ledger;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.kvkeep.json.Range;
import java.util.List;

/**
 * A 128-bit fingerprint of a text (XXH3), for finding equal texts inside one tenant's own traffic.
 *
 * <p>It is no cryptographic digest: whoever can choose both texts could make two that collide, and would only mislead
 * the counts of the own conversation.
 */
public record Digest(long high, long low) {

    /** Returns the fingerprint of some ranges of the bytes, taken one behind the other. */
    public static Digest of(byte[] bytes, List<Range> ranges) {
        HashStream128 stream = Hashing.xxh3_128().hashStream();
        for (Range range : ranges) {
            stream.putBytes(bytes, range.start(), range.length());
        }
        HashValue128 hash = stream.get();
        return new Digest(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }
}
