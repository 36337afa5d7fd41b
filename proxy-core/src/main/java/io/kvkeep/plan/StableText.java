package io.kvkeep.plan;

import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.AgentState.Pinned;
import io.kvkeep.note.LineChanges;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.section.SystemText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stable text of one request: as it came, and as it is sent.
 *
 * @param came fingerprint of what is left of the system text after cutting
 * @param sent fingerprint of what is sent in its place
 * @param pinned the texts that are sent, if they are not those that came
 * @param changes what the note says of the difference; empty without one
 */
record StableText(Digest came, Digest sent, List<String> pinned, String changes) {
    /** A text of which more than this share is new is another text, not a changed one. */
    private static final double MOST_CHANGED = 0.25;

    static StableText of(
            byte[] body, List<SystemText> texts, AgentState agent, Optional<Digest> sentBefore, StableChanges policy) {
        Digest came = fingerprint(body, texts);
        StableText asItCame = new StableText(came, came, List.of(), "");
        if (policy == StableChanges.SEND
                || texts.isEmpty()
                || sentBefore.filter(came::equals).isPresent()) {
            return asItCame;
        }
        List<String> now = texts.stream().map(text -> text.cut().stableText()).toList();
        Optional<Pinned> before = sentBefore.flatMap(agent::pinned);
        if (before.isPresent()) {
            return against(before.get(), came, now).orElse(asItCame);
        }
        if (agent.pinned(came).isPresent()) {
            return asItCame;
        }
        StableText best = asItCame;
        for (Pinned pinned : agent.pinned()) {
            Optional<StableText> candidate = against(pinned, came, now);
            if (candidate.isPresent()
                    && (best.changes.isEmpty() || candidate.get().changes.length() < best.changes.length())) {
                best = candidate.get();
            }
        }
        return best;
    }

    private static Digest fingerprint(byte[] body, List<SystemText> texts) {
        List<List<Range>> ranges = new ArrayList<>();
        texts.forEach(text -> ranges.add(text.stableRanges()));
        return Digest.of(body, ranges);
    }

    /** Returns the text with the pinned one in its place, if the difference can be told in a few lines. */
    private static Optional<StableText> against(Pinned pinned, Digest came, List<String> now) {
        if (pinned.texts().size() != now.size()) {
            return Optional.empty();
        }
        StringBuilder told = new StringBuilder();
        int chars = 0;
        int changed = 0;
        for (int i = 0; i < now.size(); i++) {
            chars += now.get(i).length();
            if (now.get(i).equals(pinned.texts().get(i))) {
                continue;
            }
            Optional<LineChanges> changes = LineChanges.between(pinned.texts().get(i), now.get(i));
            if (changes.isEmpty() || changes.get().chars() == 0) {
                return Optional.empty();
            }
            changed += changes.get().chars();
            told.append(told.length() == 0 ? "" : "\n\n")
                    .append(changes.get().told("the instructions at the start", true));
        }
        return told.length() == 0 || changed > MOST_CHANGED * chars
                ? Optional.empty()
                : Optional.of(new StableText(came, pinned.digest(), pinned.texts(), told.toString()));
    }
}
