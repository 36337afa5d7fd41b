package io.kvkeep.bench;

import java.time.Duration;

/** The last resort against a run that hangs: it ends the program, and the program ends its children. */
final class TimeLimit {
    static void exitAfter(Duration time) {
        Thread guard = new Thread(() -> sleepThenExit(time), "time limit");
        guard.setDaemon(true);
        guard.start();
    }

    private static void sleepThenExit(Duration time) {
        try {
            Thread.sleep(time.toMillis());
            System.err.println("not done after " + time.toMinutes() + " min");
            System.exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private TimeLimit() {}
}
