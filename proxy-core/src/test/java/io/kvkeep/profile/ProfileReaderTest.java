package io.kvkeep.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.json.MemberPath;
import io.kvkeep.profile.SessionPlaces.SystemLine;
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
    void namesOfToolsAreReadAndCheckedForWhatJsonCouldSpellInAnotherWay() throws YamlNotValid {
        assertThat(read("agent: tern\nrecognise: {tools: [tide_table, log.book]}\n")
                        .recognise()
                        .tools())
                .containsExactly("tide_table", "log.book");
        assertThatThrownBy(() -> read("agent: tern\nrecognise:\n  tools: [tide table]\n"))
                .hasMessage("tern.yaml:3: tools holds tide table; letters, digits, dots, dashes and underscores");
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
                    agent: tern            | agents: tern           | 1  | no key agents here; did you mean agent? All keys: agent, extends, versions, recognise, session, side-requests, sections, first-user-sections, ephemeral, never-touch
                    system-starts          | system-start           | 4  | no key system-start here; did you mean system-starts? All keys: user-agent-starts, headers, system-starts, system-lines, system-contains, first-user-starts, tools
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

    @Test
    void everyPlaceOfASessionIsRead() throws YamlNotValid {
        SessionPlaces session = read("""
                        agent: tern
                        session:
                          headers: [X-Tern, x-nest]
                          body: [metadata.user_id, key]
                          system-lines:
                            - {starts: "Nest: ", matches: 'Nest: (.+)', seen: here, example: "Nest: 4"}
                        """).sessionPlaces();

        assertThat(session.headers()).containsExactly("x-tern", "x-nest");
        assertThat(session.body()).containsExactly(MemberPath.of("metadata.user_id"), MemberPath.of("key"));
        assertThat(session.systemLines()).extracting(SystemLine::starts).containsExactly("Nest: ");
    }

    @Test
    void whatIsNeverTouchedShieldsAndGuards() throws YamlNotValid {
        Profile profile = read("""
                agent: tern
                sections:
                  - {name: log, kind: other, stability: volatile, starts: "LOG", until: text-end}
                  - {name: clock, kind: clock, stability: volatile, starts: "Now: ", until: line-end}
                never-touch:
                  - {name: rules, starts: "<rules>", through: "</rules>", seen: here}
                  - {name: safety, starts: "SAFETY"}
                """);

        assertThat(profile.cutter().cut("<rules>\nNow: 1\n</rules>\n\nNow: 2").stableText())
                .isEqualTo("<rules>\nNow: 1\n</rules>");
        assertThat(profile.cutter().cut("A\nLOG\nB").stableText()).isEqualTo("A");
        assertThat(profile.cutter().cut("A\nLOG\nB\n  SAFETY first").volatileSections())
                .isEmpty();
        assertThat(profile.cutter().cut("A\nLOG\n<rules>\n</rules>").volatileSections())
                .isEmpty();
        assertThat(profile.cutter().cut("A\nLOG\nno SAFETY").stableText()).isEqualTo("A");
        assertThat(profile.rules().counted()).extracting(Rules.Source::name).containsExactly("log", "clock", "rules");
        assertThat(profile.rules().sources()).extracting(Rules.Source::seen).contains(List.of("here"));
    }

    @Test
    void aProfileOverAnotherKeepsItsOwnRulesOfTheSameName() throws YamlNotValid {
        Profile base = read(SAMPLE);
        Profile own = read("""
                agent: tern
                recognise: {system-starts: Tern}
                session: {headers: x-tern}
                sections:
                  - {name: clock, kind: clock, stability: volatile, starts: "Hour: ", until: line-end}
                """);
        Profile both = own.over(base);

        assertThat(both.recognise().systemStarts()).containsExactly("Tern", "You are Tern");
        assertThat(both.sessionPlaces().headers()).containsExactly("x-tern");
        assertThat(both.rules().sections()).extracting(SectionRule::name).containsExactly("clock", "rules");
        assertThat(both.cutter().cut("A\nHour: 7\nNow: 7").stableText()).isEqualTo("A\nNow: 7");
        assertThat(both.rules().sideRequests()).hasSize(1);
    }

    @Test
    void everyProblemOfAFileIsToldAndWhatIsGoodIsRead() {
        ProfileFile file = ProfileReader.check("tern.yaml", """
                agent: Tern
                nest: 4
                recognise: {system-start: Tern}
                extends: everything
                sections:
                  - {name: clock, kind: watch, stability: volatile, starts: "Now: ", until: line-end}
                  - {name: tide, kind: other, stability: volatile, starts: "Tide: ", until: line-end}
                  - {name: Tide, kind: other, stability: volatile, starts: "Tides: ", until: line-end}
                ephemeral:
                  - {name: hint, in: nobody, where: block, action: keep, starts: "<hint>", through: "</hint>"}
                  - {name: hint, in: user, where: tail, action: keep, starts: "<hint>", through: "</hint>"}
                  - {name: hint, in: user, where: block, action: drop, starts: "<hint>", through: "</hint>"}
                  - {name: hint, in: [], where: block, action: keep, starts: "<hint>", through: "</hint>"}
                side-requests:
                  - {name: title}
                  - {name: title, starts: ""}
                never-touch:
                  - {name: rules}
                  - {name: tide, starts: "RULES"}
                session: {body: a..b}
                """);

        assertThat(file.profile().rules().sections())
                .extracting(SectionRule::name)
                .containsExactly("tide");
        assertThat(file.problems())
                .extracting(problem -> problem.line() + " " + problem.problem())
                .anySatisfy(text -> assertThat(text).startsWith("2 no key nest here; one of agent, "))
                .anySatisfy(text -> assertThat(text).startsWith("1 agent is Tern; 1 to 40 lower-case letters"))
                .anySatisfy(text -> assertThat(text).startsWith("3 no key system-start here"))
                .anySatisfy(text -> assertThat(text).isEqualTo("4 extends is everything; built-in"))
                .anySatisfy(text -> assertThat(text).startsWith("6 no kind watch; one of identity"))
                .anySatisfy(text -> assertThat(text).startsWith("8 name is Tide; 1 to 40"))
                .anySatisfy(text -> assertThat(text).isEqualTo("10 no messages of nobody; user, tool"))
                .anySatisfy(text -> assertThat(text).isEqualTo("11 no place tail; tail-message, block"))
                .anySatisfy(text -> assertThat(text).isEqualTo("12 no action drop; replay, keep"))
                .anySatisfy(text -> assertThat(text).isEqualTo("13 block hint: in needs user, tool or both"))
                .anySatisfy(text -> assertThat(text).startsWith("15 side request title: one of starts, "))
                .anySatisfy(text -> assertThat(text).startsWith("16 starts holds an empty text"))
                .anySatisfy(text -> assertThat(text).startsWith("18 never-touch rules: starts needs"))
                .anySatisfy(text -> assertThat(text).startsWith("19 a second rule with the name tide"))
                .anySatisfy(text -> assertThat(text).startsWith("20 body is a..b; a path is"))
                .hasSize(15);
    }

    @Test
    void aRuleThatFindsItsNearMissIsRefused() {
        assertThatThrownBy(() -> read(SAMPLE.replace("seen: here\n    example", "near-miss: 'Now: 16'\n    example")))
                .hasMessage("tern.yaml:18: clock finds what it has to leave alone");
    }

    private static Profile read(String yaml) throws YamlNotValid {
        return ProfileReader.read("tern.yaml", yaml);
    }
}
