package io.kvkeep.settle;

import io.kvkeep.note.NoteTag;

/**
 * Whoever a credential belongs to; nothing crosses from one tenant to another.
 *
 * @param scope a hash of the credential that keeps caches apart; the credential can't be got back from it
 * @param tag the tag for this tenant's notes
 */
public record Tenant(long scope, NoteTag tag) {}
