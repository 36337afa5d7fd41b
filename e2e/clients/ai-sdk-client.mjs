// The common script with the Vercel AI SDK and its providers for OpenAI, OpenAI-compatible servers and Anthropic.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateText, isStepCount, jsonSchema, Output, streamText, tool } from "ai";

import { run } from "./loop.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;
const IMPATIENT_MILLIS = 700;

const MODELS = {
  compatible: (base, name) =>
    createOpenAICompatible({ name: "kvkeep", baseURL: base + "/v1", apiKey: "sk-scripted", includeUsage: true })(name),
  chat: (base, name) => createOpenAI({ baseURL: base + "/v1", apiKey: "sk-scripted" }).chat(name),
  responses: (base, name) => createOpenAI({ baseURL: base + "/v1", apiKey: "sk-scripted" }).responses(name),
  messages: (base, name) => createAnthropic({ baseURL: base + "/v1", apiKey: "sk-scripted" })(name),
};

const EMBEDDINGS = {
  compatible: (base, name) =>
    createOpenAICompatible({ name: "kvkeep", baseURL: base + "/v1", apiKey: "sk-scripted" }).embeddingModel(name),
  chat: (base, name) => createOpenAI({ baseURL: base + "/v1", apiKey: "sk-scripted" }).embeddingModel(name),
};

// What the SDK makes up itself, and differs with every run.
const OWN = new Set(["timestamp", "headers", "request", "messageId", "callId", "performance", "stepPerformance"]);
const OWN_ID = /^ai[a-z]*-[A-Za-z0-9]{16,}$/;

/** A value of the SDK without what it makes up itself. */
function stripped(value) {
  if (Array.isArray(value)) {
    return value.map(stripped);
  }
  if (value instanceof Error) {
    return { error: value.name, message: value.message, status_code: value.statusCode, body: value.responseBody };
  }
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const kept = Object.entries(value).filter(([key]) => !OWN.has(key));
    return Object.fromEntries(kept.map(([key, inner]) => [key, stripped(inner)]));
  }
  return typeof value === "string" && OWN_ID.test(value) ? "an id of its own" : value;
}

function options(model, script, more = {}) {
  return {
    model,
    system: script.systemText(),
    prompt: script.question,
    headers: script.headers,
    maxRetries: 0,
    ...more,
  };
}

async function shown(script, result) {
  const { text, reasoningText, toolCalls, finishReason, usage, steps, response } = result;
  script.show(stripped({ text, reasoningText, toolCalls, finishReason, usage, response }));
  for (const step of steps) {
    script.show(stripped({ content: step.content, finishReason: step.finishReason, usage: step.usage }));
  }
  return result;
}

async function streamed(script, asked) {
  const result = streamText({ ...asked, onError: () => {} }); // errors come as parts too
  for await (const part of result.fullStream) {
    script.show(part.type === "error" ? stripped(part.error) : stripped(part));
  }
  return result;
}

function toolsOf(script) {
  return Object.fromEntries(
    script.tools.map(({ name, description, parameters }) => [
      name,
      tool({ description, inputSchema: jsonSchema(parameters), execute: () => script.results[name] }),
    ]),
  );
}

async function tools(model, script) {
  const asked = () => options(model, script, { tools: toolsOf(script), stopWhen: isStepCount(3) });
  await shown(script, await generateText(asked()));
  await streamed(script, asked());
}

async function forcedTools(model, script) {
  const messages = [{ role: "user", content: script.question }];
  const asked = (more) => options(model, script, { prompt: undefined, messages, ...more });
  const forced = { tools: toolsOf(script), toolChoice: "required", maxOutputTokens: 200, providerOptions: { kvkeep: script.forcing } };
  const result = await shown(script, await generateText(asked(forced)));
  messages.push(...result.responseMessages);
  await streamed(script, asked({ maxOutputTokens: 64 }));
}

async function error(model, script) {
  await attempt(script, () => generateText(options(model, script)));
  const result = streamText({ ...options(model, script), onError: () => {} });
  for await (const part of result.fullStream) {
    if (part.type !== "start") {
      script.show(part.type === "error" ? stripped(part.error) : stripped(part));
    }
  }
}

/** Reads a stream that breaks; the SDK tells some breaks by a part, and throws others. */
async function brokenStream(model, script) {
  try {
    await streamed(script, options(model, script));
  } catch (problem) {
    script.show(stripped(problem));
  }
}

async function attempt(script, action) {
  try {
    script.show({ "no error": stripped(await action()) });
  } catch (problem) {
    script.show(stripped(problem));
  }
}

const CASES = {
  plain: async (model, script) => {
    const result = await generateText(options(model, script, { temperature: 0.2, maxOutputTokens: 64 }));
    await shown(script, result);
  },
  stream: (model, script) => streamed(script, options(model, script, { maxOutputTokens: 64 })),
  tools,
  "parallel-tools": tools,
  "forced-tools": forcedTools,
  image: async (model, script) => {
    const content = [
      { type: "text", text: script.question },
      { type: "file", data: Buffer.from(script.image, "base64"), mediaType: "image/png" },
    ];
    const asked = options(model, script, { prompt: undefined, messages: [{ role: "user", content }] });
    await shown(script, await generateText(asked));
  },
  schema: async (model, script) => {
    const output = () => Output.object({ schema: jsonSchema(script.schema) });
    script.show(stripped((await generateText(options(model, script, { output: output() }))).output));
    const result = await streamed(script, options(model, script, { output: output() }));
    script.show(await result.output);
  },
  embeddings: async (model, script, base, api) => {
    const asked = { model: EMBEDDINGS[api](base, script.model), values: script.inputs, headers: script.headers };
    const { embeddings, usage } = await embedMany({ ...asked, maxRetries: 0 });
    script.show({ embeddings, usage });
  },
  completion: async (model, script, base) => {
    const provider = createOpenAICompatible({ name: "kvkeep", baseURL: base + "/v1", apiKey: "sk-scripted" });
    const completion = provider.completionModel(script.model);
    await shown(script, await generateText(options(completion, script)));
    await streamed(script, options(completion, script));
  },
  "error-400": error,
  "error-401": error,
  "error-404": error,
  "error-500": error,
  down: error,
  retry: async (model, script) => shown(script, await generateText(options(model, script, { maxRetries: 1 }))),
  "error-stream": brokenStream,
  cut: brokenStream,
  abort: async (model, script) => {
    const leaving = new AbortController();
    const result = streamText(options(model, script, { abortSignal: leaving.signal, onError: () => {} }));
    for await (const part of result.fullStream) {
      script.show(stripped(part));
      if (part.type === "text-delta") {
        leaving.abort();
      }
    }
    const abortSignal = AbortSignal.timeout(IMPATIENT_MILLIS);
    await attempt(script, () => generateText(options(model, script, { abortSignal })));
  },
  conversation: async (model, script) => {
    const messages = [];
    for (const [turn, content] of script.turns.entries()) {
      messages.push({ role: "user", content });
      const asked = options(model, script, {
        system: script.systemText(turn),
        prompt: undefined,
        messages,
        tools: toolsOf(script),
        stopWhen: isStepCount(3),
        // Otherwise the provider for OpenAI's responses sends references to answers that the engine has stored.
        providerOptions: { openai: { store: false } },
      });
      const result = turn % 2 ? await shown(script, await generateText(asked)) : await streamed(script, asked);
      messages.push(...(await result.responseMessages));
    }
  },
};

await run(
  Object.fromEntries(
    Object.entries(MODELS).map(([api, make]) => [
      api,
      (base, script) => CASES[script.case](make(base, script.model), script, base, api),
    ]),
  ),
);
