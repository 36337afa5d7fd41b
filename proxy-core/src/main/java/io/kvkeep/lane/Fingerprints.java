package io.kvkeep.lane;

import io.kvkeep.json.JsonString;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Quick fingerprints of what a prompt consists of, as it came; with the limits of {@link Digest#of(byte[], List)}.
 *
 * @param systemTexts one for each
 * @param tools of their array
 * @param messages one for each message behind the system text
 */
public record Fingerprints(List<Digest> systemTexts, Optional<Digest> tools, List<Digest> messages) {

    /** Makes those of a prompt of which nothing is known. */
    public static Fingerprints of(Prompt prompt) {
        List<Digest> messages = new ArrayList<>();
        for (Message message : prompt.conversation()) {
            messages.add(Digest.of(prompt.body(), message.range()));
        }
        return new Fingerprints(
                systemTexts(prompt), prompt.tools().map(range -> Digest.of(prompt.body(), range)), messages);
    }

    static List<Digest> systemTexts(Prompt prompt) {
        List<Digest> texts = new ArrayList<>();
        for (JsonString text : prompt.systemTexts()) {
            texts.add(Digest.of(prompt.body(), text.range()));
        }
        return texts;
    }

    /** Returns one for all system texts. */
    public Digest system() {
        return systemTexts.size() == 1 ? systemTexts.get(0) : Digest.ofAll(systemTexts);
    }
}
