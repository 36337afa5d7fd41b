package io.kvkeep.bench.ledger;

/** How much memory objects really take. */
final class Heap {
    private static final int COLLECTIONS = 4;

    private Heap() {}

    /** Returns the bytes in use after full collections; needs a collector that stops the world, such as SerialGC. */
    static long usedBytes() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
