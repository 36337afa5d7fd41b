package io.kvkeep.doctor;

import java.util.List;

/** Looks at one thing. It never throws for anything that an engine or a file says. */
@FunctionalInterface
interface Check {
    /** Returns what was found, good things too. */
    List<Finding> look(Seen seen);
}
