package io.kvkeep.plan;

import io.kvkeep.lane.Digest;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.lane.Said;
import io.kvkeep.profile.Profile;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.section.Kind;
import io.kvkeep.section.SystemText;
import io.kvkeep.section.SystemText.Piece;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One request, read: its prompt, its sections and its place in the order of conversations.
 *
 * @param prompt the request
 * @param profile the agent that sent it
 * @param systemTexts its system texts, cut
 * @param system fingerprint of the system texts as they came
 * @param tenant a hash of the credential
 * @param scope the digest of tenant, engine, model, agent and the head of the stable text
 * @param fingerprints of the prompt as it came
 * @param messages the messages behind the system text, without one that is thrown away after this request
 * @param said what these messages are in the order of conversations
 * @param session a digest of the agent's session id; 0 if it tells none
 */
record Conversation(
        Prompt prompt,
        Profile profile,
        List<SystemText> systemTexts,
        Digest system,
        long tenant,
        Digest scope,
        Fingerprints fingerprints,
        List<Message> messages,
        Said said,
        long session) {

    /** Returns the system texts of which something is left when the volatile sections are gone. */
    List<SystemText> stableTexts() {
        List<SystemText> stable = new ArrayList<>(systemTexts.size());
        for (SystemText text : systemTexts) {
            if (text.isStable()) {
                stable.add(text);
            }
        }
        return stable;
    }

    /** Returns the volatile sections that are sent, in the order of the text, by names that are unique in this request. */
    List<Traveller> travellers(Set<Kind> leftOut) {
        Set<String> names = new HashSet<>();
        List<Traveller> travellers = new ArrayList<>();
        for (SystemText text : systemTexts) {
            for (Piece piece : text.volatiles()) {
                Kind kind = piece.section().kind();
                if (kind != Kind.NONCE && !leftOut.contains(kind)) {
                    String name = piece.section().name();
                    for (int i = 2; !names.add(name); i++) {
                        name = piece.section().name() + "-" + i;
                    }
                    travellers.add(new Traveller(name, text, piece));
                }
            }
        }
        return travellers;
    }

    /**
     * A volatile section that is sent.
     *
     * @param in the system text in which it stands
     */
    record Traveller(String name, SystemText in, Piece piece) {
        Kind kind() {
            return piece.section().kind();
        }

        String value() {
            return piece.section().value(in.cut().text());
        }
    }
}
