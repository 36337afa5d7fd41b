package io.kvkeep.plan;

import io.kvkeep.lane.Digest;
import io.kvkeep.prompt.Prompt;
import java.util.List;

/**
 * One request, read: its prompt, its sections and its place in the order of conversations.
 *
 * @param prompt the request
 * @param systemTexts its system texts, cut
 * @param system fingerprint of the system texts as they came
 * @param tenant a hash of the credential
 * @param scope the digest of tenant, engine, model, agent and the head of the stable text
 * @param said the canonical digest of each message behind the system text
 * @param chain a digest for each message behind the system text
 * @param session a digest of the agent's session id; 0 if it tells none
 */
record Conversation(
        Prompt prompt,
        List<SystemText> systemTexts,
        Digest system,
        long tenant,
        Digest scope,
        List<Digest> said,
        List<Digest> chain,
        long session) {

    /** Returns the system texts of which something is left when the volatile sections are gone. */
    List<SystemText> stableTexts() {
        return systemTexts.stream().filter(SystemText::isStable).toList();
    }
}
