"""The checks find what they are there for: each test spoils one thing, and expects exactly that to be told."""
import copy
import json
import unittest

import prompt
import verdict
from engine import Received

CHAT = {
    "model": "scripted",
    "stream": True,
    "messages": [
        {"role": "system", "content": "Rules:\n- Never guess.\n\nCurrent date: 2026-11-18\n\nBe short."},
        {"role": "user", "content": "How high?"},
        {"role": "assistant", "content": None,
         "tool_calls": [{"id": "c", "type": "function", "function": {"name": "read", "arguments": '{"pier": 4}'}}]},
        {"role": "tool", "tool_call_id": "c", "content": "3.27 m"},
    ],
    "tools": [{"type": "function", "function": {"name": "read", "parameters": {"type": "object"}}}],
}
NOTE = '<note-ab12>Current date: 2026-11-18</note-ab12>'
DECLARED = "<note-ab12>Such blocks belong here.</note-ab12>"


def request(body, headers=(("accept", "*/*"),)):
    return Received("POST", "/v1/chat/completions", list(headers), json.dumps(body).encode())


def rewritten():
    """What kvkeep makes of it: the date in a note, the call as the model spelled it, counts asked for."""
    body = copy.deepcopy(CHAT)
    body["messages"][0]["content"] = "Rules:\n- Never guess.\n\nBe short.\n\n" + DECLARED
    body["messages"][1]["content"] = NOTE + "\n\nHow high?"
    body["messages"][2]["tool_calls"][0]["function"]["arguments"] = '{"pier":4}'
    body["stream_options"] = {"include_usage": True}
    return body


def found(body, direct=CHAT):
    return verdict.received("tools", [request(direct)], [request(body)])


class WhatTheEngineReceives(unittest.TestCase):
    def test_what_kvkeep_does_is_no_difference(self):
        self.assertEqual([], found(rewritten()))

    def test_each_loss_is_found(self):
        losses = {
            "lost ['- Never guess.']": lambda b: b["messages"][0].update(content="Rules:\n\nBe short."),
            "lost ['Current date: 2026-11-18']": lambda b: b["messages"][1].update(content="How high?"),
            "added ['Guess.']": lambda b: b["messages"][0].update(content=b["messages"][0]["content"] + "\nGuess."),
            "text was 'How high?'": lambda b: b["messages"][1].update(content=NOTE + "How low?"),
            "calls were": lambda b: b["messages"][2]["tool_calls"][0]["function"].update(arguments='{"pier":5}'),
            "text was '3.27 m'": lambda b: b["messages"][3].update(content="3.3 m"),
            "results belong to other calls": lambda b: b["messages"][3].update(tool_call_id="d"),
            "roles were": lambda b: b["messages"].pop(),
            "tools differ": lambda b: b["tools"].pop(),
            "model was 'scripted'": lambda b: b.update(model="other"),
            "seed was None": lambda b: b.update(seed=1),
        }
        for words, lose in losses.items():
            with self.subTest(words):
                body = rewritten()
                lose(body)
                problems = found(body)
                self.assertTrue(any(words in problem for problem in problems), problems)

    def test_headers_and_missing_requests_are_found(self):
        other = [request(CHAT, headers=[("accept", "*/*"), ("via", "kvkeep")])]
        self.assertIn("added [('via', 'kvkeep')]", verdict.received("plain", [request(CHAT)], other)[0])
        self.assertIn("1 requests were sent, 0 came", verdict.received("plain", [request(CHAT)], [])[0])

    def test_an_older_date_behind_the_newest_is_found(self):
        late = copy.deepcopy(CHAT)
        late["messages"][3]["content"] += NOTE.replace("-18", "-17")
        problems = verdict.conversation({"dates": ["2026-11-17", "2026-11-18"]}, [request(CHAT)], [request(late)])
        self.assertIn("the last one in the prompt is 2026-11-17", problems[0])

    def test_a_rewritten_conversation_that_changes_what_was_sent_is_found(self):
        first, second = rewritten(), rewritten()
        second["messages"][0]["content"] = "Rules:\n- Never guess.\n\nBe short."
        problems = verdict.conversation({"dates": ["2026-11-18"]}, [request(CHAT)] * 2, [request(first), request(second)])
        self.assertEqual(["engine: the conversation is rewritten, but not append-only"], problems)
        self.assertTrue(prompt.grows([request(first).prompt()] * 2))


class WhatTheClientSees(unittest.TestCase):
    def test_events_are_compared_field_by_field(self):
        self.assertEqual([], verdict.seen("stream", [{"a": [1]}], [{"a": [1]}]))
        for proxied, words in ([{"a": [2]}], "[0].a[0] was 1"), ([{}], "[0].a is missing"), ([], "1 were, 0 came"), \
                ([{"a": [1], "b": 0}], "[0].b is too much"):
            self.assertIn(words, verdict.seen("stream", [{"a": [1]}], proxied)[0])

    def test_a_cut_stream_may_end_in_another_error_but_not_silently(self):
        direct = [{"text": "a"}, {"error": "ConnectionError"}]
        self.assertEqual([], verdict.seen("cut", direct, [{"text": "a"}, {"error": "APIError"}]))
        self.assertTrue(verdict.seen("cut", direct, [{"text": "a"}]))

    def test_a_client_that_stays_is_found(self):
        self.assertEqual([], verdict.left([True, True], [True, True]))
        self.assertTrue(verdict.left([True, True], [True, False]))
        self.assertTrue(verdict.left([], [None]))

    def test_an_error_that_says_nothing_is_found(self):
        self.assertTrue(verdict.down([]))
        self.assertTrue(verdict.down([{"error": "ResponseError", "message": "[object Object]", "status_code": 502}]))
        self.assertTrue(verdict.down([{"no error": {}}]))


if __name__ == "__main__":
    unittest.main()
