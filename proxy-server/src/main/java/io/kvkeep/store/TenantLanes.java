package io.kvkeep.store;

import io.kvkeep.ledger.NoteText.Piece;
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
 * <p>Many lanes of one agent begin with the same note, or with one that differs in its clock alone, and a branch with all
 * that its lane was sent: what is equal is held and counted once.
 */
@SuppressWarnings("ReferenceEquality") // what is held is handed on as it is
final class TenantLanes {
    private final Map<Long, Boolean> byTurn = new LinkedHashMap<>(16, 0.75f, true);
    private final Once<Sent> sent = new Once<>();
    private final Once<Piece> pieces = new Once<>();
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
        if (held == messages.size()) {
            return messages;
        }
        List<Sent> same = new ArrayList<>(messages.subList(0, held));
        for (Sent one : messages.subList(held, messages.size())) {
            Sent known = sent.more(one);
            if (known == null) {
                known = one.sharing(this::hold);
                sent.first(known);
                bytes += HeldLane.bytes(known);
            }
            same.add(known);
        }
        return same;
    }

    private Piece hold(Piece piece) {
        Piece known = piece.isLong() ? pieces.more(piece) : piece;
        if (known == null) {
            pieces.first(piece);
            bytes += HeldLane.bytes(piece);
        }
        return known == null ? piece : known;
    }

    private void release(List<Sent> messages, int from) {
        for (Sent one : messages.subList(from, messages.size())) {
            if (sent.less(one)) {
                bytes -= HeldLane.bytes(one);
                one.note().pieces().forEach(this::release);
            }
        }
    }

    private void release(Piece piece) {
        if (piece.isLong() && pieces.less(piece)) {
            bytes -= HeldLane.bytes(piece);
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

    /** Things of which equal ones are held once. Most have one holder: only further ones are counted. */
    private static final class Once<T> {
        private final Map<T, T> held = new HashMap<>();
        private final Map<T, Integer> further = new HashMap<>();

        /** Takes a thing that is not held. */
        void first(T thing) {
            held.put(thing, thing);
        }

        /** Takes a thing once more and returns the equal one that is held; null if there is none. */
        @Nullable
        T more(T thing) {
            T known = held.get(thing);
            if (known != null) {
                further.merge(known, 1, Integer::sum);
            }
            return known;
        }

        /** Gives a thing back; returns whether nobody holds it any more. */
        boolean less(T thing) {
            if (further.computeIfPresent(thing, (same, holders) -> holders - 1) == null) {
                return held.remove(thing) != null;
            }
            further.remove(thing, 0);
            return false;
        }
    }
}
