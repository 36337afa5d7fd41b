// Runs cases of a Node client library on demand: one JSON line in, one JSON line out; the form is that of loop.py.
import { createInterface } from "node:readline";

const IMPATIENT_MILLIS = 700;

/** A library's value as plain JSON. */
export function seen(value) {
  if (value === undefined) {
    return null;
  }
  const shown = JSON.parse(JSON.stringify(value));
  return value?._request_id ? { ...shown, _request_id: value._request_id } : shown;
}

/** An error as its user sees it. */
function problem(error) {
  const shown = { error: error.name === "Error" ? error.constructor.name : error.name, message: error.message };
  const status = error.status ?? error.status_code ?? error.statusCode;
  if (status !== undefined) {
    shown.status_code = status;
  }
  for (const name of ["code", "type", "param", "requestID", "error", "data", "responseBody"]) {
    if (error[name] !== undefined) {
      shown["its_" + name] = seen(error[name]);
    }
  }
  return shown;
}

/** The common script, and what all cases of a client share. */
class Script {
  constructor(values, name) {
    Object.assign(this, values);
    this.case = name;
    this.events = [];
    this.headers = { "x-case": name };
  }

  systemText(turn = 0) {
    return this.system.replace("{date}", this.dates[turn]);
  }

  show(value) {
    this.events.push(seen(value));
    return value;
  }

  async attempt(action) {
    try {
      this.show({ "no error": seen(await action()) });
    } catch (error) {
      this.show(problem(error));
    }
  }
}

export async function all(values) {
  const list = [];
  for await (const value of values) {
    list.push(value);
  }
  return list;
}

/**
 * The cases in which something goes wrong, for a library whose requests can be made by ask(api, script, more, options);
 * begun(event) tells whether an event of a stream holds a piece of the answer.
 */
export function failures(ask, begun) {
  async function error(api, script) {
    await script.attempt(() => ask(api, script));
    await script.attempt(async () => all(await ask(api, script, { stream: true })));
  }

  async function brokenStream(api, script) {
    await script.attempt(async () => {
      for await (const event of await ask(api, script, { stream: true })) {
        script.show(event);
      }
    });
  }

  return {
    "error-400": error,
    "error-401": error,
    "error-404": error,
    "error-500": error,
    down: error,
    retry: async (api, script) => script.show(await ask(api, script, {}, { maxRetries: 1 })),
    "error-stream": brokenStream,
    cut: brokenStream,
    abort: async (api, script) => {
      const events = await ask(api, script, { stream: true });
      for await (const event of events) {
        script.show(event);
        if (begun(event)) {
          events.controller.abort();
          break;
        }
      }
      await script.attempt(() => ask(api, script, {}, { timeout: IMPATIENT_MILLIS }));
    },
  };
}

export async function run(cases) {
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    const script = new Script(command.script, command.case);
    let reply;
    try {
      await cases[command.api](command.base, script);
      reply = { events: script.events };
    } catch (error) {
      reply = { failed: error.stack ?? String(error), events: script.events };
    }
    process.stdout.write(JSON.stringify(reply) + "\n");
  }
  process.exit(0);
}
