"""Reads a Dockerfile and a .dockerignore: the part of their language that this project uses, and an error for the rest."""

import json
import re
import shlex
from dataclasses import dataclass, field

KNOWN = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD", "LABEL", "ENV", "ARG"}


@dataclass
class Step:
    line: int
    word: str
    flags: dict
    text: str

    def arguments(self):
        """The exec form as a list, None when the step is written as a shell line."""
        if not self.text.startswith("["):
            return None
        value = json.loads(self.text)
        if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
            raise ValueError(f"line {self.line}: {self.word} is no list of strings")
        return value

    def command(self):
        return self.arguments() or ["/bin/sh", "-c", self.text]


@dataclass
class Stage:
    image: str
    name: str
    steps: list = field(default_factory=list)

    def last(self, word):
        return next((s for s in reversed(self.steps) if s.word == word), None)


def logical_lines(text):
    number, parts = 0, []
    for i, line in enumerate(text.splitlines(), 1):
        # A comment between continued lines is dropped, as Docker does.
        if line.lstrip().startswith("#") or (not parts and not line.strip()):
            continue
        if not parts:
            number = i
        if line.rstrip().endswith("\\"):
            parts.append(line.rstrip()[:-1])
            continue
        parts.append(line)
        yield number, " ".join(p.strip() for p in parts)
        parts = []
    if parts:
        raise ValueError(f"line {number}: ends with a backslash and nothing behind it")


def parse(text):
    stages = []
    for number, line in logical_lines(text):
        word, _, rest = line.partition(" ")
        word, rest = word.upper(), rest.strip()
        if word not in KNOWN:
            raise ValueError(f"line {number}: {word} is not understood here")
        if "<<" in rest and word in ("RUN", "COPY"):
            raise ValueError(f"line {number}: here-documents are not understood here")
        flags = {}
        while (match := re.match(r"--([a-z-]+)(?:=(\S+))?\s+", rest)):
            flags.setdefault(match[1], []).append(match[2])
            rest = rest[match.end():]
        step = Step(number, word, flags, rest)
        if word == "FROM":
            fields = rest.split()
            if len(fields) not in (1, 3) or (len(fields) == 3 and fields[1].upper() != "AS"):
                raise ValueError(f"line {number}: FROM {rest}")
            stages.append(Stage(fields[0], fields[2] if len(fields) == 3 else str(len(stages))))
        elif not stages:
            if word != "ARG":
                raise ValueError(f"line {number}: {word} before FROM")
        else:
            stages[-1].steps.append(step)
            if word in ("ENTRYPOINT", "CMD", "VOLUME"):
                step.arguments()
    if not stages:
        raise ValueError("no FROM")
    return stages


def copy_arguments(step):
    """The sources and the target of a COPY."""
    fields = step.arguments() or shlex.split(step.text)
    if len(fields) < 2:
        raise ValueError(f"line {step.line}: COPY {step.text}")
    return fields[:-1], fields[-1]


def volumes(stage):
    return [v for s in stage.steps if s.word == "VOLUME" for v in (s.arguments() or s.text.split())]


def healthcheck(stage):
    """The check's flags and its command, None when there is no check."""
    step = stage.last("HEALTHCHECK")
    if step is None or step.text.upper() == "NONE":
        return None
    word, _, rest = step.text.partition(" ")
    if word.upper() != "CMD":
        raise ValueError(f"line {step.line}: HEALTHCHECK {step.text}")
    return {k: v[-1] for k, v in step.flags.items()}, Step(step.line, "CMD", {}, rest.strip()).command()


class Ignore:
    """The rules of a .dockerignore: the last pattern that matches a path or a directory above it decides."""

    def __init__(self, text):
        self.rules = []
        for line in text.splitlines():
            line = line.strip()
            if line and not line.startswith("#"):
                keep = line.startswith("!")
                self.rules.append((keep, self._regex(line.lstrip("!").strip().strip("/"))))

    @staticmethod
    def _regex(pattern):
        out, i = "", 0
        while i < len(pattern):
            if pattern.startswith("**/", i):
                out, i = out + "(?:.*/)?", i + 3
            elif pattern.startswith("**", i):
                out, i = out + ".*", i + 2
            elif pattern[i] == "*":
                out, i = out + "[^/]*", i + 1
            elif pattern[i] == "?":
                out, i = out + "[^/]", i + 1
            else:
                out, i = out + re.escape(pattern[i]), i + 1
        return re.compile(out + "(?:/.*)?")

    def __call__(self, path):
        ignored = False
        for keep, regex in self.rules:
            if regex.fullmatch(path):
                ignored = not keep
        return ignored
