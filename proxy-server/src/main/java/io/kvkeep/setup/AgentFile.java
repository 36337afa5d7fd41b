package io.kvkeep.setup;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A file in which one agent keeps the address of its engine, and where in it; the versions are those of the agents that
 * were driven with such a file.
 *
 * @param agent the agent's name
 * @param path under the home directory
 * @param homeVariable the variable that names another directory for the last part of the path; empty for none
 * @param url where the address stands: names of members, {@code *} for any
 * @param models where names of models stand, in the same way; {@code **} at its end for the member names themselves
 * @param wantsV1 whether the address has to end with {@code /v1}
 * @param firstPromptTokens about how long its first prompt is
 */
record AgentFile(
        String agent,
        String path,
        String homeVariable,
        String url,
        String models,
        boolean wantsV1,
        long firstPromptTokens) {
    /** Hermes 0.19.0. */
    private static final AgentFile HERMES = new AgentFile(
            "hermes",
            ".hermes/config.yaml",
            "HERMES_HOME",
            "custom_providers.*.base_url",
            "model.default",
            true,
            14_600);
    /** OpenCode 1.18.33. */
    private static final AgentFile OPENCODE = new AgentFile(
            "opencode",
            ".config/opencode/opencode.json",
            "",
            "provider.*.options.baseURL",
            "provider.*.models.**",
            true,
            7_800);
    /** Kilo 7.7.7. */
    private static final AgentFile KILO = new AgentFile(
            "kilo", ".config/kilo/kilo.json", "", "provider.*.options.baseURL", "provider.*.models.**", true, 12_800);
    /** Claude Code 2.1.330; it adds /v1 by itself. */
    private static final AgentFile CLAUDE_CODE = new AgentFile(
            "claude-code",
            ".claude/settings.json",
            "CLAUDE_CONFIG_DIR",
            "env.ANTHROPIC_BASE_URL",
            "env.ANTHROPIC_MODEL",
            false,
            19_000);
    /** Codex 0.169.0. */
    private static final AgentFile CODEX = new AgentFile(
            "codex", ".codex/config.toml", "CODEX_HOME", "model_providers.*.base_url", "model", true, 9_500);
    /** Qwen Code 0.24.4. */
    private static final AgentFile QWEN_CODE =
            new AgentFile("qwen-code", ".qwen/.env", "", "OPENAI_BASE_URL", "OPENAI_MODEL", true, 19_900);
    /** pi 0.73.1. */
    private static final AgentFile PI = new AgentFile(
            "pi", ".pi/agent/models.json", "", "providers.*.baseUrl", "providers.*.models.*.id", true, 1_500);
    /** Continue 1.5.47. */
    private static final AgentFile CONTINUE =
            new AgentFile("continue", ".continue/config.yaml", "", "models.*.apiBase", "models.*.model", true, 1_900);
    /** OpenClaw 2026.9.6. */
    private static final AgentFile OPENCLAW = new AgentFile(
            "openclaw",
            ".openclaw/openclaw.json",
            "",
            "models.providers.*.baseUrl",
            "models.providers.*.models.*.id",
            true,
            11_000);
    /** aider 0.86.2. */
    private static final AgentFile AIDER =
            new AgentFile("aider", ".aider.conf.yml", "", "openai-api-base", "model", true, 1_200);

    /** All that are known. */
    static final List<AgentFile> KNOWN = List.of(
            HERMES,
            new AgentFile("hermes", HERMES.path, HERMES.homeVariable, "model.base_url", "model.default", true, 14_600),
            OPENCODE,
            KILO,
            CLAUDE_CODE,
            CODEX,
            QWEN_CODE,
            PI,
            CONTINUE,
            OPENCLAW,
            AIDER);

    /** Variables by which programs are told an address: the agent, and whether it has to end with /v1. */
    static final Map<String, AgentFile> VARIABLES = Map.of(
            "OPENAI_BASE_URL",
                    new AgentFile("programs with OPENAI_BASE_URL", "", "", "OPENAI_BASE_URL", "OPENAI_MODEL", true, 0),
            "OPENAI_API_BASE", new AgentFile("aider", "", "", "OPENAI_API_BASE", "", true, AIDER.firstPromptTokens),
            "ANTHROPIC_BASE_URL",
                    new AgentFile(
                            "claude-code",
                            "",
                            "",
                            "ANTHROPIC_BASE_URL",
                            "ANTHROPIC_MODEL",
                            false,
                            CLAUDE_CODE.firstPromptTokens));

    /** Returns where the file is for this user. */
    Path in(Path home, Map<String, String> environment) {
        String other = environment.getOrDefault(homeVariable, "");
        if (!homeVariable.isEmpty() && !other.isEmpty()) {
            return Path.of(other).resolve(Path.of(path).getFileName());
        }
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        return path.startsWith(".config/") && !config.isEmpty()
                ? Path.of(config).resolve(path.substring(".config/".length()))
                : home.resolve(path);
    }
}
