package io.kvkeep.section;

import java.util.List;

/**
 * A system text in sections: all of it, in order, without gaps.
 *
 * @param text the system text
 * @param sections contiguous; the first starts at 0 and the last ends with the text
 */
public record Cut(String text, List<Section> sections) {
    /** Copies the list. */
    public Cut {
        sections = List.copyOf(sections);
    }

    /** Returns the volatile sections in the order of the text. */
    public List<Section> volatileSections() {
        return sections.stream().filter(Section::isVolatile).toList();
    }

    /** Returns how many characters of the stable text stand before an offset. */
    public int stableChars(int offset) {
        int chars = 0;
        for (Section section : sections) {
            if (!section.isVolatile() && section.start() < offset) {
                chars += Math.min(section.end(), offset) - section.start();
            }
        }
        return chars;
    }

    /** Returns what is left when the volatile sections and their separators are gone. */
    public String stableText() {
        StringBuilder stable = new StringBuilder(text.length());
        for (Section section : sections) {
            if (!section.isVolatile()) {
                stable.append(text, section.start(), section.end());
            }
        }
        return stable.toString();
    }
}
