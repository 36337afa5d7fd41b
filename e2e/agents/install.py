"""Installs pinned packages into a cache directory, one directory per package, and finds what is in them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FAKETIME_PLACES = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime")
STEP_SECONDS = 900
MOST_WHY = 300


class Unavailable(Exception):
    """This computer can't have something; the text says what and why."""


def cache_directory():
    return Path(os.environ.get("KVKEEP_AGENTS_DIR") or Path.home() / ".cache/kvkeep-agents")


def directory(package):
    """Where "npm:@scope/name@1.2" or "pip:name@1.2" is installed. The dot-stamp in it is written last."""
    kind, rest = package.split(":", 1)
    return cache_directory() / f"{kind}-{rest.replace('/', '-').lstrip('@')}"


def installed(package, without=(), also=()):
    """Where a package is installed, after that was done if need be.

    "pip3.13:..." asks for a Python of that version. `without` names what the package requires and no step here needs,
    `also` what has to be beside it, and options of pip's.
    """
    target = directory(package)
    if (target / ".installed").exists():
        return target
    kind, rest = package.split(":", 1)
    name, version = rest.rsplit("@", 1)
    target.mkdir(parents=True, exist_ok=True)
    if kind == "npm":
        npm = shutil.which("npm") or _missing("npm is not on the PATH")
        (target / "package.json").write_text('{"private": true}\n')
        _run([npm, "install", "--prefix", str(target), "--no-audit", "--no-fund", "--loglevel=error", f"{name}@{version}"], target)
    else:
        _run([_python(kind.removeprefix("pip")), "-m", "venv", "--clear", str(target)], target)
        for unwanted in without:
            _pretend(target, unwanted)
        _run([str(target / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{name}=={version}", *also], target)
    (target / ".installed").touch()
    return target


def _python(version):
    """A Python of a version such as "3.13", of the system's or of pyenv's; the running one where none is asked for."""
    if not version:
        return sys.executable
    places = [shutil.which(f"python{version}"), *map(str, (Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python{version}"))]
    for place in filter(None, places):
        if subprocess.run([place, "-c", ""], capture_output=True).returncode == 0:
            return place
    return _missing(f"there is no Python {version}")


def _pretend(target, name):
    """Lets pip take a package for installed, so that neither it nor what it requires is fetched."""
    for packages in target.glob("lib/python*/site-packages"):
        facts = packages / f"{name}-999.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 999\n")
        (facts / "INSTALLER").write_text("kvkeep\n")
        (facts / "RECORD").write_text("")


def faketime():
    """The library that shifts the clock of a process, from the system or out of its Debian package; None without it."""
    for place in FAKETIME_PLACES:
        if (Path(place) / "libfaketime.so.1").exists():
            return Path(place) / "libfaketime.so.1"
    target = cache_directory() / "faketime"
    found = next(target.glob("usr/lib/*/faketime/libfaketime.so.1"), None)
    if found is None and shutil.which("apt-get") and shutil.which("dpkg"):
        target.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "libfaketime"], cwd=target, capture_output=True, timeout=STEP_SECONDS)
        for archive in target.glob("libfaketime_*.deb"):
            subprocess.run(["dpkg", "-x", str(archive), str(target)], capture_output=True, timeout=STEP_SECONDS)
        found = next(target.glob("usr/lib/*/faketime/libfaketime.so.1"), None)
    return found


def _run(words, target):
    log = target / "install.log"
    with log.open("wb") as out:
        try:
            code = subprocess.run(words, stdout=out, stderr=out, timeout=STEP_SECONDS).returncode
        except subprocess.TimeoutExpired:
            code = f"no end after {STEP_SECONDS} s"
    if code:
        # pip begins with a line of all the versions that it did not take.
        lines = [line for line in log.read_text(errors="replace").splitlines() if "error" in line.lower() and "Ignored the following" not in line]
        why = lines[0][:MOST_WHY] if lines else "no line names an error"
        _missing(f"{Path(words[0]).name} could not install into {target} ({code}): {why}; all of it is in {log}")


def _missing(why):
    raise Unavailable(why)
