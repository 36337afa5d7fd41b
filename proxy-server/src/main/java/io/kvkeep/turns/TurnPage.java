package io.kvkeep.turns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.explain.Outliner;
import io.kvkeep.explain.Sides;
import io.kvkeep.plan.Edit;
import io.kvkeep.plan.Plan;
import io.kvkeep.turns.TextDiff.Line;
import io.kvkeep.turns.TurnDetail.Change;
import io.kvkeep.turns.TurnTexts.Kept;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Everything about one turn as JSON. Made only for a turn that somebody opens: with text it costs some milliseconds. */
final class TurnPage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_TEXTS = 20;
    private static final int MAX_TEXT_CHARS = 4_000;
    /** Of an escape by number, behind the backslash. */
    private static final int NUMBER_CHARS = 5;

    private final Outliner outliner;
    private final TurnTexts texts;
    private final BooleanSupplier showsText;

    /**
     * Starts without any turn.
     *
     * @param showsText whether the operator may see text of prompts now
     */
    TurnPage(Outliner outliner, TurnTexts texts, BooleanSupplier showsText) {
        this.outliner = outliner;
        this.texts = texts;
        this.showsText = showsText;
    }

    String json(Turn turn, TurnDetail detail) {
        Optional<Kept> kept = kept(turn.id());
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("turn", turn);
        page.put("showText", showsText.getAsBoolean());
        page.put("textKept", kept.isPresent());
        page.put(
                "edits",
                detail.changes().stream().map(change -> change(change, kept)).toList());
        page.put("moreEdits", detail.moreEdits());
        if (detail.sent() != null) {
            page.put("sent", sides(detail.sent(), kept, true));
        }
        if (detail.came() != null) {
            page.put("came", sides(detail.came(), kept, false));
        }
        try {
            return JSON.writeValueAsString(page) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a turn can't be written", e);
        }
    }

    private Optional<Kept> kept(long id) {
        return showsText.getAsBoolean() ? texts.of(id) : Optional.empty();
    }

    private static Map<String, Object> change(Change change, Optional<Kept> kept) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("reason", change.reason());
        row.put("subject", change.subject());
        row.put("edits", change.edits());
        row.put("removedBytes", change.removedBytes());
        row.put("addedBytes", change.addedBytes());
        if (kept.isPresent()) {
            List<Side> texts = new ArrayList<>();
            for (Edit edit : kept.get().plan().edits()) {
                boolean meant = edit.reason().id().equals(change.reason())
                        && edit.subject().equals(change.subject());
                if (meant && texts.size() < MAX_TEXTS) {
                    byte[] body = kept.get().rewrite().prompt().body();
                    texts.add(new Side(
                            shown(body, edit.range().start(), edit.range().length()),
                            shown(edit.replacement(), 0, edit.replacement().length)));
                }
            }
            row.put("texts", texts);
        }
        return row;
    }

    /** What an edit took and what it put in its place. */
    private record Side(String removed, String added) {}

    private Map<String, Object> sides(Sides sides, Optional<Kept> kept, boolean asSent) {
        Optional<Kept> earlier = kept.isEmpty() ? kept : kept(sides.earlier());
        List<String> held = parts(earlier, asSent);
        List<String> now = earlier.isEmpty() ? List.of() : parts(kept, asSent);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Sides.Row side : sides.rows()) {
            Map<String, Object> row = new LinkedHashMap<>();
            side.held().ifPresent(piece -> row.put("held", piece));
            side.now().ifPresent(piece -> row.put("now", piece));
            Optional<String> old = text(side.held(), held, side.heldPart());
            Optional<String> here = text(side.now(), now, side.nowPart());
            if (old.isPresent() && here.isPresent()) {
                List<Line> lines = TextDiff.lines(readable(old.get()), readable(here.get()));
                row.put("lines", lines);
            }
            rows.add(row);
        }
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("earlier", sides.earlier());
        page.put("same", sides.same());
        page.put("rows", rows);
        page.put("more", sides.more());
        page.put("sameBehind", sides.sameBehind());
        page.put("sameBehindBytes", sides.sameBehindBytes());
        return page;
    }

    private List<String> parts(Optional<Kept> kept, boolean asSent) {
        return kept.map(one -> outliner.texts(one.rewrite(), asSent ? one.plan() : Plan.NOTHING, one.place()))
                .orElse(List.of());
    }

    /** Returns the text of a part, empty text for one that is not there, and nothing if it is not known any more. */
    private static Optional<String> text(Optional<Sides.Piece> piece, List<String> texts, int part) {
        if (piece.isEmpty()) {
            return texts.isEmpty() ? Optional.empty() : Optional.of("");
        }
        // What the probe learned of the template in between may have put the parts into another order.
        return part < texts.size()
                        && texts.get(part).getBytes(StandardCharsets.UTF_8).length
                                == piece.get().bytes()
                ? Optional.of(texts.get(part))
                : Optional.empty();
    }

    private static String shown(byte[] bytes, int from, int length) {
        String text = readable(new String(bytes, from, length, StandardCharsets.UTF_8));
        return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS) + " …";
    }

    /** Returns JSON with its escapes undone, so that people can read it; those of most control characters stay. */
    static String readable(String json) {
        StringBuilder out = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            char escaped = c == '\\' && i + 1 < json.length() ? json.charAt(i + 1) : 0;
            int spelled = escaped == 'u' ? spelled(json, i + 2) : -1;
            switch (escaped) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '"', '\\', '/' -> out.append(escaped);
                default -> out.append(spelled >= ' ' ? (char) spelled : c);
            }
            i += spelled >= ' ' ? NUMBER_CHARS : "nt\"\\/".indexOf(escaped) >= 0 ? 1 : 0;
        }
        return out.toString();
    }

    /** Returns the character that four hexadecimal digits stand for; -1 if there are none. */
    private static int spelled(String json, int from) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < json.length() ? Character.digit(json.charAt(i), 16) : -1;
            value = digit < 0 || value < 0 ? -1 : 16 * value + digit;
        }
        return value;
    }
}
