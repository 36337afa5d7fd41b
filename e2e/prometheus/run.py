"""Starts kvkeep before a scripted engine, sends it the traffic of agents, lets a real Prometheus scrape it, and asks that
every query of the dashboard, the rules and docs/metrics.md; each must find data.

  python3 e2e/prometheus/run.py [SECONDS]

SECONDS, 60 if left out, is how long samples are collected. It needs prometheus and promtool on the PATH, and
proxy-server/target/kvkeep.jar. All that it starts listens on 127.0.0.1 and ends with it. Exit code 0 when nothing is wrong;
3 when a tool or the jar is absent.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import engine
import traffic

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
JAR = ROOT / "proxy-server/target/kvkeep.jar"
GOOD = "mode: rewrite\nholdout: 40%\nledger: disk\nrepeats: {keep: on}\nread-ahead: {min-tokens: 100, quiet-millis: 200}\n"
START_SECONDS = 60

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def addresses(log):
    """The base URL and the admin address that kvkeep greets with; None as long as it has not."""
    found = {}
    for line in log.read_text().splitlines():
        for key, start in (("base", "  Base URL for agents   "), ("admin", "  Metrics               ")):
            if line.startswith(start):
                found[key] = line.removeprefix(start)
    return (found["base"].removesuffix("/v1"), found["admin"].removeprefix("http://").removesuffix("/metrics")) if len(found) == 2 else None


def wait_for(what, seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.2)
    raise SystemExit(f"FAIL: not within {seconds} s: {what}")


def promtool(admin):
    """Whether the names and help texts of a scrape pass promtool's linter."""
    with opener.open(f"http://{admin}/metrics", timeout=10) as answer:
        scrape = answer.read()
    lint = subprocess.run(["promtool", "check", "metrics"], input=scrape, capture_output=True, check=False)
    print(f"promtool check metrics: exit status {lint.returncode}")
    print((lint.stdout + lint.stderr).decode(), end="")
    return lint.returncode == 0


def main():
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    for tool in ("prometheus", "promtool", "java"):
        if not shutil.which(tool):
            print(f"skip: {tool} is absent")
            return 3
    if not JAR.exists():
        print(f"skip: {JAR} is absent; ./mvnw -DskipTests package makes it")
        return 3
    with tempfile.TemporaryDirectory() as name:
        tmp = pathlib.Path(name)
        config = tmp / "kvkeep.yaml"
        config.write_text(GOOD)
        log = tmp / "log"
        scripted = engine.Engine()
        # A small heap: collections of garbage are to be seen.
        command = ["java", "-Xmx96m", "-jar", str(JAR), "serve", "--config", str(config), "--data-dir", str(tmp / "data")]
        command += ["--engine", scripted.url, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("KVKEEP_")}
        with log.open("w") as out:
            kvkeep = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
        try:
            base, admin = wait_for("kvkeep greets", START_SECONDS, lambda: addresses(log))
            end_traffic = traffic.start(base)
            # In the middle of it, first a change and then a mistake: both are to be seen, and no request is to be lost.
            changes = [threading.Timer(float(seconds) / 3, config.write_text, [GOOD + "marks: off\n"])]
            changes += [threading.Timer(float(seconds) * 2 / 3, config.write_text, [GOOD + "marks: maybe\n"])]
            for change in changes:
                change.start()
            tried = subprocess.run(["docker/try-prometheus.sh", admin, seconds, "--all"], cwd=ROOT, check=False)
            for change in changes:
                change.join()
            end_traffic()
            linted = promtool(admin)
        finally:
            kvkeep.send_signal(signal.SIGTERM)
            try:
                kvkeep.wait(40)
            except subprocess.TimeoutExpired:
                kvkeep.kill()
            if "tried" not in locals() or tried.returncode:
                print("--- the end of kvkeep's log\n" + "\n".join(log.read_text().splitlines()[-15:]))
        return 0 if tried.returncode == 0 and linted else tried.returncode or 1


if __name__ == "__main__":
    sys.exit(main())
