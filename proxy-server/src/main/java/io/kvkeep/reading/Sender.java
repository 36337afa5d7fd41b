package io.kvkeep.reading;

import io.kvkeep.engine.Engine;
import io.kvkeep.http.Headers;
import io.kvkeep.reuse.ReportedUsage;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.function.Consumer;

/** Sends requests of kvkeep's own to an engine. */
public interface Sender {
    /**
     * Begins to send.
     *
     * @param done takes what came of it, once, on any thread
     * @return breaks it off; to be called on any thread, also when it is over
     */
    Runnable send(Request request, Consumer<Result> done);

    /**
     * A request.
     *
     * @param path with the engine's prefix
     * @param headers those for the engine
     * @param body JSON
     * @param keptBytes how much of the end of its answer is wanted
     */
    @SuppressWarnings("ArrayRecordComponent") // large, and passed on once
    record Request(String path, HttpHeaders headers, byte[] body, int keptBytes) {
        /** Makes one for the engine of a turn, with the headers of the turn's own. */
        public static Request of(EndedTurn turn, String path, byte[] body, int keptBytes) {
            Engine engine = turn.engine();
            HttpHeaders headers = Headers.toEngine(
                    turn.headers(), engine.address().authority(), engine.kind().withheldHeaders(), body.length);
            return new Request(path, headers.remove(HttpHeaderNames.ACCEPT_ENCODING), body, keptBytes);
        }
    }

    /** How a request ended. */
    enum End {
        DONE,
        /** A request of a client came first. */
        CANCELLED,
        /** The engine refused it, or went away. */
        FAILED
    }

    /**
     * What came of a request.
     *
     * @param status of the answer; 0 if there is none
     * @param usage what the engine says of the prompt; of one that was broken off, how much of it was read
     * @param nanos from the first byte sent to the end
     * @param answer the end of it, or all of it if it is not longer than what is kept
     */
    @SuppressWarnings("ArrayRecordComponent") // large, and passed on once
    record Result(End end, int status, ReportedUsage usage, long nanos, byte[] answer) {}
}
