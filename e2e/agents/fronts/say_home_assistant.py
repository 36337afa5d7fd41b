"""Plays one step in Home Assistant: sets up the Ollama integration at first, says a sentence to it, prints what it says."""

import json
import urllib.parse

from talk import ANSWER_SECONDS, Server, arguments, keep, kept, until

options = arguments(__doc__)
server, state = Server(options.server), kept()
client = {"client_id": f"{options.server}/"}


def token(**grant):
    form = urllib.parse.urlencode(client | grant).encode()
    return server.send("POST", "/auth/token", form, "application/x-www-form-urlencoded")


if not state:
    user = {"name": "User", "username": "user", "password": "kvkeep-local-1", "language": "en"}
    code = server.ask("POST", "/api/onboarding/users", client | user)["auth_code"]
    granted = token(grant_type="authorization_code", code=code)
    server.token = granted["access_token"]
    flow = server.ask("POST", "/api/config/config_entries/flow", {"handler": "ollama"})
    done = server.ask("POST", f"/api/config/config_entries/flow/{flow['flow_id']}", {"url": options.engine})
    entry = done["result"]["entry_id"]
    flow = server.ask("POST", "/api/config/config_entries/subentries/flow", {"handler": [entry, "conversation"]})
    wanted = {"name": "Harbour voice", "model": options.model, "llm_hass_api": ["assist"], "num_ctx": 32768, "max_history": 20, "keep_alive": -1}
    done = server.ask("POST", f"/api/config/config_entries/subentries/flow/{flow['flow_id']}", wanted)
    assert done["type"] == "create_entry", json.dumps(done)
    state = {"refresh": granted["refresh_token"], "client": client}
else:
    client = state["client"]
    server.token = token(grant_type="refresh_token", refresh_token=state["refresh"])["access_token"]


def agents():
    names = [entity["entity_id"] for entity in server.ask("GET", "/api/states")]
    return [name for name in names if name.startswith("conversation.") and name != "conversation.home_assistant"]


agent = until(agents, ANSWER_SECONDS, "agent to talk to")[0]
said = {"text": options.text, "agent_id": agent, "language": "en"}
said |= {"conversation_id": state["conversation"]} if options.resumes and "conversation" in state else {}
answer = server.ask("POST", "/api/conversation/process", said)
keep(state | {"conversation": answer["conversation_id"]})
print(answer["response"]["speech"]["plain"]["speech"])
