package io.kvkeep.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.SectionRule.End;
import io.kvkeep.section.Stability;
import io.kvkeep.yaml.YamlNotValid;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProfileReaderTest {
    private static final String SAMPLE = """
            agent: tern
            versions: any
            recognise:
              system-starts: ["You are Tern"]
              system-contains: ["tern-skills", "tern-tools"]
              user-agent-starts: tern/
            side-requests:
              - name: title
                starts: "Name this talk"
                seen: here
            sections:
              - name: clock
                kind: clock
                stability: volatile
                starts: ["Now: "]
                until: line-end
                matches: 'Now: \\d+'
                seen: here
                example: |
                  Now: 15
              - name: rules
                kind: context-file
                stability: stable
                starts: ["<rules>"]
                until: ["</rules>", blank-line, text-end]
            """;

    @Test
    void readsEverythingThatTheFileSays() throws YamlNotValid {
        Profile profile = read(SAMPLE);

        assertThat(profile.agent()).isEqualTo("tern");
        assertThat(profile.recognise().systemStarts()).containsExactly("You are Tern");
        assertThat(profile.recognise().systemContains()).containsExactly("tern-skills", "tern-tools");
        assertThat(profile.recognise().headers()).containsExactly(new HeaderStart("user-agent", "tern/"));
        assertThat(profile.rules().sideRequests())
                .containsExactly(new SideRequest(
                        "title", List.of("Name this talk"), List.of(), List.of(), List.of(), List.of()));
        assertThat(profile.rules().sections()).extracting(SectionRule::name).containsExactly("clock", "rules");
        SectionRule clock = profile.rules().sections().get(0);
        assertThat(clock.kind()).isEqualTo(Kind.CLOCK);
        assertThat(clock.stability()).isEqualTo(Stability.VOLATILE);
        assertThat(clock.ends()).containsExactly(new End.LineEnd());
        assertThat(clock.matches()).map(Object::toString).contains("Now: \\d+");
        SectionRule rules = profile.rules().sections().get(1);
        assertThat(rules.ends()).containsExactly(new End.Before("</rules>"), new End.BlankLine(), new End.TextEnd());
        assertThat(rules.matches()).isEmpty();
        assertThat(profile.cutter().cut("A\n\nNow: 7").stableText()).isEqualTo("A");
    }

    @Test
    void onlyTheNameOfTheAgentIsNeeded() throws YamlNotValid {
        Profile profile = read("agent: tern\n");

        assertThat(profile.rules().sections()).isEmpty();
        assertThat(profile.recognise()).isEqualTo(Recognise.NOTHING);
        assertThat(profile.sideRequest(name -> "tern", "You are Tern", "Hi", "Hi"))
                .isEmpty();
        assertThat(profile.session(name -> "tern", new byte[0], List.of("You are Tern")))
                .isZero();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    agent: tern            | agents: tern           | 1  | no key agents here; one of agent, extends, versions, recognise, session, side-requests, sections, first-user-sections, ephemeral, never-touch
                    system-starts          | system-start           | 4  | no key system-start here; one of user-agent-starts, headers, system-starts, system-contains, first-user-starts
                    'starts: "Name'        | 'begins: "Name'        | 9  | no key begins here; one of name, starts, system-starts, first-user-starts, last-user-starts, headers, seen
                    until: line-end        | till: line-end         | 16 | no key till here; one of name, kind, stability, starts, until, through, matches, seen, example, near-miss
                    kind: clock            | kind: watch            | 13 | no kind watch; one of identity, skills, context-file, tools, memory, summary, workspace, clock, nonce, other
                    kind: clock            | kind: CLOCK            | 13 | no kind CLOCK; one of identity
                    stability: volatile    | stability: shaky       | 14 | no stability shaky; stable or volatile
                    Now: \\d+              | Now: (\\d+             | 17 | matches is no regular expression: Unclosed group
                    name: rules            | name: clock            | 21 | a second rule with the name clock; names are unique in a profile
                    Now: 15                | Later: 15              | 19 | clock does not find its own example
                    Now: 15                | Now: soon              | 19 | clock does not find its own example
                    '["<rules>"]'          | '[" <rules>"]'         | 21 | section rules: starts needs at least one literal, none of which begins with a blank
                    '["<rules>"]'          | '[]'                   | 21 | section rules: starts needs at least one literal
                    until: line-end        | until: []              | 12 | section clock: until or through needs at least one entry
                    stability: stable      | seen: here             | 21 | stability is missing
                    'starts: ["<rules>"]'  | kind: memory           | 24 | key kind is there twice
                    """)
    void anErrorNamesFileLineValueAndWhatIsAllowed(String good, String bad, int line, String message) {
        assertThat(SAMPLE).contains(good);
        String yaml = SAMPLE.replace(good, bad);

        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageStartingWith("tern.yaml:" + line + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void aFileWithoutAnAgentOrOfAnotherShapeIsRefused() {
        assertThatThrownBy(() -> read("versions: any\n")).hasMessage("tern.yaml:1: agent is missing");
        assertThatThrownBy(() -> read("- agent: tern\n"))
                .hasMessage("tern.yaml:1: the document is no mapping (key: value)");
        assertThatThrownBy(() -> read("agent: [tern\n")).hasMessageContaining("not YAML: ");
        assertThatThrownBy(() -> read("agent: tern\nrecognise: everything\n"))
                .hasMessage("tern.yaml:2: recognise is no mapping (key: value)");
        assertThatThrownBy(() -> read("agent: tern\nsections: none\n")).hasMessage("tern.yaml:2: sections is no list");
    }

    @Test
    void anExampleMayEndBeforeALiteral() throws YamlNotValid {
        Profile profile = read("""
                agent: tern
                sections:
                  - name: memory
                    kind: memory
                    stability: volatile
                    starts: ["MEMORY\\n"]
                    until: ["\\n\\nEND"]
                    example: |
                      MEMORY
                      feet
                """);

        assertThat(profile.cutter().cut("A\n\nMEMORY\nfeet\n\nmetres\n\nEND").stableText())
                .isEqualTo("A\n\nEND");
    }

    private static Profile read(String yaml) throws YamlNotValid {
        return ProfileReader.read("tern.yaml", yaml);
    }
}
