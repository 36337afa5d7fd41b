package io.kvkeep.reuse;

import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.plan.Plan;

/**
 * A system text, the tools or a message of one prompt: its fingerprint, and its bytes for those who ask for them.
 *
 * <p>What is edited is put together again for those; of most messages nobody wants more than the fingerprint.
 */
public final class Stretch {
    private final byte[] body;
    private final Range place;
    private final Plan plan;
    private final int length;
    private final long print;

    private Stretch(byte[] body, Range place, Plan plan, int length, long print) {
        this.body = body;
        this.place = place;
        this.plan = plan;
        this.length = length;
        this.print = print;
    }

    /** Returns a range of a body as it came, which has this fingerprint. */
    static Stretch of(byte[] body, Range range, Digest print) {
        return new Stretch(body, range, Plan.NOTHING, range.length(), print.low());
    }

    /** Returns what edits make of it; itself if they leave it as it came. */
    Stretch edited(Plan edits) {
        if (edits.within(place).isEmpty()) {
            return this;
        }
        byte[] bytes = edits.splice(body, place);
        Digest print = Digest.of(bytes, new Range(0, bytes.length));
        return new Stretch(body, place, edits, bytes.length, print.low());
    }

    /** Returns bytes that hold it at {@link #range}. */
    public byte[] bytes() {
        return plan.isEmpty() ? body : plan.splice(body, place);
    }

    /** Returns where in its bytes it stands. */
    public Range range() {
        return plan.isEmpty() ? place : new Range(0, length);
    }

    /** Returns the fingerprint of its bytes. */
    public long print() {
        return print;
    }

    /** Returns its length in bytes. */
    public int length() {
        return length;
    }
}
