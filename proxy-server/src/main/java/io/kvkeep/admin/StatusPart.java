package io.kvkeep.admin;

import java.util.function.Supplier;

/**
 * One object of the status page.
 *
 * @param name its field there
 * @param value gives what is known now, as records, maps and lists of texts, numbers and booleans; called on the admin
 *     loop for each page, so it must not block. No prompt text and no credential may be in it
 */
public record StatusPart(String name, Supplier<?> value) {}
