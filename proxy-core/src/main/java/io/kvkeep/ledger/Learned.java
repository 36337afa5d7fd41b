package io.kvkeep.ledger;

import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import java.util.List;

/** What was learned of a tenant's agents: sections that change although no profile names them. */
public interface Learned {
    /** Learns nothing. */
    Learned NOTHING = new Learned() {
        @Override
        public Cutter cutter(String agent, Cutter profile) {
            return profile;
        }

        @Override
        public boolean observe(String agent, List<Cut> cuts) {
            return false;
        }
    };

    /**
     * Returns a cutter that knows what was learned.
     *
     * @param profile cuts by the agent's profile
     */
    Cutter cutter(String agent, Cutter profile);

    /**
     * Learns from the system texts of a request, where they are new.
     *
     * @return whether they are to be cut again
     */
    boolean observe(String agent, List<Cut> cuts);
}
