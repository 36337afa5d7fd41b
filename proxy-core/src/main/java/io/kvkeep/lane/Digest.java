package io.kvkeep.lane;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.kvkeep.json.Range;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** A 128-bit digest of a text or of a chain of messages. */
public record Digest(long high, long low) {
    private static final MessageDigest SHA_256 = newSha256();

    private static final Hasher128 FINGERPRINT = Hashing.xxh3_128();

    /**
     * Returns a quick fingerprint of some texts (XXH3), for finding equal texts inside one tenant's own traffic.
     *
     * <p>It is no cryptographic digest: whoever can choose both texts could make two that collide, and would only
     * mislead the own conversation.
     *
     * @param texts each as ranges of the bytes, taken one behind the other; where one text ends and the next begins
     *     counts, how a text is cut into ranges does not
     */
    public static Digest of(byte[] bytes, List<List<Range>> texts) {
        HashStream128 stream = FINGERPRINT.hashStream();
        for (List<Range> text : texts) {
            int length = 0;
            for (Range range : text) {
                stream.putBytes(bytes, range.start(), range.length());
                length += range.length();
            }
            stream.putInt(length);
        }
        return of(stream.get());
    }

    /** Returns a fingerprint of one range, as quick and with the same limits. */
    public static Digest of(byte[] bytes, Range range) {
        return of(FINGERPRINT.hashBytesTo128Bits(bytes, range.start(), range.length()));
    }

    /** Returns a fingerprint of a list of texts, as quick and with the same limits. */
    public static Digest of(List<String> texts) {
        HashStream128 stream = FINGERPRINT.hashStream();
        texts.forEach(stream::putString);
        return of(stream.get());
    }

    /** Returns a fingerprint of a list of fingerprints. */
    static Digest ofAll(List<Digest> digests) {
        HashStream128 stream = FINGERPRINT.hashStream();
        for (Digest digest : digests) {
            stream.putLong(digest.high).putLong(digest.low);
        }
        return of(stream.get());
    }

    /** Returns the fingerprint as it counts in a scope: one tenant's collision must not reach another. */
    public Digest within(Digest scope) {
        return new Digest(high ^ scope.high, low ^ scope.low);
    }

    static Digest of(HashValue128 hash) {
        return new Digest(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }

    /** Returns a SHA-256 to begin with; finding the algorithm takes longer than a short digest. */
    public static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            return newSha256();
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes the first half of a SHA-256. */
    static Digest ofSha(byte[] sha) {
        ByteBuffer bytes = ByteBuffer.wrap(sha);
        return new Digest(bytes.getLong(), bytes.getLong());
    }

    /** Writes its 16 bytes. */
    public void put(ByteBuffer out) {
        out.putLong(high).putLong(low);
    }

    /** Reads 16 bytes. */
    public static Digest get(ByteBuffer in) {
        return new Digest(in.getLong(), in.getLong());
    }
}
