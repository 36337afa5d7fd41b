package io.kvkeep.simulation;

/**
 * One request of the session.
 *
 * @param what what happened since the request before, for the table
 * @param changesSystem whether the system text is another than before
 * @param body what the client sends
 * @param answer what the simulated engine answers, and what the client takes for the answer of a real one
 */
public record Turn(String what, boolean changesSystem, String body, Answer answer) {}
