package io.kvkeep.readahead;

import io.kvkeep.ahead.KeepLoaded;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.reading.EndedTurn;
import io.kvkeep.reading.Sender.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The models that an engine is still to be asked to keep loaded, by the last turn of each; for one thread at a time. */
final class ToKeepLoaded {
    private static final int MAX_MODELS = 8;

    /** By model, the oldest first. */
    private final Map<String, EndedTurn> turns = new LinkedHashMap<>();

    /**
     * Takes a turn. Any request may have loaded the model, or have named another time, side requests too.
     *
     * @return whether its engine unloads models by itself
     */
    boolean add(EndedTurn turn) {
        if (turn.engine().kind() != EngineKind.OLLAMA) {
            return false;
        }
        turns.remove(turn.model());
        turns.put(turn.model(), turn);
        if (turns.size() > MAX_MODELS) {
            turns.remove(turns.keySet().iterator().next());
        }
        return true;
    }

    boolean isEmpty() {
        return turns.isEmpty();
    }

    void clear() {
        turns.clear();
    }

    /** Returns the turn whose model comes next, and forgets it. */
    Optional<EndedTurn> next() {
        return turns.keySet().stream().findFirst().map(turns::remove);
    }

    /** Returns what asks for it; empty if the agent says itself how long its model is to stay. */
    static Optional<Request> request(EndedTurn turn, int seconds) {
        String path = turn.engine().address().prefix() + KeepLoaded.PATH;
        return KeepLoaded.body(turn.dialect(), turn.sent(), seconds).map(body -> Request.of(turn, path, body, 0));
    }
}
