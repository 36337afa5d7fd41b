package io.kvkeep.store;

import io.kvkeep.ledger.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one tenant, the one served longest ago first, and what they take in memory.
 *
 * <p>Many lanes of one agent begin with the same note, and a branch with all that its lane was sent: what is equal is held
 * and counted once.
 */
@SuppressWarnings("ReferenceEquality") // what is held is handed on as it is
final class TenantLanes {
    private final Map<Long, Boolean> byTurn = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Sent, Shared> sent = new HashMap<>();
    private long bytes;

    /** Returns about how much memory the lanes take. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return byTurn.isEmpty();
    }

    /** Returns the id of the lane served longest ago. */
    long eldest() {
        Iterator<Long> ids = byTurn.keySet().iterator();
        return ids.next();
    }

    /** Takes a lane as the one served last, in the place of what it was before. */
    void put(Long id, HeldLane held, @Nullable HeldLane before) {
        byTurn.put(id, Boolean.TRUE);
        bytes += held.bytes();
        if (before != null) {
            release(
                    before.lane().sent(),
                    common(before.lane().sent(), held.lane().sent()));
            bytes -= before.bytes();
        }
    }

    void remove(HeldLane held) {
        byTurn.remove(held.lane().id());
        release(held.lane().sent(), 0);
        bytes -= held.bytes();
    }

    /** Counts what lanes have in common otherwise; less than 0 when it is gone. */
    void weigh(int more) {
        bytes += more;
    }

    /**
     * Returns messages in the form in which they are held; equal ones are the same.
     *
     * @param before what the lane was sent before; the messages that it shares with that are held already
     */
    List<Sent> hold(List<Sent> messages, List<Sent> before) {
        int held = common(before, messages);
        List<Sent> same = new ArrayList<>(messages.subList(0, held));
        for (Sent one : messages.subList(held, messages.size())) {
            Shared shared = sent.get(one);
            if (shared == null) {
                shared = new Shared(one);
                sent.put(one, shared);
                bytes += shared.bytes;
            }
            shared.lanes++;
            same.add(shared.sent);
        }
        return same;
    }

    private void release(List<Sent> messages, int from) {
        for (Sent one : messages.subList(from, messages.size())) {
            Shared shared = sent.get(one);
            if (shared != null && --shared.lanes == 0) {
                sent.remove(one);
                bytes -= shared.bytes;
            }
        }
    }

    private static int common(List<Sent> one, List<Sent> other) {
        int most = Math.min(one.size(), other.size());
        int common = 0;
        while (common < most && one.get(common) == other.get(common)) {
            common++;
        }
        return common;
    }

    /** A message that some lanes were sent. */
    private static final class Shared {
        final Sent sent;
        final int bytes;
        int lanes;

        Shared(Sent sent) {
            this.sent = sent;
            this.bytes = HeldLane.bytes(sent);
        }
    }
}
