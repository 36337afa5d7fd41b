package io.kvkeep.learn;

import io.kvkeep.learn.LineDiff.Hunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What changed between two texts: lines that can be told by their start, and blocks below a heading.
 *
 * <p>Longer than most classes: the steps share the two texts and the marks of what has been accounted for.
 */
final class Comparison {
    /** More than these at once is an edit, and would push out what has been watched so far. */
    private static final int MAX_OFFERED = 16;

    /** Lines without a label are paired by their order only in small hunks. */
    private static final int MAX_PAIRED_BY_ORDER = 32;

    private static final int MAX_LINES_TO_HEADING = 300;

    private static final int MAX_FILE_LINE_CHARS = 300;

    /** The rest of an edit so large is not looked at. */
    private static final int MAX_PAIRS = 200;

    private static final Pattern FILE_END = Pattern.compile("\\.mdc?[`*\"')\\]>]{0,4}\\s*$");

    /** A heading with such a name, or a line that ends with it, starts the text of a file with rules. */
    private static final Pattern FILE_NAME = Pattern.compile("(?i)\\b(?!MEMORY\\.md)[\\w-]+\\.mdc?\\b");

    private final Lines old;
    private final Lines now;
    private final List<Hunk> hunks;
    private final BitSet changedLines = new BitSet();
    private final List<Change> changes = new ArrayList<>();
    private int offered;
    private int pairs;
    private int rulesFrom = -1;

    private Comparison(Lines old, Lines now) {
        this.old = old;
        this.now = now;
        this.hunks = LineDiff.between(old, now);
    }

    /** Returns the changes in the order of the new text. */
    static List<Change> changes(Lines old, Lines now) {
        Comparison comparison = new Comparison(old, now);
        comparison.hunks.forEach(hunk -> comparison.changedLines.set(hunk.from(), hunk.to()));
        comparison.hunks.forEach(comparison::compare);
        comparison.changes.sort(Comparator.comparingInt(Change::at));
        return comparison.changes;
    }

    private void compare(Hunk hunk) {
        List<Integer> oldRest = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        pairByLabel(hunk, oldRest, rest);
        Variation variation = Variation.OTHER;
        if (oldRest.size() == rest.size() && rest.size() <= MAX_PAIRED_BY_ORDER) {
            List<Integer> oldLeft = new ArrayList<>();
            List<Integer> left = new ArrayList<>();
            for (int i = rest.size() - 1; i >= 0; i--) {
                if (!addPair(oldRest.get(i), rest.get(i))) {
                    oldLeft.add(0, oldRest.get(i));
                    left.add(0, rest.get(i));
                }
            }
            oldRest = oldLeft;
            rest = left;
            if (rest.size() == 1) {
                variation = LinePair.variation(old.line(oldRest.get(0)), now.line(rest.get(0)));
            }
        }
        if (rest.isEmpty() && !oldRest.isEmpty()) {
            addAppearing(old, oldRest.get(0), now.start(hunk.from()), hunk.from());
        } else if (oldRest.isEmpty() && !rest.isEmpty()) {
            addAppearing(now, rest.get(0), now.start(rest.get(0)), rest.get(0));
        } else if (!rest.isEmpty()) {
            addBelowHeading(rest.get(0), variation);
        }
    }

    /** Pairs lines with equal labels; lists the others, without blank lines. */
    private void pairByLabel(Hunk hunk, List<Integer> oldRest, List<Integer> rest) {
        Map<String, Deque<Integer>> labelled = new HashMap<>();
        for (int line = hunk.oldFrom(); line < hunk.oldTo(); line++) {
            String label = Label.of(old.line(line));
            if (Label.isTelling(label)) {
                labelled.computeIfAbsent(label, first -> new ArrayDeque<>()).add(line);
            } else if (!old.isBlank(line)) {
                oldRest.add(line);
            }
        }
        for (int line = hunk.from(); line < hunk.to(); line++) {
            Deque<Integer> same = labelled.get(Label.of(now.line(line)));
            Integer oldLine = same == null ? null : same.poll();
            if (oldLine != null) {
                addPair(oldLine, line);
            } else if (!now.isBlank(line)) {
                rest.add(line);
            }
        }
        labelled.values().forEach(oldRest::addAll);
        oldRest.sort(Comparator.naturalOrder());
    }

    /** Tells whether the pair is accounted for. */
    private boolean addPair(int oldLine, int line) {
        String was = old.line(oldLine);
        String is = now.line(line);
        if (was.equals(is)) {
            return true;
        }
        if (++pairs > MAX_PAIRS) {
            return true;
        }
        Shape shape = LinePair.shape(was, is);
        if (shape == null) {
            return false;
        }
        boolean ofRules = shape.byItself() && shape.variation() == Variation.COUNTER && line > rulesFrom();
        add(ofRules ? shape.onlyOffered() : shape, line, now.indented(line) + LinePair.commonStart(was, is));
        return true;
    }

    /** Something is in one of the texts only: it starts with a heading or a label, or belongs to what is above. */
    private void addAppearing(Lines text, int line, int at, int lineNow) {
        String label = Label.of(text.line(line));
        if (text.isHeading(line) && Label.isTelling(text.line(line))) {
            add(Block.shape(text, line, Variation.OTHER), lineNow, at);
        } else if (Label.isTelling(label)) {
            add(Shape.line(Variation.OTHER, label, "", false), lineNow, at);
        } else {
            addBelowHeading(lineNow, Variation.OTHER);
        }
    }

    private void addBelowHeading(int line, Variation variation) {
        int heading = headingAbove(line);
        if (heading >= 0 && !changedLines.get(heading) && Label.isTelling(now.line(heading))) {
            add(Block.shape(now, heading, variation), line, now.start(line));
        }
    }

    private void add(Shape shape, int line, int at) {
        boolean wellFormed =
                shape.starts().charAt(0) > ' ' && isWellFormed(shape.starts()) && isWellFormed(shape.matches());
        if (!wellFormed || !shape.until().stream().allMatch(Comparison::isWellFormed)) {
            return; // can't be written down as a rule
        }
        if (!shape.byItself() && ++offered > MAX_OFFERED) {
            return;
        }
        int heading = headingAbove(line);
        changes.add(new Change(shape, heading < 0 ? "" : now.line(heading).stripTrailing(), at));
    }

    private int headingAbove(int line) {
        for (int above = line - 1; above >= Math.max(0, line - MAX_LINES_TO_HEADING); above--) {
            if (now.isHeading(above)) {
                return above;
            }
        }
        return -1;
    }

    /**
     * Returns the first line that names a Markdown file whose text follows: AGENTS.md and the like. Where such a text
     * ends can't be told, and a number in it is a rule.
     */
    private int rulesFrom() {
        if (rulesFrom < 0) {
            rulesFrom = 0;
            while (rulesFrom < now.count() && !startsFile(rulesFrom)) {
                rulesFrom++;
            }
        }
        return rulesFrom;
    }

    private boolean startsFile(int line) {
        int start = now.start(line);
        int end = now.start(line + 1);
        boolean named = false;
        for (int i = start; i + 2 < end && end - start <= MAX_FILE_LINE_CHARS && !named; i++) {
            named = now.text().charAt(i) == '.' && now.text().startsWith(".md", i);
        }
        return named
                && FILE_NAME.matcher(now.line(line)).find()
                && (now.isHeading(line) || FILE_END.matcher(now.line(line)).find());
    }

    private static boolean isWellFormed(@Nullable String text) {
        return text != null
                && text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /**
     * One change between two texts.
     *
     * @param shape what stayed the same of the place
     * @param heading the nearest line above it that names what stands below; empty if there is none
     * @param at offset of the first changed character in the new text
     */
    record Change(Shape shape, String heading, int at) {}
}
