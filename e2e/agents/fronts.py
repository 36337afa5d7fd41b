"""What is known of each chat front end: a server that keeps the chats, and a small program that plays the user."""

import sys
from pathlib import Path

from agents import KEY, Agent, write
from engine import MODEL

PLAYERS = Path(__file__).resolve().parent / "fronts"
DOCUMENT = "docs/harbour.md"


def rules():
    """A document of some length, each part of which speaks of something else."""
    about = ("Mooring lines", "Noise", "Fires", "Fees", "Waste", "Dogs", "Guests", "Repairs", "Ice", "Fuel", "Swimming", "Anchors")
    parts = [f"## Rule {number}: {topic}\n" for number, topic in enumerate(about, 1)]
    for number, topic in enumerate(about, 1):
        lines = [f"{topic}, paragraph {part}: whoever has to do with {topic.lower()} asks at gate {number * part} first." for part in range(1, 12)]
        parts[number - 1] += "\n".join(lines) + "\n"
    return "# Rules of the harbour\n\n" + "\n".join(parts)


class Front(Agent):
    """A chat front end. Its server lives through the steps of a day; `place.server` is its address.

    `needs` of a step: "document" attaches one, "facts" has memories written before the message.
    """

    talks = True
    player = None
    # Whether documents can be attached and memories be written.
    documents = memories = False

    def server(self, place):
        """The words that start the server; {port} is replaced."""
        raise NotImplementedError

    ready = "/health"

    def plays(self, step):
        has = {"document": self.documents, "documents": self.documents, "facts": self.memories}
        return has[step.needs] if step.needs in has else super().plays(step)

    def configure(self, place):
        write(place.project / DOCUMENT, rules())

    def command(self, place, step):
        words = [self.python(place), str(PLAYERS / self.player), "--server", place.server, "--engine", place.url]
        words += ["--model", MODEL, "--text", step.text]
        words += ["--resumes"] if step.resumes else []
        words += ["--document", str(place.project / DOCUMENT)] if step.needs == "document" else []
        return words + [word for fact in step.facts for word in ("--fact", fact)]

    def python(self, place):
        return sys.executable


class OpenWebUi(Front):
    name, version, package = "open-webui", "0.12.4", "pip:open-webui"
    # For models that run in the program itself, of which none is asked here: gigabytes.
    without = ("torch",)
    player = "say_open_webui.py"
    documents = memories = True
    tools = {"remember": ("add_memory", {"content": "{fact}"})}
    side_requests = (r"^### Task:\n(?!Respond to the user query)",)

    def server(self, place):
        return [place.python("open-webui"), "serve", "--host", "127.0.0.1", "--port", "{port}"]

    def environment(self, place):
        return {
            "DATA_DIR": str(place.home / "data"),
            "ENABLE_OLLAMA_API": "False",
            "OPENAI_API_BASE_URL": f"{place.url}/v1",
            "OPENAI_API_KEY": KEY,
            "RAG_EMBEDDING_ENGINE": "openai",
            "RAG_EMBEDDING_MODEL": "scripted-embedding",
            "RAG_OPENAI_API_BASE_URL": f"{place.url}/v1",
            "RAG_OPENAI_API_KEY": KEY,
            "WEBUI_SECRET_KEY": "local",
            "OFFLINE_MODE": "True",
            "HF_HUB_OFFLINE": "1",
            "ENABLE_VERSION_UPDATE_CHECK": "False",
            "ANONYMIZED_TELEMETRY": "False",
            "SCARF_NO_ANALYTICS": "true",
        }

    def configure(self, place):
        super().configure(place)
        (place.home / "data").mkdir(exist_ok=True)


class OpenWebUiSystem(OpenWebUi):
    """With documents in the system text, and headers that name the chat."""

    name = "open-webui-system"

    def environment(self, place):
        return super().environment(place) | {"RAG_SYSTEM_CONTEXT": "true", "ENABLE_FORWARD_USER_INFO_HEADERS": "true"}


class Letta(Front):
    """Keeps its agents in PostgreSQL, which has to be installed. New sessions are conversations of one agent."""

    name, version, package = "letta", "0.16.8", "pip3.12:letta[server,postgres,sqlite]"
    # Its own dependencies fail beside later versions.
    also = ("pydantic<2.14",)
    player = "say_letta.py"
    ready = "/v1/health/"
    tools = {"remember": ("memory_insert", {"label": "human", "new_string": "{fact}"})}

    def server(self, place):
        return [place.python("python"), str(PLAYERS / "letta_server.py"), "{port}"]

    def environment(self, place):
        env = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{place.url}/v1", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
        # Without a pool Letta 0.16.8 makes many connections to PostgreSQL, and is now and then never told that one stands: that one has the
        # number of a socket of an HTTP client, which the garbage collector has closed and openai's AsyncHttpxClientWrapper closes again.
        return env | {"LETTA_DISABLE_SQLALCHEMY_POOLING": "false"}


class HomeAssistant(Front):
    """Its assistant, with the Ollama integration: the one front end here that speaks Ollama's own protocol."""

    name, version, package = "home-assistant", "2026.2.3", "pip3.13:homeassistant"
    also = (
        # Python 3.13.2 is asked for, 3.13.0 is enough; see home_assistant_server.py.
        "--ignore-requires-python",
        "hassil==3.5.0", "home-assistant-intents==2026.1.28", "ollama==0.5.1", "home-assistant-frontend==20260128.6",
        "mutagen==1.47.0", "ifaddr==0.2.0", "psutil-home-assistant==0.0.1", "PyTurboJPEG==1.8.0",
    )
    player = "say_home_assistant.py"
    ready = "/api/onboarding"
    tools = {"switch": ("HassTurnOn", {"name": "{light}", "domain": ["light"]})}

    def server(self, place):
        return [place.python("python"), str(PLAYERS / "home_assistant_server.py"), "{port}"]


FRONTS = {front.name: front for front in (OpenWebUi(), OpenWebUiSystem(), Letta(), HomeAssistant())}
