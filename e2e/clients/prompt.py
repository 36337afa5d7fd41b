"""Reads what a request body means, whatever protocol it is written in, and tells two meanings apart.

kvkeep may move volatile sections of the system text into notes, put sent bytes back and ask for token counts. It may
lose nothing: the checks here allow the first and find the second.
"""
import json
import re

PROTOCOLS = {
    "/v1/chat/completions": "chat",
    "/v1/responses": "responses",
    "/v1/messages": "messages",
    "/v1/messages/count_tokens": "messages",
    "/api/chat": "ollama-chat",
    "/api/generate": "generate",
    "/v1/completions": "completions",
}

# What kvkeep adds of its own accord: counts of a stream, the slot, switches of the chat template.
ADDED = {"stream_options", "id_slot", "chat_template_kwargs"}
# Notes, and the mark that keeps two lanes apart in the engine's cache.
NOTE = re.compile(r"<(note-[0-9a-z]+)[^>]*>.*?</\1>|<lane id=\"[^\"]*\"></lane>", re.DOTALL)


class Message:
    def __init__(self, role, texts=(), calls=(), results=(), images=(), other=()):
        self.role = role
        self.texts = [text for text in texts if text]
        self.calls = list(calls)      # (name, arguments)
        self.results = list(results)  # (id or name, text)
        self.images = list(images)
        self.other = list(other)      # blocks that are compared as they are, such as thinking

    @property
    def text(self):
        return "\n".join(self.texts + [text for _, text in self.results])

    def key(self):
        return (self.role, self.texts, self.calls, self.results, self.images, self.other)


class Prompt:
    def __init__(self, messages, tools, rest):
        self.messages = messages
        self.tools = tools
        self.rest = rest

    @property
    def text(self):
        return "\n".join(message.text for message in self.messages)

    def ends_with_result(self):
        return bool(self.messages) and bool(self.messages[-1].results)


def read(path, body):
    """Returns the prompt of a request, or None where the path carries none."""
    protocol = PROTOCOLS.get(path)
    if protocol is None:
        return None
    body = json.loads(body)
    prompt_fields = {"messages", "tools", "system", "prompt", "images", "input", "instructions"}
    rest = {key: value for key, value in body.items() if key not in prompt_fields}
    tools = body.get("tools") or []
    if protocol == "responses":
        return Prompt(list(response_messages(body)), tools, rest)
    if protocol in ("generate", "completions"):
        system = [Message("system", [body["system"]])] if body.get("system") else []
        return Prompt(system + [Message("user", [body.get("prompt")], images=body.get("images") or [])], tools, rest)
    system = body.get("system") or []
    if isinstance(system, str):
        system = [{"type": "text", "text": system}]
    messages = [Message("system", [block.get("text")]) for block in system]
    return Prompt(messages + [chat_message(message) for message in body["messages"]], tools, rest)


def chat_message(message):
    """A message of chat completions, of Anthropic messages or of Ollama's chat."""
    role = message["role"]
    texts, calls, results, images, other = [], [], [], list(message.get("images") or []), []
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    for block in blocks:
        kind = block.get("type")
        if kind == "text":
            texts.append(block["text"])
        elif kind == "image_url":
            images.append(block["image_url"]["url"])
        elif kind == "image":
            images.append(block["source"])
        elif kind == "tool_use":
            calls.append((block["name"], block["input"]))
        elif kind == "tool_result":
            results.append((block["tool_use_id"], plain(block.get("content"))))
        else:
            other.append(block)
    for call in message.get("tool_calls") or []:
        arguments = call["function"]["arguments"]
        calls.append((call["function"]["name"], json.loads(arguments) if isinstance(arguments, str) else arguments))
    if role == "tool":
        results.append((message.get("tool_call_id") or message.get("tool_name"), "\n".join(texts)))
        texts = []
    known = {"role", "content", "tool_calls", "images", "tool_call_id", "tool_name"}
    other += [{key: value} for key, value in sorted(message.items()) if key not in known]
    return Message(role, texts, calls, results, images, other)


def response_messages(body):
    if body.get("instructions"):
        yield Message("system", [body["instructions"]])
    items = body["input"]
    if isinstance(items, str):
        items = [{"role": "user", "content": items}]
    for item in items:
        kind = item.get("type", "message")
        if kind == "function_call":
            yield Message("assistant", calls=[(item["name"], json.loads(item["arguments"]))])
        elif kind == "function_call_output":
            yield Message("tool", results=[(item["call_id"], plain(item["output"]))])
        elif kind == "message":
            content = item["content"]
            blocks = [{"type": "input_text", "text": content}] if isinstance(content, str) else content
            texts = [block["text"] for block in blocks if "text" in block]
            images = [block["image_url"] for block in blocks if "image_url" in block]
            yield Message(item["role"], texts, images=images)
        else:
            yield Message(kind, other=[item])


def plain(content):
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text", json.dumps(block)) for block in content or [])


# ---- telling two meanings apart


def differences(direct, proxied):
    """Says what a proxied prompt lacks or has too much of, compared with the one that was sent directly."""
    found = []
    for key in sorted(set(direct.rest) | set(proxied.rest)):
        if key in ADDED and key in proxied.rest:
            if not contains(proxied.rest[key], direct.rest.get(key, {})):
                found.append(f"{key} was {direct.rest[key]!r}, came as {proxied.rest[key]!r}")
        elif direct.rest.get(key) != proxied.rest.get(key):
            found.append(f"{key} was {direct.rest.get(key)!r}, came as {proxied.rest.get(key)!r}")
    if direct.tools != proxied.tools:
        found.append("tools differ")
    roles = [message.role for message in direct.messages]
    if roles != [message.role for message in proxied.messages]:
        return [*found, f"roles were {roles}, came as {[message.role for message in proxied.messages]}"]
    for index, (was, came) in enumerate(zip(direct.messages, proxied.messages)):
        found += [f"message {index} ({was.role}): {what}" for what in message_differences(was, came, proxied)]
    return found


def message_differences(was, came, prompt):
    for what in ("calls", "images", "other"):
        if getattr(was, what) != getattr(came, what):
            yield f"{what} were {getattr(was, what)!r}, came as {getattr(came, what)!r}"
    if [name for name, _ in was.results] != [name for name, _ in came.results]:
        yield "results belong to other calls"
    if was.role in ("system", "developer"):
        # Sections may have moved, but every line has to be somewhere.
        lost = [line for line in was.text.splitlines() if line not in prompt.text]
        if lost:
            yield f"lost {lost!r}"
        added = [line for line in NOTE.sub("", came.text).splitlines() if line not in was.text]
        if added:
            yield f"added {added!r}"
    elif NOTE.sub("", came.text).strip() != was.text.strip():
        yield f"text was {was.text!r}, came as {came.text!r}"


def contains(whole, part):
    return isinstance(whole, dict) and all(whole.get(key) == value for key, value in part.items())


def latest(prompt, values):
    """The value that stands last in a prompt, or None if there is none."""
    places = {value: prompt.text.rfind(value) for value in values}
    best = max(places, key=lambda value: places[value])
    return best if places[best] >= 0 else None


def grows(prompts):
    """Tells whether each prompt begins with the whole one before it."""
    keys = [[message.key() for message in prompt.messages] for prompt in prompts]
    return all(after[: len(before)] == before for before, after in zip(keys, keys[1:]))
