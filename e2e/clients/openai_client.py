"""The common script with the openai package for Python: chat completions and responses."""
import json

import openai
from pydantic import BaseModel

import loop


class Reading(BaseModel):
    pier: int
    height: float
    words: str


def client(base, script, **more):
    return openai.OpenAI(base_url=base + "/v1", api_key="sk-scripted", max_retries=0, timeout=20,
                         default_headers=script.headers, **more)


# ---- chat completions


def chat(base, script):
    with client(base, script) as api:
        CHAT[script.case](api, script)


def question(script):
    return [{"role": "system", "content": script.system_text()}, {"role": "user", "content": script.question}]


def ask(api, script, messages=None, **more):
    return api.chat.completions.create(model=script.model, messages=messages or question(script), **more)


def chat_plain(api, script):
    script.show(ask(api, script, temperature=0.20, max_tokens=64, seed=7))


def chat_stream(api, script):
    for more in ({}, {"stream_options": {"include_usage": True}}):
        for chunk in ask(api, script, stream=True, max_tokens=64, **more):
            script.show(chunk)


def chat_forced_tools(api, script):
    tools = [{"type": "function", "function": tool} for tool in script.tools]
    messages = question(script)
    message = script.show(ask(api, script, messages, tools=tools, tool_choice="required", max_tokens=200,
                              extra_body=script.forcing)).choices[0].message
    messages.append(message.to_dict())
    for call in message.tool_calls:
        messages.append({"role": "tool", "tool_call_id": call.id, "content": script.results[call.function.name]})
    for chunk in ask(api, script, messages, stream=True, max_tokens=64):
        script.show(chunk)


def chat_tools(api, script):
    tools = [{"type": "function", "function": tool} for tool in script.tools]
    for streams in (False, True):
        messages = question(script)
        while True:
            if streams:
                with api.chat.completions.stream(model=script.model, messages=messages, tools=tools) as events:
                    for event in events:
                        script.show(event)
                    message = events.get_final_completion().choices[0].message
            else:
                message = script.show(ask(api, script, messages, tools=tools, parallel_tool_calls=True)).choices[0].message
            if not message.tool_calls:
                break
            messages.append(message.to_dict())
            for call in message.tool_calls:
                messages.append({"role": "tool", "tool_call_id": call.id, "content": script.results[call.function.name]})


def chat_image(api, script):
    url = "data:image/png;base64," + script.image
    content = [{"type": "text", "text": script.question}, {"type": "image_url", "image_url": {"url": url}}]
    script.show(ask(api, script, [{"role": "user", "content": content}]))


def chat_schema(api, script):
    named = {"type": "json_schema", "json_schema": {"name": "reading", "schema": script.schema, "strict": True}}
    script.show(json.loads(ask(api, script, response_format=named).choices[0].message.content))
    parsed = api.chat.completions.parse(model=script.model, messages=question(script), response_format=Reading)
    script.show(parsed.choices[0].message.parsed)
    script.show(parsed)


def embeddings(api, script):
    for more in ({}, {"encoding_format": "float"}):
        script.show(api.embeddings.create(model=script.model, input=script.inputs, **more))


def completion(api, script):
    script.show(api.completions.create(model=script.model, prompt=script.question, max_tokens=64))
    for chunk in api.completions.create(model=script.model, prompt=script.question, stream=True):
        script.show(chunk)


def models(api, script):
    script.show(list(api.models.list()))


def chat_conversation(api, script):
    tools = [{"type": "function", "function": tool} for tool in script.tools]
    history = []
    for turn, text in enumerate(script.turns):
        system = {"role": "system", "content": script.system_text(turn)}
        history.append({"role": "user", "content": text})
        while True:
            messages = [system, *history]
            if turn % 2:
                message = script.show(ask(api, script, messages, tools=tools)).choices[0].message
            else:
                with api.chat.completions.stream(model=script.model, messages=messages, tools=tools) as events:
                    message = script.show(events.get_final_completion()).choices[0].message
            history.append(message.to_dict())
            if not message.tool_calls:
                break
            for call in message.tool_calls:
                history.append({"role": "tool", "tool_call_id": call.id, "content": script.results[call.function.name]})


CHAT = {
    "plain": chat_plain, "stream": chat_stream, "tools": chat_tools, "parallel-tools": chat_tools,
    "forced-tools": chat_forced_tools, "image": chat_image, "schema": chat_schema, "embeddings": embeddings,
    "completion": completion, "models": models, "conversation": chat_conversation,
    **loop.failures(ask, lambda chunk: chunk.choices and chunk.choices[0].delta.content),
}


# ---- responses


def responses(base, script):
    with client(base, script) as api:
        RESPONSES[script.case](api, script)


def respond(api, script, items=None, **more):
    return api.responses.create(model=script.model, instructions=script.system_text(), store=False,
                                input=items or script.question, **more)


def responses_plain(api, script):
    script.show(respond(api, script, temperature=0.20, max_output_tokens=64))


def responses_stream(api, script):
    for event in respond(api, script, stream=True, max_output_tokens=64):
        script.show(event)


def responses_forced_tools(api, script):
    tools = [{"type": "function", "strict": True, **tool} for tool in script.tools]
    items = [{"role": "user", "content": script.question}]
    answer = script.show(respond(api, script, items, tools=tools, tool_choice="required", max_output_tokens=200,
                                 extra_body=script.forcing))
    add_results(items, answer, script)
    for event in respond(api, script, items, stream=True, max_output_tokens=64):
        script.show(event)


def responses_tools(api, script):
    tools = [{"type": "function", "strict": True, **tool} for tool in script.tools]
    for streams in (False, True):
        items = [{"role": "user", "content": script.question}]
        while True:
            if streams:
                with api.responses.stream(model=script.model, instructions=script.system_text(), store=False, input=items,
                                          tools=tools) as events:
                    for event in events:
                        script.show(event)
                    answer = events.get_final_response()
            else:
                answer = script.show(respond(api, script, items, tools=tools))
            if not add_results(items, answer, script):
                break


def add_results(items, answer, script):
    calls = [item for item in answer.output if item.type == "function_call"]
    items += [item.to_dict() for item in answer.output]
    for item in items:
        item.pop("parsed_arguments", None)  # the library's own, which the API does not take back
    items += [{"type": "function_call_output", "call_id": call.call_id, "output": script.results[call.name]} for call in calls]
    return bool(calls)


def responses_image(api, script):
    url = "data:image/png;base64," + script.image
    content = [{"type": "input_text", "text": script.question}, {"type": "input_image", "image_url": url, "detail": "auto"}]
    script.show(respond(api, script, [{"role": "user", "content": content}]))


def responses_schema(api, script):
    named = {"format": {"type": "json_schema", "name": "reading", "schema": script.schema, "strict": True}}
    script.show(json.loads(respond(api, script, text=named).output_text))
    parsed = api.responses.parse(model=script.model, input=script.question, text_format=Reading)
    script.show(parsed.output_parsed)
    script.show(parsed)


def responses_conversation(api, script):
    tools = [{"type": "function", "strict": True, **tool} for tool in script.tools]
    items = []
    for turn, text in enumerate(script.turns):
        items.append({"role": "user", "content": text})
        asked = {"model": script.model, "instructions": script.system_text(turn), "store": False, "tools": tools}
        while True:
            if turn % 2:
                answer = script.show(api.responses.create(input=items, **asked))
            else:
                with api.responses.stream(input=items, **asked) as events:
                    answer = script.show(events.get_final_response())
            if not add_results(items, answer, script):
                break


RESPONSES = {
    "plain": responses_plain, "stream": responses_stream, "tools": responses_tools, "parallel-tools": responses_tools,
    "forced-tools": responses_forced_tools, "image": responses_image, "schema": responses_schema,
    "conversation": responses_conversation,
    **loop.failures(respond, lambda event: event.type == "response.output_text.delta"),
}

if __name__ == "__main__":
    loop.run({"chat": chat, "responses": responses})
