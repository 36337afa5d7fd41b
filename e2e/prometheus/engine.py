"""An engine in the shape of llama.cpp that computes nothing: it keeps the last prompts and tells how much of each new one it
had, and its time. Its template prints the reasoning of a tool loop until the user speaks again."""

import http.server
import json
import os
import threading
import time

KEPT = 24
CHARS_PER_TOKEN = 4
TOKENS_PER_SECOND = 20_000


def render(request):
    """A prompt as the template prints it, tools in front."""
    messages = request.get("messages", [])
    spoke = max((i for i, m in enumerate(messages) if m["role"] == "user"), default=-1)
    text = "".join(json.dumps(tool) for tool in request.get("tools") or [])
    for i, m in enumerate(messages):
        text += f"<|im_start|>{m['role']}\n"
        if i > spoke and m.get("reasoning_content"):
            text += f"<think>{m['reasoning_content']}</think>"
        content = m.get("content") or ""
        text += content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
        text += "".join(json.dumps(call["function"]) for call in m.get("tool_calls") or []) + "<|im_end|>\n"
    return text + "<|im_start|>assistant\n"


class Engine(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.prompts = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def read(self, text):
        """Returns how many tokens of a prompt were there, and how many were not."""
        with self.lock:
            had = max((len(os.path.commonprefix([text, one])) for one in self.prompts), default=0)
            self.prompts = [*self.prompts, text][-KEPT:]
        return had // CHARS_PER_TOKEN, (len(text) - had) // CHARS_PER_TOKEN


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/v1/models":
            self.answer(200, {"object": "list", "data": [{"id": "m", "owned_by": "llamacpp"}, {"id": "picky", "owned_by": "llamacpp"}]})
        elif self.path == "/props":
            self.answer(200, {"build_info": "b0-scripted", "total_slots": 1, "default_generation_settings": {"n_ctx": 65536}})
        else:
            self.answer(404, {"error": "no such page"})

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            request = json.loads(raw)
        except ValueError:
            self.answer(400, {"error": "no JSON"})
            return
        if self.path == "/v1/embeddings":
            self.answer(200, {"object": "list", "data": [{"index": 0, "object": "embedding", "embedding": [0.5]}], "model": "m", "usage": {"prompt_tokens": 3, "total_tokens": 3}})
            return
        text = render(request)
        if self.path == "/apply-template":
            self.answer(200, {"prompt": text})
            return
        if request["model"] == "picky" and "<note-" in text:
            self.answer(400, {"error": "this template takes no notes"})
            return
        had, new = self.server.read(text)
        seconds = max(new, 1) / TOKENS_PER_SECOND
        time.sleep(seconds)
        answer = {"index": 0, "message": {"role": "assistant", "content": "It is high water at noon."}, "finish_reason": "stop"}
        usage = {"prompt_tokens": had + new, "completion_tokens": 7, "total_tokens": had + new + 7}
        # One model's engine tells no cached tokens, so that unknown reuse shows too.
        if request["model"] != "picky":
            usage["prompt_tokens_details"] = {"cached_tokens": had}
        timings = {"prompt_n": max(new, 1), "prompt_ms": seconds * 1e3}
        self.answer(200, {"object": "chat.completion", "model": request["model"], "choices": [answer], "usage": usage, "timings": timings})
