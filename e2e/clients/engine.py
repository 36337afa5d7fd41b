"""An engine that answers from a script in every wire protocol, and remembers what it was sent.

What it says depends on the case that a client names in the header x-case, and on the request itself; never on a clock,
a counter of its own or chance. Requests without that header are somebody asking what stands here.
"""
import json
import select
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import prompt as prompts
import wire

STAYS_SECONDS = 6
OWNERS = {"vllm": "vllm", "sglang": "sglang", "llama.cpp": "llamacpp", "ollama": "library", "unknown": "scripted"}

TIDE = [" The tide", " is 3.2 m", " – “slack” in 20 min", " ⚓", ".\n\n  Naïve\treading:", " {\"not\": json}", " <b>&amp;</b>", "\n"]
THOUGHT = ["The gauge", " has to be read", " first.\n"]
ONE_CALL = [("read_gauge", '{ "unit": "m",  "pier":4 }')]
THREE_CALLS = [("read_gauge", '{"unit": "m", "pier": 4}'), ("read_gauge", '{"pier":5,"unit":"ft"}'),
               ("tide_table", '{"day": "tomorrow"}')]
ERRORS = {"error-400": 400, "error-401": 401, "error-404": 404, "error-500": 500}


class Received:
    """One request as the engine got it, and how its client left."""

    def __init__(self, method, target, headers, body):
        self.method = method
        self.target = target
        self.path = target.partition("?")[0]
        self.headers = headers
        self.body = body
        self.left = None  # whether the client closed the connection while it was made to wait

    def prompt(self):
        return prompts.read(self.path, self.body)


class Engine:
    """Listens on 127.0.0.1; kind is how it names itself to whoever asks."""

    def __init__(self, port=0, kind="unknown"):
        self.kind = kind
        self.received = []
        self.lock = threading.Condition()
        engine = self

        class Handler(ScriptedHandler):
            pass

        Handler.engine = engine
        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def begin(self):
        """Forgets what was received."""
        with self.lock:
            self.received = []

    def take(self, request):
        with self.lock:
            self.received.append(request)
            return sum(1 for other in self.received if other.path == request.path)

    def settle(self, request, left):
        with self.lock:
            request.left = left
            self.lock.notify_all()

    def await_left(self, seconds):
        """Waits until it is known how each client that was made to wait has left."""
        deadline = time.monotonic() + seconds
        with self.lock:
            while any(request.left is None for request in self.received) and time.monotonic() < deadline:
                self.lock.wait(deadline - time.monotonic())
            return [request.left for request in self.received]

    def stop(self):
        """Stops listening, and closes what is open."""
        self.server.shutdown()
        self.server.server_close()
        self.server.close_connections()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, handler):
        super().__init__(address, handler)
        self.open = set()

    def process_request(self, request, client_address):
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.open.discard(request)
        super().shutdown_request(request)

    def close_connections(self):
        for request in list(self.open):
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # its client has left

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # clients leave as they please
            super().handle_error(request, client_address)


class ScriptedHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    engine = None

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def serve(self):
        body = self.body()
        case = self.headers.get("x-case")
        if case is None:
            self.about()
            return
        headers = [(name.lower(), value) for name, value in self.headers.items()]
        request = Received(self.command, self.path, headers, body)
        count = self.engine.take(request)
        self.answer(request, case, count)

    def body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    # ---- who stands here

    def about(self):
        path = self.path.partition("?")[0]
        if path == "/v1/models":
            self.whole(200, self.models())
        elif path == "/" and self.engine.kind == "ollama":
            self.send(200, b"Ollama is running", "text/plain")
        else:
            self.whole(404, wire.error(path, 404, f"no {path} here"))

    def models(self):
        return {"object": "list", "data": [{"id": "scripted", "object": "model", "created": wire.CREATED,
                                            "owned_by": OWNERS[self.engine.kind]}]}

    # ---- the script

    def answer(self, request, case, count):
        path = request.path
        if path == "/v1/models":
            self.whole(200, self.models())
            return
        if path == "/api/tags":
            self.whole(200, {"models": [{"name": "scripted", "model": "scripted", "modified_at": wire.CREATED_AT,
                                         "size": 42, "digest": "0" * 64, "details": {"family": "none"}}]})
            return
        body = json.loads(request.body)
        if case in ERRORS:
            self.whole(ERRORS[case], wire.error(path, ERRORS[case], f"the script says {ERRORS[case]} – “no”"))
        elif case == "retry" and count == 1:
            self.whole(429, wire.error(path, 429, "come again"), {"retry-after": "0", "retry-after-ms": "10"})
        elif path in ("/v1/embeddings", "/api/embed"):
            inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
            self.whole(200, wire.ollama_embed(inputs, body["model"]) if path == "/api/embed"
                       else wire.embeddings(inputs, body["model"], body.get("encoding_format")))
        elif path == "/v1/messages/count_tokens":
            self.whole(200, {"input_tokens": wire.PROMPT_TOKENS})
        else:
            self.generate(request, case, body)

    def generate(self, request, case, body):
        said = says(request, case, body)
        streams = body.get("stream", request.path.startswith("/api/"))
        if not streams:
            if case == "abort":
                self.engine.settle(request, self.leaves())
            else:
                self.whole(200, whole(request.path, said))
            return
        parts = stream(request.path, said, body)
        if case == "abort":
            first = next(i for i, part in enumerate(parts) if b"The tide" in part)
            self.begin_stream(request.path)
            self.write_parts(parts[: first + 1])
            self.engine.settle(request, self.leaves())
            self.close_connection = True
        elif case == "cut":
            self.begin_stream(request.path)
            self.write_parts(parts[: len(parts) // 2])
            self.close_connection = True
        elif case == "error-stream":
            self.begin_stream(request.path)
            self.write_parts([*parts[: len(parts) // 2], wire.error_in_stream(request.path, "the script breaks off")])
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.begin_stream(request.path)
            self.write_parts(parts)
            self.wfile.write(b"0\r\n\r\n")

    def leaves(self):
        """Tells whether the client closes the connection before the script's patience ends."""
        readable, _, _ = select.select([self.connection], [], [], STAYS_SECONDS)
        self.close_connection = True
        try:
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    # ---- HTTP

    def common_headers(self):
        self.send_header("x-request-id", "req-" + self.headers.get("x-case", "probe"))
        self.send_header("request-id", "req-" + self.headers.get("x-case", "probe"))

    def whole(self, status, value, headers=None):
        self.send(status, wire.dump(value).encode(), "application/json", headers)

    def send(self, status, body, content_type, headers=None):
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.common_headers()
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self, path):
        self.send_response(200)
        kind = "application/x-ndjson" if path.startswith("/api/") else "text/event-stream; charset=utf-8"
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        self.common_headers()
        self.end_headers()

    def write_parts(self, parts):
        for part in parts:
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")


def says(request, case, body):
    """What the script says to a request: calls, or text once the results have come."""
    prompt = request.prompt()
    said_id = f"{case}-{len(prompt.messages)}-{'stream' if body.get('stream') else 'whole'}"
    model = body["model"]
    wants_call = prompt.tools and not prompt.ends_with_result()
    if case == "conversation":
        asked = sum(1 for message in prompt.messages if message.role == "user" and message.texts)
        wants_call = wants_call and asked == 2
    reading = ['{"pier": 4,', ' "height": 3.20,', ' "words": "three – “low”"}']
    if case == "schema" and prompt.tools:
        # A client that asks for a schema by a tool that it makes up.
        return wire.Said(said_id, model, calls=[wire.Call("call_0_schema", prompt.tools[0]["name"], "".join(reading))])
    if wants_call:
        calls = THREE_CALLS if case == "parallel-tools" else ONE_CALL
        named = [wire.Call(f"call_{number}_{case}", *call) for number, call in enumerate(calls)]
        return wire.Said(said_id, model, thinking=THOUGHT, calls=named)
    if case == "schema":
        return wire.Said(said_id, model, pieces=reading)
    return wire.Said(said_id, model, pieces=[*TIDE, f"Messages read: {len(prompt.messages)}."])


def whole(path, said):
    return {
        "/v1/chat/completions": wire.chat,
        "/v1/completions": wire.completion,
        "/v1/responses": wire.response,
        "/v1/messages": wire.message,
        "/api/chat": wire.ollama_chat,
        "/api/generate": wire.ollama_generate,
    }[path](said)


def stream(path, said, body):
    if path in ("/v1/chat/completions", "/v1/completions"):
        wants_usage = (body.get("stream_options") or {}).get("include_usage", False)
        write = wire.chat_stream if path == "/v1/chat/completions" else wire.completion_stream
        return write(said, wants_usage)
    return {
        "/v1/responses": wire.response_stream,
        "/v1/messages": wire.message_stream,
        "/api/chat": wire.ollama_chat_stream,
        "/api/generate": wire.ollama_generate_stream,
    }[path](said)
