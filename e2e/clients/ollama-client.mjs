// The common script with the ollama package for Node: chat, generate and embed.
import { Ollama } from "ollama";

import { all, run } from "./loop.mjs";

const IMPATIENT_MILLIS = 700;

function client(base, script, more = {}) {
  return new Ollama({ host: base, headers: script.headers, ...more });
}

function question(script) {
  return [
    { role: "system", content: script.systemText() },
    { role: "user", content: script.question },
  ];
}

function ask(api, script, more = {}) {
  return api.chat({ model: script.model, messages: question(script), ...more });
}

async function tools(api, script) {
  for (const streams of [false, true]) {
    const messages = question(script);
    while (await turnOf(api, script, messages, [], streams)) {
      // one more turn with the results
    }
  }
}

/** Asks, appends the answer and the results of its calls, and tells whether there were any. */
async function turnOf(api, script, history, before, streams) {
  const named = script.tools.map((tool) => ({ type: "function", function: tool }));
  const asked = { messages: [...before, ...history], tools: named, think: true };
  let message = { role: "assistant", content: "" };
  if (streams) {
    for await (const part of await ask(api, script, { ...asked, stream: true })) {
      script.show(part);
      message.content += part.message.content;
      if (part.message.thinking) {
        message.thinking = (message.thinking ?? "") + part.message.thinking;
      }
      if (part.message.tool_calls) {
        message.tool_calls = [...(message.tool_calls ?? []), ...part.message.tool_calls];
      }
    }
  } else {
    ({ message } = script.show(await ask(api, script, asked)));
  }
  history.push(message);
  const calls = message.tool_calls ?? [];
  for (const { function: called } of calls) {
    history.push({ role: "tool", tool_name: called.name, content: script.results[called.name] });
  }
  return calls.length > 0;
}

async function error(api, script) {
  await script.attempt(() => ask(api, script));
  await script.attempt(async () => all(await ask(api, script, { stream: true })));
}

async function brokenStream(api, script) {
  await script.attempt(async () => {
    for await (const part of await ask(api, script, { stream: true })) {
      script.show(part);
    }
  });
}

const CASES = {
  plain: async (api, script) => {
    script.show(await ask(api, script, { options: { temperature: 0.2, num_ctx: 4096 }, keep_alive: "5m" }));
  },
  stream: async (api, script) => {
    for await (const part of await ask(api, script, { stream: true })) {
      script.show(part);
    }
  },
  tools,
  "parallel-tools": tools,
  image: async (api, script) => {
    const bytes = new Uint8Array(Buffer.from(script.image, "base64"));
    script.show(await ask(api, script, { messages: [{ role: "user", content: script.question, images: [bytes] }] }));
  },
  schema: async (api, script) => {
    const answer = script.show(await ask(api, script, { format: script.schema }));
    script.show(JSON.parse(answer.message.content));
  },
  embeddings: async (api, script) => {
    script.show(await api.embed({ model: script.model, input: script.inputs }));
    script.show(await api.embed({ model: script.model, input: script.inputs[0] }));
  },
  completion: async (api, script) => {
    const asked = () => ({
      model: script.model,
      prompt: script.question,
      system: script.systemText(),
      images: [script.image],
    });
    script.show(await api.generate(asked()));
    for await (const part of await api.generate({ ...asked(), stream: true })) {
      script.show(part);
    }
  },
  models: async (api, script) => script.show(await api.list()),
  "error-400": error,
  "error-401": error,
  "error-404": error,
  "error-500": error,
  down: error,
  "error-stream": brokenStream,
  cut: brokenStream,
  abort: async (api, script, base) => {
    const parts = await ask(api, script, { stream: true });
    await script.attempt(async () => {
      for await (const part of parts) {
        script.show(part);
        parts.abort();
      }
    });
    const fetchForAMoment = (url, options) =>
      fetch(url, { ...options, signal: AbortSignal.timeout(IMPATIENT_MILLIS) });
    await script.attempt(() => ask(client(base, script, { fetch: fetchForAMoment }), script));
  },
  conversation: async (api, script) => {
    const history = [];
    for (const [turn, content] of script.turns.entries()) {
      history.push({ role: "user", content });
      const system = { role: "system", content: script.systemText(turn) };
      while (await turnOf(api, script, history, [system], turn % 2 === 0)) {
        // one more turn with the results
      }
    }
  },
};

await run({ native: (base, script) => CASES[script.case](client(base, script), script, base) });
