package io.kvkeep.bench.ledger;

import io.kvkeep.bench.agent.Session;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.store.LaneStore;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What long sessions take, each the mean over all of them.
 *
 * @param countedBytes as the ledger counts
 * @param heapBytes in memory, as the garbage collector sees it
 * @param diskBytes appended to the file
 */
record Sessions(long countedBytes, long heapBytes, long diskBytes) {
    private static final long NO_BOUND = 1L << 40;

    /** Plays sessions of one agent one after the other. */
    static Sessions play(Path directory, int sessions, int requests) throws IOException, PromptNotUnderstood {
        try (LaneStore store = LaneStore.onDisk(directory, NO_BOUND, System::currentTimeMillis)) {
            Talk talk = new Talk(store);
            play(talk, 0, requests); // what is made once is no part of a session
            long counted = store.bytes();
            long heap = Heap.usedBytes();
            long disk = store.diskBytes();
            for (int i = 1; i <= sessions; i++) {
                play(talk, i, requests);
            }
            return new Sessions(
                    (store.bytes() - counted) / sessions,
                    (Heap.usedBytes() - heap) / sessions,
                    (store.diskBytes() - disk) / sessions);
        }
    }

    private static void play(Talk talk, int number, int requests) throws PromptNotUnderstood {
        Session session = new Session(number);
        for (int request = 0; request < requests; request++) {
            talk.turn(session.request(), session.answer());
        }
    }
}
