"""Plays one step in Open WebUI: says what the user says as the page in the browser does, and prints the answer.

Memory is on. The page sends a file that was attached to a message with every later message of the chat too.
"""

import time
import uuid
from datetime import datetime

from talk import ANSWER_SECONDS, Server, arguments, keep, kept, until

USER = {"name": "User", "email": "user@example.org", "password": "kvkeep-local-1"}
# What a user may write into the settings of chats; Open WebUI has no system text of its own.
SYSTEM = """You are the assistant of a small harbour office.
Today's date is {{CURRENT_DATE}}.

- Answer in the language of the question, in short sentences.
- Name heights in metres and times in local time.
- Say so when you do not know something; guess no tides, no depths and no fees.
- Quote the rules of the harbour by their number where one of them holds."""


def upload(server, path):
    """-> the file as a chat names it, when its text has been cut up and stored."""
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\nContent-Type: text/plain\r\n\r\n'
    body = head.encode() + path.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    file = server.send("POST", "/api/v1/files/", body, f"multipart/form-data; boundary={edge}")
    stored = lambda: server.ask("GET", f"/api/v1/files/{file['id']}/process/status").get("status") == "completed"
    until(stored, ANSWER_SECONDS, f"end of the upload of {path}")
    return {"type": "file", "id": file["id"], "name": path.name, "url": file["id"], "status": "uploaded", "file": {"id": file["id"]}}


def say(server, options, chat):
    """-> (the chat with this turn in it, the answer)."""
    question, answer, new = str(uuid.uuid4()), str(uuid.uuid4()), "id" not in chat
    added = [upload(server, options.document)] if options.document else []
    files = chat.get("files", []) + added
    message = {"id": question, "parentId": chat.get("last"), "childrenIds": [answer], "role": "user", "content": options.text}
    message |= {"timestamp": int(time.time()), "models": [options.model], "files": added}
    now = datetime.now()
    body = {
        "stream": True,
        "model": options.model,
        "messages": [{"role": "system", "content": SYSTEM}],
        "params": {},
        "features": {"memory": True, "voice": False, "image_generation": False, "code_interpreter": False, "web_search": False},
        "variables": {"{{CURRENT_DATE}}": f"{now:%Y-%m-%d}", "{{CURRENT_TIME}}": f"{now:%H:%M:%S}", "{{CURRENT_WEEKDAY}}": f"{now:%A}"},
        "session_id": "kvkeep",
        "id": answer,
        "parent_id": message["parentId"],
        "user_message": message,
        "background_tasks": {"follow_up_generation": True} | ({"title_generation": True, "tags_generation": True} if new else {}),
    }
    body |= ({"files": files} if files else {}) | ({} if new else {"chat_id": chat["id"]})
    found = server.ask("POST", "/api/chat/completions", body)["chat_id"]

    def done():
        history = server.ask("GET", f"/api/v1/chats/{found}")
        got = history["chat"]["history"]["messages"].get(answer, {})
        # Suggestions come last of what is asked for beside a turn.
        beside = got.get("followUps") and (not new or (history["title"] != "New Chat" and history.get("meta", {}).get("tags")))
        return got if got.get("error") or (got.get("done") and beside) else None

    got = until(done, ANSWER_SECONDS, f"end of the answer in chat {found}")
    return {"id": found, "last": answer, "files": files}, got.get("content") or str(got.get("error"))


options = arguments(__doc__)
server, state = Server(options.server), kept()
server.token = server.ask("POST", f"/api/v1/auths/{'signin' if state else 'signup'}", USER)["token"]
server.ask("GET", "/api/models")
for fact in options.fact:
    server.ask("POST", "/api/v1/memories/add", {"content": fact})
chat, answer = say(server, options, state.get("chat", {}) if options.resumes else {})
keep({"chat": chat})
print(answer)
