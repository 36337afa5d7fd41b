package io.kvkeep.template;

/**
 * A conclusion about an engine or its template, with what it rests on.
 *
 * @param value the conclusion; "unknown" is a value of its own
 * @param evidence where it comes from, for the operator, such as {@code /apply-template: the tool stood at 812}
 */
public record Fact<T>(T value, String evidence) {}
