package io.kvkeep.replay;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Says now and then how far long work has come, in a line that replaces itself. */
final class Progress {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final PrintWriter err;
    private final boolean shown;
    private long lastNanos = System.nanoTime();
    private boolean said;

    /**
     * @param shown false where nobody looks, such as in a pipe
     */
    Progress(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    void done(long requests) {
        long now = System.nanoTime();
        if (shown && now - lastNanos > EVERY_NANOS) {
            lastNanos = now;
            said = true;
            err.printf(Locale.ROOT, "\r%,d requests played", requests);
            err.flush();
        }
    }

    void end() {
        if (said) {
            err.print("\r" + " ".repeat(40) + "\r");
            err.flush();
        }
    }
}
