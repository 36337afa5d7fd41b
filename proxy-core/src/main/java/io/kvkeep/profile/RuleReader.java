package io.kvkeep.profile;

import io.kvkeep.profile.Ephemeral.Action;
import io.kvkeep.profile.Ephemeral.Where;
import io.kvkeep.profile.Rules.Part;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Guards;
import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.SectionRule.End;
import io.kvkeep.section.Stability;
import io.kvkeep.yaml.YamlMap;
import io.kvkeep.yaml.YamlNotValid;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * Reads the lists of rules in a profile; an entry with an error is left out and the error kept.
 *
 * <p>Longer than most classes: five lists, each entry with checks of its own.
 */
final class RuleReader {
    private final List<YamlNotValid> problems;
    private final Set<String> names = new HashSet<>();
    private final List<Rules.Source> sources = new ArrayList<>();

    RuleReader(List<YamlNotValid> problems) {
        this.problems = problems;
    }

    Rules read(YamlMap root) {
        return new Rules(
                entries(root, Part.SECTIONS, RuleReader::section),
                entries(root, Part.FIRST_USER_SECTIONS, RuleReader::section),
                entries(root, Part.EPHEMERAL, RuleReader::ephemeral),
                entries(root, Part.SIDE_REQUESTS, RuleReader::sideRequest),
                entries(root, Part.NEVER_TOUCH, RuleReader::neverTouch),
                sources);
    }

    private <T> List<T> entries(YamlMap root, Part part, EntryReader<T> reader) {
        List<T> rules = new ArrayList<>();
        try {
            for (YamlMap map : root.maps(part.id())) {
                try {
                    rules.add(entry(map, part, reader));
                } catch (YamlNotValid e) {
                    problems.add(e);
                }
            }
        } catch (YamlNotValid e) {
            problems.add(e);
        }
        return rules;
    }

    private <T> T entry(YamlMap map, Part part, EntryReader<T> reader) throws YamlNotValid {
        T rule;
        try {
            rule = reader.read(map);
        } catch (IllegalArgumentException e) {
            throw map.error(String.valueOf(e.getMessage()));
        }
        String name = map.string("name");
        ProfileReader.label(map, "name", name);
        if (!names.add(name)) {
            throw map.errorAt("name", "a second rule with the name " + name + "; names are unique in a profile");
        }
        sources.add(new Rules.Source(part, name, map.strings("seen")));
        return rule;
    }

    private static SectionRule section(YamlMap map) throws YamlNotValid {
        map.allow(ProfileKeys.SECTION);
        String kindId = map.string("kind");
        Kind kind = Kind.of(kindId)
                .orElseThrow(() -> map.errorAt(
                        "kind",
                        "no kind " + kindId + "; one of "
                                + ids(Stream.of(Kind.values()).map(Kind::id))));
        SectionRule rule = rule(map, map.string("name"), kind, stability(map));
        checkExamples(map, rule);
        return rule;
    }

    private static Ephemeral ephemeral(YamlMap map) throws YamlNotValid {
        map.allow(ProfileKeys.EPHEMERAL);
        String whereId = map.string("where");
        Where where = Where.of(whereId)
                .orElseThrow(() -> map.errorAt(
                        "where",
                        "no place " + whereId + "; "
                                + ids(Stream.of(Where.values()).map(Where::id))));
        String actionId = map.string("action");
        Action action = Action.of(actionId)
                .orElseThrow(() -> map.errorAt(
                        "action",
                        "no action " + actionId + "; "
                                + ids(Stream.of(Action.values()).map(Action::id))));
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : map.strings("in")) {
            switch (role) {
                case "user" -> roles.add(Role.USER);
                case "tool" -> roles.add(Role.TOOL);
                default -> throw map.errorAt("in", "no messages of " + role + "; user, tool");
            }
        }
        SectionRule rule = rule(map, map.string("name"), Kind.OTHER, Stability.VOLATILE);
        Ephemeral ephemeral = new Ephemeral(rule, roles, where, action);
        checkExamples(map, rule);
        return ephemeral;
    }

    private static SideRequest sideRequest(YamlMap map) throws YamlNotValid {
        map.allow(ProfileKeys.SIDE_REQUEST);
        return new SideRequest(
                map.string("name"),
                ProfileReader.literals(map, "starts"),
                ProfileReader.literals(map, "system-starts"),
                ProfileReader.literals(map, "first-user-starts"),
                ProfileReader.literals(map, "last-user-starts"),
                ProfileReader.headers(map));
    }

    private static NeverTouch neverTouch(YamlMap map) throws YamlNotValid {
        map.allow(ProfileKeys.NEVER_TOUCH);
        String name = map.string("name");
        List<String> starts = map.strings("starts");
        if (starts.isEmpty()) {
            throw map.error("never-touch " + name + ": starts needs at least one literal");
        }
        new Guards(starts);
        if (map.strings("until").isEmpty() && map.strings("through").isEmpty()) {
            return new NeverTouch(name, starts, Optional.empty());
        }
        SectionRule span = rule(map, name, Kind.OTHER, Stability.STABLE);
        checkExamples(map, span);
        return new NeverTouch(name, starts, Optional.of(span));
    }

    private static SectionRule rule(YamlMap map, String name, Kind kind, Stability stability) throws YamlNotValid {
        List<End> ends = new ArrayList<>();
        for (String until : map.strings("until")) {
            ends.add(end(until));
        }
        for (String through : ProfileReader.literals(map, "through")) {
            ends.add(new End.Behind(through));
        }
        return new SectionRule(name, kind, stability, map.strings("starts"), ends, pattern(map));
    }

    /** A rule that does not find its own example would never find anything; one that finds a near miss finds too much. */
    private static void checkExamples(YamlMap map, SectionRule rule) throws YamlNotValid {
        for (String example : map.strings("example")) {
            if (!finds(rule, example.stripTrailing())) {
                throw map.errorAt("example", rule.name() + " does not find its own example");
            }
        }
        for (String miss : map.strings("near-miss")) {
            if (finds(rule, miss.stripTrailing())) {
                throw map.errorAt("near-miss", rule.name() + " finds what it has to leave alone");
            }
        }
    }

    /** Tells whether the rule finds the text by itself, or in front of one of its ends. */
    private static boolean finds(SectionRule rule, String text) {
        Cutter cutter = new Cutter(List.of(rule));
        for (End end : rule.ends()) {
            String behind = end instanceof End.Before before ? before.literal() : "";
            boolean found = cutter.cut(text + behind).sections().stream()
                    .anyMatch(section -> section.name().equals(rule.name()));
            if (found) {
                return true;
            }
        }
        return false;
    }

    private static Stability stability(YamlMap map) throws YamlNotValid {
        String value = map.string("stability");
        return switch (value) {
            case "stable" -> Stability.STABLE;
            case "volatile" -> Stability.VOLATILE;
            default -> throw map.errorAt("stability", "no stability " + value + "; stable or volatile");
        };
    }

    private static End end(String until) {
        return switch (until) {
            case "line-end" -> new End.LineEnd();
            case "blank-line" -> new End.BlankLine();
            case "text-end" -> new End.TextEnd();
            default -> new End.Before(until);
        };
    }

    static Optional<Pattern> pattern(YamlMap map) throws YamlNotValid {
        Optional<String> regex = map.optional("matches");
        if (regex.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(regex.get()));
        } catch (PatternSyntaxException e) {
            throw map.errorAt(
                    "matches", "matches is no regular expression: " + e.getDescription() + " at " + e.getIndex());
        }
    }

    private static String ids(Stream<String> ids) {
        return String.join(", ", ids.toList());
    }

    /** Reads one entry of a list. */
    private interface EntryReader<T> {
        T read(YamlMap map) throws YamlNotValid;
    }
}
