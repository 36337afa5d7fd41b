package io.kvkeep.reload;

import io.kvkeep.config.Config;
import java.io.IOException;

/** What goes by the configuration. */
public interface Target {
    /** Returns the configuration that holds. */
    Config config();

    /**
     * Goes by another configuration from the next request on; if it fails, the one that holds goes on.
     *
     * @throws IOException if a profile is wrong, or the ledger can't be opened; the message says which and why
     */
    void apply(Config next) throws IOException;
}
