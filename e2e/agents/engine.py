"""A stand-in for an engine: it answers from a script, remembers every prompt, and reports what a prefix cache would reuse."""

import gzip
import hashlib
import json
import re
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dialects

CHARACTERS_PER_TOKEN = 4
CONTEXT_TOKENS = 131072
MODEL = "scripted-model"
OTHER_MODEL = "other-model"
STEP_MARK = re.compile(r"\(step (\w+)\)")
MOST_ANSWERS = 20
# The form of an answer, as Open WebUI shows it to the model.
SHOWN_JSON = re.compile(r"JSON format:\s*(\{[^{}]*\})")
SIDE = object()
VECTOR_LENGTH = 64
SUMMARY = "Summary so far: the program src/app.py greets the world, notes are kept under notes/, and nothing is broken."


class PrefixCache:
    """Reuses the longest prefix that a prompt shares with any earlier prompt and its answer, as an engine with room for all."""

    def __init__(self):
        self._sequences = []

    def reuse(self, text):
        return max((shared(text, other) for other in self._sequences), default=0)

    def keep(self, text):
        self._sequences.append(text)


def shared(one, other):
    """How many characters two texts have in common at their start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


class Engine:
    """Serves one agent's script. `note` is the name of the step that runs; each call is kept in `calls` with its counts.

    `fills` is how it makes the agent compact, by reporting a full context once: see Agent.compacts.
    """

    def __init__(self, agent, script, fills=None, counter=None):
        self.agent, self.script, self.note, self.fills, self._counter = agent, script, "", fills, counter
        self.calls, self._given, self._asked, self._caches, self._lock = [], {}, {}, {}, threading.Lock()
        self._began = time.monotonic()
        handler = type("Handler", (_Handler,), {"engine": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def reply(self, handler, raw):
        """-> (status, content type, chunks) for one request."""
        dialect = dialects.dialect_of(handler.path) if handler.command == "POST" else None
        call = {"note": self.note, "method": handler.command, "path": handler.path, "headers": list(handler.headers.items())}
        call["body"] = raw.decode("utf-8", "surrogateescape")
        call["at"] = round(time.monotonic() - self._began, 3)
        with self._lock:
            call["seq"] = len(self.calls) + 1
            self.calls.append(call)
            if dialect is None:
                call["probe"] = True
                found = embeddings(raw) if handler.path.split("?")[0].endswith("/embeddings") else facts(handler.path)
                body = found if found is not None else {"error": {"message": "there is no such path", "type": "not_found_error"}}
                return (200 if found is not None else 404), "application/json", [json.dumps(body).encode()]
            body = json.loads(raw)
            prompt = dialects.read(dialect, body)
            answer = self._answer(prompt, body, call)
            call["prompt_tokens"], call["cached_tokens"] = self._counts(dialect, handler.path, body, prompt, answer)
        call["answer"] = {"text": answer.text, "reasoning": "", "calls": []}
        call["answer"]["calls"] = [{"id": i, "name": n, "args": a, "kind": "function"} for i, n, a in answer.calls]
        call["lane"] = {"session": self._session(call["headers"]), "tools": len(prompt.tools)}
        told = self._full(answer) or call["prompt_tokens"]
        return 200, *dialects.write(dialect, body, answer, call["seq"], told, call["cached_tokens"])

    def _counts(self, dialect, path, body, prompt, answer):
        """-> (tokens of the prompt, those of them that a prefix cache had), of a real engine's where there is a counter."""
        if self._counter:
            return real_counts(self._counter, dialect, path, body)
        text = dialects.rendered(prompt)
        cache = self._caches.setdefault(body.get("model"), PrefixCache())
        cached = cache.reuse(text)
        cache.keep(text + dialects.rendered_answer(answer))
        return len(text) // CHARACTERS_PER_TOKEN, cached // CHARACTERS_PER_TOKEN

    def _full(self, answer):
        """A count that says the context is full, once, when the agent shall compact; else None."""
        at = {"full": ("s1t3", True), "full-before": ("s1t2", False)}.get(self.fills)
        if at == (self.note, bool(answer.calls)):
            self.fills = None
            return CONTEXT_TOKENS * 97 // 100
        return None

    def _session(self, headers):
        wanted = {"x-claude-code-session-id", "x-session-id", "x-session-affinity", "session-id"}
        return next((value for name, value in headers if name.lower() in wanted), None)

    def _answer(self, prompt, body, call):
        """What a model without memory says: it follows from the newest step's mark and from what was done since.

        After a compaction the mark can be gone. Then the running step goes on where it was.
        """
        at = SIDE if self._own(prompt.system) else self._marked(prompt)
        if at is SIDE or (self.agent.tools and not prompt.tools):
            call["side"] = True
            return dialects.Answer(side_answer(prompt, body))
        if at is None:
            step, done = self.note, self._given.get(self.note, 0)
        else:
            step = STEP_MARK.findall(prompt.messages[at].text())[-1]
            made = {call[0] for message in prompt.messages for call in message.calls}
            done = sum(1 for number in range(len(made)) if identity(self.agent, step, number) in made)
            # Ollama's calls have no ids.
            done += sum(1 for message in prompt.messages[at:] for call in message.calls if call[0] is None)
        rounds = self.script.get(step, [f"Nothing to do in {step}."])
        self._asked[self.note] = self._asked.get(self.note, 0) + 1
        if self._asked[self.note] > MOST_ANSWERS:
            return dialects.Answer(f"Step {step} does not come to an end.")
        if not self.agent.tools:
            return dialects.Answer(edited(rounds))
        for index, entry in enumerate(rounds[:-1]):
            if done < sum(len(earlier) for earlier in rounds[: index + 1]):
                calls = [self._call(step, done + offset, *call) for offset, call in enumerate(entry)]
                self._given[step] = done + len(calls)
                return dialects.Answer(f"\n{len(calls)} thing(s) to do in {step}, part {index + 1}.\n\n", calls)
        return dialects.Answer(rounds[-1])

    def _marked(self, prompt):
        """The index of the newest user message with a step's mark, None without one; SIDE when a later one is the agent's own."""
        for index in range(len(prompt.messages) - 1, -1, -1):
            message = prompt.messages[index]
            if message.role != "user":
                continue
            texts = message.texts[message.results :]
            if self._own(texts):
                return SIDE
            if STEP_MARK.search("\n".join(texts)):
                return index
        return None

    def _own(self, texts):
        """Whether these texts are of a request that the agent makes for itself: a title, a summary."""
        return any(re.search(pattern, text) for text in texts for pattern in self.agent.side_requests)

    def _call(self, step, number, kind, values):
        name, arguments = self.agent.tools[kind]
        return identity(self.agent, step, number), name, json.dumps(_filled(arguments, values))


def identity(agent, step, number):
    """The id of a step's call, the same in every run."""
    return "call" + hashlib.sha256(f"{agent.name} {step} {number}".encode()).hexdigest()[:20]


def edited(rounds):
    """An answer for an agent without tools: its last words, and a search and replace block for each file to be written."""
    blocks = [values for entry in rounds[:-1] for kind, values in entry if kind == "write"]
    parts = [f"{v['path']}\n```\n<<<<<<< SEARCH\n=======\n{v['content']}>>>>>>> REPLACE\n```\n" for v in blocks]
    return "\n".join([rounds[-1], *parts])


def _filled(template, values):
    if isinstance(template, dict):
        return {key: _filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, values) for value in template]
    return template.format(**values) if isinstance(template, str) else template


def side_answer(prompt, body):
    """What titles, summaries and reviews get: JSON where the request has a schema for it."""
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
    schema = schema or ((body.get("output_config") or {}).get("format") or {}).get("schema")
    if schema:
        return json.dumps({name: "Greeting" for name in schema.get("properties", {})})
    shown = SHOWN_JSON.search(prompt.everything())
    if shown:
        return shown[1]
    return SUMMARY if re.search(r"summar|compact", prompt.everything()[-20000:], re.I) else "Greeting"


def real_counts(url, dialect, path, body):
    """What llama.cpp's server counts for a request, when it reads it and answers with one token."""
    limit = "max_output_tokens" if dialect == "responses" else "max_tokens"
    body = {key: value for key, value in body.items() if key != "stream_options"} | {"stream": False, limit: 1}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    usage = json.load(urllib.request.urlopen(request, timeout=600))["usage"]
    if dialect == "messages":
        cached = usage.get("cache_read_input_tokens", 0)
        return usage["input_tokens"] + cached, cached
    details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    return usage.get("prompt_tokens", usage.get("input_tokens")), details.get("cached_tokens", 0)


def facts(path):
    """What the engine tells of itself; None for a path that it has not."""
    bare = path.split("?")[0].rstrip("/")
    model = {"id": MODEL, "object": "model", "created": 1767225600, "owned_by": "scripted", "context_length": CONTEXT_TOKENS}
    if bare in ("/v1/models", "/models"):
        return {"object": "list", "data": [model], "models": []}
    if bare.startswith("/v1/models/"):
        return model
    if bare.endswith("/count_tokens"):
        return {"input_tokens": 1000}
    if bare == "/api/tags":
        return {"models": [{"name": MODEL, "model": MODEL, "size": 1, "digest": "0", "modified_at": "2026-01-01T00:00:00Z", "details": {}}]}
    return {} if bare in ("", "/health") else None


def embeddings(raw):
    """Vectors that are nearer to each other the more words two texts share, so that a search finds something."""
    body = json.loads(raw)
    inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = [{"object": "embedding", "index": index, "embedding": _vector(text)} for index, text in enumerate(inputs)]
    return {"object": "list", "model": body.get("model"), "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def _vector(text):
    counts = [0.01] * VECTOR_LENGTH
    for word in re.findall(r"\w+", text.lower()):
        counts[hashlib.sha256(word.encode()).digest()[0] % VECTOR_LENGTH] += 1.0
    length = sum(count * count for count in counts) ** 0.5
    return [count / length for count in counts]


def save(path, calls):
    """Writes calls as gzipped JSON lines that their owner alone may read: they hold whole prompts."""
    path.touch(mode=0o600)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for call in calls:
            out.write(json.dumps(call, ensure_ascii=False, default=str) + "\n")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    engine = None

    def log_message(self, *_):
        pass

    def _any(self):
        raw = self._body()
        try:
            status, kind, chunks = self.engine.reply(self, raw)
        except (ValueError, KeyError, TypeError) as e:
            status, kind, chunks = 400, "application/json", [json.dumps({"error": {"message": f"not understood: {e!r}"}}).encode()]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if len(chunks) == 1:
            self.send_header("Content-Length", str(len(chunks[0])))
        else:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.command == "HEAD":
            return
        try:
            for chunk in chunks:
                self.wfile.write(chunk if len(chunks) == 1 else b"%x\r\n%s\r\n" % (len(chunk), chunk))
            if len(chunks) > 1:
                self.wfile.write(b"0\r\n\r\n")
        except ConnectionError:
            self.close_connection = True  # the agent looked at the head alone, or has ended

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        else:
            raw = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                raw += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _any
