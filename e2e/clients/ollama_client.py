"""The common script with the ollama package for Python: chat, generate and embed."""
import json

import ollama

import loop

IMPATIENT_SECONDS = 0.7


def native(base, script):
    with ollama.Client(host=base, headers=script.headers, timeout=20) as api:
        CASES[script.case](api, script)


def question(script):
    return [{"role": "system", "content": script.system_text()}, {"role": "user", "content": script.question}]


def ask(api, script, messages=None, **more):
    return api.chat(model=script.model, messages=messages or question(script), **more)


def plain(api, script):
    script.show(ask(api, script, options={"temperature": 0.20, "num_ctx": 4096}, keep_alive="5m"))


def stream(api, script):
    for part in ask(api, script, stream=True):
        script.show(part)


def tools(api, script):
    for streams in (False, True):
        messages = question(script)
        while add_answer(api, script, messages, [], streams):
            pass


def add_answer(api, script, history, before, streams):
    """Asks, appends the answer and the results of its calls, and tells whether there were any."""
    named = [{"type": "function", "function": tool} for tool in script.tools]
    message = ollama.Message(role="assistant", content="")
    if streams:
        calls = []
        for part in ask(api, script, [*before, *history], tools=named, stream=True, think=True):
            script.show(part)
            message.content += part.message.content or ""
            if part.message.thinking:
                message.thinking = (message.thinking or "") + part.message.thinking
            calls += part.message.tool_calls or []
        message.tool_calls = calls or None
    else:
        message = script.show(ask(api, script, [*before, *history], tools=named, think=True)).message
    history.append(message)
    for call in message.tool_calls or []:
        history.append({"role": "tool", "tool_name": call.function.name, "content": script.results[call.function.name]})
    return bool(message.tool_calls)


def image(api, script):
    script.show(ask(api, script, [{"role": "user", "content": script.question, "images": [script.image]}]))


def schema(api, script):
    answer = script.show(ask(api, script, format=script.schema))
    script.show(json.loads(answer.message.content))


def embeddings(api, script):
    script.show(api.embed(model=script.model, input=script.inputs))
    script.show(api.embed(model=script.model, input=script.inputs[0]))


def completion(api, script):
    asked = {"model": script.model, "prompt": script.question, "system": script.system_text(), "images": [script.image]}
    script.show(api.generate(**asked))
    for part in api.generate(**asked, stream=True):
        script.show(part)


def models(api, script):
    script.show(api.list())


def error(api, script):
    script.attempt(lambda: ask(api, script))
    script.attempt(lambda: list(ask(api, script, stream=True)))


def broken_stream(api, script):
    def read():
        for part in ask(api, script, stream=True):
            script.show(part)

    script.attempt(read)


def abort(api, script):
    parts = ask(api, script, stream=True)
    script.show(next(parts))
    parts.close()

    def impatient():
        with ollama.Client(host=str(api._client.base_url), headers=script.headers, timeout=IMPATIENT_SECONDS) as other:
            return ask(other, script)

    script.attempt(impatient)


def conversation(api, script):
    history = []
    for turn, text in enumerate(script.turns):
        history.append({"role": "user", "content": text})
        system = {"role": "system", "content": script.system_text(turn)}
        while add_answer(api, script, history, [system], turn % 2 == 0):
            pass


CASES = {
    "plain": plain, "stream": stream, "tools": tools, "parallel-tools": tools, "image": image, "schema": schema,
    "embeddings": embeddings, "completion": completion, "models": models, "error-400": error, "error-401": error,
    "error-404": error, "error-500": error, "error-stream": broken_stream, "cut": broken_stream, "abort": abort,
    "down": error, "conversation": conversation,
}

if __name__ == "__main__":
    loop.run({"native": native})
