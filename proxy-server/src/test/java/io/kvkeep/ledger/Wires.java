package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What several dialects have in common in how they are written. */
final class Wires {
    private static final int PIECE_CHARS = 7;

    private Wires() {}

    /** Cuts a text as an engine does that sends it bit by bit; an empty one is one piece. */
    static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < text.length() || i == 0; i += PIECE_CHARS) {
            pieces.add(text.substring(i, Math.min(text.length(), i + PIECE_CHARS)));
        }
        return pieces;
    }

    /** Returns the data of each event that holds JSON. */
    static List<JsonNode> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Rendered.parse(line.substring("data: ".length()).getBytes(UTF_8)))
                .toList();
    }
}
