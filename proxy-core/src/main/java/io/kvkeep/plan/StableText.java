package io.kvkeep.plan;

import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.AgentState.Pinned;
import io.kvkeep.ledger.AgentState.Standing;
import io.kvkeep.note.LineChanges;
import io.kvkeep.plan.Conversation.Traveller;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.section.Section;
import io.kvkeep.section.SystemText;
import io.kvkeep.section.SystemText.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stable text of one request: as it came, and as it is sent.
 *
 * <p>Where the operator lets a text stand as it was first sent, date and state of the working directory stand in it too:
 * in a note they would be behind the first start of a user message, and engines that resume only there (hybrid models and
 * those with a sliding window) would read them again in each session.
 *
 * @param came fingerprint of what is left of the system text after cutting
 * @param sent fingerprint of what is sent in its place
 * @param pinned the texts that are sent, if they are not those that came
 * @param changes what the note says of the difference; empty without one
 * @param standing what the volatile sections that stand in it say, by their names
 * @param fresh the text to keep for later requests, if it is not kept yet
 */
record StableText(
        Digest came,
        Digest sent,
        List<String> pinned,
        String changes,
        Map<String, String> standing,
        Optional<Pinned> fresh) {
    /** A text of which more than this share is new is another text, not a changed one. */
    private static final double MOST_CHANGED = 0.25;

    /**
     * Decides which text is sent.
     *
     * @param sentBefore fingerprint of the text that was sent on the lane so far
     */
    static StableText of(Conversation talk, AgentState agent, Optional<Digest> sentBefore, Policy policy) {
        List<SystemText> texts = talk.stableTexts();
        Digest came = fingerprint(talk, List.of());
        if (policy.stableChanges() == StableChanges.SEND || texts.isEmpty()) {
            return new StableText(came, came, List.of(), "", Map.of(), Optional.empty());
        }
        List<String> now = texts.stream().map(text -> text.cut().stableText()).toList();
        Pinned bare = new Pinned(came, now);
        Pinned whole = whole(talk, bare, policy);
        for (Pinned text : List.of(bare, whole)) {
            if (sentBefore.filter(text.sent()::equals).isPresent()) {
                return asItCame(text);
            }
        }
        // A text that was sent without them the engine may have still.
        StableText asItCame = asItCame(agent.hasSent(came) ? bare : whole);
        List<Pinned> usable = agent.pinned().stream()
                .filter(pinned -> pinned.standing().stream()
                        .noneMatch(section -> policy.leftOut().contains(section.kind())))
                .toList();
        Optional<Pinned> before = usable.stream()
                .filter(pinned -> sentBefore.filter(pinned.sent()::equals).isPresent())
                .findFirst();
        Optional<StableText> goesOn = before.flatMap(pinned -> against(pinned, whole));
        if (goesOn.isPresent()) {
            return goesOn.get();
        }
        Optional<Pinned> same =
                usable.stream().filter(pinned -> pinned.digest().equals(came)).findFirst();
        if (same.isPresent() || before.isPresent()) {
            return same.map(pinned -> inPlace(pinned, whole, "")).orElse(asItCame);
        }
        StableText best = asItCame;
        for (Pinned pinned : usable) {
            Optional<StableText> candidate = against(pinned, whole);
            if (candidate.isPresent()
                    && (best.changes.isEmpty() || candidate.get().changes.length() < best.changes.length())) {
                best = candidate.get();
            }
        }
        return best;
    }

    /** Returns the text of a request with the sections in it that may stand. */
    private static Pinned whole(Conversation talk, Pinned bare, Policy policy) {
        List<Standing> standing = new ArrayList<>();
        List<Piece> stay = new ArrayList<>();
        List<SystemText> texts = talk.stableTexts();
        for (Traveller one : talk.travellers(policy.leftOut())) {
            int text = texts.indexOf(one.in());
            if (text >= 0 && one.kind().isOfItsTime()) {
                Section section = one.piece().section();
                String words = one.in().cut().text().substring(section.start(), section.end());
                int at = one.in().cut().stableChars(section.start());
                standing.add(new Standing(text, at, one.name(), one.kind(), words, one.value()));
                stay.add(one.piece());
            }
        }
        return standing.isEmpty() ? bare : new Pinned(bare.digest(), fingerprint(talk, stay), bare.texts(), standing);
    }

    private static Digest fingerprint(Conversation talk, List<Piece> stay) {
        List<List<Range>> ranges = new ArrayList<>();
        for (SystemText text : talk.stableTexts()) {
            ranges.add(text.rangesWithout(piece -> !stay.contains(piece)));
        }
        return Digest.of(talk.prompt().body(), ranges);
    }

    private static StableText asItCame(Pinned came) {
        return new StableText(came.digest(), came.sent(), List.of(), "", came.values(), Optional.of(came));
    }

    /** Returns the pinned text in the place of the one that came. */
    private static StableText inPlace(Pinned pinned, Pinned came, String changes) {
        boolean equal = pinned.sent().equals(came.sent()) || pinned.sent().equals(came.digest());
        List<String> texts = equal ? List.of() : pinned.whole();
        return new StableText(came.digest(), pinned.sent(), texts, changes, pinned.values(), Optional.empty());
    }

    /** Returns the pinned text in the place of the one that came, if the difference can be told in a few lines. */
    private static Optional<StableText> against(Pinned pinned, Pinned came) {
        if (pinned.digest().equals(came.digest())) {
            return Optional.of(inPlace(pinned, came, ""));
        }
        if (pinned.texts().size() != came.texts().size()) {
            return Optional.empty();
        }
        StringBuilder told = new StringBuilder();
        int chars = 0;
        int changed = 0;
        for (int i = 0; i < came.texts().size(); i++) {
            String before = pinned.texts().get(i);
            String now = came.texts().get(i);
            chars += now.length();
            if (now.equals(before)) {
                continue;
            }
            Optional<LineChanges> changes = LineChanges.between(before, now);
            if (changes.isEmpty() || changes.get().chars() == 0) {
                return Optional.empty();
            }
            changed += changes.get().chars();
            told.append(told.length() == 0 ? "" : "\n\n")
                    .append(changes.get().told("the instructions at the start", true));
        }
        return told.length() == 0 || changed > MOST_CHANGED * chars
                ? Optional.empty()
                : Optional.of(inPlace(pinned, came, told.toString()));
    }
}
