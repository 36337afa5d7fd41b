package io.kvkeep.section;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a system text into sections by the rules of a profile.
 *
 * <p>A cut takes volatile sections with their separators, so that the text left is the same whether a section was
 * long, short or absent. Volatile sections that follow each other go as one group. Of the line breaks before and
 * behind the group the shorter run goes along: between two paragraphs that is the one before, for the first lines of a
 * paragraph the one behind. At the end of the text the run before goes, at its start the run behind.
 */
public final class Cutter {
    private final List<SectionRule> rules;
    private final Guards guards;
    /** By their first character, the longest first. */
    private final Map<Character, List<Anchor>> anchors = new HashMap<>();

    /** Takes the rules in any order; where two match at one line, the one with the longer start literal wins. */
    public Cutter(List<SectionRule> rules) {
        this(rules, Guards.NONE);
    }

    /**
     * Takes the rules in any order; where two match at one line, the one with the longer start literal wins.
     *
     * @param guards what no volatile section may hold; one that would is left where it is
     */
    public Cutter(List<SectionRule> rules, Guards guards) {
        this.rules = List.copyOf(rules);
        this.guards = guards;
        for (SectionRule rule : rules) {
            for (String literal : rule.starts()) {
                anchors.computeIfAbsent(literal.charAt(0), first -> new ArrayList<>())
                        .add(new Anchor(rule, literal));
            }
        }
        Comparator<Anchor> byLength = Comparator.comparingInt(anchor -> anchor.literal.length());
        anchors.values().forEach(list -> list.sort(byLength.reversed()));
    }

    /** Tells whether there are no rules, so that a cut finds nothing. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Returns a cutter that knows more rules. */
    public Cutter with(List<SectionRule> more) {
        return new Cutter(Stream.concat(rules.stream(), more.stream()).toList(), guards);
    }

    /** Cuts the text; joined again, the sections are the text. */
    public Cut cut(String text) {
        List<Hit> hits = hits(text);
        List<Section> sections = new ArrayList<>();
        int done = 0;
        int i = 0;
        while (i < hits.size()) {
            Hit hit = hits.get(i);
            if (hit.rule.stability() == Stability.STABLE) {
                // Line breaks behind it are the separators of what follows, which may be volatile.
                int end = hit.end - breaksBefore(text, hit.end, hit.start);
                addPlain(sections, done, hit.start);
                sections.add(hit.until(end));
                done = end;
                i++;
            } else {
                int behind = groupEnd(text, hits, i);
                done = cutGroup(text, hits.subList(i, behind), done, sections);
                i = behind;
            }
        }
        addPlain(sections, done, text.length());
        return new Cut(text, sections);
    }

    /**
     * Returns what the rules find, in the order of the text, without overlaps. One pass over the lines: profiles hold
     * more than a hundred literals, and a search for each would cost more than all the rest of a request.
     */
    private List<Hit> hits(String text) {
        List<Hit> hits = new ArrayList<>();
        int line = 0;
        while (line < text.length()) {
            Hit hit = hitAt(text, line);
            int from = line;
            if (hit != null) {
                hits.add(hit);
                from = hit.end;
            }
            if (from > line && text.charAt(from - 1) == '\n') {
                line = from; // the section took its last line break along: the next one may start right here
                continue;
            }
            int lineBreak = text.indexOf('\n', from);
            line = lineBreak < 0 ? text.length() : lineBreak + 1;
        }
        return hits;
    }

    /** Returns the section that starts with the line at {@code line}, by the rule with the longest literal. */
    private @Nullable Hit hitAt(String text, int line) {
        int first = line;
        while (first < text.length() && (text.charAt(first) == ' ' || text.charAt(first) == '\t')) {
            first++;
        }
        if (first == text.length()) {
            return null;
        }
        for (Anchor anchor : anchors.getOrDefault(text.charAt(first), List.of())) {
            if (text.startsWith(anchor.literal, first)) {
                int from = first + anchor.literal.length();
                int end = anchor.rule.endIn(text, from);
                if (end >= from
                        && anchor.rule.accepts(text, line, end)
                        && !(anchor.rule.stability() == Stability.VOLATILE && guards.standIn(text, line, end))) {
                    return new Hit(anchor.rule, line, end);
                }
            }
        }
        return null;
    }

    /** Returns the index behind the last of the volatile hits that have only line breaks between them. */
    private static int groupEnd(String text, List<Hit> hits, int first) {
        int i = first + 1;
        while (i < hits.size()
                && hits.get(i).rule.stability() == Stability.VOLATILE
                && hits.get(i - 1).end + breaksBehind(text, hits.get(i - 1).end) == hits.get(i).start) {
            i++;
        }
        return i;
    }

    /** Adds the plain text before the group and the group's pieces; returns the offset behind them. */
    private static int cutGroup(String text, List<Hit> group, int done, List<Section> sections) {
        Hit head = group.get(0);
        Hit tail = group.get(group.size() - 1);
        int before = breaksBefore(text, head.start, done);
        int behind = breaksBehind(text, tail.end);
        boolean startsText = head.start == before;
        boolean endsText = tail.end + behind == text.length();
        boolean takeBefore = endsText || (!startsText && before <= behind);
        boolean takeBehind = startsText || !takeBefore;
        int start = takeBefore ? head.start - before : head.start;
        int end = takeBehind ? tail.end + behind : tail.end;
        addPlain(sections, done, start);
        for (int i = 0; i < group.size(); i++) {
            int pieceEnd = i + 1 < group.size() ? group.get(i + 1).start : end;
            sections.add(group.get(i).piece(start, pieceEnd));
            start = pieceEnd;
        }
        return end;
    }

    private static void addPlain(List<Section> sections, int start, int end) {
        if (end > start) {
            sections.add(Section.plain(start, end));
        }
    }

    private static int breaksBefore(String text, int at, int from) {
        int start = at;
        while (start > from && text.charAt(start - 1) == '\n') {
            start--;
        }
        return at - start;
    }

    private static int breaksBehind(String text, int at) {
        int end = at;
        while (end < text.length() && text.charAt(end) == '\n') {
            end++;
        }
        return end - at;
    }

    /** A literal that starts a section. */
    private record Anchor(SectionRule rule, String literal) {}

    /** A place where a rule matches. */
    private record Hit(SectionRule rule, int start, int end) {
        Section until(int behind) {
            return new Section(rule.name(), rule.kind(), rule.stability(), start, behind, start, behind);
        }

        Section piece(int pieceStart, int pieceEnd) {
            return new Section(rule.name(), rule.kind(), rule.stability(), pieceStart, pieceEnd, start, end);
        }
    }
}
