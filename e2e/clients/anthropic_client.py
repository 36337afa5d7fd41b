"""The common script with the anthropic package for Python."""
import json

import anthropic
from pydantic import BaseModel

import loop


class Reading(BaseModel):
    pier: int
    height: float
    words: str


def messages(base, script):
    with anthropic.Anthropic(base_url=base, api_key="sk-scripted", max_retries=0, timeout=20,
                             default_headers=script.headers) as api:
        CASES[script.case](api, script)


def question(script):
    return [{"role": "user", "content": script.question}]


def asked(script, history=None, turn=0, **more):
    return {"model": script.model, "max_tokens": 64, "system": script.system_text(turn),
            "messages": history or question(script), **more}


def ask(api, script, **more):
    return api.messages.create(**asked(script, **more))


def plain(api, script):
    script.show(ask(api, script, stop_sequences=["\n\nEND"]))
    blocks = [{"type": "text", "text": script.system_text(), "cache_control": {"type": "ephemeral"}}]
    script.show(api.messages.create(**{**asked(script), "system": blocks}))


def stream(api, script):
    for event in ask(api, script, stream=True):
        script.show(event)


def tools(api, script):
    for streams in (False, True):
        history = question(script)
        while add_answer(api, script, history, streams, shows_events=True):
            pass


def forced_tools(api, script):
    history = question(script)
    add_answer(api, script, history, streams=False, shows_events=True, tool_choice={"type": "any"}, max_tokens=200,
               extra_body=script.forcing)
    for event in ask(api, script, messages=history, stream=True):
        script.show(event)


def add_answer(api, script, history, streams, shows_events, turn=0, **more):
    """Asks, appends the answer and the results of its calls, and tells whether there were any."""
    named = [{"name": tool["name"], "description": tool["description"], "input_schema": tool["parameters"]}
             for tool in script.tools]
    if streams:
        with api.messages.stream(**asked(script, history, turn, tools=named, **more)) as events:
            if shows_events:
                for event in events:
                    script.show(event)
            answer = script.show(events.get_final_message())
    else:
        answer = script.show(ask(api, script, history=history, turn=turn, tools=named, **more))
    history.append({"role": "assistant", "content": [block.to_dict() for block in answer.content]})
    for block in history[-1]["content"]:
        block.pop("parsed_output", None)  # the library's own, which the API does not take back
    results = [{"type": "tool_result", "tool_use_id": block.id, "content": script.results[block.name]}
               for block in answer.content if block.type == "tool_use"]
    if results:
        history.append({"role": "user", "content": results})
    return bool(results)


def image(api, script):
    source = {"type": "base64", "media_type": "image/png", "data": script.image}
    content = [{"type": "image", "source": source}, {"type": "text", "text": script.question}]
    script.show(ask(api, script, history=[{"role": "user", "content": content}]))


def schema(api, script):
    form = {"format": {"type": "json_schema", "schema": script.schema}}
    script.show(json.loads(ask(api, script, output_config=form).content[0].text))
    parsed = api.messages.parse(**asked(script), output_format=Reading)
    script.show(parsed.parsed_output)
    script.show(parsed)


def count(api, script):
    script.show(api.messages.count_tokens(model=script.model, system=script.system_text(), messages=question(script)))


def conversation(api, script):
    history = []
    for turn, text in enumerate(script.turns):
        history.append({"role": "user", "content": text})
        while add_answer(api, script, history, turn % 2 == 0, shows_events=False, turn=turn):
            pass


CASES = {
    "plain": plain, "stream": stream, "tools": tools, "parallel-tools": tools, "forced-tools": forced_tools,
    "image": image, "schema": schema, "count": count, "conversation": conversation,
    **loop.failures(ask, lambda event: event.type == "content_block_delta"),
}

if __name__ == "__main__":
    loop.run({"messages": messages})
