"""Compares what a client library saw and what the engine received, directly and through kvkeep."""
import re

import prompt as prompts

# Each hop has its own of these, or they tell lengths that follow from the body.
HOP_HEADERS = {"host", "connection", "content-length", "transfer-encoding", "keep-alive"}
SHOWN_CHARACTERS = 160


def shown(value):
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def first_difference(direct, proxied, at=""):
    """The first place where two JSON values differ, in words, or None."""
    if type(direct) is not type(proxied):
        return f"{at or 'it'} was {shown(direct)}, came as {shown(proxied)}"
    if isinstance(direct, dict):
        for key in [*direct, *(key for key in proxied if key not in direct)]:
            if key not in proxied:
                return f"{at}.{key} is missing; it was {shown(direct[key])}"
            if key not in direct:
                return f"{at}.{key} is too much: {shown(proxied[key])}"
            found = first_difference(direct[key], proxied[key], f"{at}.{key}")
            if found:
                return found
        return None
    if isinstance(direct, list):
        for index, (was, came) in enumerate(zip(direct, proxied)):
            found = first_difference(was, came, f"{at}[{index}]")
            if found:
                return found
        if len(direct) != len(proxied):
            return f"{at or 'events'}: {len(direct)} were, {len(proxied)} came"
        return None
    return None if direct == proxied else f"{at or 'it'} was {shown(direct)}, came as {shown(proxied)}"


def seen(case, direct, proxied):
    """What the library saw otherwise through kvkeep."""
    if case == "cut":
        # A broken connection and kvkeep's word that the engine broke off are both errors; what came before is the same.
        direct, proxied = ([event for event in events if not is_error(event)] + ["an error"] * any(map(is_error, events))
                           for events in (direct, proxied))
    found = first_difference(direct, proxied)
    return [f"client: event{found}" if found.startswith("[") else f"client: {found}"] if found else []


def shapes(events):
    """What kinds of events there are, in the order in which they first appear: for an engine whose words differ."""
    found = []
    for event in events:
        shape = shape_of(event)
        if shape not in found:
            found.append(shape)
    return found


def shape_of(value, key=""):
    if key in ("input", "arguments", "parsed_arguments"):
        return "arguments"  # those of one tool or another
    if isinstance(value, dict):
        return {name: shape_of(inner, name) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        # Whether a model says something before it calls is its own affair.
        return shapes(inner for inner in value if not (isinstance(inner, dict) and inner.get("type") == "text"))
    if isinstance(value, str) or key == "content":
        return value if key in ("type", "object", "role") else "text"
    return "number" if type(value) in (int, float) else value


def seen_alike(case, direct, proxied):
    """What is of another shape through kvkeep."""
    if not direct:
        return ["the case shows nothing"]
    if case == "forced-tools" and not all(re.search("read_gauge|tide_table", repr(events)) for events in (direct, proxied)):
        return ["the model calls nothing"]
    found = first_difference(shapes(direct), shapes(proxied))
    return [f"client: shape{found}"] if found else []


def is_error(event):
    return isinstance(event, dict) and ("error" in event or event.get("type") == "error")


def down(events):
    """What is wrong with the way in which a library shows that the engine is down."""
    problems = []
    for event in events:
        if not is_error(event):
            problems.append(f"client: no error but {shown(event)}")
        elif "can't reach the engine" not in str(event.get("message")):
            problems.append(f"client: the error does not say what happened: {shown(event)}")
        elif event.get("status_code") != 502:
            problems.append(f"client: status {event.get('status_code')} instead of 502")
    return problems or ([] if events else ["client: saw nothing"])


def received(case, direct, proxied):
    """What the engine received otherwise through kvkeep."""
    if case.startswith("error-4") and len(proxied) > len(direct):
        # A refused body that kvkeep has edited is followed by the original; only that one counts.
        proxied = [request for request in proxied if any(request.body == other.body for other in direct)]
    if len(direct) != len(proxied):
        return [f"engine: {len(direct)} requests were sent, {len(proxied)} came"]
    problems = []
    for number, (was, came) in enumerate(zip(direct, proxied), 1):
        problems += [f"engine: request {number}: {what}" for what in request_differences(was, came)]
    return problems


def request_differences(was, came):
    if (was.method, was.target) != (came.method, came.target):
        yield f"was {was.method} {was.target}, came as {came.method} {came.target}"
        return
    headers = [sorted(field for field in request.headers if field[0] not in HOP_HEADERS) for request in (was, came)]
    if headers[0] != headers[1]:
        lost = [field for field in headers[0] if field not in headers[1]]
        added = [field for field in headers[1] if field not in headers[0]]
        yield f"headers lost {lost!r}, added {added!r}"
    if was.body == came.body:
        return
    if was.prompt() is None:
        yield "a body without a prompt has changed"
        return
    yield from prompts.differences(was.prompt(), came.prompt())


def left(directly, proxied):
    """What is wrong with the way in which the engine saw clients leave."""
    if directly != proxied or not all(proxied):
        return [f"engine: saw its clients leave {directly} directly, {proxied} through kvkeep"]
    return []


def conversation(script, direct, proxied):
    """What is wrong with a conversation whose date changes each turn; rewritten, it has to be append-only."""
    problems = []
    for number, (was, came) in enumerate(zip(direct, proxied), 1):
        newest = prompts.latest(was.prompt(), script["dates"])
        last = prompts.latest(came.prompt(), script["dates"])
        if newest != last:
            problems.append(f"engine: request {number}: the date is {newest}, but the last one in the prompt is {last}")
    rewritten = any(was.body != came.body for was, came in zip(direct, proxied))
    if rewritten and not prompts.grows([request.prompt() for request in proxied]):
        problems.append("engine: the conversation is rewritten, but not append-only")
    return problems
