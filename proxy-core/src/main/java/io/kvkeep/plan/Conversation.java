package io.kvkeep.plan;

import io.kvkeep.lane.Digest;
import io.kvkeep.profile.Profile;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.section.SystemText;
import java.util.List;

/**
 * One request, read: its prompt, its sections and its place in the order of conversations.
 *
 * @param prompt the request
 * @param profile the agent that sent it
 * @param systemTexts its system texts, cut
 * @param system fingerprint of the system texts as they came
 * @param tenant a hash of the credential
 * @param scope the digest of tenant, engine, model, agent and the head of the stable text
 * @param fingerprints of the bytes of each message behind the system text
 * @param messages the messages behind the system text, without one that is thrown away after this request
 * @param said the canonical digest of each of these messages
 * @param chain a digest for each of these messages
 * @param session a digest of the agent's session id; 0 if it tells none
 */
record Conversation(
        Prompt prompt,
        Profile profile,
        List<SystemText> systemTexts,
        Digest system,
        long tenant,
        Digest scope,
        List<Digest> fingerprints,
        List<Message> messages,
        List<Digest> said,
        List<Digest> chain,
        long session) {

    /** Returns the system texts of which something is left when the volatile sections are gone. */
    List<SystemText> stableTexts() {
        return systemTexts.stream().filter(SystemText::isStable).toList();
    }
}
