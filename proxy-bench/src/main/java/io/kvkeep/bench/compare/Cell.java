package io.kvkeep.bench.compare;

import io.kvkeep.bench.engine.Pace;
import io.kvkeep.bench.load.LoadOrder;
import java.util.List;

/** One kind of load; its letters on the command line are {@code id}, its heading in tables is {@code title}. */
public record Cell(String id, String title, Kind kind, int connections, int bodyBytes, Pace pace) {
    /** Which figure of the load program a cell is judged by. */
    public enum Kind {
        /** Time of whole requests, one after the other. */
        LATENCY,
        /** The same, where each request is the next turn of a conversation. */
        TURNS,
        /** Requests per second; in a closed loop of many connections the time of a request is mostly queueing. */
        THROUGHPUT,
        /** Delay of streamed chunks on their way. */
        STREAM
    }

    private static final int SMALL = 2 << 10;
    private static final int USUAL = 120 << 10;
    private static final int LARGE = 1 << 20;
    private static final Pace AT_ONCE = new Pace(8, 0);
    private static final Pace TOKENS = new Pace(40, 5_000);

    /** All that can be measured, in the order of the tables. */
    public static final List<Cell> ALL = List.of(
            new Cell("json-2k", "2 KB", Kind.LATENCY, 1, SMALL, AT_ONCE),
            new Cell("json-120k", "120 KB", Kind.LATENCY, 1, USUAL, AT_ONCE),
            new Cell("json-1m", "1 MB", Kind.LATENCY, 1, LARGE, AT_ONCE),
            new Cell("turns-120k", "120 KB, turn", Kind.TURNS, 1, USUAL, AT_ONCE),
            new Cell("turns-1m", "1 MB, turn", Kind.TURNS, 1, LARGE, AT_ONCE),
            new Cell("many-2k", "32 x 2 KB", Kind.THROUGHPUT, 32, SMALL, AT_ONCE),
            new Cell("many-120k", "32 x 120 KB", Kind.THROUGHPUT, 32, USUAL, AT_ONCE),
            new Cell("sse-2k", "8 streams, 2 KB", Kind.STREAM, 8, SMALL, TOKENS),
            new Cell("sse-120k", "8 streams, 120 KB", Kind.STREAM, 8, USUAL, TOKENS));

    /** What a virtual machine has to have seen before it is measured: every path, at full speed. */
    static final List<Cell> WARM_UP = List.of(
            new Cell("warm-2k", "", Kind.THROUGHPUT, 32, SMALL, AT_ONCE),
            new Cell("warm-120k", "", Kind.THROUGHPUT, 8, USUAL, AT_ONCE),
            new Cell("warm-1m", "", Kind.LATENCY, 1, LARGE, AT_ONCE),
            new Cell("warm-turns", "", Kind.TURNS, 1, USUAL, AT_ONCE),
            new Cell("warm-sse", "", Kind.STREAM, 8, SMALL, AT_ONCE));

    LoadOrder order(int port, int millis, long firstSerial) {
        boolean goesOn = kind == Kind.TURNS;
        return new LoadOrder(port, connections, bodyBytes, goesOn, kind == Kind.STREAM, pace, millis, firstSerial);
    }
}
