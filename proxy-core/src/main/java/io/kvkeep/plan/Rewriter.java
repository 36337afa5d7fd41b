package io.kvkeep.plan;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.JsonString.Decoded;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.ledger.Digest;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.Profile.SideRequest;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The straight line of the core: body bytes, prompt, profile, sections, plan, spliced bytes.
 *
 * <p>A pure function of the request, the view of the ledger, the engine's capabilities and the policy: equal input
 * gives equal bytes.
 */
public final class Rewriter {
    private final Profiles profiles;

    /** Recognises agents by these profiles. */
    public Rewriter(Profiles profiles) {
        this.profiles = profiles;
    }

    /**
     * Rewrites one request.
     *
     * @throws PromptNotUnderstood if the body is to go to the engine as it came
     */
    public Rewrite rewrite(Incoming incoming, LedgerView ledger, Capabilities capabilities, Policy policy)
            throws PromptNotUnderstood {
        Prompt prompt = incoming.dialect().read(incoming.body());
        try {
            return rewrite(incoming, prompt, ledger, capabilities, policy);
        } catch (NotJson e) {
            throw new PromptNotUnderstood(Why.NOT_JSON, String.valueOf(e.getMessage()));
        }
    }

    private Rewrite rewrite(
            Incoming incoming, Prompt prompt, LedgerView ledger, Capabilities capabilities, Policy policy)
            throws NotJson {
        List<Decoded> texts = new ArrayList<>();
        for (JsonString place : prompt.systemTexts()) {
            texts.add(place.decode());
        }
        String opening = texts.isEmpty() ? firstUserText(prompt) : texts.get(0).text();
        Profile profile = profiles.recognise(incoming.userAgent(), texts.isEmpty() ? "" : opening);
        List<SystemText> systemTexts = texts.stream()
                .map(text -> SystemText.read(text, profile.cutter()))
                .toList();
        Plan plan = new Planner(prompt, systemTexts, policy).plan(incoming.tag(), capabilities);
        if (plan.growth() == 0 && Arrays.equals(plan.splice(prompt.body()), prompt.body())) {
            plan = Plan.NOTHING; // the sections already stood where they were to go
        }
        Optional<LedgerEntry> entry = entry(prompt.body(), systemTexts);
        boolean rebuildDropped = !plan.isEmpty()
                && entry.isPresent()
                && !ledger.knowsSystem(entry.get().system())
                && ledger.knowsStable(entry.get().stable());
        Optional<String> side = profile.sideRequest(opening).map(SideRequest::name);
        return new Rewrite(plan, prompt, profile, side, entry, rebuildDropped);
    }

    private static String firstUserText(Prompt prompt) throws NotJson {
        Optional<JsonString> first =
                prompt.firstUser().flatMap(message -> message.texts().stream().findFirst());
        return first.isPresent() ? first.get().text() : "";
    }

    private static Optional<LedgerEntry> entry(byte[] body, List<SystemText> systemTexts) {
        if (systemTexts.isEmpty()) {
            return Optional.empty();
        }
        List<List<Range>> system = new ArrayList<>();
        List<List<Range>> stable = new ArrayList<>();
        for (SystemText text : systemTexts) {
            system.add(List.of(text.json().range()));
            stable.add(text.stableRanges());
        }
        return Optional.of(new LedgerEntry(Digest.of(body, system), Digest.of(body, stable)));
    }
}
