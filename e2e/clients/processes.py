"""The processes that a check needs: kvkeep, and one per client library. Each ends with its owner."""
import json
import os
import queue
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

START_SECONDS = 60
CASE_SECONDS = 40
STOP_SECONDS = 10


def free_port():
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


class Process:
    """A process with a log, which is shown when it fails to start."""

    def __init__(self, command, name, **more):
        self.name = name
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stderr=self.log, **more)

    def await_answer(self, url):
        deadline = time.monotonic() + START_SECONDS
        while not answers(url):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not answer at {url}; its output:\n{self.output()}")
            time.sleep(0.05)

    def output(self):
        self.log.seek(0)
        return self.log.read()[-4000:].decode(errors="replace")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Kvkeep(Process):
    """kvkeep as users run it, in front of one engine."""

    def __init__(self, jar, engine):
        self.data = tempfile.mkdtemp(prefix="kvkeep-clients-")
        listen, admin = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.base = "http://" + listen
        self.admin = "http://" + admin
        java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
        super().__init__([java, "-jar", jar, "serve", "--engine", engine, "--listen", listen, "--admin", admin,
                          "--data-dir", self.data], "kvkeep", stdout=subprocess.DEVNULL)

    def await_ready(self):
        self.await_answer(self.admin + "/healthz")

    def stop(self):
        super().stop()
        shutil.rmtree(self.data, ignore_errors=True)


class Llama(Process):
    """A real llama.cpp with a tiny model, out of the directory that e2e/llama/setup.sh has made."""

    def __init__(self, directory):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        super().__init__([os.path.join(directory, "venv/bin/python"), os.path.join(directory, "server.py"),
                          "-m", os.path.join(directory, "dense.gguf"), "--port", str(port), "-c", "8192", "-np", "1",
                          "-t", "1"], "llama.cpp", stdout=subprocess.DEVNULL)

    def await_ready(self):
        self.await_answer(self.base + "/health")


class Library(Process):
    """A program that runs cases of one client library on demand."""

    def __init__(self, command, name):
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith(("OPENAI_", "ANTHROPIC_", "OLLAMA_")) and not key.lower().endswith("_proxy")}
        super().__init__(command, name, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True,
                         encoding="utf-8")
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def run(self, **command):
        """Returns what the library showed, with the address it was given taken out; raises when it shows nothing."""
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        try:
            line = self.lines.get(timeout=CASE_SECONDS)
        except queue.Empty:
            self.process.kill()
            line = None
        if line is None:
            raise RuntimeError(f"{self.name} ended or hung in case {command['case']}: {self.output()}")
        reply = json.loads(line.replace(command["base"], "BASE"))
        if "failed" in reply:
            raise RuntimeError(reply["failed"].strip())
        return reply["events"]

    def stop(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass  # it has ended
        super().stop()
