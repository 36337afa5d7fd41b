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

    /**
     * Returns the fingerprint of some texts.
     *
     * @param texts each as ranges of the bytes, taken one behind the other; where one text ends and the next begins
     *     counts, how a text is cut into ranges does not
     */
    public static Digest of(byte[] bytes, List<List<Range>> texts) {
        HashStream128 stream = Hashing.xxh3_128().hashStream();
        for (List<Range> text : texts) {
            int length = 0;
            for (Range range : text) {
                stream.putBytes(bytes, range.start(), range.length());
                length += range.length();
            }
            stream.putInt(length);
        }
        HashValue128 hash = stream.get();
        return new Digest(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }
}
