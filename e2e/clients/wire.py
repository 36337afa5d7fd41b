"""How each wire protocol writes what the scripted engine says: whole, as a stream, and as an error.

A Said is what the model says; the functions here return JSON values (whole) or lists of bytes (streams), one element
per write. Ids and times depend on nothing but the request, so that two runs can be compared field by field.
"""
import base64
import json
import struct
from dataclasses import dataclass, field

CREATED = 1790000000
CREATED_AT = "2026-09-21T14:13:20.5Z"
PROMPT_TOKENS = 120
CACHED_TOKENS = 90


@dataclass(frozen=True)
class Call:
    id: str
    name: str
    arguments: str  # JSON, spelled as the model spelled it


@dataclass(frozen=True)
class Said:
    id: str
    model: str
    pieces: list = field(default_factory=list)
    thinking: list = field(default_factory=list)
    calls: list = field(default_factory=list)

    @property
    def text(self):
        return "".join(self.pieces)

    @property
    def thought(self):
        return "".join(self.thinking)

    @property
    def tokens(self):
        return len(self.pieces) + len(self.thinking) + 7 * len(self.calls)


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def data(value):
    return f"data: {dump(value)}\n\n".encode()


def event(value):
    return f"event: {value['type']}\ndata: {dump(value)}\n\n".encode()


def line(value):
    return (dump(value) + "\n").encode()


def halves(text):
    middle = len(text) // 2
    return text[:middle], text[middle:]


# ---- OpenAI chat completions and completions


def openai_usage(said):
    return {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": said.tokens,
        "total_tokens": PROMPT_TOKENS + said.tokens,
        "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
    }


def function_call(call):
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def chat(said):
    message = {"role": "assistant", "content": said.text or None}
    if said.thinking:
        message["reasoning_content"] = said.thought
    if said.calls:
        message["tool_calls"] = [function_call(call) for call in said.calls]
    return {
        "id": "chatcmpl-" + said.id,
        "object": "chat.completion",
        "created": CREATED,
        "model": said.model,
        "system_fingerprint": "fp_scripted",
        "choices": [{"index": 0, "message": message, "logprobs": None,
                     "finish_reason": "tool_calls" if said.calls else "stop"}],
        "usage": openai_usage(said),
    }


def chat_stream(said, wants_usage):
    def chunk(delta, finish=None):
        return data({
            "id": "chatcmpl-" + said.id,
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": said.model,
            "system_fingerprint": "fp_scripted",
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        })

    parts = [chunk({"role": "assistant", "content": ""})]
    parts += [chunk({"reasoning_content": piece}) for piece in said.thinking]
    parts += [chunk({"content": piece}) for piece in said.pieces]
    for index, call in enumerate(said.calls):
        first, second = halves(call.arguments)
        parts.append(chunk({"tool_calls": [{"index": index, "id": call.id, "type": "function",
                                            "function": {"name": call.name, "arguments": ""}}]}))
        parts += [chunk({"tool_calls": [{"index": index, "function": {"arguments": part}}]}) for part in (first, second)]
    parts.append(chunk({}, "tool_calls" if said.calls else "stop"))
    if wants_usage:
        parts.append(data({
            "id": "chatcmpl-" + said.id, "object": "chat.completion.chunk", "created": CREATED, "model": said.model,
            "system_fingerprint": "fp_scripted", "choices": [], "usage": openai_usage(said),
        }))
    return parts + [b"data: [DONE]\n\n"]


def completion(said):
    return {
        "id": "cmpl-" + said.id, "object": "text_completion", "created": CREATED, "model": said.model,
        "choices": [{"index": 0, "text": said.text, "logprobs": None, "finish_reason": "stop"}],
        "usage": openai_usage(said),
    }


def completion_stream(said, wants_usage):
    def chunk(choices, more=None):
        return data({"id": "cmpl-" + said.id, "object": "text_completion", "created": CREATED, "model": said.model,
                     "choices": choices, **(more or {})})

    parts = [chunk([{"index": 0, "text": piece, "logprobs": None, "finish_reason": None}]) for piece in said.pieces]
    parts.append(chunk([{"index": 0, "text": "", "logprobs": None, "finish_reason": "stop"}]))
    if wants_usage:
        parts.append(chunk([], {"usage": openai_usage(said)}))
    return parts + [b"data: [DONE]\n\n"]


def embeddings(inputs, model, encoding):
    def vector(index):
        numbers = [0.25 * (index + 1), -0.5, 0.125, 1.0]
        if encoding == "base64":
            return base64.b64encode(struct.pack("<4f", *numbers)).decode()
        return numbers

    return {
        "object": "list",
        "model": model,
        "data": [{"object": "embedding", "index": i, "embedding": vector(i)} for i in range(len(inputs))],
        "usage": {"prompt_tokens": 9, "total_tokens": 9},
    }


# ---- OpenAI responses


def response_items(said):
    items = []
    if said.thinking:
        items.append({"id": "rs_" + said.id, "type": "reasoning", "status": "completed",
                      "summary": [{"type": "summary_text", "text": said.thought}]})
    if said.pieces:
        items.append({"id": "msg_" + said.id, "type": "message", "status": "completed", "role": "assistant",
                      "content": [{"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}]})
    for call in said.calls:
        items.append({"id": "fc_" + call.id, "type": "function_call", "status": "completed", "call_id": call.id,
                      "name": call.name, "arguments": call.arguments})
    return items


def response(said, status="completed", items=None):
    done = status == "completed"
    return {
        "id": "resp_" + said.id, "object": "response", "created_at": CREATED, "status": status, "error": None,
        "incomplete_details": None, "instructions": None, "max_output_tokens": None, "model": said.model,
        "output": response_items(said) if items is None else items, "parallel_tool_calls": True,
        "previous_response_id": None, "reasoning": {"effort": None, "summary": None}, "store": False,
        "temperature": 1.0, "text": {"format": {"type": "text"}}, "tool_choice": "auto", "tools": [], "top_p": 1.0,
        "truncation": "disabled", "metadata": {},
        "usage": {
            "input_tokens": PROMPT_TOKENS, "input_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "output_tokens": said.tokens, "output_tokens_details": {"reasoning_tokens": len(said.thinking)},
            "total_tokens": PROMPT_TOKENS + said.tokens,
        } if done else None,
    }


def response_stream(said):
    values = [{"type": "response.created", "response": response(said, "in_progress", [])},
              {"type": "response.in_progress", "response": response(said, "in_progress", [])}]
    for index, item in enumerate(response_items(said)):
        values += response_item_events(said, index, item)
    values.append({"type": "response.completed", "response": response(said)})
    return [event({**value, "sequence_number": number}) for number, value in enumerate(values)]


def response_item_events(said, index, item):
    at = {"output_index": index, "item_id": item["id"]}
    if item["type"] == "reasoning":
        part = {**at, "summary_index": 0}
        inside = [{"type": "response.reasoning_summary_part.added", **part, "part": {"type": "summary_text", "text": ""}}]
        inside += [{"type": "response.reasoning_summary_text.delta", **part, "delta": p} for p in said.thinking]
        inside += [{"type": "response.reasoning_summary_text.done", **part, "text": said.thought},
                   {"type": "response.reasoning_summary_part.done", **part, "part": item["summary"][0]}]
        empty = {"summary": []}
    elif item["type"] == "message":
        part = {**at, "content_index": 0}
        blank = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        inside = [{"type": "response.content_part.added", **part, "part": blank}]
        inside += [{"type": "response.output_text.delta", **part, "delta": p, "logprobs": []} for p in said.pieces]
        inside += [{"type": "response.output_text.done", **part, "text": said.text, "logprobs": []},
                   {"type": "response.content_part.done", **part, "part": item["content"][0]}]
        empty = {"content": []}
    else:
        inside = [{"type": "response.function_call_arguments.delta", **at, "delta": p} for p in halves(item["arguments"])]
        inside += [{"type": "response.function_call_arguments.done", **at, "name": item["name"],
                    "arguments": item["arguments"]}]
        empty = {"arguments": ""}
    begun = {**item, **empty, "status": "in_progress"}
    return [{"type": "response.output_item.added", "output_index": index, "item": begun}, *inside,
            {"type": "response.output_item.done", "output_index": index, "item": item}]


# ---- Anthropic messages


def message_blocks(said):
    blocks = []
    if said.thinking:
        blocks.append({"type": "thinking", "thinking": said.thought, "signature": "c2lnbmVk"})
    if said.pieces:
        blocks.append({"type": "text", "text": said.text})
    for call in said.calls:
        blocks.append({"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.arguments)})
    return blocks


def message_usage(tokens):
    return {"input_tokens": PROMPT_TOKENS - CACHED_TOKENS, "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": CACHED_TOKENS, "output_tokens": tokens}


def message(said):
    return {
        "id": "msg_" + said.id, "type": "message", "role": "assistant", "model": said.model,
        "content": message_blocks(said), "stop_reason": "tool_use" if said.calls else "end_turn",
        "stop_sequence": None, "usage": message_usage(said.tokens),
    }


def message_stream(said):
    values = [{"type": "message_start", "message": {**message(said), "content": [], "stop_reason": None,
                                                    "usage": message_usage(1)}},
              {"type": "ping"}]
    calls = iter(said.calls)
    for index, block in enumerate(message_blocks(said)):
        if block["type"] == "thinking":
            empty = {"type": "thinking", "thinking": "", "signature": ""}
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in said.thinking]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
        elif block["type"] == "text":
            empty = {"type": "text", "text": ""}
            deltas = [{"type": "text_delta", "text": piece} for piece in said.pieces]
        else:
            empty = {**block, "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in halves(next(calls).arguments)]
        values.append({"type": "content_block_start", "index": index, "content_block": empty})
        values += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        values.append({"type": "content_block_stop", "index": index})
    values.append({"type": "message_delta", "delta": {"stop_reason": message(said)["stop_reason"], "stop_sequence": None},
                   "usage": {"output_tokens": said.tokens}})
    values.append({"type": "message_stop"})
    return [event(value) for value in values]


# ---- Ollama


def ollama_counts(said):
    return {"total_duration": 900, "load_duration": 100, "prompt_eval_count": PROMPT_TOKENS,
            "prompt_eval_cached_count": CACHED_TOKENS, "prompt_eval_duration": 200, "eval_count": said.tokens,
            "eval_duration": 600}


def ollama_call(call):
    return {"function": {"name": call.name, "arguments": json.loads(call.arguments)}}


def ollama_chat(said):
    message = {"role": "assistant", "content": said.text}
    if said.thinking:
        message["thinking"] = said.thought
    if said.calls:
        message["tool_calls"] = [ollama_call(call) for call in said.calls]
    return {"model": said.model, "created_at": CREATED_AT, "message": message, "done": True, "done_reason": "stop",
            **ollama_counts(said)}


def ollama_chat_stream(said):
    def part(message):
        return line({"model": said.model, "created_at": CREATED_AT, "message": {"role": "assistant", **message},
                     "done": False})

    parts = [part({"content": "", "thinking": piece}) for piece in said.thinking]
    parts += [part({"content": piece}) for piece in said.pieces]
    parts += [part({"content": "", "tool_calls": [ollama_call(call)]}) for call in said.calls]
    return parts + [line({"model": said.model, "created_at": CREATED_AT, "message": {"role": "assistant", "content": ""},
                          "done": True, "done_reason": "stop", **ollama_counts(said)})]


def ollama_generate(said):
    return {"model": said.model, "created_at": CREATED_AT, "response": said.text, "done": True, "done_reason": "stop",
            "context": [1, 2, 3], **ollama_counts(said)}


def ollama_generate_stream(said):
    parts = [line({"model": said.model, "created_at": CREATED_AT, "response": piece, "done": False})
             for piece in said.pieces]
    return parts + [line({**ollama_generate(said), "response": ""})]


def ollama_embed(inputs, model):
    return {"model": model, "embeddings": [[0.25 * (i + 1), -0.5, 0.125] for i in range(len(inputs))],
            "total_duration": 900, "load_duration": 100, "prompt_eval_count": 9}


# ---- errors


def error(path, status, text):
    """The body of an error, in the form of the path's protocol."""
    if path.startswith("/v1/messages"):
        kind = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error",
                429: "rate_limit_error"}.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": text}}
    if path.startswith("/api/"):
        return {"error": text}
    return {"error": {"message": text, "type": "invalid_request_error", "param": "messages", "code": status}}


def error_in_stream(path, text):
    if path.startswith("/v1/messages"):
        return event({"type": "error", "error": {"type": "overloaded_error", "message": text}})
    if path.startswith("/v1/responses"):
        return event({"type": "error", "code": "server_error", "message": text, "param": None, "sequence_number": 9})
    if path.startswith("/api/"):
        return line({"error": text})
    return data({"error": {"message": text, "type": "server_error", "param": None, "code": 500}})
