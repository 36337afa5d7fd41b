package io.kvkeep.plan;

import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.profile.MatchedRules;
import io.kvkeep.profile.Profile;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.section.Cut;
import io.kvkeep.section.SystemText;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One request after the straight line of the core.
 *
 * @param plan the edits that make what is to be sent
 * @param prompt the request as it came
 * @param systemTexts its system texts, cut
 * @param fingerprints of the prompt as it came
 * @param said the canonical digest of each of these messages, without one that is thrown away after this request
 * @param profile the agent that sent it
 * @param sideRequest the name of the side request it is, if it is one
 * @param entry what the ledger has to keep once it was sent
 * @param known how many messages of the conversation the ledger held before
 * @param rebased whether the lane starts afresh with one clean prompt
 * @param rebuildDropped whether the agent rebuilt its system text and only volatile sections differ from earlier ones
 */
public record Rewrite(
        Plan plan,
        Prompt prompt,
        List<SystemText> systemTexts,
        Fingerprints fingerprints,
        List<Digest> said,
        Profile profile,
        Optional<String> sideRequest,
        LedgerEntry entry,
        int known,
        boolean rebased,
        boolean rebuildDropped) {

    /**
     * Returns the names of the rules of the profile that found something, the side request's among them. What can't be
     * decoded passes as it is, uncounted.
     */
    public Set<String> matchedRules() {
        try {
            List<Cut> cuts = systemTexts.stream().map(SystemText::cut).toList();
            return MatchedRules.of(profile, cuts, prompt, sideRequest);
        } catch (NotJson e) {
            return Set.of();
        }
    }

    /** Returns the body to send; the very array that came if nothing changes. */
    public byte[] body() {
        return plan.splice(prompt.body());
    }
}
