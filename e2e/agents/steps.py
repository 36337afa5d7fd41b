"""What agents and front ends are asked, step by step, and what the scripted model does then."""

import random
import struct
import zlib
from dataclasses import dataclass, field

from engine import MODEL, OTHER_MODEL

PICTURE = "picture.png"


@dataclass(frozen=True)
class Step:
    """One run of the agent's command. `rounds` is what the model does: lists of calls, then its last words."""

    note: str
    title: str
    request: str
    rounds: tuple
    resumes: bool = False
    compacts: bool = False
    days: int = 0
    short: bool = True
    # A kind of call that only some agents have; the others leave the step out.
    needs: str = ""
    # What the model does for a sub-agent, by the mark in its task.
    helpers: dict = field(default_factory=dict)
    # What a front end's memory is told before the message.
    facts: tuple = ()
    # Whether a picture goes with the message.
    picture: bool = False
    # The model that is asked from here on, where it is not the one of the configuration.
    model: str = ""

    @property
    def text(self):
        return f"{self.request} (step {self.note})"

    @property
    def last_words(self):
        return self.rounds[-1] if self.rounds else None


def said(note):
    return f"All of {note} is done, the greeting program works."


def script(project):
    """The steps of a session of an agent; every file that a tool writes has a name and a text of its own."""

    def do(kind, **values):
        return (kind, {"project": str(project)} | values)

    def note_file(note):
        return do("write", path=f"notes/{note}.md", content=f"# Notes of {note}\n\n- \"quoted\", tabs\tand ünïcode\n- 1 < 2 && 3 > 2\n")

    # The requests begin differently: Claude Code makes its billing line from some letters of the first one.
    return [
        Step(
            "s1t1", "first turn", "Have a look at the greeting program and write down what it prints.",
            ([do("read", path="src/app.py")], [do("run", command="python3 src/app.py")], [note_file("s1t1")], said("s1t1")),
        ),
        Step(
            "s1t2", "resumed", "Thanks. What has changed in the repository? Add that to the notes.",
            ([do("read", path="notes/s1t1.md"), do("run", command="git status --short")], [note_file("s1t2")], said("s1t2")),
            resumes=True, short=False,
        ),
        Step("s1c", "compaction", "", (), resumes=True, compacts=True, short=False),
        Step(
            "s1t3", "resumed; compacted", "Which notes are there now? Keep a list of them.",
            ([do("run", command="ls notes")], [note_file("s1t3")], said("s1t3")), resumes=True, short=False,
        ),
        Step(
            "s1t4", "sub-agent", "Let a helper count the notes.",
            ([do("delegate", task="Count the files under notes. (step s1h)")], said("s1t4")),
            resumes=True, short=False, needs="delegate", helpers={"s1h": [[do("run", command="ls notes")], said("s1h")]},
        ),
        Step(
            "s1t5", "memory written", "Remember for all sessions where notes go.",
            ([do("remember", fact="Notes of this project go under notes/.")], said("s1t5")),
            resumes=True, short=False, needs="remember",
        ),
        Step(
            "s2t1", "new session", "Read the notes of the last session and add what is missing.",
            ([do("read", path="notes/s1t1.md")], [note_file("s2t1")], said("s2t1")),
        ),
        Step(
            "s2m", "tools come late", "Ask the tide table, as soon as it is there.",
            ([do("run", command="sleep 4")], [do("run", command="ls notes")], said("s2m")),
            resumes=True, short=False, needs="late tools",
        ),
        Step(
            "s2t2", "next day, resumed", "Good morning. Check the state of the repository once more.",
            ([do("run", command="git status --short")], [note_file("s2t2")], said("s2t2")), resumes=True, days=1,
        ),
        Step(
            "s3t1", "next day, new session", "Show me how the program greets.",
            ([do("read", path="src/app.py")], said("s3t1")), days=1, short=False,
        ),
    ]


def further(project):
    """The steps of one session with a picture, another model in its middle, and three sub-agents at once."""

    def do(kind, **values):
        return (kind, {"project": str(project)} | values)

    def write(note):
        return [do("write", path=f"notes/{note}.md", content=f"# Notes of {note}\n")]

    helpers = {f"f5{letter}": [[do("run", command=f"ls {place}")], said(f"f5{letter}")] for letter, place in zip("abc", ("notes", "src", "."))}
    tasks = [do("help", task=f"Count the files in place {note}. (step {note})") for note in helpers]
    return [
        Step(
            "f1", "first turn", "Have a look at the greeting program and write down what it prints.",
            ([do("read", path="src/app.py")], write("f1"), said("f1")),
        ),
        Step(
            "f2", "picture attached, and read", "What does this picture show? Compare it with the one in the project.",
            ([do("read", path=PICTURE)], said("f2")), resumes=True, needs="picture", picture=True,
        ),
        Step(
            "f3", "another model", "Which notes are there now?", ([do("run", command="ls notes")], write("f3"), said("f3")),
            resumes=True, needs="model", model=OTHER_MODEL,
        ),
        Step(
            "f4", "the first model again", "And what has git to say?", ([do("run", command="git status --short")], said("f4")),
            resumes=True, needs="model", model=MODEL,
        ),
        Step("f5", "three sub-agents at once", "Let helpers count the files.", (tasks, said("f5")), resumes=True, needs="help", helpers=helpers),
        Step("f6", "one more turn", "Write down what they found.", (write("f6"), said("f6")), resumes=True),
        Step("f7", "next day, resumed", "Good morning. Is all of that still so?", ([do("run", command="ls notes")], said("f7")), resumes=True, days=1),
    ]


def picture():
    """A PNG of 48 by 48 points, the same each time, of some kilobytes since nothing in it can be packed."""
    edge, numbers = 48, random.Random(1)

    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + numbers.randbytes(3 * edge) for _ in range(edge))
    head = part(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(lines)) + part(b"IEND", b"")


# More than a front end looks up for one question.
PARTS = ("keel", "mast", "boom", "cabin", "bunk", "rudder", "hatch", "winch line", "anchor chain", "dinghy", "sail bag", "gangway")
BOAT = [f"The {part} of the user's boat is {number} metres long." for number, part in enumerate(PARTS, 2)]


def told(note):
    """An answer of the length that people get in chats, with nothing in it that another answer has."""
    return " ".join([said(note)] + [f"Point {number} of {note} is that the pier of berth {number} was looked at and found in order." for number in range(12)])


def talk():
    """The steps of the chats in a front end."""
    return [
        Step("s1t1", "first turn", "Hello! Which berths does the harbour have, and who looks after them?", (told("s1t1"),)),
        Step("s1t2", "second turn", "Thanks. And what does a night there cost?", (told("s1t2"),), resumes=True),
        Step(
            "s1t3", "document attached", "What do the rules of the harbour say about mooring lines?", (told("s1t3"),),
            resumes=True, needs="document",
        ),
        Step("s1t4", "document still there", "And what do they say about noise and fires?", (told("s1t4"),), resumes=True, needs="documents"),
        Step(
            "s1t5", "memory written", "Please remember that I read gauges in feet.",
            ([("remember", {"fact": "The user reads gauges in feet."})], told("s1t5")), resumes=True, short=False, needs="remember",
        ),
        Step(
            "s1t6", "memory written by hand", "Would my dinghy and the mast fit berth 7?", (told("s1t6"),),
            resumes=True, short=False, needs="facts", facts=tuple(BOAT),
        ),
        Step("s1t7", "one more turn", "Is that enough for the keel of my boat, with the anchor chain out?", (told("s1t7"),), resumes=True, short=False),
        Step(
            "s1t8", "a light switched on", "Switch on the light at the pier.",
            ([("switch", {"light": "Pier light"})], told("s1t8")), resumes=True, short=False, needs="switch",
        ),
        Step("s2t1", "new chat", "Write a short note to the harbour master about berth 7.", (told("s2t1"),)),
        Step("s2t2", "next day, resumed", "Make it more polite.", (told("s2t2"),), resumes=True, days=1),
        Step("s3t1", "next day, new chat", "Good morning! What is there to do in a harbour in autumn?", (told("s3t1"),), days=1, short=False),
    ]
