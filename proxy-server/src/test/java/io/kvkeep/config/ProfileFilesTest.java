package io.kvkeep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.config.ProfileFiles.Checked;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.Profiles;
import io.kvkeep.profile.SideRequest;
import io.kvkeep.section.SectionRule;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileFilesTest {
    private static final String CLOCK =
            "sections:\n  - {name: tide-clock, kind: clock, stability: volatile, starts: 'Tide: ', until: line-end}\n";

    @TempDir
    private Path directory;

    @Test
    void withoutADirectoryTheBuiltInOnesHold() throws Exception {
        assertThat(ProfileFiles.with(Optional.empty()).agents())
                .extracting(Profile::agent)
                .containsExactlyElementsOf(Profiles.BUILT_IN);
    }

    @Test
    void aFileAddsAnAgentThatIsAskedBeforeTheBuiltInOnes() throws Exception {
        write("b.yaml", "agent: gull\nrecognise: {user-agent-starts: opencode/}\n");
        write("a.yml", "agent: tern\nrecognise: {user-agent-starts: opencode/1}\n");
        Profiles profiles = ProfileFiles.with(Optional.of(directory));

        assertThat(profiles.agents().subList(0, 2)).extracting(Profile::agent).containsExactly("tern", "gull");
        assertThat(profiles.agents()).hasSize(2 + Profiles.BUILT_IN.size());
        assertThat(recognised(profiles, "opencode/1.18")).isEqualTo("tern");
        assertThat(recognised(profiles, "opencode/2.0")).isEqualTo("gull");
    }

    @Test
    void aFileTakesThePlaceOfTheBuiltInProfileOfItsAgent() throws Exception {
        write("hermes.yaml", "agent: hermes\nrecognise: {system-starts: Hermes}\n" + CLOCK);
        Profiles profiles = ProfileFiles.with(Optional.of(directory));
        Profile hermes = profiles.agents().get(0);

        assertThat(profiles.agents()).hasSize(Profiles.BUILT_IN.size());
        assertThat(hermes.rules().sections()).extracting(SectionRule::name).containsExactly("tide-clock");
        assertThat(hermes.rules().sideRequests()).isEmpty();
        assertThat(hermes.cutter().cut("A\nTide: 1\nCurrent date: 2026-11-21").stableText())
                .as("the general rules hold too")
                .isEqualTo("A");
    }

    @Test
    void aFileMayAddToTheBuiltInProfile() throws Exception {
        write("mine.yaml", "agent: hermes\nextends: built-in\n" + CLOCK);
        Profile hermes = ProfileFiles.with(Optional.of(directory)).agents().get(0);

        assertThat(hermes.agent()).isEqualTo("hermes");
        assertThat(hermes.rules().sections()).extracting(SectionRule::name).contains("tide-clock", "memory");
        assertThat(hermes.rules().sideRequests()).extracting(SideRequest::name).contains("title");
        assertThat(hermes.cutter().cut("A\nTide: 1").stableText()).isEqualTo("A");
    }

    @Test
    void theRulesForEveryAgentCanBeReplacedAndAddedTo() throws Exception {
        write("general.yaml", "agent: unknown\nextends: built-in\n" + CLOCK);
        Profiles profiles = ProfileFiles.with(Optional.of(directory));
        String text = "A\nTide: 1\nCurrent date: 2026-11-21";

        assertThat(profiles.agents()).hasSize(Profiles.BUILT_IN.size());
        assertThat(profiles.unknown().cutter().cut(text).stableText()).isEqualTo("A");
        assertThat(profiles.agents().get(0).cutter().cut(text).stableText()).isEqualTo("A");
        write("general.yaml", "agent: unknown\n" + CLOCK);
        assertThat(ProfileFiles.with(Optional.of(directory))
                        .unknown()
                        .cutter()
                        .cut(text)
                        .stableText())
                .isEqualTo("A\nCurrent date: 2026-11-21");
    }

    @Test
    void otherFilesAreLeftAlone() throws Exception {
        write("notes.txt", "no profile");
        write(".hidden.yaml", "no profile");
        Files.createDirectory(directory.resolve("deeper"));

        assertThat(ProfileFiles.check(List.of(directory))).isEmpty();
        assertThat(ProfileFiles.with(Optional.of(directory)).agents()).hasSize(Profiles.BUILT_IN.size());
    }

    @Test
    void theFirstMistakeIsThrownWithItsFileAndLine() throws Exception {
        write("a.yaml", "agent: tern\n");
        write("b.yaml", "agent: gull\nnest: 4\n");

        assertThatThrownBy(() -> ProfileFiles.with(Optional.of(directory)))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageStartingWith(directory.resolve("b.yaml") + ":2: no key nest here; one of agent, ");
    }

    @Test
    void twoFilesForOneAgentAndAnUnknownBaseAreMistakes() throws Exception {
        write("a.yaml", "agent: tern\nextends: built-in\n");
        write("b.yaml", "agent: tern\n");
        List<Checked> files = ProfileFiles.check(List.of(directory));

        assertThat(files.get(0).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .hasMessageContaining("no profile for tern comes with kvkeep; one of aider, "));
        assertThat(files.get(1).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .hasMessageContaining("agent tern has a profile in " + directory.resolve("a.yaml")));
    }

    @Test
    void whatIsNotThereOrNotTextIsSaid() throws Exception {
        Path missing = directory.resolve("none");
        assertThatThrownBy(() -> ProfileFiles.with(Optional.of(missing)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("none");
        Files.write(directory.resolve("a.yaml"), new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> ProfileFiles.check(List.of(directory)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a.yaml is not UTF-8");
    }

    @Test
    void theDirectoryInTheDataDirectoryIsUsedIfItIsThere() throws Exception {
        Config defaults = Config.defaults();
        Config config = new Config(
                defaults.engine(),
                defaults.listen(),
                defaults.admin(),
                directory,
                defaults.mode(),
                defaults.policy(),
                defaults.ledger(),
                defaults.limits(),
                defaults.repeats(),
                defaults.readAhead(),
                defaults.showsText(),
                defaults.eventLoops(),
                Optional.empty());
        assertThat(config.profileFiles()).isEmpty();
        Files.createDirectory(directory.resolve("profiles"));
        assertThat(config.profileFiles()).contains(directory.resolve("profiles"));
    }

    private static String recognised(Profiles profiles, String userAgent) {
        return profiles.recognise(name -> name.equals("user-agent") ? userAgent : "", List.of(""), "")
                .agent();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text, StandardCharsets.UTF_8);
    }
}
