package io.kvkeep.section;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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

    /** Takes the rules in any order; where two match at one place, the one with the longer start literal wins. */
    public Cutter(List<SectionRule> rules) {
        this.rules = List.copyOf(rules);
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
                addPlain(sections, done, hit.start);
                sections.add(hit.piece(hit.start, hit.end));
                done = hit.end;
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

    /** Returns what the rules find, in the order of the text, without overlaps. */
    private List<Hit> hits(String text) {
        List<Hit> found = new ArrayList<>();
        for (SectionRule rule : rules) {
            find(rule, text, found);
        }
        found.sort(Comparator.comparingInt(Hit::start)
                .thenComparing(Comparator.comparingInt(Hit::anchorChars).reversed()));
        List<Hit> hits = new ArrayList<>(found.size());
        int done = 0;
        for (Hit hit : found) {
            if (hit.start >= done) {
                hits.add(hit);
                done = hit.end;
            }
        }
        return hits;
    }

    private static void find(SectionRule rule, String text, List<Hit> found) {
        for (String literal : rule.starts()) {
            int at = text.indexOf(literal);
            while (at >= 0) {
                int from = at + literal.length();
                int start = lineStart(text, at);
                int end = start < 0 ? -1 : rule.endIn(text, from);
                if (end >= from && rule.accepts(text, start, end)) {
                    found.add(new Hit(rule, start, end, literal.length()));
                    from = end;
                }
                at = text.indexOf(literal, from);
            }
        }
    }

    /** Returns the start of the line if only blanks stand between it and {@code at}, else -1. */
    private static int lineStart(String text, int at) {
        int start = at;
        while (start > 0 && (text.charAt(start - 1) == ' ' || text.charAt(start - 1) == '\t')) {
            start--;
        }
        return start == 0 || text.charAt(start - 1) == '\n' ? start : -1;
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

    /** A place where a rule matches; {@code anchorChars} is the length of the literal that found it. */
    private record Hit(SectionRule rule, int start, int end, int anchorChars) {
        Section piece(int pieceStart, int pieceEnd) {
            return new Section(rule.name(), rule.kind(), rule.stability(), pieceStart, pieceEnd, start, end);
        }
    }
}
