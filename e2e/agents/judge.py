"""Whether a request that went through kvkeep still holds everything that the agent has said."""

import json
import re

import dialects

# What a proxy may add to a body, to be told counts or to keep lanes apart.
ADDED_FIELDS = {"stream_options", "id_slot", "cache_prompt", "timings_per_token", "return_progress", "cache_salt", "keep_alive"}
CONVERSATION_FIELDS = {"messages", "input", "system", "instructions", "tools"}
# A nonce for billing says nothing to a model.
DROPPED_LINE = re.compile(r"^x-anthropic-billing-header:")


def faults(path, sent, arrived):
    """Sentences that say what is missing or different; none when all is there. Both bodies are parsed JSON."""
    dialect = dialects.dialect_of(path)
    one, other = dialects.read(dialect, sent), dialects.read(dialect, arrived)
    return list(_message_faults(one, other)) + list(_tool_faults(one, other)) + list(_system_faults(one, other)) + list(_field_faults(sent, arrived))


def _message_faults(one, other):
    roles = [[message.role for message in prompt.messages] for prompt in (one, other)]
    if roles[0] != roles[1]:
        yield f"{len(roles[0])} messages with the roles {roles[0]} arrived as {len(roles[1])} with {roles[1]}"
        return
    for index, (said, heard) in enumerate(zip(one.messages, other.messages)):
        where = f"message {index} ({said.role})"
        for text in said.texts:
            if text.strip() not in heard.text():
                yield f"{where}: a text of {len(text)} characters did not arrive: {text[:80]!r}"
        if [(name, arguments) for _, name, arguments in said.calls] != [(name, arguments) for _, name, arguments in heard.calls]:
            yield f"{where}: the calls {_short(said.calls)} arrived as {_short(heard.calls)}"
        if said.answers != heard.answers:
            yield f"{where}: the answered ids {said.answers} arrived as {heard.answers}"


def _tool_faults(one, other):
    said, heard = ({json.dumps(_plain(tool), sort_keys=True) for tool in prompt.tools} for prompt in (one, other))
    if len(one.tools) != len(other.tools) or said != heard:
        yield f"{len(one.tools)} tools arrived as {len(other.tools)}; {len(said - heard)} are missing, {len(heard - said)} were never sent"


def _plain(tool):
    return {key: value for key, value in tool.items() if key != "cache_control"}


def _system_faults(one, other):
    everything = other.everything()
    for line in "\n".join(one.system).split("\n"):
        if line.strip() and line.strip() not in everything and not DROPPED_LINE.match(line):
            yield f"a line of the system text did not arrive: {line[:80]!r}"


def _field_faults(sent, arrived):
    for key in (sent.keys() | arrived.keys()) - CONVERSATION_FIELDS:
        if sent.get(key) != arrived.get(key) and key not in ADDED_FIELDS:
            yield f"the field {key} was {_short(sent.get(key))} and arrived as {_short(arrived.get(key))}"


def _short(value):
    text = json.dumps(value)
    return text if len(text) < 100 else text[:100] + "..."


def paired(sent, arrived):
    """Pairs each sent call with the arrived one that fits best, as (sent, arrived or None, faults); and those left over."""
    left, pairs = list(arrived), []
    for call in sent:
        best = None
        for candidate in (c for c in left if c["path"] == call["path"] and c["note"] == call["note"]):
            found = faults(call["path"], json.loads(call["body"]), json.loads(candidate["body"]))
            if best is None or len(found) < len(best[1]):
                best = (candidate, found)
            if not found:
                break
        if best is not None:
            left.remove(best[0])
        pairs.append((call, best and best[0], best[1] if best else ["the request did not arrive"]))
    return pairs, left
