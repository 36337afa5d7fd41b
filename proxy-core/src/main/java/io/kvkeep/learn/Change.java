package io.kvkeep.learn;

/**
 * One change between two texts.
 *
 * @param shape what stayed the same of the place
 * @param heading the nearest line above it that names what stands below; empty if there is none
 * @param at offset of the first changed character in the new text
 */
record Change(Shape shape, String heading, int at) {}
