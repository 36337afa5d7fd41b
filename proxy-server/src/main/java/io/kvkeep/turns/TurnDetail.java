package io.kvkeep.turns;

import io.kvkeep.explain.Sides;
import io.kvkeep.plan.Edit;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of one turn only when it is asked for: what was changed, and both sides of its breaks; no text.
 *
 * @param changes the edits that were applied, those of one reason and subject as one; bounded
 * @param moreEdits how many edits are left out
 * @param sent both sides of the break as sent
 * @param came the same as it came
 */
record TurnDetail(
        List<Change> changes,
        int moreEdits,
        @Nullable Sides sent,
        @Nullable Sides came) {
    private static final int MAX_CHANGES = 40;

    static TurnDetail of(Plan plan, @Nullable Sides sent, @Nullable Sides came) {
        Map<About, Change> changes = new LinkedHashMap<>();
        int more = 0;
        for (Edit edit : plan.edits()) {
            About key = new About(edit.reason(), edit.subject());
            Change one = new Change(
                    edit.reason().id(), edit.subject(), 1, edit.range().length(), edit.replacement().length);
            if (changes.size() < MAX_CHANGES || changes.containsKey(key)) {
                changes.merge(key, one, Change::and);
            } else {
                more++;
            }
        }
        return new TurnDetail(
                new ArrayList<>(changes.values()), more, sent, came != null && came.equals(sent) ? sent : came);
    }

    /** Returns about how much memory it takes. */
    @SuppressWarnings("ReferenceEquality") // one object in both places is held once
    int bytes() {
        return 100 + 100 * changes.size() + bytes(sent) + (came == sent ? 0 : bytes(came));
    }

    private static int bytes(@Nullable Sides sides) {
        return sides == null ? 0 : 50 + 250 * sides.rows().size();
    }

    private record About(Reason reason, String subject) {}

    /**
     * Edits of one reason and subject.
     *
     * @param reason its name, such as {@code move-section}
     * @param subject the section or field
     * @param edits how many they are
     * @param removedBytes how much of the request went
     * @param addedBytes how much came in its place
     */
    record Change(String reason, String subject, int edits, int removedBytes, int addedBytes) {
        Change and(Change other) {
            return new Change(
                    reason,
                    subject,
                    edits + other.edits,
                    removedBytes + other.removedBytes,
                    addedBytes + other.addedBytes);
        }
    }
}
