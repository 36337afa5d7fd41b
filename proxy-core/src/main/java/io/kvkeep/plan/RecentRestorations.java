package io.kvkeep.plan;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Digest;
import io.kvkeep.prompt.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The edits that restored answers lately: an agent sends each answer with every later request, and it takes the same
 * ones each time. At most 2,048 answers with edits of 4 KiB; a new one takes the place of another. For any thread.
 */
final class RecentRestorations {
    private static final int PLACES = 2_048;
    private static final int MAX_BYTES = 4 << 10;

    private final AtomicReferenceArray<@Nullable Known> places = new AtomicReferenceArray<>(PLACES);

    /**
     * Returns what {@link Restoration#of} returns.
     *
     * @param fingerprint of the message's bytes
     */
    List<Edit> of(Dialect dialect, byte[] body, Message message, Digest fingerprint, Emitted emitted, boolean reasoning)
            throws NotJson {
        int start = message.range().start();
        int place = (int) fingerprint.low() & (PLACES - 1);
        @Nullable Known known = places.get(place);
        if (known != null && known.isOf(dialect, fingerprint, emitted, reasoning)) {
            return moved(known.edits, start);
        }
        List<Edit> edits = Restoration.of(body, message, emitted, reasoning);
        int bytes = 0;
        for (Edit edit : edits) {
            bytes += edit.replacement().length;
        }
        if (bytes <= MAX_BYTES) {
            places.set(place, new Known(dialect, fingerprint, emitted, reasoning, moved(edits, -start)));
        }
        return edits;
    }

    private static List<Edit> moved(List<Edit> edits, int byBytes) {
        List<Edit> moved = new ArrayList<>(edits.size());
        for (Edit edit : edits) {
            moved.add(edit.moved(byBytes));
        }
        return moved;
    }

    /**
     * What restores one answer.
     *
     * @param edits as if the message stood at the start of a body
     */
    private record Known(Dialect dialect, Digest fingerprint, Emitted emitted, boolean reasoning, List<Edit> edits) {
        boolean isOf(Dialect other, Digest print, Emitted said, boolean thinks) {
            return dialect == other && reasoning == thinks && fingerprint.equals(print) && emitted.equals(said);
        }
    }
}
