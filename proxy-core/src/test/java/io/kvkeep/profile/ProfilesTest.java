package io.kvkeep.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.Golden;
import io.kvkeep.section.Section;
import io.kvkeep.section.SectionRule;
import io.kvkeep.yaml.YamlNotValid;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfilesTest {
    private static final Profiles BUILT_IN = BuiltIn.profiles();

    @Test
    void anAgentIsKnownByItsFirstWords() {
        assertThat(agent("", "You are Hermes Agent, an intelligent AI assistant created by Nous Research. Be brief."))
                .isEqualTo("hermes");
        assertThat(agent("", "He says: You are Hermes Agent, an intelligent AI assistant created by Nous Research."))
                .isEqualTo("unknown");
    }

    @Test
    void anAgentIsKnownByWordsThatStayWhenTheUserReplacesTheFirst() {
        assertThat(agent(
                        "",
                        "You are Ada.\n\nRead the `hermes-agent` skill with skill_view(name='hermes-agent') first."))
                .isEqualTo("hermes");
    }

    @Test
    void anAgentIsKnownByItsUserAgent() throws YamlNotValid {
        Profile tern = ProfileReader.read("tern.yaml", "agent: tern\nrecognise:\n  user-agent-starts: tern/\n");
        Profiles profiles = Profiles.of(List.of(BuiltIn.hermes(), tern), BuiltIn.generic());

        assertThat(agent(profiles, "tern/2.0", "Hello")).isEqualTo("tern");
        assertThat(agent(profiles, "my tern/2.0", "Hello")).isEqualTo("unknown");
        assertThat(profiles.agents()).extracting(Profile::agent).containsExactly("hermes", "tern");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Hello", "You are Hermes.", "hermes-agent"})
    void anythingElseIsUnknown(String systemText) {
        assertThat(agent("", systemText)).isEqualTo("unknown");
        assertThat(agent("curl/8.0", systemText)).isEqualTo("unknown");
    }

    @Test
    void theGeneralRulesHoldForAKnownAgentTooAndItsOwnWin() throws YamlNotValid {
        Profile tern = ProfileReader.read("tern.yaml", """
                agent: tern
                recognise: {system-starts: Tern}
                sections:
                  - {name: own, kind: nonce, stability: volatile, starts: ["Current date"], until: line-end}
                """);
        Profile known = Profiles.of(List.of(tern), BuiltIn.generic()).recognise(name -> "", "Tern", "");

        assertThat(known.cutter()
                        .cut("Tern\nCurrent date: 2026-11-20\nCurrent time: 14:02")
                        .volatileSections())
                .extracting(Section::name)
                .containsExactly("own", "current-time");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    You are a summarization agent creating a context checkpoint. Write it for       | summary
                    You write git commit messages. Given                                           | commit-message
                    You are a security reviewer for an AI coding agent. Judge                      | approval
                    """)
    void sideRequestsAreKnownByTheirFirstWords(String opening, String name) {
        assertThat(side(opening, "")).contains(name);
        assertThat(side("", opening)).contains(name);
        assertThat(side("Please: " + opening, opening)).isEmpty();
    }

    @Test
    void namesInTheBuiltInProfilesAreUniqueAndReadyToBeLabels() {
        for (Profile profile : List.of(BuiltIn.hermes(), BuiltIn.generic())) {
            assertThat(profile.rules().sections()).isNotEmpty();
            assertThat(profile.rules().sections())
                    .extracting(SectionRule::name)
                    .allMatch(name -> name.matches("[a-z-]+"));
            assertThat(profile.rules().sideRequests())
                    .extracting(SideRequest::name)
                    .doesNotHaveDuplicates()
                    .allMatch(name -> name.matches("[a-z-]+"));
        }
    }

    @Test
    void cuttingLeavesTheSameTextForEveryCaseOfOneVersionOfHermes() {
        List<Path> versions = Golden.directories("hermes");
        assertThat(versions).isNotEmpty();
        for (Path version : versions) {
            String stable = Golden.text(version, "stable.txt");
            List<Path> cases = Golden.directories(version);
            assertThat(cases).as("cases of %s", version).hasSizeGreaterThan(1);
            for (Path one : cases) {
                String text = Golden.text(one, "system.txt");
                Profile profile = BUILT_IN.recognise(name -> "", text, "");

                assertThat(profile.agent()).as("%s", one).isEqualTo("hermes");
                assertThat(profile.cutter().cut(text).stableText())
                        .as("%s", one)
                        .isEqualTo(stable);
                assertThat(profile.cutter().cut(stable).volatileSections())
                        .as("%s", one)
                        .isEmpty();
            }
        }
    }

    private static Optional<String> side(String systemText, String firstUserText) {
        return BuiltIn.hermes()
                .sideRequest(name -> "", systemText, firstUserText, "")
                .map(SideRequest::name);
    }

    private static String agent(String userAgent, String systemText) {
        return agent(BUILT_IN, userAgent, systemText);
    }

    private static String agent(Profiles profiles, String userAgent, String systemText) {
        return profiles.recognise(name -> name.equals("user-agent") ? userAgent : "", systemText, "")
                .agent();
    }
}
