"""The judge has to find damage, and the tap and the script have to be right, or the driver proves nothing.

Run with: python3 -m unittest discover -s e2e/agents
"""

import json
import socket
import unittest
import urllib.request

import dialects
import judge
from agents import AGENTS
from engine import Engine, embeddings, identity, shared, side_answer
from fronts import FRONTS
from steps import further, talk
from tap import Tap

CHAT = "/v1/chat/completions"
TOOL = {"type": "function", "function": {"name": "read", "parameters": {}}}


def chat(**changes):
    call = {"id": "1", "type": "function", "function": {"name": "read", "arguments": '{"path": "a"}'}}
    messages = [
        {"role": "system", "content": "Be brief.\nToday is Monday."},
        {"role": "user", "content": "Read a."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "text of a"},
    ]
    return {"model": "m", "messages": messages, "tools": [TOOL]} | changes


def copy(body):
    return json.loads(json.dumps(body))


class JudgeTest(unittest.TestCase):
    def faults_after(self, damage):
        arrived = copy(chat())
        damage(arrived)
        return judge.faults(CHAT, chat(), arrived)

    def test_an_untouched_request_has_no_faults(self):
        self.assertEqual([], self.faults_after(lambda body: None))

    def test_a_line_that_moved_into_a_note_is_no_fault(self):
        def move(body):
            body["messages"][0]["content"] = "Be brief."
            body["messages"][1]["content"] += "\n<note>Today is Monday.</note>"

        self.assertEqual([], self.faults_after(move))

    def test_a_lost_system_line_is_a_fault(self):
        self.assertEqual(1, len(self.faults_after(lambda body: body["messages"][0].update(content="Be brief."))))

    def test_a_lost_message_is_a_fault(self):
        self.assertEqual(1, len(self.faults_after(lambda body: body["messages"].pop())))

    def test_a_changed_text_is_a_fault(self):
        self.assertEqual(1, len(self.faults_after(lambda body: body["messages"][3].update(content="text of b"))))

    def test_a_changed_argument_is_a_fault(self):
        def change(body):
            body["messages"][2]["tool_calls"][0]["function"]["arguments"] = '{"path": "b"}'

        self.assertEqual(1, len(self.faults_after(change)))

    def test_a_lost_tool_is_a_fault(self):
        self.assertEqual(1, len(self.faults_after(lambda body: body.update(tools=[]))))

    def test_a_changed_field_is_a_fault(self):
        self.assertEqual(1, len(self.faults_after(lambda body: body.update(model="other"))))

    def test_a_lost_picture_is_a_fault_and_a_mark_for_a_cache_on_it_is_none(self):
        shown = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}}
        sent = {"messages": [{"role": "user", "content": [shown | {"cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "What is it?"}]}]}
        whole, bare = copy(sent), copy(sent)
        whole["messages"][0]["content"][0] = shown
        del bare["messages"][0]["content"][0]
        self.assertEqual([0, 1], [len(judge.faults("/v1/messages", sent, arrived)) for arrived in (whole, bare)])

    def test_a_request_that_never_arrived_is_a_fault(self):
        sent = {"note": "s1t1", "path": CHAT, "body": json.dumps(chat())}
        self.assertEqual([(sent, None, ["the request did not arrive"])], judge.paired([sent], [])[0])


class EngineTest(unittest.TestCase):
    def setUp(self):
        self.agent = AGENTS["hermes"]
        values = {"path": "a", "project": "/p"}
        self.engine = Engine(self.agent, {"s1t1": [[("read", values)], "done"]})
        self.engine.note = "s1t1"
        self.addCleanup(self.engine.close)

    def ask(self, messages, url=None, model="m"):
        body = json.dumps({"model": model, "messages": messages, "tools": [TOOL]}).encode()
        request = urllib.request.Request((url or self.engine.url) + CHAT, body, {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=10))

    def test_no_model_has_the_cache_of_another(self):
        asked = [{"role": "user", "content": "Read it (step s1t1)"}]
        cached = [self.ask(asked, model=model)["usage"]["prompt_tokens_details"]["cached_tokens"] for model in ("m", "other", "m")]
        self.assertEqual([0, 0], cached[:2])
        self.assertGreater(cached[2], 0)

    def test_the_script_goes_on_with_what_was_done_and_counts_the_shared_prefix(self):
        first = self.ask([{"role": "user", "content": "(step s1t1)"}])
        message = first["choices"][0]["message"]
        self.assertEqual(identity(self.agent, "s1t1", 0), message["tool_calls"][0]["id"])
        result = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "text"}
        second = self.ask([{"role": "user", "content": "(step s1t1)"}, message, result])
        self.assertEqual("done", second["choices"][0]["message"]["content"])
        cached = second["usage"]["prompt_tokens_details"]["cached_tokens"]
        self.assertGreaterEqual(cached, first["usage"]["prompt_tokens"])

    def test_a_tap_hands_on_and_keeps_what_was_sent(self):
        host, port = self.engine.url.removeprefix("http://").split(":")
        tap = Tap(host, int(port))
        self.addCleanup(tap.close)
        self.ask([{"role": "user", "content": "(step s1t1)"}], tap.url)
        [(_, method, path, _, body)] = tap.requests()
        self.assertEqual(("POST", CHAT), (method, path))
        self.assertEqual(self.engine.calls[0]["body"], body.decode())

    def test_a_tap_reads_chunked_bodies(self):
        host, port = self.engine.url.removeprefix("http://").split(":")
        tap = Tap(host, int(port))
        self.addCleanup(tap.close)
        with socket.create_connection(("127.0.0.1", int(tap.url.rsplit(":", 1)[1]))) as client:
            client.sendall(b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
            client.recv(65536)
        self.assertEqual(b"abc", tap.requests()[0][4])


class PrefixTest(unittest.TestCase):
    def test_texts_with_more_words_in_common_have_nearer_vectors(self):
        body = json.dumps({"input": ["rules on noise at night", "noise at night", "the price of fuel"]}).encode()
        one, near, far = (entry["embedding"] for entry in embeddings(body)["data"])
        self.assertGreater(sum(a * b for a, b in zip(one, near)), sum(a * b for a, b in zip(one, far)))

    def test_a_side_request_gets_the_json_that_it_shows(self):
        title = {"role": "user", "content": 'Write a title.\nJSON format: { "title": "your title here" }\n<chat>{"title": 1}</chat>'}
        self.assertEqual(json.loads(side_answer(dialects.read("chat", {"messages": [title]}), {})), {"title": "your title here"})

    def test_a_call_without_an_id_counts_as_made(self):
        front = FRONTS["home-assistant"]
        engine = Engine(front, {"s1": [[("switch", {"light": "Pier"})], "Done."]})
        try:
            call = {"function": {"name": "HassTurnOn", "arguments": {"name": "Pier", "domain": ["light"]}}}
            asked = [{"role": "user", "content": "On (step s1)"}]
            made = [{"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "content": "ok"}]
            self.assertTrue(self._said(engine, asked)["message"]["tool_calls"])
            self.assertEqual(self._said(engine, asked + made)["message"]["content"], "Done.")
        finally:
            engine.close()

    def _said(self, engine, messages):
        body = {"model": "m", "stream": False, "messages": messages, "tools": [TOOL]}
        return json.load(urllib.request.urlopen(urllib.request.Request(engine.url + "/api/chat", json.dumps(body).encode())))

    def test_agents_without_pictures_other_models_and_sub_agents_play_the_rest(self):
        notes = {name: [step.note for step in further("/p") if AGENTS[name].plays(step)] for name in ("pi", "opencode")}
        self.assertEqual(notes, {"pi": ["f1", "f6", "f7"], "opencode": ["f1", "f2", "f3", "f4", "f5", "f6", "f7"]})

    def test_every_front_end_leaves_out_what_it_cannot_do(self):
        needs = {name: {step.needs for step in talk() if front.plays(step)} for name, front in FRONTS.items()}
        self.assertEqual(needs["open-webui"], {"", "document", "documents", "facts", "remember"})
        self.assertEqual(needs["letta"], {"", "remember"})
        self.assertEqual(needs["home-assistant"], {"", "switch"})

    def test_the_shared_prefix_ends_at_the_first_difference(self):
        self.assertEqual([3, 0, 4], [shared("abcd", "abcx"), shared("a", "b"), shared("abcd", "abcd")])

    def test_every_dialect_is_known_by_its_path(self):
        paths = ["/v1/chat/completions", "/v1/responses", "/v1/messages?beta=true", "/api/chat", "/v1/messages/count_tokens"]
        self.assertEqual(["chat", "responses", "messages", "ollama", None], [dialects.dialect_of(path) for path in paths])


if __name__ == "__main__":
    unittest.main()
