package io.kvkeep.plan;

import io.kvkeep.json.JsonString;
import io.kvkeep.plan.SystemText.Piece;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Prompt.Streaming;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides which bytes of one request to move, drop or add. */
final class Planner {
    private static final byte[] PARAGRAPH = JsonString.escape("\n\n");
    private static final byte[] USAGE =
            "\"stream_options\":{\"include_usage\":true},".getBytes(StandardCharsets.US_ASCII);

    private final Prompt prompt;
    private final List<SystemText> systemTexts;
    private final Policy policy;
    private final List<Edit> edits = new ArrayList<>();

    Planner(Prompt prompt, List<SystemText> systemTexts, Policy policy) {
        this.prompt = prompt;
        this.systemTexts = systemTexts;
        this.policy = policy;
    }

    Plan plan(NoteTag tag, Capabilities capabilities) {
        leaveOut();
        switch (policy.placement()) {
            case FIRST_USER -> prompt.firstUser().flatMap(Planner::firstText).ifPresent(text -> moveTo(text, tag));
            case END_OF_SYSTEM -> moveToEnds();
            case OFF -> {}
        }
        if (capabilities.tellsUsageOnRequest() && prompt.streaming() == Streaming.WITHOUT_USAGE) {
            edits.add(Edit.insert(behindBrace(), USAGE, Reason.ASK_FOR_USAGE, "stream_options"));
        }
        return new Plan(edits);
    }

    private void leaveOut() {
        for (SystemText text : systemTexts) {
            for (Piece piece : text.volatiles()) {
                if (isLeftOut(piece)) {
                    edits.add(Edit.remove(
                            piece.range(),
                            Reason.LEAVE_OUT_SECTION,
                            piece.section().name()));
                }
            }
        }
    }

    private void moveTo(JsonString carrier, NoteTag tag) {
        List<Piece> moved = new ArrayList<>();
        for (SystemText text : systemTexts) {
            moved.addAll(remove(text));
        }
        if (moved.isEmpty()) {
            return;
        }
        List<String> names =
                moved.stream().map(piece -> piece.section().name()).distinct().toList();
        ByteArrayOutputStream note = new ByteArrayOutputStream();
        note.writeBytes(tag.opening(names));
        note.writeBytes(paragraphs(moved));
        note.writeBytes(tag.closing());
        note.writeBytes(PARAGRAPH);
        edits.add(Edit.insert(carrier.start(), note.toByteArray(), Reason.CARRY_NOTE, String.join(",", names)));
        int end = systemTexts.get(systemTexts.size() - 1).json().end();
        edits.add(Edit.insert(end, tag.declaration(), Reason.DECLARE_NOTE, "system text"));
    }

    private void moveToEnds() {
        for (SystemText text : systemTexts) {
            List<Piece> moved = remove(text);
            if (!moved.isEmpty()) {
                ByteArrayOutputStream tail = new ByteArrayOutputStream();
                if (!text.cut().stableText().isEmpty()) {
                    tail.writeBytes(PARAGRAPH);
                }
                tail.writeBytes(paragraphs(moved));
                edits.add(Edit.insert(text.stableEnd(), tail.toByteArray(), Reason.CARRY_NOTE, "system text"));
            }
        }
    }

    /** Plans the removal of the sections that go elsewhere, and returns them. */
    private List<Piece> remove(SystemText text) {
        List<Piece> moved = new ArrayList<>();
        for (Piece piece : text.volatiles()) {
            if (!isLeftOut(piece)) {
                edits.add(Edit.remove(
                        piece.range(), Reason.MOVE_SECTION, piece.section().name()));
                moved.add(piece);
            }
        }
        return moved;
    }

    private boolean isLeftOut(Piece piece) {
        return policy.leftOut().contains(piece.section().kind());
    }

    private static byte[] paragraphs(List<Piece> pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Piece piece : pieces) {
            if (out.size() > 0) {
                out.writeBytes(PARAGRAPH);
            }
            out.writeBytes(piece.value());
        }
        return out.toByteArray();
    }

    private static Optional<JsonString> firstText(Message message) {
        return message.texts().stream().findFirst();
    }

    private int behindBrace() {
        int at = 0;
        while (prompt.body()[at] != '{') {
            at++;
        }
        return at + 1;
    }
}
