package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import java.util.ArrayList;
import java.util.List;

/**
 * A message as its speaker means it; how it is spelled is another matter.
 *
 * @param role the role on the wire
 * @param texts its texts in order; an empty one is as good as none
 * @param image the address of an image behind the texts; empty for none
 * @param calls the tools that are called
 * @param asParts whether the content is an array of parts; always so for an image or for more than one text
 */
record Said(String role, List<String> texts, String image, List<Called> calls, boolean asParts) {
    Said {
        texts = List.copyOf(texts);
        calls = List.copyOf(calls);
    }

    /** A call of a tool with the text of its arguments. */
    record Called(String tool, String arguments) {}

    static Said of(String role, String text) {
        return new Said(role, List.of(text), "", List.of(), false);
    }

    /** Returns an answer as the message as which a careful agent sends it back. */
    static Said of(Emitted answer) {
        List<Called> calls = answer.calls().stream()
                .map(call -> new Called(call.name(), call.arguments()))
                .toList();
        return new Said("assistant", List.of(answer.text()), "", calls, false);
    }

    Said withText(String text) {
        return new Said(role, List.of(text), image, calls, asParts);
    }

    Said withParts(boolean parts) {
        return new Said(role, texts, image, calls, parts || !image.isEmpty() || texts.size() > 1);
    }

    /** Returns the message with words behind its last text that are nobody's. */
    Said reminded() {
        List<String> more = new ArrayList<>(texts);
        String last = more.remove(more.size() - 1);
        more.add(last + "\n\n<watch>\nLook out, " + texts.hashCode() + ".\n</watch>");
        return new Said(role, more, image, calls, asParts);
    }

    /** Tells whether both mean the same. */
    boolean means(Said other) {
        return role.equals(other.role)
                && words().equals(other.words())
                && image.equals(other.image)
                && calls.equals(other.calls);
    }

    private List<String> words() {
        return texts.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
    }

    /** Returns how many messages mean the same from the start on. */
    static int common(List<Said> one, List<Said> other) {
        int common = 0;
        while (common < Math.min(one.size(), other.size()) && one.get(common).means(other.get(common))) {
            common++;
        }
        return common;
    }
}
