package io.kvkeep.reuse;

import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;

/**
 * A system text, the tools or a message of one prompt: where its bytes stand, and their fingerprint.
 *
 * @param bytes the body, or what was made of a part of it
 * @param range of these bytes
 * @param print their fingerprint
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
public record Stretch(byte[] bytes, Range range, long print) {

    static Stretch of(byte[] bytes) {
        return of(bytes, new Range(0, bytes.length));
    }

    static Stretch of(byte[] bytes, Range range) {
        return new Stretch(bytes, range, Digest.of(bytes, range).low());
    }

    /** Returns its length in bytes. */
    public int length() {
        return range.length();
    }
}
