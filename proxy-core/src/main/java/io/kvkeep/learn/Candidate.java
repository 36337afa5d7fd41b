package io.kvkeep.learn;

import io.kvkeep.learn.Comparison.Change;
import io.kvkeep.section.SectionRule;
import java.util.Optional;

/**
 * A place that has changed at least once.
 *
 * @param finding its counts up to the text seen last
 * @param shape what stays the same of it
 * @param unique whether no text had two lines that its rule would fit: which of them changes could not be told
 * @param rule its rule, made once
 */
record Candidate(Finding finding, Shape shape, boolean unique, SectionRule rule) {
    /** What anybody edits now and then does not change so often at one place. */
    private static final int MIN_CHANGES = 3;

    static Candidate first(String name, Change change, boolean unique, long bytesBehind) {
        Shape shape = change.shape();
        Finding finding = new Finding(
                name,
                shape.variation(),
                change.heading(),
                shape.starts(),
                shape.until(),
                shape.matches(),
                2,
                1,
                bytesBehind,
                unique && shape.byItself());
        return new Candidate(finding, shape, unique, finding.rule());
    }

    /** Counts one more text that has the place. */
    Candidate seenAgain(boolean stillUnique) {
        return with(shape, finding.heading(), unique && stillUnique, 1, 0, 0);
    }

    /** Counts one more change. A place that was only offered once stays so. */
    Candidate changedAgain(Change change, long bytesBehind) {
        Shape next = shape.byItself() ? change.shape() : change.shape().onlyOffered();
        // the start stays: an extended common start would be another place
        Shape kept = new Shape(next.variation(), shape.starts(), next.until(), next.matches(), next.byItself());
        return with(kept, change.heading(), unique, 0, 1, bytesBehind);
    }

    private Candidate with(
            Shape next, String heading, boolean stillUnique, int moreSeen, int moreChanged, long moreBytes) {
        Finding counted = new Finding(
                finding.name(),
                next.variation(),
                heading,
                next.starts(),
                next.until(),
                next.matches(),
                finding.seen() + moreSeen,
                finding.changed() + moreChanged,
                finding.bytesBehind() + moreBytes,
                stillUnique && next.byItself());
        boolean sameRule = next.until().equals(shape.until());
        return new Candidate(counted, next, stillUnique, sameRule ? rule : counted.rule());
    }

    boolean isLearned() {
        return finding.learned();
    }

    /** Tells whether it is worth showing: its rule holds, or it changes often enough to be offered. */
    boolean isFound() {
        return finding.learned() || finding.changed() >= MIN_CHANGES;
    }

    /** Tells whether a change is one of this place. */
    boolean isAt(Change change) {
        Shape other = change.shape();
        boolean sameStart = shape.isLine()
                && other.isLine()
                && shape.variation() == Variation.OTHER
                && other.variation() == Variation.OTHER
                && other.starts().startsWith(shape.starts());
        return sameStart || shape.isSamePlace(other);
    }

    /** Tells whether a line is one that the rule of a clock or counter would cut. */
    boolean fits(String line) {
        return rule.matches().filter(pattern -> pattern.matcher(line).matches()).isPresent();
    }

    Optional<SectionRule> learnedRule() {
        return isLearned() ? Optional.of(rule) : Optional.empty();
    }
}
