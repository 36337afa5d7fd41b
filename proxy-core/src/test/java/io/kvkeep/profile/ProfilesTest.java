package io.kvkeep.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.Golden;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Section;
import io.kvkeep.yaml.YamlNotValid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
        Profile known = Profiles.of(List.of(tern), BuiltIn.generic()).recognise(name -> "", List.of("Tern"), "");

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    claude-code    | user-agent: claude-cli/2.1.197 (external, cli) | Be brief.
                    claude-code    |                                      | x-anthropic-billing-header: cc_version=2.1.197.476; cc_entrypoint=cli;
                    claude-code    |                                      | You are Claude Code, Anthropic's official CLI for Claude.
                    opencode       | user-agent: opencode/1.18.33         | You are a title generator.
                    opencode       |                                      | You are opencode, an interactive CLI tool that helps
                    kilo           | user-agent: Kilo-Code/7.7.7          | You are opencode, an interactive CLI tool that helps
                    kilo           | x-title: Kilo Code                   | Be brief.
                    qwen-code      | user-agent: QwenCode/0.15.10 (linux) | Be brief.
                    codex          | originator: codex_exec               | Be brief.
                    codex          | user-agent: codex_cli_rs/0.169.0     | Be brief.
                    cline          | user-agent: ai-sdk/openai-compatible/1.0 | You are Cline, an AI coding agent. You
                    continue       | user-agent: ls/JS 4.0                | You are an agent in the Continue CLI. Given
                    pi             |                                      | You are an expert coding assistant operating inside pi, a coding agent harness. You
                    openclaw       |                                      | <!-- openclaw:attempt:STABLE -->\\nYou
                    aider          |                                      | Act as an expert software developer.\\nAlways use best practices when coding.\\nRespect
                    goose          |                                      | You are a general-purpose AI agent called goose, created by
                    open-webui     | x-openwebui-chat-id: c1              | Be brief.
                    open-webui     |                                      | Be brief.\\n<memory_context>\\n[User Memory]\\n- a\\n</memory_context>
                    anythingllm    |                                      | Be brief.\\nContext:\\n[CONTEXT 0]:\\na\\n[END CONTEXT 0]
                    librechat      |                                      | Be brief.\\n\\n# Existing memory about the user:\\n1. a
                    home-assistant |                                      | Current time is 20:37:19. Today's date is 2026-11-21.\\nYou are a voice assistant for Home Assistant.\\nAnswer
                    home-assistant |                                      | You are the voice of a harbour.\\nWhen controlling Home Assistant always call the intent tools. Use
                    letta          |                                      | <base_instructions>\\nYou are Letta, a
                    letta          |                                      | <base_instructions>\\nYou are a helpful self-improving agent with\\n</base_instructions>\\n\\n<memory_blocks>\\nThe following memory blocks are currently engaged in your core memory unit:\\n\\n<human>
                    """)
    void eachAgentIsKnownByItsHeadersOrByItsWords(String agent, @Nullable String header, String systemText) {
        String[] parts = header == null ? new String[] {"", ""} : header.split(": ", 2);
        String text = systemText.replace("\\n", "\n");
        assertThat(BUILT_IN.recognise(name -> name.equals(parts[0]) ? parts[1] : "", List.of(text), "Hi")
                        .agent())
                .isEqualTo(agent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    user-agent: OpenAI/JS 6.26.0               | You are a helpful assistant.
                    user-agent: ai-sdk/openai-compatible/1.0   | You are a helpful assistant.
                    user-agent: my claude-cli/2.1              | Explain what Claude Code is.
                    originator: my-codex_exec                  | Compare Codex with Cline.
                    x-title: My Kilo Code                      | You are Cline.
                    x-session-id: ses_1                        | Act as an expert software developer.
                    x-openwebui-chat-id:                       | Act as an expert software developer.\\nBe brief.
                    accept: */*                                | ## Things I Remember About You
                    accept: */*                                | An OpenClaw prompt has <!-- openclaw:attempt:STABLE --> in it.
                    accept: */*                                | You are Letta's friend.
                    accept: */*                                | Be brief.\\nsee # Existing memory about the user:\\n1. a
                    """)
    void whatAlmostFitsIsUnknown(String header, String systemText) {
        String[] parts = header.split(":\\s*", 2);
        String text = systemText.replace("\\n", "\n");
        assertThat(BUILT_IN.recognise(name -> name.equals(parts[0]) ? parts[1] : "", List.of(text), text)
                        .agent())
                .isEqualTo("unknown");
    }

    @Test
    void headersTellMoreThanWordsAndFirstWordsMoreThanOthers() throws YamlNotValid {
        Profile gull = ProfileReader.read("gull.yaml", "agent: gull\nrecognise: {system-contains: Tern}\n");
        Profile tern = ProfileReader.read(
                "tern.yaml",
                "agent: tern\nrecognise: {system-starts: Tern, headers: [{name: X-Bird, starts: tern}]}\n");
        Profile skua = ProfileReader.read(
                "skua.yaml", "agent: skua\nrecognise: {first-user-starts: Tern, headers: [{name: X-Skua}]}\n");
        Profiles profiles = Profiles.of(List.of(gull, tern, skua), BuiltIn.generic());

        assertThat(profiles.recognise(name -> "", List.of("Tern"), "").agent()).isEqualTo("tern");
        assertThat(profiles.recognise(name -> "", List.of("A Tern"), "").agent())
                .isEqualTo("gull");
        assertThat(profiles.recognise(name -> "", List.of("A Tern"), "Tern").agent())
                .isEqualTo("skua");
        assertThat(profiles.recognise(name -> name.equals("x-skua") ? "1" : "", List.of("Tern"), "")
                        .agent())
                .isEqualTo("skua");
        assertThat(profiles.recognise(name -> name.equals("x-bird") ? "tern/1" : "", List.of("A"), "")
                        .agent())
                .isEqualTo("tern");
    }

    @Test
    void toolsTellAnAgentWhoseWordsSayNothing() throws YamlNotValid {
        Profile tern = ProfileReader.read("tern.yaml", "agent: tern\nrecognise: {tools: [tide_table, log_book]}\n");
        Profile skua = ProfileReader.read("skua.yaml", "agent: skua\nrecognise: {system-lines: Skua, tools: berths}\n");
        Profiles profiles = Profiles.of(List.of(tern, skua), BuiltIn.generic());

        assertThat(withTools(profiles, "A", "log_book")).isEqualTo("tern");
        assertThat(withTools(profiles, "A", "berths")).isEqualTo("skua");
        assertThat(withTools(profiles, "A\nSkua", "log_book"))
                .as("words tell more")
                .isEqualTo("skua");
        assertThat(withTools(profiles, "A", "log_books")).isEqualTo("unknown");
    }

    @Test
    void aChatOfOpenWebUiIsTheSameAgentWithAndWithoutDocuments() {
        String found = "### Task:\nRespond to the user query using the provided context, incorporating inline citations"
                + " in the format [id] **only when\n\n<context>\nTide\n</context>\nHi";

        assertThat(BUILT_IN.recognise(name -> "", List.of("Be brief."), found).agent())
                .isEqualTo(BUILT_IN.recognise(name -> "", List.of("Be brief."), "Hi")
                        .agent());
        assertThat(withTools(BUILT_IN, "Be brief.", "query_knowledge_files")).isEqualTo("open-webui");
    }

    private static String withTools(Profiles profiles, String systemText, String tool) {
        byte[] tools = ("[{\"name\":\"" + tool + "\"}]").getBytes(UTF_8);
        Prompt prompt =
                new Prompt(tools, Optional.empty(), List.of(), Optional.of(new Range(0, tools.length)), Set.of());
        return profiles.recognise(name -> "", List.of(systemText), "Hi", names -> names.in(prompt))
                .agent();
    }

    @Test
    void ofTwoThatFitALineTheFirstOfTheListCounts() throws YamlNotValid {
        Profile gull = ProfileReader.read("gull.yaml", "agent: gull\nrecognise: {system-lines: [Tern, Skua]}\n");
        Profile tern = ProfileReader.read("tern.yaml", "agent: tern\nrecognise: {system-lines: [Tern 2, Auk]}\n");
        Profiles profiles = Profiles.of(List.of(tern, gull), BuiltIn.generic());

        assertThat(profiles.recognise(name -> "", List.of("A\nSkua\nTern 2"), "")
                        .agent())
                .isEqualTo("tern");
        assertThat(profiles.recognise(name -> "", List.of("A\nSkua"), "").agent())
                .isEqualTo("gull");
        assertThat(profiles.recognise(name -> "", List.of("\n\nTern 1\nAuk"), "")
                        .agent())
                .isEqualTo("tern");
        assertThat(profiles.recognise(name -> "", List.of("A Tern\n Auk"), "").agent())
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    claude-code | x-claude-code-agent-id: a1       | You are             | Hi | Hi | sub-agent
                    claude-code |                                  | You are             | Hi | Your task is to create a detailed summary of the conversation so far, paying close attention to it | summary
                    opencode    | x-parent-session-id: ses_1       | You are opencode    | Hi | Hi | sub-agent
                    opencode    |                                  | You are a title generator. You output ONLY a thread title. No | Hi | Hi | title
                    kilo        | x-session-id: title-ses_1        | Be brief.           | Hi | Hi | title
                    codex       |                                  | You are             | Hi | You are performing a CONTEXT CHECKPOINT COMPACTION. Create | summary
                    codex       | x-openai-subagent: review        | You are             | Hi | Hi | sub-agent
                    open-webui  |                                  | Be brief.           | ### Task:\\nGenerate 1-3 broad tags categorizing the main themes of the chat history, along | x | tags
                    goose       |                                  |                     | Reply with only a description in four words or less | x | title
                    """)
    void sideRequestsAreKnownByHeadersFirstAndLastWords(
            String agent,
            @Nullable String header,
            @Nullable String systemText,
            String firstUserText,
            String lastUserText,
            String name) {
        String[] parts = header == null ? new String[] {"", ""} : header.split(": ", 2);
        Profile profile = BuiltIn.profile(agent);
        String system = systemText == null ? "" : systemText;
        String first = firstUserText.replace("\\n", "\n");

        assertThat(profile.sideRequest(asked -> asked.equals(parts[0]) ? parts[1] : "", system, first, lastUserText))
                .map(SideRequest::name)
                .contains(name);
        assertThat(profile.sideRequest(
                        asked -> asked.equals("x-" + parts[0]) ? parts[1] : "",
                        "Now: " + system,
                        "Now: " + first,
                        "Now: " + lastUserText))
                .isEmpty();
    }

    @Test
    void namesInTheBuiltInProfilesAreUniqueAndReadyToBeLabels() {
        for (Profile profile : BUILT_IN.agents()) {
            assertThat(profile.rules().sources())
                    .extracting(Rules.Source::name)
                    .doesNotHaveDuplicates()
                    .allMatch(name -> name.matches("[a-z-]+"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude-code",
                "codex",
                "continue",
                "hermes",
                "letta",
                "open-webui",
                "openclaw",
                "opencode",
                "pi",
                "qwen-code"
            })
    void cuttingLeavesTheSameTextForEveryCaseOfOneVersion(String agent) {
        List<Path> versions = Golden.directories(agent);
        assertThat(versions).isNotEmpty();
        for (Path version : versions) {
            List<Path> cases = Golden.directories(version);
            assertThat(cases).as("cases of %s", version).hasSizeGreaterThan(1);
            for (Path one : cases) {
                String text = Golden.text(one, "system.txt");
                Profile profile = BUILT_IN.recognise(name -> "", List.of(text), "");

                assertThat(profile.agent()).as("%s", one).isEqualTo(agent);
                leaves(profile.cutter(), one, "system.txt", version, "stable.txt");
                if (Files.exists(one.resolve("first-user.txt"))) {
                    leaves(profile.firstUserCutter(), one, "first-user.txt", version, "stable-first-user.txt");
                }
            }
        }
    }

    private static void leaves(Cutter cutter, Path one, String file, Path version, String stableFile) {
        String stable = Golden.text(version, stableFile);
        assertThat(cutter.cut(Golden.text(one, file)).stableText())
                .as("%s of %s", file, one)
                .isEqualTo(stable);
        assertThat(cutter.cut(stable).volatileSections())
                .as("%s of %s", stableFile, version)
                .isEmpty();
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
        return profiles.recognise(name -> name.equals("user-agent") ? userAgent : "", List.of(systemText), "")
                .agent();
    }
}
