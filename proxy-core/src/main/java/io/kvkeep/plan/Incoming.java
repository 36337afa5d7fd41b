package io.kvkeep.plan;

import io.kvkeep.prompt.Dialect;

/**
 * A request as it came.
 *
 * @param dialect the wire protocol of its path
 * @param body shared, not to be changed
 * @param userAgent the User-Agent header, or an empty text
 * @param tag the tag for notes of this tenant
 */
@SuppressWarnings("ArrayRecordComponent") // the body is large and passed from hand to hand
public record Incoming(Dialect dialect, byte[] body, String userAgent, NoteTag tag) {}
