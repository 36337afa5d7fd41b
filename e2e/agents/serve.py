"""A server that an agent or front end needs, in a process of its own."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

START_SECONDS = 300


class Server:
    """Starts a program that serves HTTP on a free port of this computer; {port} in its words is replaced."""

    def __init__(self, words, environment, ready, log, days):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        self.url, self.days, self._log = f"http://127.0.0.1:{port}", days, log
        words = [word.replace("{port}", str(port)) for word in words]
        environment = {name: value.replace("{port}", str(port)) for name, value in environment.items()}
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                words, cwd=environment["HOME"], env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        self._await(ready)

    def _await(self, path):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                urllib.request.urlopen(self.url + path, timeout=5).close()
                return
            except urllib.error.HTTPError:
                return  # it answers
            except OSError:
                time.sleep(0.3)
        self.close()
        raise RuntimeError(f"the server did not answer at {path}; the end of its output:\n{self._log.read_text(errors='replace')[-2000:]}")

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
