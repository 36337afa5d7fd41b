package io.kvkeep.readahead;

import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.Lane;

/**
 * What tells the prompts of two lanes apart from their first tokens on: lanes with different heads do not look alike to
 * an engine that chooses slots by likeness.
 */
record Head(Digest scope, Digest stable, int mark) {
    static Head of(Lane lane) {
        return new Head(lane.scope(), lane.start().stable(), lane.start().mark());
    }
}
