package io.kvkeep.lane;

import io.kvkeep.prompt.Role;

/** What counts of a text when messages are compared: agents put blocks into messages that are nobody's words. */
@FunctionalInterface
public interface Words {
    /** Every text counts as it is. */
    Words ALL = (role, text) -> text;

    /**
     * Returns what counts of one text of a message; empty if nothing does.
     *
     * @param role who speaks
     * @param text the text as it came
     */
    String of(Role role, String text);
}
