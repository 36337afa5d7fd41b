package io.kvkeep.note;

/**
 * Bytes to put into a body.
 *
 * @param at offset before which they go
 * @param bytes in the form that stands in the body; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
public record Insertion(int at, byte[] bytes) {}
