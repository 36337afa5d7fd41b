"""Plays one step in Letta: one agent, whose conversations are the sessions; prints what it says."""

from talk import Server, arguments, keep, kept

options = arguments(__doc__)
server, state = Server(options.server), kept()
if not state:
    api = {"model_endpoint_type": "openai", "model_endpoint": f"{options.engine}/v1", "model": options.model, "context_window": 100000}
    vectors = {"embedding_endpoint_type": "openai", "embedding_endpoint": f"{options.engine}/v1", "embedding_model": "scripted-embedding"}
    blocks = [
        {"label": "human", "value": "The user keeps a small harbour with twelve berths."},
        {"label": "persona", "value": "I am the assistant of a harbour office. I answer in short sentences, heights in metres."},
    ]
    agent = {"name": "harbour", "agent_type": "letta_v1_agent", "include_base_tools": True, "memory_blocks": blocks, "timezone": "UTC"}
    state = {"agent": server.ask("POST", "/v1/agents/", agent | {"llm_config": api, "embedding_config": vectors | {"embedding_dim": 64}})["id"]}
if not (options.resumes and "conversation" in state):
    state["conversation"] = server.ask("POST", f"/v1/conversations/?agent_id={state['agent']}", {})["id"]
keep(state)
said = {"messages": [{"role": "user", "content": options.text}], "streaming": False}
answer = server.ask("POST", f"/v1/conversations/{state['conversation']}/messages", said)
print("\n".join(str(message.get("content")) for message in answer["messages"] if message["message_type"] == "assistant_message"))
