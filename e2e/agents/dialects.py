"""The dialects that agents speak: a request's body as a Prompt, and an answer as the bytes of that dialect."""

import json
import time
from dataclasses import dataclass, field

PATHS = {"/chat/completions": "chat", "/responses": "responses", "/messages": "messages", "/api/chat": "ollama"}
SYSTEM_ROLES = ("system", "developer")


def dialect_of(path):
    """The dialect of a request's path, or None when it is no model call."""
    bare = path.split("?")[0].rstrip("/")
    return next((name for end, name in PATHS.items() if bare.endswith(end)), None)


@dataclass
class Message:
    """One message: its texts in order, the calls it makes as (id, name, arguments), and the ids that it answers.

    The first `results` texts are results of tools that stand in a message of the user (Anthropic puts them in front).
    """

    role: str
    texts: list
    calls: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    results: int = 0

    def text(self):
        return "\n".join(self.texts)


@dataclass
class Prompt:
    """What a model is shown. System text at the head is apart; system messages further down stay among the messages."""

    system: list
    messages: list
    tools: list

    def everything(self):
        return "\n".join(self.system + [text for message in self.messages for text in message.texts])


@dataclass
class Answer:
    """What the engine says: a text and calls as (id, name, arguments as written)."""

    text: str
    calls: list = field(default_factory=list)


def read(dialect, body):
    """A body, parsed as JSON, as a Prompt."""
    if dialect == "messages":
        head, entries = _blocks(body.get("system")), body.get("messages") or []
        messages = [_anthropic(entry) for entry in entries]
    elif dialect == "responses":
        head, items = _blocks(body.get("instructions")), body.get("input") or []
        messages = [_item(item) for item in ([{"role": "user", "content": items}] if isinstance(items, str) else items)]
    else:
        head, messages = [], [_chat(entry) for entry in body.get("messages") or []]
    while messages and messages[0].role in SYSTEM_ROLES:
        head = head + messages.pop(0).texts
    return Prompt(head, messages, body.get("tools") or [])


def _blocks(content):
    """The texts of a content field: nothing, a string, or blocks. A block that is no text stands as its JSON, without marks for a cache."""
    if content is None:
        return []
    if isinstance(content, str):
        return [content]
    return [part if isinstance(part, str) else part["text"] if "text" in part else json.dumps(_unmarked(part)) for part in content]


def _unmarked(part):
    return {key: value for key, value in part.items() if key != "cache_control"}


def _chat(entry):
    calls = []
    for call in entry.get("tool_calls") or []:
        function = call["function"]
        calls.append((call.get("id"), function["name"], _arguments(function.get("arguments"))))
    answers = [entry["tool_call_id"]] if entry.get("tool_call_id") else []
    return Message(entry["role"], _blocks(entry.get("content")), calls, answers)


def _anthropic(entry):
    message = Message(entry["role"], [])
    content = entry.get("content")
    for block in [{"type": "text", "text": content}] if isinstance(content, str) else content or []:
        if block["type"] == "tool_use":
            message.calls.append((block["id"], block["name"], block["input"]))
        elif block["type"] == "tool_result":
            message.answers.append(block["tool_use_id"])
            result = _blocks(block.get("content"))
            message.texts += result
            message.results += len(result)
        elif block["type"] != "thinking":
            message.texts += _blocks([block])
    return message


def _item(item):
    kind = item.get("type", "message")
    if kind == "message":
        return Message(item["role"], _blocks(item.get("content")))
    if kind.endswith("_call"):
        arguments = item.get("arguments", item.get("input", item.get("action")))
        return Message("assistant", [], [(item.get("call_id"), item.get("name", kind), _arguments(arguments))])
    if kind.endswith("_output"):
        return Message("tool", _blocks(item.get("output")), [], [item.get("call_id")])
    if kind == "reasoning":
        return Message("assistant", [])
    return Message("user", [json.dumps(item)])


def _arguments(value):
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def rendered(prompt):
    """The prompt as a chat template prints it: tools behind the system text, arguments as the client spelled them."""
    parts = ["<|system|>", "\n".join(prompt.system), "<|tools|>"] + [json.dumps(tool) for tool in map(_tool, prompt.tools)]
    for message in prompt.messages:
        parts += [f"<|{message.role}|>", message.text()] if message.texts else []
        parts += [_printed(name, arguments) for _, name, arguments in message.calls]
    return "\n".join(parts) + "\n<|assistant|>\n"


def rendered_answer(answer):
    parts = [answer.text] if answer.text else []
    return "\n".join(parts + [_printed(name, _arguments(arguments)) for _, name, arguments in answer.calls])


def _printed(name, arguments):
    return f"<|call|>{name} {json.dumps(arguments)}"


def _tool(tool):
    tool = tool.get("function", tool)
    return {key: value for key, value in tool.items() if key not in ("cache_control", "type")}


def write(dialect, body, answer, number, prompt_tokens, cached_tokens):
    """An answer as (content type, chunks), streamed when the body asks for it.

    `number` makes its id one of its own: Claude Code 2.1.330 takes answers with one id for pieces of one message.
    """
    counts = (prompt_tokens, cached_tokens, max(1, len(rendered_answer(answer)) // 4))
    writer = {"chat": _write_chat, "responses": _write_responses, "messages": _write_messages, "ollama": _write_ollama}
    return writer[dialect](body | {"id": number}, answer, counts, body.get("stream", dialect == "ollama"))


def _json(value):
    return "application/json", [json.dumps(value).encode()]


def _event(value, name=None):
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {value if isinstance(value, str) else json.dumps(value)}\n\n".encode()


def _pieces(text):
    return [text[at : at + 24] for at in range(0, len(text), 24)]


def _write_chat(body, answer, counts, stream):
    prompt, cached, written = counts
    usage = {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}
    usage["prompt_tokens_details"] = {"cached_tokens": cached}
    calls = [{"id": i, "type": "function", "function": {"name": n, "arguments": a}} for i, n, a in answer.calls]
    end = "tool_calls" if calls else "stop"
    base = {"id": f"chatcmpl-{body['id']}", "created": int(time.time()), "model": body.get("model")}
    if not stream:
        message = {"role": "assistant", "content": answer.text} | ({"tool_calls": calls} if calls else {})
        choice = {"index": 0, "message": message, "finish_reason": end}
        return _json(base | {"object": "chat.completion", "choices": [choice], "usage": usage})
    deltas = [{"role": "assistant", "content": ""}] + [{"content": piece} for piece in _pieces(answer.text)]
    for index, call in enumerate(calls):
        function = call["function"]
        deltas.append({"tool_calls": [call | {"index": index, "function": {"name": function["name"], "arguments": ""}}]})
        for piece in _pieces(function["arguments"]):
            deltas.append({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    base["object"] = "chat.completion.chunk"
    chunks = [_event(base | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}) for delta in deltas]
    chunks.append(_event(base | {"choices": [{"index": 0, "delta": {}, "finish_reason": end}]}))
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append(_event(base | {"choices": [], "usage": usage}))
    return "text/event-stream", chunks + [_event("[DONE]")]


def _write_responses(body, answer, counts, stream):
    prompt, cached, written = counts
    usage = {"input_tokens": prompt, "input_tokens_details": {"cached_tokens": cached}, "output_tokens": written}
    usage |= {"output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": prompt + written}
    items = []
    if answer.text:
        content = [{"type": "output_text", "text": answer.text, "annotations": []}]
        items.append({"id": f"msg_{body['id']}", "type": "message", "role": "assistant", "status": "completed", "content": content})
    custom = {tool.get("name") for tool in body.get("tools") or [] if tool.get("type") == "custom"}
    for call_id, name, arguments in answer.calls:
        kind, key = ("custom_tool_call", "input") if name in custom else ("function_call", "arguments")
        item = {"id": f"fc_{call_id}", "type": kind, "status": "completed", "call_id": call_id, "name": name}
        items.append(item | {key: json.loads(arguments)["input"] if name in custom else arguments})
    base = {"id": f"resp_{body['id']}", "object": "response", "created_at": int(time.time()), "model": body.get("model")}
    base |= {"parallel_tool_calls": True, "tools": [], "tool_choice": "auto", "error": None, "metadata": {}}
    done = base | {"status": "completed", "output": items, "usage": usage}
    if not stream:
        return _json(done)
    events = [("response.created", {"response": base | {"status": "in_progress", "output": []}})]
    for index, item in enumerate(items):
        at = {"item_id": item["id"], "output_index": index}
        text = item["type"] == "message"
        begun = item | {"status": "in_progress"} | ({"content": []} if text else {})
        events.append(("response.output_item.added", {"output_index": index, "item": begun}))
        if text:
            at["content_index"] = 0
            deltas = [("response.output_text.delta", at | {"delta": piece}) for piece in _pieces(answer.text)]
            events += deltas + [("response.output_text.done", at | {"text": answer.text})]
        elif item["type"] == "function_call":
            pieces = _pieces(item["arguments"])
            events += [("response.function_call_arguments.delta", at | {"delta": piece}) for piece in pieces]
            events.append(("response.function_call_arguments.done", at | {"arguments": item["arguments"]}))
        events.append(("response.output_item.done", {"output_index": index, "item": item}))
    events.append(("response.completed", {"response": done}))
    return "text/event-stream", [_event({"type": name} | value, name) for name, value in events]


def _write_messages(body, answer, counts, stream):
    prompt, cached, written = counts
    usage = {"input_tokens": prompt - cached, "cache_read_input_tokens": cached, "cache_creation_input_tokens": 0}
    usage["output_tokens"] = written
    blocks = [{"type": "text", "text": answer.text}] if answer.text else []
    blocks += [{"type": "tool_use", "id": i, "name": n, "input": json.loads(a)} for i, n, a in answer.calls]
    stop = {"stop_reason": "tool_use" if answer.calls else "end_turn", "stop_sequence": None}
    message = {"id": f"msg_{body['id']}", "type": "message", "role": "assistant", "model": body.get("model")}
    if not stream:
        return _json(message | stop | {"content": blocks, "usage": usage})
    unfinished = {"content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    events = [("message_start", {"message": message | unfinished})]
    spelled = ([answer.text] if answer.text else []) + [arguments for _, _, arguments in answer.calls]
    for index, (block, text) in enumerate(zip(blocks, spelled)):
        kind, key, empty = ("text_delta", "text", {"text": ""}) if "text" in block else ("input_json_delta", "partial_json", {"input": {}})
        events.append(("content_block_start", {"index": index, "content_block": block | empty}))
        for piece in _pieces(text):
            events.append(("content_block_delta", {"index": index, "delta": {"type": kind, key: piece}}))
        events.append(("content_block_stop", {"index": index}))
    events += [("message_delta", {"delta": stop, "usage": usage}), ("message_stop", {})]
    return "text/event-stream", [_event({"type": name} | value, name) for name, value in events]


def _write_ollama(body, answer, counts, stream):
    prompt, cached, written = counts
    message = {"role": "assistant", "content": answer.text}
    if answer.calls:
        message["tool_calls"] = [{"function": {"name": n, "arguments": json.loads(a)}} for _, n, a in answer.calls]
    base = {"model": body.get("model"), "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    end = {"done": True, "done_reason": "stop", "prompt_eval_count": prompt, "prompt_eval_cached_count": cached, "eval_count": written}
    if not stream:
        return _json(base | end | {"message": message})
    lines = [base | {"message": message, "done": False}, base | end | {"message": {"role": "assistant", "content": ""}}]
    return "application/x-ndjson", [json.dumps(line).encode() + b"\n" for line in lines]
