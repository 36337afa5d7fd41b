package io.kvkeep.turns;

/** When the engine was last seen to come back; what it held before is gone. For any thread. */
public final class EngineReturns {
    private boolean wasUp;
    private boolean away;
    private long backSinceMillis;

    /**
     * Takes whether the engine answered.
     *
     * @param millis when it was asked, in milliseconds since 1970
     */
    public synchronized void seen(boolean up, long millis) {
        if (up && away) {
            backSinceMillis = millis;
        }
        away = up ? false : away || wasUp;
        wasUp |= up;
    }

    /** Returns the time in milliseconds since 1970; 0 if it never went. */
    synchronized long backSinceMillis() {
        return backSinceMillis;
    }
}
