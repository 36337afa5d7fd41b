package io.kvkeep.note;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.ledger.Linked;
import io.kvkeep.ledger.Sent;
import io.kvkeep.prompt.Gap;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Kind;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * The messages that can carry a note: those of the user, and tool results.
 *
 * <p>A note never is a message of its own: templates raise on one, or strip the reasoning of the running tool loop. In a
 * user message it stands before the last text, behind what agents put in front of the words and send in every session; in
 * a tool result it stands behind the words. Where the first user message holds a text of the agent's that differs in each
 * session, such as a tree of files, the note stands in front of that: behind it, each session would read it again.
 */
public final class Carriers {
    private static final byte[] PARAGRAPH = JsonString.escape("\n\n");
    private static final byte[] LINE = JsonString.escape("\n");

    private final List<Message> conversation;
    private final Cutter firstUserCutter;

    /**
     * Takes the messages behind the system text.
     *
     * @param firstUserCutter finds what changes in the first message of the user
     */
    public Carriers(List<Message> conversation, Cutter firstUserCutter) {
        this.conversation = conversation;
        this.firstUserCutter = firstUserCutter;
    }

    /** Returns the index of the first message of the user that takes a note, or -1. */
    int firstUser() {
        for (int i = 0; i < conversation.size(); i++) {
            if (conversation.get(i).role() == Role.USER && conversation.get(i).takesNote()) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the index of the newest carrier from {@code from} on and before {@code to}, or -1. */
    int newest(int from, int to, Deliver deliver) {
        for (int i = to - 1; i >= from; i--) {
            Role role = conversation.get(i).role();
            boolean carries = role == Role.USER || (role == Role.TOOL && deliver == Deliver.NOW);
            if (carries && conversation.get(i).takesNote()) {
                return i;
            }
        }
        return -1;
    }

    /** Returns how many of the messages that a lane holds come before one that has lost the place of its note. */
    int replayable(Linked linked) {
        if (linked.lane().isPresent()) {
            for (Sent sent : linked.lane().get().sentUpTo(linked.known())) {
                if (sent.hasNote() && !conversation.get(sent.message()).takesNote()) {
                    return sent.message(); // they are in the order of their messages
                }
            }
        }
        return linked.known();
    }

    /** Returns the bytes of a note with the separators that it has in a message. */
    public byte[] separated(int message, byte[] note) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(note.length + 4);
        boolean behind = conversation.get(message).role() == Role.TOOL;
        out.writeBytes(behind ? PARAGRAPH : new byte[0]);
        out.writeBytes(note);
        out.writeBytes(behind ? new byte[0] : LINE);
        return out.toByteArray();
    }

    /** Returns how a separated note comes into a message. */
    public Insertion insertion(int index, byte[] note) {
        Gap gap = gap(index);
        return new Insertion(gap.range().start(), gap.filled(note));
    }

    private Gap gap(int index) {
        Message message = conversation.get(index);
        List<JsonString> texts = message.texts();
        if (message.role() == Role.USER && texts.size() > 1 && !firstUserCutter.isEmpty() && index == firstUser()) {
            for (JsonString text : texts.subList(0, texts.size() - 1)) {
                if (changes(text)) {
                    return Gap.inText(text.start());
                }
            }
        }
        return message.noteGap().orElseThrow();
    }

    /** A clock alone changes less often than what notes carry, and the text around it may be long. */
    private boolean changes(JsonString text) {
        try {
            return firstUserCutter.cut(text.text()).volatileSections().stream()
                    .anyMatch(section -> section.kind() != Kind.CLOCK);
        } catch (NotJson e) {
            return false;
        }
    }
}
