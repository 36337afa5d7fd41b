package io.kvkeep.plan;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.JsonString.Decoded;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Chain;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.plan.Planner.Planned;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.Profile.SideRequest;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The straight line of the core: body bytes, prompt, profile, sections, plan, spliced bytes.
 *
 * <p>A pure function of the request, the view of the ledger, the engine's capabilities and the policy: equal input
 * gives equal bytes.
 */
public final class Rewriter {
    /**
     * So much of the stable text tells a main conversation from a side request or a sub-agent that starts with the same
     * words of the user. A change in it leaves nothing to go on with in the engine either.
     */
    private static final int SCOPE_CHARS = 160;

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
        return rewrite(incoming, ledger, model -> capabilities, policy);
    }

    /**
     * Rewrites one request.
     *
     * @param capabilities gives what the engine can do with a model, by its name
     * @throws PromptNotUnderstood if the body is to go to the engine as it came
     */
    public Rewrite rewrite(
            Incoming incoming, LedgerView ledger, Function<String, Capabilities> capabilities, Policy policy)
            throws PromptNotUnderstood {
        Prompt prompt = incoming.dialect().read(incoming.body());
        try {
            Capabilities known = capabilities.apply(prompt.model().orElse(""));
            return rewrite(incoming, prompt, ledger, known, policy);
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
        List<String> system = texts.stream().map(Decoded::text).toList();
        Profile profile = profiles.recognise(incoming.userAgent(), system);
        List<String> openings = system.isEmpty() ? List.of(firstUserText(prompt)) : system;
        Optional<SideRequest> side = openings.stream()
                .flatMap(opening -> profile.sideRequest(opening).stream())
                .findFirst();
        Conversation talk = conversation(incoming, prompt, profile, texts, ledger);
        Planned planned = new Planner(talk, ledger, policy, incoming.tag(), incoming.dialect()).plan(capabilities);
        Plan plan = planned.plan();
        if (policy.placement() == Placement.END_OF_SYSTEM
                && plan.growth() == 0
                && Arrays.equals(plan.splice(prompt.body()), prompt.body())) {
            plan = Plan.NOTHING; // the sections already stood where they were to go
        }
        return new Rewrite(
                plan,
                prompt,
                profile,
                side.map(SideRequest::name),
                planned.entry(),
                planned.linked().known(),
                planned.rebased(),
                planned.rebuildDropped());
    }

    private static Conversation conversation(
            Incoming incoming, Prompt prompt, Profile profile, List<Decoded> texts, LedgerView ledger) throws NotJson {
        List<List<Range>> system = new ArrayList<>();
        texts.forEach(text -> system.add(List.of(text.source().range())));
        Digest fingerprint = Digest.of(prompt.body(), system);
        String agent = profile.agent();
        List<SystemText> systemTexts = cut(texts, ledger.learned().cutter(agent, profile.cutter()));
        Digest scope = scope(incoming, prompt, agent, systemTexts);
        boolean seen = texts.isEmpty() || ledger.agent(scope).systems().contains(fingerprint);
        if (!seen && ledger.learned().observe(agent, cuts(systemTexts))) {
            systemTexts = cut(texts, ledger.learned().cutter(agent, profile.cutter()));
            scope = scope(incoming, prompt, agent, systemTexts);
        }
        List<Digest> said = Chain.messages(scope, prompt.body(), prompt.conversation(), ledger.memo());
        return new Conversation(
                prompt,
                systemTexts,
                fingerprint,
                incoming.tenant(),
                scope,
                said,
                Chain.of(scope, said),
                profile.session(incoming.headers()));
    }

    private static List<SystemText> cut(List<Decoded> texts, Cutter cutter) {
        return texts.stream().map(text -> SystemText.read(text, cutter)).toList();
    }

    private static List<Cut> cuts(List<SystemText> systemTexts) {
        return systemTexts.stream().map(SystemText::cut).toList();
    }

    private static Digest scope(Incoming incoming, Prompt prompt, String agent, List<SystemText> systemTexts) {
        StringBuilder head = new StringBuilder();
        for (SystemText text : systemTexts) {
            head.append(text.stableHead(SCOPE_CHARS - head.length())); // a nonce may be a text of its own
        }
        List<String> names = List.of(incoming.engine(), prompt.model().orElse(""), agent, head.toString());
        return Chain.scope(incoming.tenant(), names);
    }

    private static String firstUserText(Prompt prompt) throws NotJson {
        Optional<JsonString> first =
                prompt.firstUser().flatMap(message -> message.texts().stream().findFirst());
        return first.isPresent() ? first.get().text() : "";
    }
}
