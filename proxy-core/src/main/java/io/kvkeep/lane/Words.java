package io.kvkeep.lane;

import io.kvkeep.prompt.Role;

/** What counts of a text when messages are compared: agents put blocks into messages that are nobody's words. */
@FunctionalInterface
public interface Words {
    /** Every text counts as it is. */
    Words ALL = new Words() {
        @Override
        public String of(Role role, String text) {
            return text;
        }

        @Override
        public boolean countAsTheyAre(Role role) {
            return true;
        }
    };

    /**
     * Returns what counts of one text of a message; empty if nothing does.
     *
     * @param role who speaks
     * @param text the text as it came
     */
    String of(Role role, String text);

    /** Tells whether all texts of messages of that role count as they are, so that none need be shown. */
    default boolean countAsTheyAre(Role role) {
        return false;
    }
}
