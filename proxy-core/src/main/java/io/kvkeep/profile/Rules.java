package io.kvkeep.profile;

import io.kvkeep.section.Guards;
import io.kvkeep.section.SectionRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All rules of a profile, as its file has them.
 *
 * @param sections sections of the system text
 * @param firstUserSections sections of the first message of the user
 * @param ephemerals blocks in messages that come and go
 * @param sideRequests model calls beside the conversation
 * @param neverTouch what stays where it is
 * @param sources one for each rule of the lists above
 */
public record Rules(
        List<SectionRule> sections,
        List<SectionRule> firstUserSections,
        List<Ephemeral> ephemerals,
        List<SideRequest> sideRequests,
        List<NeverTouch> neverTouch,
        List<Source> sources) {
    static final Rules NONE = new Rules(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Rules {
        sections = List.copyOf(sections);
        firstUserSections = List.copyOf(firstUserSections);
        ephemerals = List.copyOf(ephemerals);
        sideRequests = List.copyOf(sideRequests);
        neverTouch = List.copyOf(neverTouch);
        sources = List.copyOf(sources);
    }

    /** Returns these rules and those of another profile whose names are not among them. */
    Rules over(Rules base) {
        Set<String> own = sources.stream().map(Source::name).collect(Collectors.toSet());
        return new Rules(
                join(sections, base.sections, SectionRule::name, own),
                join(firstUserSections, base.firstUserSections, SectionRule::name, own),
                join(ephemerals, base.ephemerals, Ephemeral::name, own),
                join(sideRequests, base.sideRequests, SideRequest::name, own),
                join(neverTouch, base.neverTouch, NeverTouch::name, own),
                join(sources, base.sources, Source::name, own));
    }

    /** Returns the guards and the rules that shield whole spans. */
    Guards guards() {
        return new Guards(
                neverTouch.stream().flatMap(never -> never.starts().stream()).toList());
    }

    List<SectionRule> shields() {
        return neverTouch.stream().flatMap(never -> never.span().stream()).toList();
    }

    /** Returns the rules whose matches can be counted: all but literals that only guard. */
    public List<Source> counted() {
        Set<String> spans = neverTouch.stream()
                .filter(never -> never.span().isPresent())
                .map(NeverTouch::name)
                .collect(Collectors.toSet());
        return sources.stream()
                .filter(source -> source.part() != Part.NEVER_TOUCH || spans.contains(source.name()))
                .toList();
    }

    private static <T> List<T> join(List<T> own, List<T> base, Function<T, String> name, Set<String> taken) {
        List<T> all = new ArrayList<>(own);
        base.stream().filter(rule -> !taken.contains(name.apply(rule))).forEach(all::add);
        return all;
    }

    /**
     * Where a rule was seen.
     *
     * @param part the list in the profile that it stands in
     * @param name its name, unique in the profile
     * @param seen versions and sources
     */
    public record Source(Part part, String name, List<String> seen) {
        /** Copies the list. */
        public Source {
            seen = List.copyOf(seen);
        }
    }

    /** A list of rules in a profile. */
    public enum Part {
        /** Sections of the system text. */
        SECTIONS,
        /** Sections of the first message of the user. */
        FIRST_USER_SECTIONS,
        /** Blocks in messages that come and go. */
        EPHEMERAL,
        /** Model calls beside the conversation. */
        SIDE_REQUESTS,
        /** What stays where it is. */
        NEVER_TOUCH;

        /** Returns the name as it is written in files. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
