package io.kvkeep.store;

import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.Sent;
import io.kvkeep.ledger.Start;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Lanes for tests, all of one agent and one system text; no two of them share a message unless one grew from the other. */
final class Lanes {
    static final Digest SCOPE = new Digest(1, 2);
    static final Digest STABLE = new Digest(3, 4);

    private long nextLink;

    /** Makes a lane that the ledger does not hold. */
    Lane fresh(long tenant, int messages) {
        return new Lane(Lane.NO_ID, tenant, SCOPE, start(0), links(messages), List.of(note(0, 0)), Optional.empty());
    }

    /** Returns the lane with one more message, which carries a note. */
    Lane grown(Lane lane) {
        return grown(lane, lane.start().mark(), 0);
    }

    /** Returns the lane with one more message, whose note is so much longer. */
    Lane grown(Lane lane, int mark, int noteBytes) {
        List<Digest> chain = new ArrayList<>(lane.chain());
        chain.addAll(links(1));
        List<Sent> sent = new ArrayList<>(lane.sent());
        sent.add(note(chain.size() - 1, noteBytes));
        return new Lane(lane.id(), lane.tenant(), SCOPE, start(mark), chain, sent, Optional.empty());
    }

    List<Digest> links(int count) {
        List<Digest> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(new Digest(9, nextLink++));
        }
        return links;
    }

    /** A request that begins a lane. */
    static LedgerEntry begins(Lane lane) {
        return new LedgerEntry(lane, AgentState.unseen(SCOPE));
    }

    /** A request that goes on where a lane of the ledger is. */
    static LedgerEntry goesOn(Lane before, Lane lane) {
        return new LedgerEntry(lane, AgentState.unseen(SCOPE), Optional.of(before), OptionalInt.empty());
    }

    /** The same request, sent to a slot by name. */
    static LedgerEntry in(int slot, LedgerEntry entry) {
        return new LedgerEntry(entry.lane(), entry.agent(), entry.before(), OptionalInt.of(slot));
    }

    static LedgerEntry with(List<String> tools, LedgerEntry entry) {
        return new LedgerEntry(entry.lane(), entry.agent().withTools(tools), entry.before(), entry.slot());
    }

    private static Start start(int mark) {
        return new Start(0, true, true, mark, STABLE, false);
    }

    private static Sent note(int message, int bytes) {
        return Sent.note(
                message,
                ("<note>" + "x".repeat(bytes)).getBytes(StandardCharsets.US_ASCII),
                Map.of("clock", Optional.of("" + message)));
    }
}
