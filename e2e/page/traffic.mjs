// What agents send: Hermes with a memory, a workspace and a date that change; an agent without a profile whose system
// text has a counter; a client whose every name is an attempt to get markup onto the page.

const RULE = "═".repeat(46);
const FILLER = "Heights are millimetres as integers everywhere but on the page. A source that fails must not take the page"
  + " down: show its last good rows and their age. Times are kept in UTC and shown in the harbour's time zone. ";

/** Words that stand in prompts only: they must not be on a page that shows no text. */
export const SECRETS = ["harbour's time zone", "Mara keeps", "high water", "Tideboard", "gauge report"];

/** Shows itself on any page that takes it for markup. */
export const HOSTILE = '"><img src=x onerror="window.hit=1"><script>window.hit=1</script>';

function tool(name, words) {
  return {type: "function", function: {name, description: words + " " + FILLER,
    parameters: {type: "object", properties: {path: {type: "string"}, pattern: {type: "string"}}}}};
}

const TOOLS = ["read_file", "patch_file", "run_command", "search_files", "skill_view", "memory_save", "web_search", "open_pull_request"]
  .map((name) => tool(name, "Use it with care:"));

export class Talk {
  constructor(base, {model, system, tools, key}) {
    Object.assign(this, {base, model, system, tools, key, messages: []});
  }

  /** Sends a message of the user, takes the answer in, and returns it. */
  async say(words) {
    this.messages.push({role: "user", content: words});
    return this.#send();
  }

  /** Goes on in a tool loop: the model has called a tool, and this is what came of it. */
  async work(name, result) {
    const last = this.messages.pop();
    const id = "call_" + this.messages.length;
    this.messages.push({...last, tool_calls: [{id, type: "function", function: {name, arguments: JSON.stringify({path: "tideboard/page.py"})}}]},
      {role: "tool", tool_call_id: id, content: result});
    return this.#send();
  }

  async #send() {
    const answer = await fetch(this.base + "/v1/chat/completions", {
      method: "POST",
      headers: {"content-type": "application/json", authorization: "Bearer " + this.key},
      body: JSON.stringify({model: this.model, stream: true, tools: this.tools,
        messages: [{role: "system", content: this.system()}, ...this.messages]}),
    });
    const events = await answer.text();
    if (answer.status !== 200) throw new Error("the engine's answer is " + answer.status + ": " + events.slice(0, 300));
    const words = [...events.matchAll(/^data: (\{.*)$/gm)].map((line) => JSON.parse(line[1]).choices[0].delta.content ?? "").join("");
    this.messages.push({role: "assistant", content: words});
    return words;
  }
}

/** A conversation of Hermes; what changes in its system text is in `now`. */
export function hermes(base, model, now, key = "sk-one") {
  return new Talk(base, {model, key, tools: TOOLS, system: () => [
    "You are Hermes Agent, an intelligent AI assistant created by Nous Research. You are patient, exact and friendly.",
    "## How to work\n" + FILLER.repeat(14),
    "Workspace (snapshot at session start — re-check with `git` before acting on it):\n- Root: /home/mara/tideboard\n- Branch: tides\n- Status: " + now.status,
    "# Project Context\n\n## AGENTS.md\n# Tideboard\n" + (now.rules ?? "") + FILLER.repeat(20),
    RULE + "\nMEMORY (your personal notes) [3% — 68/2,200 chars]\n" + RULE + "\n" + now.memory.join("\n§\n"),
    "Conversation started: " + now.date + "\nModel: " + model + "\nProvider: custom",
  ].join("\n\n")});
}

/** An agent that no profile knows. */
export function stranger(base, model, now) {
  return new Talk(base, {model, key: "sk-two", tools: TOOLS.slice(0, 3), system: () =>
    "You keep the tide tables.\n" + FILLER.repeat(12) + "\n\nGauge report number: " + now.report + "\n\nOffice hours: " + now.hours + "\n\nBe brief."});
}

/** Asks for a title, as Hermes does beside its conversation. */
export function title(base, model) {
  return new Talk(base, {model, key: "sk-one", system: () =>
    "Generate a short, descriptive title (3-7 words) for a conversation that starts with the following exchange."
    + " If in doubt, load the `hermes-agent` skill with skill_view(name='hermes-agent')."});
}

/** A client that means harm. */
export function hostile(base) {
  return new Talk(base, {model: HOSTILE, key: "sk-three", tools: [tool(HOSTILE, "No.")],
    system: () => "Current date: " + HOSTILE + "\n\n" + HOSTILE + ": 1\n\n" + FILLER});
}

/** Plays a morning: some forty turns with the breaks that agents make. */
export async function morning(base, model, engine) {
  const now = {status: "clean", memory: ["Mara keeps the displays of the harbour office."], date: "Saturday, November 21, 2026"};
  const pages = hermes(base, model, now);
  await hostile(base).say(HOSTILE);
  await title(base, model).say("Name the talk about high water.");
  await pages.say("Round the tide table up.");
  for (let i = 0; i < 6; i++) await pages.work("read_file", "line " + i + ": " + FILLER.repeat(3));
  now.memory.push("The gauge is read twice.");
  now.status = "2 modified, 1 untracked";
  await pages.say("And the ferries?");
  for (let i = 0; i < 5; i++) await pages.work("run_command", "test " + i + " passed. " + FILLER.repeat(2));

  engine.evict();
  await pages.say("Are the ferries shown?");

  const tables = {report: 17, hours: "8 to 12"};
  const other = stranger(base, model, tables);
  await other.say("When is high water?");
  tables.report = 18;
  await other.say("And tomorrow?");
  tables.report = 19;
  await other.say("And on Monday?");
  tables.hours = "8 to 16, at high water until 18";
  await other.say("Until when is the office open?");

  await pages.say("Is the wind shown?");
  for (let i = 0; i < 4; i++) await pages.work("patch_file", "patched " + i + ". " + FILLER);
  now.date = "Sunday, November 22, 2026";
  await pages.say("Good morning. Go on.");
  now.rules = "Rule of today: the pier is closed.\n";
  await pages.say("Read the rules again.");
  for (let i = 0; i < 3; i++) await pages.work("search_files", "found " + i + ". " + FILLER);
  pages.messages = [{role: "user", content: "What was said so far: the tide table is rounded up and the ferries are done."}, {role: "assistant", content: "Understood."}];
  now.memory.push("Ferries are done.");
  await pages.say("Go on with the wind.");
  await pages.work("read_file", "wind.py: " + FILLER.repeat(2));

  const second = hermes(base, model, {...now, memory: [...now.memory]});
  await second.say("A second session: look after the gauge.");
  await second.work("read_file", FILLER);
  await pages.say("Where were we?");
  await second.say("And now?");
}
