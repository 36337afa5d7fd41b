package io.kvkeep.cli;

import io.kvkeep.config.Effective;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** Tells of variables that look as if they set something; their values may be secrets of others. */
final class Unread {
    private Unread() {}

    static void say(PrintWriter err, Effective effective) {
        if (!effective.unread().isEmpty()) {
            err.println("kvkeep: these variables set nothing, check their names: "
                    + effective.unread().stream().map(Unread::withMeant).collect(Collectors.joining(", ")));
            err.flush();
        }
    }

    private static String withMeant(String name) {
        return name
                + Effective.meant(name)
                        .map(meant -> " (did you mean " + meant + "?)")
                        .orElse("");
    }
}
