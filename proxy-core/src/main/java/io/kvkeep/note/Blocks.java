package io.kvkeep.note;

import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.profile.Ephemeral.Action;
import io.kvkeep.profile.Ephemerals;
import io.kvkeep.profile.Ephemerals.Block;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of messages that come and go: a reminder that stands in the newest message of the user, and is gone from it
 * one request later, would cost all of the engine's work behind it.
 */
public final class Blocks {
    /** Longer contents are not kept: what is put back stays in the prompt for as long as the lane. */
    private static final int MOST_CONTENT_BYTES = 32 << 10;

    private final List<Message> conversation;
    private final Ephemerals ephemerals;

    /** Looks into the messages behind the system text. */
    public Blocks(List<Message> conversation, Ephemerals ephemerals) {
        this.conversation = conversation;
        this.ephemerals = ephemerals;
    }

    /** Tells whether a message holds a block that may be put back once it is gone, and is short enough to be kept. */
    public boolean stand(int index) throws NotJson {
        Message message = conversation.get(index);
        int bytes = message.content().length();
        return bytes > 0
                && bytes <= MOST_CONTENT_BYTES
                && in(message.role(), message.texts()).stream().anyMatch(block -> block.action == Action.REPLAY);
    }

    /** What became of the blocks of a message since it was sent. */
    public enum Since {
        /** They stand there. */
        SAME,
        /** Some are gone and none has come: the message can go out as it was sent, and nothing is lost. */
        GONE,
        /** Others stand there. */
        OTHER
    }

    /**
     * Returns what became of the blocks of a message whose words are the same.
     *
     * @param sent the value of its content as it was sent
     */
    public Since since(int index, byte[] sent) throws NotJson {
        Message message = conversation.get(index);
        if (message.content().length() == 0) {
            return Since.OTHER;
        }
        List<Found> left = in(message.role(), texts(sent));
        for (Found now : in(message.role(), message.texts())) {
            if (!left.remove(now)) {
                return Since.OTHER;
            }
        }
        return left.stream().anyMatch(block -> block.action == Action.REPLAY) ? Since.GONE : Since.SAME;
    }

    private List<Found> in(Role role, List<JsonString> texts) throws NotJson {
        List<Found> found = new ArrayList<>();
        for (JsonString json : ephemerals.standIn(role) ? texts : List.<JsonString>of()) {
            String text = json.text();
            for (Block block : ephemerals.in(role, text)) {
                found.add(new Found(block.rule().action(), block.section().value(text)));
            }
        }
        return found;
    }

    /** Returns the texts of a content: a string, or an array of parts. */
    private static List<JsonString> texts(byte[] content) throws NotJson {
        JsonCursor cursor = new JsonCursor(content, 0, content.length);
        if (cursor.peek() == '"') {
            return List.of(cursor.string());
        }
        List<JsonString> texts = new ArrayList<>();
        cursor.enter('[');
        while (cursor.nextElement()) {
            if (cursor.peek() != '{') {
                cursor.value();
                continue;
            }
            cursor.enter('{');
            while (cursor.nextMember()) {
                if (cursor.keyIs("text") && cursor.peek() == '"') {
                    texts.add(cursor.string());
                } else {
                    cursor.value();
                }
            }
        }
        return texts;
    }

    private record Found(Action action, String words) {}
}
