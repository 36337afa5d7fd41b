#!/usr/bin/env python3
"""Drives Cline's terminal interface between plan and act mode in one conversation, direct and through kvkeep.

  modes.py [--jar FILE] [--out DIR]

Cline can change its mode in its terminal interface alone, so it gets a terminal and the keys of a person. Exit 0: kvkeep changes nothing
of what Cline says, and from the third turn on both modes are read from where they were left. 1: not so. 3: this computer can't have Cline.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

import drive
import install
from agents import AGENTS
from engine import Engine, save
from tap import Tap

ROWS, COLUMNS = 40, 120
# Of a turn's prompts, what may be read behind the second turn: the words of both modes' last turns, calls and results.
MOST_READ = 0.08
MODES = ("plan", "act", "plan", "act", "plan", "act")


def rounds(project, number, mode):
    """What the model does in a turn: it looks in plan mode and writes in act mode."""
    path = {"project": str(project)}
    look = [("run", path | {"command": "ls -R src"}), ("read", path | {"path": "src/app.py"})]
    write = [("write", path | {"path": f"notes/m{number}.md", "content": f"# Turn {number}\n\n- written in act mode\n"})]
    return [[call] for call in (look if mode == "plan" else write)] + [f"Turn {number} is done, in {mode} mode."]


class Terminal:
    """A program in a terminal, and what it has printed."""

    def __init__(self, words, env, directory):
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.chdir(directory)
            os.execve(words[0], words, env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.printed = b""

    def read(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if select.select([self._fd], [], [], 0.1)[0]:
                try:
                    self.printed += os.read(self._fd, 65536)
                except OSError:
                    return

    def press(self, keys):
        for key in keys:
            os.write(self._fd, key.encode())
            self.read(0.03)

    def wait(self, holds, what, seconds=90):
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                raise RuntimeError(f"no {what} after {seconds} s; the end of the screen: {self.printed[-1500:]!r}")
            self.read(0.3)

    def close(self):
        try:
            os.kill(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self._pid, 0)
        os.close(self._fd)


class Talk:
    """One conversation in both modes; `played` is what Cline sent in each turn, when there was kvkeep between."""

    def __init__(self, agent, root, jar):
        for name in ("home", "project"):
            drive.fresh(root / name)
        drive.make_project(root / "project")
        notes = [f"m{i + 1}" for i in range(len(MODES))]
        self.engine = Engine(agent, {note: rounds(root / "project", note[1:], mode) for note, mode in zip(notes, MODES)})
        self.played = []
        kvkeep = tap = terminal = None
        try:
            if jar:
                kvkeep = drive.Kvkeep(jar, self.engine.url, drive.fresh(root / "kvkeep"))
                tap = Tap("127.0.0.1", kvkeep.port)
            place = drive.Place(root, agent, tap.url if tap else self.engine.url)
            step = drive.Step("m1", "", "", ())
            env = drive.environment(agent, place, step) | {"TERM": "xterm-256color"}
            subprocess.run(agent.setup(place), env=env, cwd=place.project, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
            words = [place.binary("cline"), "--tui", "--plan", "--auto-approve", "true"]
            terminal = Terminal(words, env, place.project)
            terminal.wait(lambda: b"Plan" in terminal.printed, "screen")
            terminal.read(6)  # keys that come before it listens are lost
            terminal.press("x\x7f")  # closes what it may offer at its start
            terminal.read(1)
            for number, note in enumerate(notes):
                self.engine.note = note
                if number:
                    terminal.press("\t")
                    terminal.read(3)
                terminal.press(f"Go on with turn {number + 1}. (step {note})")
                terminal.read(0.5)
                terminal.press("\r")
                terminal.wait(lambda note=note: self._ended(note), f"end of turn {note}")
                terminal.read(2)
                seen = sum(len(played.sent) for played in self.played)
                turn = drive.Step(note, "", "", ())
                self.played.append(drive.Played(turn, 0, "", 0, tap.requests()[seen:] if tap else []))
            self.metrics = kvkeep.metrics() if kvkeep else ""
        finally:
            for thing in (terminal, tap, kvkeep, self.engine):
                if thing:
                    thing.close()
            drive.end_daemons(root / "home")

    def calls(self, note):
        return [c for c in self.model_calls() if c["note"] == note]

    def model_calls(self):
        return [c for c in self.engine.calls if not c.get("probe")]

    def _ended(self, note):
        calls = [call for call in self.calls(note) if "answer" in call]
        return bool(calls) and not calls[-1]["answer"]["calls"] and not calls[-1].get("side")


def faults(direct, proxied):
    """-> (what Cline sent, sentences on what is not as it should be)."""
    rows, found = drive.request_faults(proxied)
    for number, mode in enumerate(MODES, 1):
        calls = proxied.calls(f"m{number}")
        if len(calls) != len(direct.calls(f"m{number}")):
            found.append(f"turn {number}: {len(direct.calls(f'm{number}'))} calls direct, {len(calls)} through kvkeep")
        prompt = sum(c["prompt_tokens"] for c in calls)
        read = prompt - sum(c["cached_tokens"] for c in calls)
        if number > 2 and read > MOST_READ * prompt:
            found.append(f"turn {number}, {mode}: {read:,} of {prompt:,} tokens are read through kvkeep")
    return rows, found


def table(direct, proxied):
    lines = ["| turn | mode | calls | direct: prompt | read | kvkeep: prompt | read |", "|---|---|---:|---:|---:|---:|---:|"]
    for number, mode in enumerate(MODES, 1):
        row = [len(direct.calls(f"m{number}"))]
        for one in (direct, proxied):
            calls = one.calls(f"m{number}")
            prompt = sum(c["prompt_tokens"] for c in calls)
            row += [prompt, prompt - sum(c["cached_tokens"] for c in calls)]
        lines.append(f"| {number} | {mode} | " + " | ".join(f"{n:,}" for n in row) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jar", type=Path, default=drive.JAR)
    parser.add_argument("--out", type=Path, help="where requests are kept, private: they hold whole prompts")
    options = parser.parse_args()
    agent = AGENTS["cline"]
    try:
        for package in agent.packages():
            install.installed(package)
    except install.Unavailable as e:
        print(f"skipped: {e}")
        return 3
    with tempfile.TemporaryDirectory(prefix="kvkeep-modes-") as scratch:
        direct = Talk(agent, Path(scratch), None)
        proxied = Talk(agent, Path(scratch), options.jar)
    rows, found = faults(direct, proxied)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, calls in (("direct", direct.engine.calls), ("sent", rows), ("arrived", proxied.engine.calls)):
            save(options.out / f"{name}.jsonl.gz", calls)
        (options.out / "metrics.txt").write_text(proxied.metrics)
    print(f"{agent.name} {agent.version}\n\n{table(direct, proxied)}\n")
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
