package io.kvkeep.readahead;

/** Runs tasks one after the other, away from the loops that relay. */
interface Later extends AutoCloseable {
    /**
     * Runs a task.
     *
     * @param millis how much later; 0 for as soon as can be
     */
    void run(Runnable task, long millis);

    @Override
    void close();
}
