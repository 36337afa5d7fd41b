"""What the drivers of chat front ends share: their arguments, what they remember from step to step, and JSON over HTTP."""

import argparse
import json
import os
import time
import urllib.error
import urllib.request
from pathlib import Path

ANSWER_SECONDS = 240
STATE = Path(os.environ["HOME"]) / "front.json"


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--server", required=True, help="address of the front end's own server")
    parser.add_argument("--engine", required=True, help="address of kvkeep or of the engine")
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True, help="what the user says")
    parser.add_argument("--resumes", action="store_true", help="in the chat of the last step")
    parser.add_argument("--document", type=Path, help="a file that is attached to this message and stays with the chat")
    parser.add_argument("--fact", action="append", default=[], help="a memory that is kept before the message is sent")
    return parser.parse_args()


def kept():
    return json.loads(STATE.read_text()) if STATE.exists() else {}


def keep(values):
    STATE.write_text(json.dumps(values))


class Server:
    """The front end's server at an address; `token` goes into each request once it is known."""

    def __init__(self, url):
        self._url, self.token = url, None

    def ask(self, method, path, value=None):
        """The answer to a request with a JSON body, parsed."""
        return self.send(method, path, None if value is None else json.dumps(value).encode(), "application/json")

    def send(self, method, path, data, kind):
        """The answer to a request with a body of any kind, parsed."""
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as e:
            raise SystemExit(f"{method} {path}: {e.code} {e.read().decode(errors='replace')[:1000]}") from None
        return json.loads(text) if text else None


def until(found, seconds, what):
    """What `found` returns, as soon as that is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = found()
        if value:
            return value
        time.sleep(0.2)
    raise SystemExit(f"there was no {what} after {seconds} s")
