package io.kvkeep.note;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.JsonString.Decoded;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.profile.Ephemeral.Action;
import io.kvkeep.profile.Ephemerals;
import io.kvkeep.profile.Ephemerals.Block;
import io.kvkeep.prompt.Message;
import java.util.Arrays;
import java.util.List;

/**
 * The blocks of messages that come and go: a reminder that stands in the newest message of the user, and is gone from it
 * one request later, would cost all of the engine's work behind it.
 */
public final class Blocks {
    /** Longer contents are not kept: what is put back stays in the prompt for as long as the lane. */
    private static final int MOST_CONTENT_BYTES = 32 << 10;

    private final byte[] body;
    private final List<Message> conversation;
    private final Ephemerals ephemerals;

    /** Looks into the messages behind the system text. */
    public Blocks(byte[] body, List<Message> conversation, Ephemerals ephemerals) {
        this.body = body;
        this.conversation = conversation;
        this.ephemerals = ephemerals;
    }

    /** Tells whether a message holds a block that may be put back once it is gone, and is short enough to be kept. */
    public boolean hold(int index) throws NotJson {
        Message message = conversation.get(index);
        int bytes = message.content().length();
        if (ephemerals.rules().isEmpty() || bytes == 0 || bytes > MOST_CONTENT_BYTES) {
            return false;
        }
        for (JsonString text : message.texts()) {
            for (Block block : ephemerals.in(message.role(), text.text())) {
                if (block.rule().action() == Action.REPLAY) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Tells whether a message can go out in the form in which it was sent: its words are the same, and each block that
     * stands in it stands there too, so that nothing is lost.
     *
     * @param sent the value of its content as it was sent
     */
    public boolean areAllIn(int index, byte[] sent) throws NotJson {
        Message message = conversation.get(index);
        Range content = message.content();
        if (content.length() == 0 || isPart(body[content.start()]) != isPart(sent[0])) {
            return false;
        }
        for (JsonString text : message.texts()) {
            Decoded now = text.decode();
            for (Block block : ephemerals.in(message.role(), now.text())) {
                int start = now.byteOffset(block.section().valueStart());
                int end = now.byteOffset(block.section().valueEnd());
                if (!contains(sent, start, end)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Tells whether a range of the body stands in some bytes: an agent spells a block the same way each time. */
    private boolean contains(byte[] sent, int start, int end) {
        for (int at = 0; at + end - start <= sent.length; at++) {
            if (Arrays.equals(body, start, end, sent, at, at + end - start)) {
                return true;
            }
        }
        return false;
    }

    /** A content is a value of its own, or a run of parts between others of the same array. */
    private static boolean isPart(byte first) {
        return first == '{';
    }
}
