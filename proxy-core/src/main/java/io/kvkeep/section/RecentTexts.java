package io.kvkeep.section;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.JsonString.Decoded;
import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Digest;
import io.kvkeep.section.SystemText.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The system texts that came last, decoded and cut: an agent sends the same one with nearly every request, and that work
 * would be a fifth of all. At most 64 texts of 64 KiB; a new one takes the place of another. For any thread.
 */
public final class RecentTexts {
    private static final int PLACES = 64;
    private static final int MAX_BYTES = 64 << 10;
    /** What is known is not to hold on to the body in which it came. */
    private static final JsonString NOWHERE = new JsonString(new byte[0], 0, 0);

    private final AtomicReferenceArray<@Nullable Known> places = new AtomicReferenceArray<>(PLACES);

    /**
     * Reads a system text.
     *
     * @param tenant a hash of the credential: no tenant is given the text of another, whatever the fingerprints
     * @param fingerprint of its bytes
     */
    public Read read(long tenant, JsonString place, Digest fingerprint) throws NotJson {
        if (place.end() - place.start() > MAX_BYTES) {
            Decoded decoded = place.decode();
            return new Read(decoded, new Known(tenant, fingerprint, decoded));
        }
        int at = (int) (fingerprint.low() ^ tenant) & (PLACES - 1);
        @Nullable Known known = places.get(at);
        if (known == null || known.tenant != tenant || !known.fingerprint.equals(fingerprint)) {
            known = new Known(tenant, fingerprint, place.decode().at(NOWHERE));
            places.set(at, known);
        }
        return new Read(known.decoded.at(place), known);
    }

    /**
     * A system text in one body.
     *
     * @param decoded its characters and where they stand
     * @param known the same wherever it stands
     */
    public record Read(Decoded decoded, Known known) {
        /** Returns it with its sections. */
        public SystemText cut(Cutter cutter) {
            return known.cut(decoded, cutter);
        }
    }

    /** A system text, wherever it stands. */
    public static final class Known {
        private final long tenant;
        private final Digest fingerprint;
        private final Decoded decoded;
        private volatile @Nullable Pieces last;

        Known(long tenant, Digest fingerprint, Decoded decoded) {
            this.tenant = tenant;
            this.fingerprint = fingerprint;
            this.decoded = decoded;
        }

        @SuppressWarnings("ReferenceEquality") // a cutter is made once for each set of rules
        private SystemText cut(Decoded here, Cutter cutter) {
            int start = here.source().start();
            @Nullable Pieces pieces = last;
            if (pieces == null || pieces.cutter != cutter) {
                SystemText text = SystemText.of(here, cutter.cut(decoded.text()));
                last = new Pieces(cutter, text.cut(), moved(text.volatiles(), -start));
                return text;
            }
            return new SystemText(here, pieces.cut, moved(pieces.volatiles, start));
        }

        private static List<Piece> moved(List<Piece> pieces, int byBytes) {
            List<Piece> moved = new ArrayList<>(pieces.size());
            for (Piece piece : pieces) {
                moved.add(piece.moved(byBytes));
            }
            return moved;
        }
    }

    /** What a cutter made of a text, as if that stood at the start of a body. */
    private record Pieces(Cutter cutter, Cut cut, List<Piece> volatiles) {}
}
