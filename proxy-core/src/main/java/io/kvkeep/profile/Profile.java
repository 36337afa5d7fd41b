package io.kvkeep.profile;

import io.kvkeep.section.Cutter;
import io.kvkeep.section.Guards;
import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.Stability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What is known of one agent, as data: how to recognise it, where its session id is, its rules. */
public final class Profile {
    private final String agent;
    private final Recognise recognise;
    private final SessionPlaces session;
    private final Rules rules;
    private final Cutter cutter;
    private final Cutter firstUserCutter;
    private final Ephemerals ephemerals;
    private final Set<String> ruleNames;
    private final boolean movesOnlyWhatIsOfItsTime;

    /** A profile by itself; {@link Profiles} adds what holds for every agent. */
    public Profile(String agent, Recognise recognise, SessionPlaces session, Rules rules) {
        this(agent, recognise, session, rules, Rules.NONE);
    }

    private Profile(String agent, Recognise recognise, SessionPlaces session, Rules rules, Rules general) {
        this.agent = agent;
        this.recognise = recognise;
        this.session = session;
        this.rules = rules;
        Rules all = rules.over(general);
        Guards guards = all.guards();
        cutter = cutter(rules.sections(), general.sections(), all.shields(), guards);
        firstUserCutter = cutter(rules.firstUserSections(), general.firstUserSections(), all.shields(), guards);
        ephemerals = new Ephemerals(all.ephemerals(), guards);
        movesOnlyWhatIsOfItsTime = all.sections().stream()
                .filter(rule -> rule.stability() == Stability.VOLATILE)
                .allMatch(rule -> rule.kind().isOfItsTime() || rule.kind() == Kind.NONCE);
        ruleNames = all.sources().stream().map(Rules.Source::name).collect(Collectors.toUnmodifiableSet());
    }

    /** Own rules stand first: of two with the same literal the first wins. */
    private static Cutter cutter(
            List<SectionRule> own, List<SectionRule> general, List<SectionRule> shields, Guards guards) {
        List<SectionRule> sections = new ArrayList<>(own);
        sections.addAll(shields);
        sections.addAll(general);
        return new Cutter(sections, guards);
    }

    /** Returns this profile with the rules and session places that hold for every agent. */
    Profile with(Profile general) {
        return new Profile(agent, recognise, session.and(general.session), rules, general.rules);
    }

    /** Returns this profile with all that another says of the same agent; rules of the same name are this one's. */
    public Profile over(Profile base) {
        return new Profile(
                agent, recognise.and(base.recognise), session.and(base.session), rules.over(base.rules), Rules.NONE);
    }

    /** Returns the agent's name, lower case; a label in the metrics. */
    public String agent() {
        return agent;
    }

    /** Returns what tells this agent from others. */
    public Recognise recognise() {
        return recognise;
    }

    /** Returns where the session id stands. */
    public SessionPlaces sessionPlaces() {
        return session;
    }

    /** Returns the profile's own rules, without those that hold for every agent. */
    public Rules rules() {
        return rules;
    }

    /** Returns the names of all rules, own and general ones. */
    public Set<String> ruleNames() {
        return ruleNames;
    }

    /** Tells whether no rule moves anything out of a system text but {@linkplain Kind#isOfItsTime what is of its time}. */
    public boolean movesOnlyWhatIsOfItsTime() {
        return movesOnlyWhatIsOfItsTime;
    }

    /** Returns what cuts a system text, by the profile's own rules and the general ones. */
    public Cutter cutter() {
        return cutter;
    }

    /** Returns what cuts the text of the user's first message. */
    public Cutter firstUserCutter() {
        return firstUserCutter;
    }

    /** Returns what finds ephemeral blocks. */
    public Ephemerals ephemerals() {
        return ephemerals;
    }

    /**
     * Returns a digest of the session id that a request tells, or 0.
     *
     * @param headers gives the value of a header by its lower-case name, or an empty text
     * @param body the request body
     * @param systemTexts its system texts
     */
    public long session(UnaryOperator<String> headers, byte[] body, List<String> systemTexts) {
        return session.digest(headers, body, systemTexts);
    }

    /**
     * Returns the side request that a request is, if it is one.
     *
     * @param headers gives the value of a header by its lower-case name, or an empty text
     * @param systemText the first system text, or an empty text
     * @param firstUserText the first text of the user, or an empty text
     * @param lastUserText the first text of the user's newest message, or an empty text
     */
    public Optional<SideRequest> sideRequest(
            UnaryOperator<String> headers, String systemText, String firstUserText, String lastUserText) {
        for (SideRequest side : rules.sideRequests()) {
            if (side.hits(headers, systemText, firstUserText, lastUserText)) {
                return Optional.of(side);
            }
        }
        return Optional.empty();
    }
}
