package io.kvkeep.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.profile.Rules.Part;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Section;
import io.kvkeep.yaml.YamlMap;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every rule of every profile that comes with kvkeep. */
final class BuiltInProfilesTest {
    private static final Profiles BUILT_IN = BuiltIn.profiles();

    static Stream<String> files() {
        return Stream.concat(Profiles.BUILT_IN.stream(), Stream.of("generic"));
    }

    @Test
    void everyFileBelongsToAnAgentOfItsName() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "main", "resources", "kvkeep", "profiles"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(
                            files().map(agent -> agent + ".yaml").toList());
        }
        assertThat(BUILT_IN.agents()).extracting(Profile::agent).containsExactlyElementsOf(Profiles.BUILT_IN);
        assertThat(BUILT_IN.unknown().agent()).isEqualTo("unknown");
    }

    @Test
    void theDocumentationListsThem() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "profiles.md"));

        assertThat(page.lines().filter(line -> line.startsWith("| `")).map(line -> line.split("`", 3)[1]))
                .containsAll(Profiles.BUILT_IN);
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyRuleSaysWhereItWasSeen(String agent) {
        assertThat(BuiltIn.profile(agent).rules().sources())
                .allSatisfy(
                        source -> assertThat(source.seen()).as(source.name()).isNotEmpty());
    }

    /** The reader checks that a rule finds its example and leaves its near miss alone. */
    @ParameterizedTest
    @MethodSource("files")
    void everyRuleThatCanMoveTextHasAnExampleAndANearMiss(String agent) throws YamlNotValid {
        YamlMap root = YamlMap.parse(agent, BuiltIn.text(agent + ".yaml"));
        for (Part part : List.of(Part.SECTIONS, Part.FIRST_USER_SECTIONS, Part.EPHEMERAL)) {
            for (YamlMap rule : root.maps(part.id())) {
                assertThat(rule.keys()).as(rule.string("name")).contains("example", "near-miss");
            }
        }
        for (YamlMap rule : root.maps(Part.NEVER_TOUCH.id())) {
            assertThat(rule.keys().contains("example"))
                    .as(rule.string("name"))
                    .isEqualTo(rule.keys().contains("until") || rule.keys().contains("through"));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void cuttingLosesNothing(String agent) throws YamlNotValid {
        Profile profile = agent.equals("generic") ? BUILT_IN.unknown() : known(agent);
        List<String> pieces = pieces(agent);
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            String text = mixed(pieces, random);
            for (Cutter cutter : List.of(profile.cutter(), profile.firstUserCutter())) {
                Cut cut = cutter.cut(text);
                StringBuilder joined = new StringBuilder();
                for (Section section : cut.sections()) {
                    assertThat(section.start()).isEqualTo(joined.length());
                    joined.append(text, section.start(), section.end());
                }
                assertThat(joined).hasToString(text);
            }
            for (Role role : Role.values()) {
                String left = profile.ephemerals().of(role, text);
                assertThat(profile.ephemerals().in(role, text).isEmpty()).isEqualTo(left.equals(text));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void nothingOfWhatIsNeverTouchedIsMoved(String agent) throws YamlNotValid {
        Profile profile = agent.equals("generic") ? BUILT_IN.unknown() : known(agent);
        YamlMap root = YamlMap.parse(agent, BuiltIn.text(agent + ".yaml"));
        List<String> guards = profile.rules().guards().literals();
        for (YamlMap rule : root.maps(Part.NEVER_TOUCH.id())) {
            if (!rule.keys().contains("example")) {
                continue;
            }
            String example = rule.string("example").stripTrailing();
            String dated = example.replaceFirst("\\n(?=[^\\n]*$)", "\nCurrent date: 2026-11-21\n");
            assertThat(profile.cutter().cut(dated).stableText())
                    .as("%s %s", agent, rule.string("name"))
                    .isEqualTo(dated);
        }
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            String text = mixed(pieces(agent), random);
            for (Section section : profile.cutter().cut(text).volatileSections()) {
                assertThat(guards).noneMatch(section.value(text)::startsWith);
                assertThat(guards).noneMatch(guard -> section.value(text).contains("\n" + guard));
            }
        }
    }

    @Test
    void noRuleOfAnAgentFindsAnythingInOrdinaryDocuments() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path root : List.of(Path.of("..", "docs"), Path.of("src", "main", "java"))) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".md")
                                || file.toString().endsWith(".java"))
                        .forEach(documents::add);
            }
        }
        assertThat(documents).hasSizeGreaterThan(50);
        for (Path document : documents) {
            String text = Files.readString(document);
            for (String agent : Profiles.BUILT_IN) {
                Profile alone = BuiltIn.profile(agent);
                assertThat(alone.cutter().cut(text).volatileSections())
                        .as("%s in %s", agent, document)
                        .isEmpty();
                assertThat(alone.firstUserCutter().cut(text).volatileSections())
                        .as("%s in %s", agent, document)
                        .isEmpty();
                assertThat(alone.ephemerals().in(Role.USER, text))
                        .as("%s in %s", agent, document)
                        .isEmpty();
            }
            assertThat(BUILT_IN.recognise(name -> "", List.of(text), text).agent())
                    .as("%s", document)
                    .isEqualTo("unknown");
        }
    }

    private static Profile known(String agent) {
        return BUILT_IN.agents().stream()
                .filter(profile -> profile.agent().equals(agent))
                .findFirst()
                .orElseThrow();
    }

    /** Returns all examples and near misses of a profile, and lines between them. */
    private static List<String> pieces(String agent) throws YamlNotValid {
        List<String> pieces = new ArrayList<>(List.of(
                "", "", "Be brief.", "# Rules", "Current date: 2026-11-21", "Model: tern", "</context>", "  - one"));
        YamlMap root = YamlMap.parse(agent, BuiltIn.text(agent + ".yaml"));
        for (Part part : Part.values()) {
            for (YamlMap rule : root.maps(part.id())) {
                pieces.addAll(rule.strings("example"));
                pieces.addAll(rule.strings("near-miss"));
                pieces.addAll(rule.strings("starts"));
            }
        }
        return pieces;
    }

    private static String mixed(List<String> pieces, Random random) {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(9);
        for (int i = 0; i < count; i++) {
            String piece = pieces.get(random.nextInt(pieces.size()));
            text.append(random.nextBoolean() ? piece.stripTrailing() : piece).append("\n".repeat(random.nextInt(4)));
        }
        return text.toString();
    }
}
