#!/usr/bin/env python3
"""Sends one script through the official client libraries, directly to a scripted engine and through kvkeep, and compares.

    check.py                            all clients, all cases
    check.py --only openai-python       rows whose name holds this text
    check.py --only ai-sdk --case tools
    check.py --llama ~/.cache/kvkeep-llama      a real llama.cpp, prepared by e2e/llama/setup.sh

What a library showed (every event, every field) has to be the same on both ways, and what the engine received has to
mean the same. A real engine never says the same twice: there, the kinds of events are compared. The libraries are installed once, in pinned versions, into KVKEEP_CLIENTS_DIR (~/.cache/kvkeep-clients).

Exit status: 0 all is well, 1 something differs, 2 wrong use, 3 this computer cannot have the libraries.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import processes
import verdict
from engine import OWNERS, Engine

HERE = Path(__file__).resolve().parent

# name, program, api, how the scripted engine names itself
ROWS = [
    ("openai-python chat", "openai_client.py", "chat", "vllm"),
    ("openai-python responses", "openai_client.py", "responses", "vllm"),
    ("openai-node chat", "openai-client.mjs", "chat", "vllm"),
    ("openai-node responses", "openai-client.mjs", "responses", "vllm"),
    ("anthropic-python", "anthropic_client.py", "messages", "llama.cpp"),
    ("anthropic-node", "anthropic-client.mjs", "messages", "llama.cpp"),
    ("ollama-python", "ollama_client.py", "native", "ollama"),
    ("ollama-node", "ollama-client.mjs", "native", "ollama"),
    ("ai-sdk openai-compatible", "ai-sdk-client.mjs", "compatible", "vllm"),
    ("ai-sdk openai chat", "ai-sdk-client.mjs", "chat", "vllm"),
    ("ai-sdk openai responses", "ai-sdk-client.mjs", "responses", "vllm"),
    ("ai-sdk anthropic", "ai-sdk-client.mjs", "messages", "llama.cpp"),
]

# A column of the table and its cases. The engine is stopped for the last one.
COLUMNS = {
    "plain": ["plain"],
    "stream": ["stream"],
    "tools": ["tools", "forced-tools"],
    "parallel tools": ["parallel-tools"],
    "image": ["image"],
    "schema": ["schema"],
    "embeddings": ["embeddings"],
    "others": ["completion", "count", "models"],
    "errors": ["error-400", "error-401", "error-404", "error-500", "retry", "error-stream", "cut"],
    "abort": ["abort"],
    "conversation": ["conversation"],
    "engine down": ["down"],
}
# What a real engine without a script can be asked for; Ollama's own protocol is not llama.cpp's.
REAL_CASES = ["plain", "stream", "forced-tools"]
# The grammar of llama.cpp for calls lets any text go first; so what a model of random weights needs for a call is made
# likely. Others have no way to send these fields: providers of the AI SDK drop what they do not know, and llama.cpp
# itself drops a logit_bias on the way from Anthropic's messages.
FORCING = {"temperature": 1, "seed": 1, "stop": ["</tool_call>"],
           "logit_bias": [["<tool_call>", 30], ["\n", 30], ["\"", 30], ["}", 10]]}
UNFORCED = {"anthropic-python", "anthropic-node", "ai-sdk openai chat", "ai-sdk openai responses", "ai-sdk anthropic"}
CASES = [case for cases in COLUMNS.values() for case in cases]

# What a library or its protocol does not have.
NOT_THERE = {
    "openai-python chat": {"count"},
    "openai-python responses": {"embeddings", "completion", "count", "models"},
    "openai-node chat": {"count"},
    "openai-node responses": {"embeddings", "completion", "count", "models"},
    "anthropic-python": {"embeddings", "completion", "models"},
    "anthropic-node": {"embeddings", "completion", "models"},
    "ollama-python": {"count", "retry", "forced-tools"},
    "ollama-node": {"count", "retry", "forced-tools"},
    "ai-sdk openai-compatible": {"count", "models"},
    "ai-sdk openai chat": {"count", "models", "completion"},
    "ai-sdk openai responses": {"embeddings", "count", "models", "completion"},
    "ai-sdk anthropic": {"embeddings", "count", "models", "completion"},
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     allow_abbrev=False)
    parser.add_argument("--only", action="append", metavar="TEXT", help="rows whose name holds this; may be repeated")
    parser.add_argument("--case", action="append", choices=CASES, metavar="CASE",
                        help="these cases only; may be repeated: " + ", ".join(CASES))
    parser.add_argument("--kind", choices=sorted(OWNERS), help="how the scripted engine names itself in all rows; by "
                        "default vllm for OpenAI's protocols, llama.cpp for Anthropic's, ollama for its own")
    parser.add_argument("--jar", default=HERE.parent.parent / "proxy-server/target/kvkeep.jar", type=Path)
    parser.add_argument("--clients", default=os.environ.get("KVKEEP_CLIENTS_DIR", "~/.cache/kvkeep-clients"), metavar="DIR",
                        help="where the libraries are or will be; KVKEEP_CLIENTS_DIR, or ~/.cache/kvkeep-clients")
    parser.add_argument("--llama", type=Path, metavar="DIR", help="plain, stream and tools against a real llama.cpp")
    parser.add_argument("--show", action="store_true", help="print what the libraries saw, and every difference")
    return parser.parse_args()


class Libraries:
    """The programs that run cases, each started when it is first needed."""

    def __init__(self, directory):
        self.directory = directory
        self.started = {}
        # Node looks for packages beside the program.
        self.programs = Path(tempfile.mkdtemp(prefix="kvkeep-clients-"))
        (self.programs / "node_modules").symlink_to(directory / "node_modules")
        for program in HERE.glob("*.mjs"):
            shutil.copy(program, self.programs)

    def of(self, program):
        library = self.started.get(program)
        if library is None or library.process.poll() is not None:
            command = (["node", str(self.programs / program)] if program.endswith(".mjs")
                       else [str(self.directory / "venv/bin/python"), str(HERE / program)])
            library = self.started[program] = processes.Library(command, program)
        return library

    def stop(self):
        for library in self.started.values():
            library.stop()
        shutil.rmtree(self.programs, ignore_errors=True)


class Check:
    def __init__(self, libraries, script, shows):
        self.libraries = libraries
        self.script = script
        self.shows = shows
        self.problems = {}   # (row, case) -> what is wrong, empty if nothing
        self.rewritten = {}  # row -> whether kvkeep has changed anything in its conversation

    def rows(self, rows, cases, engine, kvkeep):
        for name, program, api, _ in rows:
            for case in cases:
                if case != "down" and case not in NOT_THERE[name]:
                    self.note(name, case, lambda: self.compare(name, program, api, case, engine, kvkeep))
        engine.stop()
        for name, program, api, _ in rows:
            if "down" in cases:
                self.note(name, "down", lambda: verdict.down(self.run(program, api, "down", kvkeep.base)))

    def note(self, name, case, action):
        begun = time.monotonic()
        try:
            found = action()
        except RuntimeError as broken:
            found = [f"the case broke: {broken}"]
        self.problems[name, case] = found
        if self.shows or found:
            print(f"{name}, {case}, {time.monotonic() - begun:.1f} s: {'ok' if not found else ''}", flush=True)
            for problem in found if self.shows else found[:3]:
                print("   ", problem.replace("\n", "\n      "))

    def run(self, program, api, case, base):
        # Each row is a conversation partner of its own: kvkeep knows one that begins as another does.
        script = {**self.script, "system": self.script["system"].replace("{row}", program + " " + api)}
        events = self.libraries.of(program).run(api=api, case=case, base=base, script=script)
        if self.shows:
            for event in events:
                print("   ", json.dumps(event, ensure_ascii=False)[:300])
        return events

    def compare(self, name, program, api, case, engine, kvkeep):
        runs = []
        for base in (engine.base, kvkeep.base):
            engine.begin()
            events = self.run(program, api, case, base)
            left = engine.await_left(8) if case == "abort" else []
            runs.append((events, engine.received, left))
        (direct, sent, left_directly), (proxied, came, left_proxied) = runs
        problems = verdict.seen(case, direct, proxied) + verdict.received(case, sent, came)
        if not sent or not direct:
            problems.append("the case shows nothing")
        if case == "abort":
            problems += verdict.left(left_directly, left_proxied)
        if case == "conversation":
            problems += verdict.conversation(self.script, sent, came)
            self.rewritten[name] = any(was.body != request.body for was, request in zip(sent, came))
        return problems

    def rows_alike(self, rows, cases, llama, kvkeep):
        """Compares the shape of what is seen of a real engine."""
        for name, program, api, _ in rows:
            for case in cases:
                if case == "forced-tools" and name in UNFORCED:
                    continue
                self.note(name, case, lambda: verdict.seen_alike(
                    case, self.run(program, api, case, llama.base), self.run(program, api, case, kvkeep.base)))

    def cell(self, name, cases):
        ran = [self.problems[name, case] for case in cases if (name, case) in self.problems]
        if not ran:
            return "–"
        if any(ran):
            return "**differs**"
        if cases == ["conversation"]:
            return "ok, append-only" if self.rewritten.get(name) else "ok, as it came"
        return "ok"

    def table(self, rows):
        print("| client | " + " | ".join(COLUMNS) + " |")
        print("|---" * (len(COLUMNS) + 1) + "|")
        for name, *_ in rows:
            print(f"| {name} | " + " | ".join(self.cell(name, cases) for cases in COLUMNS.values()) + " |")


def chosen(args):
    rows = [(name, program, api, args.kind or kind) for name, program, api, kind in ROWS
            if not args.only or any(text in name for text in args.only)]
    if not rows:
        sys.exit("check.py: no row holds " + " or ".join(args.only))
    return rows


def prepare(directory):
    done = subprocess.run([HERE / "setup.sh", directory], stdout=sys.stderr)
    if done.returncode != 0:
        sys.exit(done.returncode)


def scripted(args, rows, check):
    sides = []
    try:
        for kind in dict.fromkeys(kind for *_, kind in rows):
            engine = Engine(kind=kind)
            sides.append((kind, engine, processes.Kvkeep(str(args.jar), engine.base)))
        for kind, engine, kvkeep in sides:
            kvkeep.await_ready()
            check.rows([row for row in rows if row[3] == kind], args.case or CASES, engine, kvkeep)
    finally:
        for _, _, kvkeep in sides:
            kvkeep.stop()


def real(args, rows, check):
    cases = [case for case in REAL_CASES if not args.case or case in args.case]
    llama = processes.Llama(args.llama.expanduser())
    try:
        llama.await_ready()
        kvkeep = processes.Kvkeep(str(args.jar), llama.base)
        try:
            kvkeep.await_ready()
            check.rows_alike([row for row in rows if not row[0].startswith("ollama")], cases, llama, kvkeep)
        finally:
            kvkeep.stop()
    finally:
        llama.stop()


def main():
    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    args = arguments()
    rows = chosen(args)
    if not args.jar.is_file():
        print(f"check.py: {args.jar} is not there; ./mvnw -DskipTests package makes it", file=sys.stderr)
        sys.exit(2)
    directory = Path(args.clients).expanduser().absolute()
    prepare(directory)
    script = json.loads((HERE / "script.json").read_text(encoding="utf-8"))
    libraries = Libraries(directory)
    check = Check(libraries, {**script, "forcing": FORCING if args.llama else {}}, args.show)
    try:
        (real if args.llama else scripted)(args, rows, check)
    finally:
        libraries.stop()
    check.table(rows)
    sys.exit(1 if any(check.problems.values()) else 0)


if __name__ == "__main__":
    main()
