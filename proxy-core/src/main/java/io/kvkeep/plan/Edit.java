package io.kvkeep.plan;

import io.kvkeep.json.Range;

/**
 * One replacement of a range of bytes.
 *
 * @param range what goes; empty for an insertion
 * @param replacement what comes, in the form that stands in the body; shared, not to be changed
 * @param reason why
 * @param subject the section or field it is about
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
public record Edit(Range range, byte[] replacement, Reason reason, String subject) {

    static Edit remove(Range range, Reason reason, String subject) {
        return new Edit(range, new byte[0], reason, subject);
    }

    static Edit insert(int at, byte[] bytes, Reason reason, String subject) {
        return new Edit(new Range(at, at), bytes, reason, subject);
    }

    /** Returns the same edit where the same bytes stand so many bytes later. */
    Edit moved(int byBytes) {
        return new Edit(range.moved(byBytes), replacement, reason, subject);
    }

    /** Returns by how many bytes the body grows. */
    public int growth() {
        return replacement.length - range.length();
    }
}
