package io.kvkeep.cli;

import io.kvkeep.config.Effective;
import java.io.PrintWriter;

/** Tells of variables that look as if they set something; their values may be secrets of others. */
final class Unread {
    private Unread() {}

    static void say(PrintWriter err, Effective effective) {
        if (!effective.unread().isEmpty()) {
            err.println(
                    "kvkeep: these variables set nothing, check their names: " + String.join(", ", effective.unread()));
            err.flush();
        }
    }
}
