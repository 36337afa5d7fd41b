"""Runs cases of a Python client library on demand: one JSON line in, one JSON line out.

In: {"api", "case", "base", "script"}. Out: {"events": [...]}: what the library showed, in order; or {"failed": text} when
a case broke in a way that it does not expect.
"""
import json
import sys
import traceback

IMPATIENT_SECONDS = 0.7


def seen(value):
    """A library's value as plain JSON, with the fields that it keeps besides."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(key): seen(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [seen(inner) for inner in value]
    if hasattr(value, "model_dump"):
        shown = value.model_dump(mode="json", warnings=False)
        request_id = getattr(value, "_request_id", None)
        return {**shown, "_request_id": request_id} if request_id else shown
    return repr(value)


def problem(error):
    """An exception as its user sees it."""
    shown = {"error": type(error).__name__, "message": str(error)}
    for name in ("status_code", "code", "body", "request_id"):
        if hasattr(error, name):
            shown[name] = seen(getattr(error, name))
    return shown


class Script:
    """The common script, and what all cases of a client share."""

    def __init__(self, values, case):
        self.values = values
        self.case = case
        self.events = []
        self.headers = {"x-case": case}

    def __getattr__(self, name):
        return self.values[name]

    def system_text(self, turn=0):
        return self.values["system"].replace("{date}", self.dates[turn])

    def show(self, value):
        self.events.append(seen(value))
        return value

    def attempt(self, action):
        """Shows the error that an action raises; an action that does not is the event."""
        try:
            self.show({"no error": seen(action())})
        except Exception as error:  # the library's errors have no common type
            self.show(problem(error))


def failures(ask, begun):
    """The cases in which something goes wrong, for a library whose requests can be made by `ask(api, script, **more)`;
    `begun(event)` tells whether an event of a stream holds a piece of the answer."""

    def error(api, script):
        script.attempt(lambda: ask(api, script))
        script.attempt(lambda: list(ask(api, script, stream=True)))

    def broken_stream(api, script):
        def read():
            for event in ask(api, script, stream=True):
                script.show(event)

        script.attempt(read)

    def retry(api, script):
        script.show(ask(api.with_options(max_retries=1), script))

    def abort(api, script):
        with ask(api, script, stream=True) as events:
            for event in events:
                script.show(event)
                if begun(event):
                    break
        script.attempt(lambda: ask(api.with_options(timeout=IMPATIENT_SECONDS), script))

    return {
        **dict.fromkeys(["error-400", "error-401", "error-404", "error-500", "down"], error),
        **dict.fromkeys(["error-stream", "cut"], broken_stream),
        "retry": retry, "abort": abort,
    }


def run(cases):
    for line in sys.stdin:
        command = json.loads(line)
        script = Script(command["script"], command["case"])
        try:
            cases[command["api"]](command["base"], script)
            reply = {"events": script.events}
        except Exception:
            reply = {"failed": traceback.format_exc(limit=-4), "events": script.events}
        print(json.dumps(reply), flush=True)
