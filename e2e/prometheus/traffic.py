"""What agents send: conversations that grow while memory and dates in their system texts change, and odd requests."""

import datetime
import itertools
import json
import threading
import urllib.error
import urllib.request

RULE = "═" * 46
STABLE = "Keep the tide tables in order. Say heights in metres and times in local time. " * 120
# Longer than what kvkeep waits before it reads ahead.
QUIET_SECONDS = 1.5
ANSWER = {"role": "assistant", "content": "It is high water at noon."}

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def date(day):
    """A day of its own for each number."""
    return datetime.date(2026, 1, 1) + datetime.timedelta(days=day)


def hermes(day):
    return (
        "You are Hermes Agent, an intelligent AI assistant created by Nous Research.\n\n"
        f"{RULE}\nMEMORY (your personal notes) [3% — 68/2,200 chars]\n{RULE}\nThe gauge was read {day} times.\n\n{STABLE}\n"
        f"\nConversation started: {date(day):%A, %B %d, %Y}\nModel: m"
    )


def opencode(day):
    return f"You are opencode, an interactive CLI tool.\nToday's date: {date(day):%a %b %d %Y}\n{STABLE}"


def unknown(day):
    return f"You help.\n\nCurrent date: {date(day)}\n\n{STABLE}"


def send(url, body):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with opener.open(urllib.request.Request(url, data, {"content-type": "application/json"}), timeout=20) as answer:
            answer.read()
    except urllib.error.HTTPError as e:
        e.read()


def conversation(chat, system, number):
    """One conversation of four turns; its system text is another one in each."""
    day = 4 * number
    messages = [{"role": "user", "content": f"When is high water at pier {number}?"}]
    for turn in range(4):
        model = "picky" if number % 7 == 3 else "m"
        send(chat, {"model": model, "messages": [{"role": "system", "content": system(day + turn)}, *messages]})
        messages += [ANSWER, {"role": "user", "content": f"And the time after that, number {turn}?"}]


def loop(chat, number, over):
    """Two turns of a tool loop with reasoning each, and a user who reads the answer before he goes on."""
    tools = [{"type": "function", "function": {"name": "read_gauge", "description": "Reads a gauge.", "parameters": {"type": "object", "properties": {}}}}]
    messages = [{"role": "system", "content": opencode(0)}]
    for turn in range(2):
        messages += [{"role": "user", "content": f"What do the gauges say, watch {number}, round {turn}?"}]
        for step in range(3):
            call = {"id": f"c{turn}{step}", "type": "function", "function": {"name": "read_gauge", "arguments": json.dumps({"gauge": step})}}
            messages += [{"role": "assistant", "content": "", "reasoning_content": f"Gauge {step} comes next. " * 40, "tool_calls": [call]}]
            messages += [{"role": "tool", "tool_call_id": call["id"], "content": f"Gauge {step} says {number}. " * 20}]
            send(chat, {"model": "m", "messages": messages, "tools": tools})
        messages += [ANSWER]
        if over.wait(QUIET_SECONDS):
            return


def play(base, over):
    """Sends one conversation after the other until it is over."""
    chat = f"{base}/v1/chat/completions"
    for number in itertools.count():
        if over.wait(0.05):
            return
        conversation(chat, (hermes, opencode, unknown)[number % 3], number)
        if number % 12 == 5:
            loop(chat, number, over)
        send(f"{base}/v1/embeddings", {"model": "m", "input": f"pier {number % 3}"})
        if number % 4 == 0:
            send(chat, b"no JSON at all")


def start(base):
    """Returns what ends the traffic."""
    over = threading.Event()
    thread = threading.Thread(target=play, args=(base, over), daemon=True)
    thread.start()

    def end():
        over.set()
        thread.join(30)

    return end
