package io.kvkeep.plan;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Chain;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.lane.RecentPrompts;
import io.kvkeep.lane.Said;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.plan.Planner.Planned;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.Profiles;
import io.kvkeep.profile.SideRequest;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.PromptNotUnderstood.Why;
import io.kvkeep.prompt.Recall;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.RecentTexts;
import io.kvkeep.section.RecentTexts.Read;
import io.kvkeep.section.SystemText;
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

    /** Longer than anything that tells one agent's first words from another's. */
    private static final int OPENING_BYTES = 2_048;

    private final Profiles profiles;
    private final RecentPrompts prompts = new RecentPrompts();
    private final RecentTexts recent = new RecentTexts();
    private final RecentRestorations restorations = new RecentRestorations();
    private volatile Scope lastScope = new Scope(0, List.of(), new Digest(0, 0));

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
        Dialect dialect = incoming.dialect();
        Recall recall = new Recall(prompts.of(incoming.tenant(), dialect.id()));
        Prompt prompt = dialect.read(incoming.body(), recall);
        Fingerprints fingerprints = prompts.fingerprints(prompt, recall);
        Said before = prompts.said(prompt, recall);
        try {
            Capabilities known = capabilities.apply(prompt.model().orElse(""));
            return rewrite(incoming, prompt, fingerprints, before, ledger, known, policy);
        } catch (NotJson e) {
            throw new PromptNotUnderstood(Why.NOT_JSON, String.valueOf(e.getMessage()));
        }
    }

    private Rewrite rewrite(
            Incoming incoming,
            Prompt prompt,
            Fingerprints fingerprints,
            Said before,
            LedgerView ledger,
            Capabilities capabilities,
            Policy policy)
            throws NotJson {
        List<Read> texts = new ArrayList<>();
        List<String> system = new ArrayList<>();
        List<JsonString> places = prompt.systemTexts();
        for (int i = 0; i < places.size(); i++) {
            Digest fingerprint = fingerprints.systemTexts().get(i);
            Read text = recent.read(incoming.tenant(), places.get(i), fingerprint);
            texts.add(text);
            system.add(text.decoded().text());
        }
        String firstUser = opening(prompt.firstUser());
        String lastUser = opening(prompt.lastUser());
        Profile profile = profiles.recognise(incoming.headers(), system, firstUser, names -> names.in(prompt));
        Optional<SideRequest> side = Optional.empty();
        for (String text : system.isEmpty() ? List.of("") : system) {
            side = side.isPresent() ? side : profile.sideRequest(incoming.headers(), text, firstUser, lastUser);
        }
        Conversation talk = conversation(incoming, prompt, fingerprints, before, profile, texts, system, ledger);
        prompts.add(incoming.tenant(), incoming.dialect().id(), prompt, fingerprints, talk.said());
        // Sub-agents are conversations of their own, and a summary has the whole of another one: both have tools.
        boolean passing = side.isPresent() && prompt.tools().isEmpty();
        Planned planned = new Planner(talk, ledger, policy, incoming.tag(), incoming.dialect(), restorations, passing)
                .plan(capabilities);
        Plan plan = planned.plan();
        if (policy.placement() == Placement.END_OF_SYSTEM
                && plan.growth() == 0
                && Arrays.equals(plan.splice(prompt.body()), prompt.body())) {
            plan = Plan.NOTHING; // the sections already stood where they were to go
        }
        return new Rewrite(
                plan,
                prompt,
                talk.systemTexts(),
                talk.fingerprints(),
                talk.said().digests(),
                profile,
                side.map(SideRequest::name),
                planned.entry(),
                planned.linked().known(),
                planned.rebased(),
                planned.rebuildDropped());
    }

    private Conversation conversation(
            Incoming incoming,
            Prompt prompt,
            Fingerprints fingerprints,
            Said before,
            Profile profile,
            List<Read> texts,
            List<String> system,
            LedgerView ledger)
            throws NotJson {
        Digest fingerprint = fingerprints.system();
        String agent = profile.agent();
        List<SystemText> systemTexts = cut(texts, ledger.learned().cutter(agent, profile.cutter()));
        Digest scope = scope(incoming, prompt, agent, systemTexts);
        boolean seen = texts.isEmpty() || ledger.agent(scope).systems().contains(fingerprint);
        if (!seen && ledger.learned().observe(agent, cuts(systemTexts))) {
            systemTexts = cut(texts, ledger.learned().cutter(agent, profile.cutter()));
            scope = scope(incoming, prompt, agent, systemTexts);
        }
        List<Message> messages = withoutTail(prompt.conversation(), profile);
        Said said = Said.of(
                scope, prompt.body(), messages, profile.ephemerals(), fingerprints.messages(), ledger.memo(), before);
        return new Conversation(
                prompt,
                profile,
                systemTexts,
                fingerprint,
                incoming.tenant(),
                scope,
                fingerprints,
                messages,
                said,
                profile.session(incoming.headers(), prompt.body(), system));
    }

    /** Leaves a message out that no later request holds: the lane goes on from the one before it. */
    private static List<Message> withoutTail(List<Message> messages, Profile profile) throws NotJson {
        int last = messages.size() - 1;
        boolean thrownAway = last > 0
                && messages.get(last).texts().size() == 1
                && profile.ephemerals().tailIn(messages.get(last).role())
                && profile.ephemerals()
                        .tail(
                                messages.get(last).role(),
                                messages.get(last).texts().get(0).text())
                        .isPresent();
        return thrownAway ? messages.subList(0, last) : messages;
    }

    private static List<SystemText> cut(List<Read> texts, Cutter cutter) {
        List<SystemText> systemTexts = new ArrayList<>(texts.size());
        for (Read text : texts) {
            systemTexts.add(text.cut(cutter));
        }
        return List.copyOf(systemTexts);
    }

    private static List<Cut> cuts(List<SystemText> systemTexts) {
        return systemTexts.stream().map(SystemText::cut).toList();
    }

    private Digest scope(Incoming incoming, Prompt prompt, String agent, List<SystemText> systemTexts) {
        StringBuilder head = new StringBuilder();
        for (SystemText text : systemTexts) {
            head.append(text.stableHead(SCOPE_CHARS - head.length())); // a nonce may be a text of its own
        }
        List<String> names = List.of(incoming.engine(), prompt.model().orElse(""), agent, head.toString());
        Scope known = lastScope;
        if (known.tenant != incoming.tenant() || !known.names.equals(names)) {
            known = new Scope(incoming.tenant(), names, Chain.scope(incoming.tenant(), names));
            lastScope = known;
        }
        return known.digest;
    }

    /** A scope and what it was made of; nearly every request has that of the one before. */
    private record Scope(long tenant, List<String> names, Digest digest) {}

    /** Returns how the first text of a message begins; one that can't be decoded tells nothing of the agent. */
    private static String opening(Optional<Message> message) {
        List<JsonString> texts = message.map(Message::texts).orElse(List.of());
        try {
            return texts.isEmpty() ? "" : head(texts.get(0)).text();
        } catch (NotJson e) {
            return "";
        }
    }

    /** A message may hold a whole file. A blank stands neither inside an escape nor inside a character. */
    private static JsonString head(JsonString text) {
        int end = Math.min(text.end(), text.start() + OPENING_BYTES);
        while (end < text.end() && end > text.start() && text.json()[end] != ' ') {
            end--;
        }
        return end > text.start() ? new JsonString(text.json(), text.start(), end) : text;
    }
}
