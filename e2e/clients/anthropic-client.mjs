// The common script with the @anthropic-ai/sdk package for Node.
import Anthropic from "@anthropic-ai/sdk";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { z } from "zod";

import { failures, run } from "./loop.mjs";

const Reading = z.object({ pier: z.number(), height: z.number(), words: z.string() });

function client(base, script) {
  return new Anthropic({
    baseURL: base,
    apiKey: "sk-scripted",
    maxRetries: 0,
    timeout: 20_000,
    defaultHeaders: script.headers,
  });
}

function question(script) {
  return [{ role: "user", content: script.question }];
}

function asked(script, more = {}, turn = 0) {
  const system = script.systemText(turn);
  return { model: script.model, max_tokens: 64, system, messages: question(script), ...more };
}

function ask(api, script, more = {}, options = {}) {
  return api.messages.create(asked(script, more), options);
}

async function tools(api, script) {
  for (const streams of [false, true]) {
    const history = question(script);
    while (await turnOf(api, script, history, 0, streams, true)) {
      // one more turn with the results
    }
  }
}

async function forcedTools(api, script) {
  const history = question(script);
  const forced = { ...script.forcing, tool_choice: { type: "any" }, max_tokens: 200 };
  await turnOf(api, script, history, 0, false, true, forced);
  for await (const event of await ask(api, script, { messages: history, stream: true })) {
    script.show(event);
  }
}

/** Asks, appends the answer and the results of its calls, and tells whether there were any. */
async function turnOf(api, script, history, turn, streams, showsEvents, more = {}) {
  const named = script.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    input_schema: parameters,
  }));
  const body = asked(script, { messages: history, tools: named, ...more }, turn);
  let answer;
  if (streams) {
    const events = api.messages.stream(body);
    for await (const event of events) {
      if (showsEvents) {
        script.show(event);
      }
    }
    answer = script.show(await events.finalMessage());
  } else {
    answer = script.show(await api.messages.create(body));
  }
  history.push({ role: "assistant", content: answer.content });
  const calls = answer.content.filter((block) => block.type === "tool_use");
  if (calls.length > 0) {
    const content = calls.map((call) => ({
      type: "tool_result",
      tool_use_id: call.id,
      content: [{ type: "text", text: script.results[call.name] }],
    }));
    history.push({ role: "user", content });
  }
  return calls.length > 0;
}

const CASES = {
  plain: async (api, script) => {
    script.show(await ask(api, script, { stop_sequences: ["\n\nEND"] }));
    const cached = { type: "text", text: script.systemText(), cache_control: { type: "ephemeral" } };
    script.show(await ask(api, script, { system: [cached] }));
  },
  stream: async (api, script) => {
    for await (const event of await ask(api, script, { stream: true })) {
      script.show(event);
    }
  },
  tools,
  "parallel-tools": tools,
  "forced-tools": forcedTools,
  image: async (api, script) => {
    const source = { type: "base64", media_type: "image/png", data: script.image };
    const content = [
      { type: "image", source },
      { type: "text", text: script.question },
    ];
    script.show(await ask(api, script, { messages: [{ role: "user", content }] }));
  },
  schema: async (api, script) => {
    const body = asked(script, { output_config: { format: zodOutputFormat(Reading) } });
    const parsed = await api.messages.parse(body);
    script.show(parsed.parsed_output);
    script.show(parsed);
  },
  count: async (api, script) => {
    const { model, system, messages } = asked(script);
    script.show(await api.messages.countTokens({ model, system, messages }));
  },
  conversation: async (api, script) => {
    const history = [];
    for (const [turn, content] of script.turns.entries()) {
      history.push({ role: "user", content });
      while (await turnOf(api, script, history, turn, turn % 2 === 0, false)) {
        // one more turn with the results
      }
    }
  },
  ...failures(ask, (event) => event.type === "content_block_delta"),
};

await run({ messages: (base, script) => CASES[script.case](client(base, script), script) });
