// The common script with the openai package for Node: chat completions and responses.
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

import { all, failures, run } from "./loop.mjs";

const Reading = z.object({ pier: z.number(), height: z.number(), words: z.string() });

function client(base, script) {
  return new OpenAI({
    baseURL: base + "/v1",
    apiKey: "sk-scripted",
    maxRetries: 0,
    timeout: 20_000,
    defaultHeaders: script.headers,
  });
}

// ---- chat completions

function question(script) {
  return [
    { role: "system", content: script.systemText() },
    { role: "user", content: script.question },
  ];
}

function ask(api, script, more = {}, options = {}) {
  return api.chat.completions.create({ model: script.model, messages: question(script), ...more }, options);
}

async function chatTools(api, script) {
  for (const streams of [false, true]) {
    const messages = question(script);
    while (await chatTurn(api, script, messages, [], streams, true)) {
      // one more turn with the results
    }
  }
}

async function chatForcedTools(api, script) {
  const messages = question(script);
  await chatTurn(api, script, messages, [], false, true, { ...script.forcing, tool_choice: "required", max_tokens: 200 });
  for await (const chunk of await ask(api, script, { messages, stream: true, max_tokens: 64 })) {
    script.show(chunk);
  }
}

/** Asks, appends the answer and the results of its calls, and tells whether there were any. */
async function chatTurn(api, script, history, before, streams, showsEvents, more = {}) {
  const tools = script.tools.map((tool) => ({ type: "function", function: tool }));
  const asked = { model: script.model, messages: [...before, ...history], tools, ...more };
  let completion;
  if (streams) {
    const chunks = api.chat.completions.stream(asked);
    for await (const chunk of chunks) {
      if (showsEvents) {
        script.show(chunk);
      }
    }
    completion = script.show(await chunks.finalChatCompletion());
  } else {
    completion = script.show(await api.chat.completions.create({ ...asked, parallel_tool_calls: true }));
  }
  const message = completion.choices[0].message;
  history.push(message);
  const calls = message.tool_calls ?? [];
  for (const call of calls) {
    history.push({ role: "tool", tool_call_id: call.id, content: script.results[call.function.name] });
  }
  return calls.length > 0;
}

const CHAT = {
  plain: async (api, script) => script.show(await ask(api, script, { temperature: 0.2, max_tokens: 64, seed: 7 })),
  stream: async (api, script) => {
    for (const more of [{}, { stream_options: { include_usage: true } }]) {
      for await (const chunk of await ask(api, script, { stream: true, max_tokens: 64, ...more })) {
        script.show(chunk);
      }
    }
  },
  tools: chatTools,
  "parallel-tools": chatTools,
  "forced-tools": chatForcedTools,
  image: async (api, script) => {
    const url = "data:image/png;base64," + script.image;
    const content = [
      { type: "text", text: script.question },
      { type: "image_url", image_url: { url } },
    ];
    script.show(await ask(api, script, { messages: [{ role: "user", content }] }));
  },
  schema: async (api, script) => {
    const parsed = await api.chat.completions.parse({
      model: script.model,
      messages: question(script),
      response_format: zodResponseFormat(Reading, "reading"),
    });
    script.show(parsed.choices[0].message.parsed);
    script.show(parsed);
  },
  embeddings: async (api, script) => {
    for (const more of [{}, { encoding_format: "float" }]) {
      script.show(await api.embeddings.create({ model: script.model, input: script.inputs, ...more }));
    }
  },
  completion: async (api, script) => {
    const asked = { model: script.model, prompt: script.question, max_tokens: 64 };
    script.show(await api.completions.create(asked));
    for await (const chunk of await api.completions.create({ ...asked, stream: true })) {
      script.show(chunk);
    }
  },
  models: async (api, script) => script.show(await all(api.models.list())),
  conversation: async (api, script) => {
    const history = [];
    for (const [turn, content] of script.turns.entries()) {
      history.push({ role: "user", content });
      const system = { role: "system", content: script.systemText(turn) };
      while (await chatTurn(api, script, history, [system], turn % 2 === 0, false)) {
        // one more turn with the results
      }
    }
  },
  ...failures(ask, (chunk) => chunk.choices[0]?.delta.content),
};

// ---- responses

function respond(api, script, more = {}, options = {}) {
  const asked = { model: script.model, instructions: script.systemText(), store: false, input: script.question };
  return api.responses.create({ ...asked, ...more }, options);
}

async function responsesTools(api, script) {
  for (const streams of [false, true]) {
    const items = [{ role: "user", content: script.question }];
    while (await responsesTurn(api, script, items, 0, streams, true)) {
      // one more turn with the results
    }
  }
}

async function responsesForcedTools(api, script) {
  const items = [{ role: "user", content: script.question }];
  const forced = { ...script.forcing, tool_choice: "required", max_output_tokens: 200 };
  await responsesTurn(api, script, items, 0, false, true, forced);
  for await (const event of await respond(api, script, { input: items, stream: true, max_output_tokens: 64 })) {
    script.show(event);
  }
}

/** Asks, appends the answer and the results of its calls, and tells whether there were any. */
async function responsesTurn(api, script, items, turn, streams, showsEvents, more = {}) {
  const tools = script.tools.map((tool) => ({ type: "function", strict: true, ...tool }));
  const instructions = script.systemText(turn);
  const asked = { model: script.model, instructions, store: false, input: items, tools, ...more };
  let answer;
  if (streams) {
    const events = api.responses.stream(asked);
    for await (const event of events) {
      if (showsEvents) {
        script.show(event);
      }
    }
    answer = script.show(await events.finalResponse());
  } else {
    answer = script.show(await api.responses.create(asked));
  }
  for (const item of answer.output) {
    const { parsed_arguments: parsed, ...kept } = item; // the library's own, which the API does not take back
    items.push(kept);
  }
  const calls = answer.output.filter((item) => item.type === "function_call");
  for (const call of calls) {
    items.push({ type: "function_call_output", call_id: call.call_id, output: script.results[call.name] });
  }
  return calls.length > 0;
}

const RESPONSES = {
  plain: async (api, script) => script.show(await respond(api, script, { temperature: 0.2, max_output_tokens: 64 })),
  stream: async (api, script) => {
    for await (const event of await respond(api, script, { stream: true, max_output_tokens: 64 })) {
      script.show(event);
    }
  },
  tools: responsesTools,
  "parallel-tools": responsesTools,
  "forced-tools": responsesForcedTools,
  image: async (api, script) => {
    const url = "data:image/png;base64," + script.image;
    const content = [
      { type: "input_text", text: script.question },
      { type: "input_image", image_url: url, detail: "auto" },
    ];
    script.show(await respond(api, script, { input: [{ role: "user", content }] }));
  },
  schema: async (api, script) => {
    const parsed = await api.responses.parse({
      model: script.model,
      input: script.question,
      text: { format: zodTextFormat(Reading, "reading") },
    });
    script.show(parsed.output_parsed);
    script.show(parsed);
  },
  conversation: async (api, script) => {
    const items = [];
    for (const [turn, content] of script.turns.entries()) {
      items.push({ role: "user", content });
      while (await responsesTurn(api, script, items, turn, turn % 2 === 0, false)) {
        // one more turn with the results
      }
    }
  },
  ...failures(respond, (event) => event.type === "response.output_text.delta"),
};

await run({
  chat: (base, script) => CHAT[script.case](client(base, script), script),
  responses: (base, script) => RESPONSES[script.case](client(base, script), script),
});
