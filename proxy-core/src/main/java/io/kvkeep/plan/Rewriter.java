package io.kvkeep.plan;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
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
        List<JsonString> places = prompt.systemTexts();
        List<String> texts = new ArrayList<>(places.size());
        for (JsonString place : places) {
            texts.add(place.text());
        }
        String opening = texts.isEmpty() ? firstUserText(prompt) : texts.get(0);
        Profile profile = profiles.recognise(incoming.userAgent(), texts.isEmpty() ? "" : opening);
        List<SystemText> systemTexts = new ArrayList<>(places.size());
        for (int i = 0; i < places.size(); i++) {
            systemTexts.add(SystemText.read(places.get(i), texts.get(i), profile.cutter()));
        }
        Plan plan = new Planner(prompt, systemTexts, policy).plan(incoming.tag(), capabilities);
        byte[] body = plan.splice(prompt.body());
        if (!plan.isEmpty() && Arrays.equals(body, prompt.body())) {
            // The sections already stood where they were to go.
            plan = Plan.NOTHING;
            body = prompt.body();
        }
        Optional<LedgerEntry> entry = entry(systemTexts);
        boolean rebuildDropped = !plan.isEmpty()
                && entry.isPresent()
                && !ledger.knowsSystem(entry.get().system())
                && ledger.knowsStable(entry.get().stable());
        Optional<String> side = profile.sideRequest(opening).map(SideRequest::name);
        return new Rewrite(body, plan, prompt, profile, side, entry, rebuildDropped);
    }

    private static String firstUserText(Prompt prompt) throws NotJson {
        Optional<JsonString> first =
                prompt.firstUser().flatMap(message -> message.texts().stream().findFirst());
        return first.isPresent() ? first.get().text() : "";
    }

    private static Optional<LedgerEntry> entry(List<SystemText> systemTexts) {
        if (systemTexts.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder system = new StringBuilder();
        StringBuilder stable = new StringBuilder();
        for (SystemText text : systemTexts) {
            system.append(text.cut().text()).append('\0');
            stable.append(text.cut().stableText()).append('\0');
        }
        return Optional.of(new LedgerEntry(Digest.of(system.toString()), Digest.of(stable.toString())));
    }
}
