package io.kvkeep.config;

/**
 * Where the ledger is kept and how large it may grow.
 *
 * @param onDisk whether it survives the process; otherwise no text of a prompt is ever written to disk
 * @param maxBytes about how much memory it may take
 * @param marks whether lanes of one agent may be kept apart by marks
 * @param learns whether clocks and counters that no profile names are found by themselves
 */
public record LedgerOptions(boolean onDisk, long maxBytes, boolean marks, boolean learns) {
    private static final long USUAL_BYTES = 256L << 20;
    private static final int SHARE_OF_HEAP = 4;

    /** Returns what holds if nothing is set: on disk, 256 MiB or a quarter of a small heap. */
    public static LedgerOptions defaults() {
        return new LedgerOptions(
                true, Math.min(USUAL_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP), true, true);
    }

    /** Returns the same options with nothing on disk. */
    public LedgerOptions inMemory() {
        return new LedgerOptions(false, maxBytes, marks, learns);
    }
}
