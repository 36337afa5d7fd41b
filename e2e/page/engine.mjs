// An engine in the shape of llama.cpp that generates nothing: it renders a prompt as a template with tools behind the
// system text does, keeps what it has read in two slots, and takes as long as its speed says for what is new.

import http from "node:http";

const CHARS_PER_TOKEN = 4;
const TOKENS_PER_SECOND = 2500;
const CONTEXT_TOKENS = 32768;

function text(content) {
  return typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("");
}

function render(body) {
  const [first, ...rest] = body.messages;
  const system = first?.role === "system" ? text(first.content) : "";
  const tools = body.tools?.length ? "\n\n# Tools\n" + body.tools.map((tool) => JSON.stringify(tool)).join("\n") : "";
  const messages = (first?.role === "system" ? rest : body.messages).map((message) =>
    "<|im_start|>" + message.role + "\n" + text(message.content)
    + (message.tool_calls ?? []).map((call) => "\n<call>" + JSON.stringify(call.function) + "</call>").join("") + "<|im_end|>\n");
  return "<|im_start|>system\n" + system + tools + "<|im_end|>\n" + messages.join("") + "<|im_start|>assistant\n";
}

function common(one, other) {
  const most = Math.min(one.length, other.length);
  let same = 0;
  while (same < most && one[same] === other[same]) same++;
  return same;
}

export class Engine {
  constructor(model) {
    this.model = model;
    this.slots = [{held: "", used: 0}, {held: "", used: 0}];
    this.uses = 0;
    this.prompts = 0;
    this.server = http.createServer((request, response) => this.#serve(request, response));
  }

  async start(port = 0) {
    await new Promise((started) => this.server.listen(port, "127.0.0.1", started));
    return "http://127.0.0.1:" + this.server.address().port;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Drops all that it holds, as one does that needs the memory for something else. */
  evict() {
    this.slots.forEach((slot) => { slot.held = ""; });
  }

  #serve(request, response) {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const path = request.url.split("?")[0];
      const body = parts.length ? JSON.parse(Buffer.concat(parts).toString()) : {};
      const json = (value, status = 200) => {
        response.writeHead(status, {"content-type": "application/json"});
        response.end(JSON.stringify(value));
      };
      if (path === "/v1/models") {
        json({object: "list", data: [{id: this.model, object: "model", owned_by: "llamacpp"}]});
      } else if (path === "/props") {
        json({build_info: "b11434-scripted", total_slots: this.slots.length, default_generation_settings: {n_ctx: CONTEXT_TOKENS},
          chat_template: "{% for message in messages %}{{ message.content }}{% endfor %}"});
      } else if (path === "/apply-template") {
        json({prompt: render(body)});
      } else if (path === "/health") {
        json({status: "ok"});
      } else if (path === "/v1/chat/completions") {
        this.#answer(body, response);
      } else {
        json({error: {message: "not served: " + path}}, 404);
      }
    });
  }

  #answer(body, response) {
    this.prompts++;
    const prompt = render(body);
    const best = this.slots.reduce((a, b) => common(b.held, prompt) > common(a.held, prompt) ? b : a);
    const slot = common(best.held, prompt) > prompt.length / 10 ? best : this.slots.reduce((a, b) => b.used < a.used ? b : a);
    const cached = Math.floor(common(slot.held, prompt) / CHARS_PER_TOKEN);
    const tokens = Math.ceil(prompt.length / CHARS_PER_TOKEN);
    const millis = 1000 * (tokens - cached) / TOKENS_PER_SECOND;
    const words = "Done: " + this.prompts + ".";
    slot.held = prompt + words;
    slot.used = ++this.uses;
    const chunk = (delta, more) => "data: " + JSON.stringify({object: "chat.completion.chunk", model: body.model,
      choices: [{index: 0, delta, finish_reason: more ? "stop" : null}], ...more}) + "\n\n";
    setTimeout(() => {
      response.writeHead(200, {"content-type": "text/event-stream"});
      response.write(chunk({role: "assistant", content: words}));
      response.write(chunk({}, {timings: {cache_n: cached, prompt_n: tokens - cached, prompt_ms: millis, predicted_n: 4, predicted_ms: 80}}));
      response.end("data: [DONE]\n\n");
    }, 30 + millis);
  }
}
