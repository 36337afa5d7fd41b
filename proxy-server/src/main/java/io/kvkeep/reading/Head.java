package io.kvkeep.reading;

import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.Lane;

/**
 * What tells the prompts of two lanes apart from their first tokens on: lanes with different heads do not look alike to
 * an engine that chooses slots by likeness.
 */
public record Head(Digest scope, Digest stable, int mark) {
    /** Returns the head of a lane. */
    public static Head of(Lane lane) {
        return new Head(lane.scope(), lane.start().stable(), lane.start().mark());
    }
}
