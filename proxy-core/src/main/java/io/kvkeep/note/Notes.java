package io.kvkeep.note;

import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Linked;
import io.kvkeep.ledger.Sent;
import io.kvkeep.note.Note.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which notes the messages of one request carry: those with which they were sent before, and one with what is new.
 *
 * @param replayed messages whose notes come again
 * @param carrier index of the message that carries a new note; -1 for none
 * @param fresh what the new note says
 * @param kept of how many messages that the ledger holds the form is kept
 * @param possible whether there is a message that can carry the sections at all
 */
public record Notes(List<Sent> replayed, int carrier, Optional<Note> fresh, int kept, boolean possible) {

    /**
     * Decides on the notes.
     *
     * <p>What earlier notes delivered holds, so only what differs from it is said, in the newest message that can carry
     * it. Where all messages are known already (a retry), the last one that could carry it is sent anew: an old message
     * never changes in the middle of what the engine holds.
     *
     * @param linked where the conversation goes on; nothing is replayed if it holds no lane
     * @param standing the values of sections that stand in the system text
     * @param messages how many messages the conversation has
     */
    public static Notes of(
            NoteTag tag,
            Linked linked,
            int messages,
            Carriers carriers,
            Map<String, String> standing,
            Map<String, Part> current,
            Deliver deliver) {
        int known = carriers.replayable(linked);
        while (known > 0) {
            Lane lane = linked.lane().orElseThrow();
            List<Sent> replayed = new ArrayList<>();
            for (Sent sent : lane.sentUpTo(known)) {
                if (sent.hasNote()) {
                    replayed.add(sent);
                }
            }
            Optional<Note> fresh = Note.of(tag, lane.deliveredUpTo(known, standing), current);
            int carrier = fresh.isEmpty() ? -1 : carriers.newest(known, messages, deliver);
            if (fresh.isEmpty() || carrier >= 0) {
                return new Notes(replayed, carrier, fresh, known, true);
            }
            if (deliver == Deliver.NEXT_USER) {
                return new Notes(replayed, -1, Optional.empty(), known, true);
            }
            known = Math.max(0, carriers.newest(0, known, deliver));
        }
        int first = carriers.firstUser();
        int carrier = first >= 0 ? first : carriers.newest(0, messages, Deliver.NOW);
        Optional<Note> full = Note.of(tag, standing, current);
        return full.isPresent() && carrier < 0
                ? new Notes(List.of(), -1, Optional.empty(), 0, false)
                : new Notes(List.of(), carrier, full, 0, true);
    }
}
