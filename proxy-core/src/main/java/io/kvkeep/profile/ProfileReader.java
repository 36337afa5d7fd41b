package io.kvkeep.profile;

import io.kvkeep.profile.Profile.Recognise;
import io.kvkeep.profile.Profile.SideRequest;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.SectionRule.End;
import io.kvkeep.section.Stability;
import io.kvkeep.yaml.YamlMap;
import io.kvkeep.yaml.YamlNotValid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads a profile from YAML; every error names file, line, the value found and what is allowed. */
public final class ProfileReader {
    private ProfileReader() {}

    /**
     * Reads one profile.
     *
     * @param file the file's name, for errors
     * @param yaml the file's text
     */
    public static Profile read(String file, String yaml) throws YamlNotValid {
        YamlMap root = YamlMap.parse(file, yaml);
        root.allow("agent", "versions", "recognise", "session-headers", "side-requests", "sections");
        Recognise recognise = new Recognise(List.of(), List.of(), List.of());
        Optional<YamlMap> clues = root.map("recognise");
        if (clues.isPresent()) {
            clues.get().allow("system-starts", "system-contains", "user-agent-starts");
            recognise = new Recognise(
                    clues.get().strings("system-starts"),
                    clues.get().strings("system-contains"),
                    clues.get().strings("user-agent-starts"));
        }
        List<SideRequest> sides = new ArrayList<>();
        for (YamlMap side : root.maps("side-requests")) {
            side.allow("name", "starts", "seen");
            sides.add(new SideRequest(side.string("name"), side.string("starts")));
        }
        List<SectionRule> rules = sections(root);
        return new Profile(
                root.string("agent"), recognise, root.strings("session-headers"), sides, rules, new Cutter(rules));
    }

    private static List<SectionRule> sections(YamlMap root) throws YamlNotValid {
        List<SectionRule> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlMap map : root.maps("sections")) {
            SectionRule rule = section(map);
            if (!names.add(rule.name())) {
                throw map.error("a second section with the name " + rule.name() + "; names are unique in a profile");
            }
            rules.add(rule);
        }
        return rules;
    }

    private static SectionRule section(YamlMap map) throws YamlNotValid {
        map.allow("name", "kind", "stability", "starts", "until", "matches", "seen", "example");
        String name = map.string("name");
        String kindId = map.string("kind");
        Kind kind =
                Kind.of(kindId).orElseThrow(() -> map.errorAt("kind", "no kind " + kindId + "; one of " + kindIds()));
        List<End> ends = new ArrayList<>();
        for (String until : map.strings("until")) {
            ends.add(end(until));
        }
        Optional<Pattern> matches = pattern(map);
        try {
            SectionRule rule = new SectionRule(name, kind, stability(map), map.strings("starts"), ends, matches);
            checkExample(map, rule);
            return rule;
        } catch (IllegalArgumentException e) {
            throw map.error(String.valueOf(e.getMessage()));
        }
    }

    /** A rule that does not find its own example would never find anything. */
    private static void checkExample(YamlMap map, SectionRule rule) throws YamlNotValid {
        Optional<String> example = map.optional("example");
        if (example.isEmpty()) {
            return;
        }
        String text = example.get().stripTrailing();
        for (End end : rule.ends()) {
            String behind = end instanceof End.Before before ? before.literal() : "";
            boolean found = new Cutter(List.of(rule))
                    .cut(text + behind).sections().stream()
                            .anyMatch(section -> section.name().equals(rule.name()));
            if (found) {
                return;
            }
        }
        throw map.errorAt("example", "section " + rule.name() + " does not find its own example");
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

    private static Optional<Pattern> pattern(YamlMap map) throws YamlNotValid {
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

    private static String kindIds() {
        List<String> ids = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            ids.add(kind.id());
        }
        return String.join(", ", ids);
    }
}
