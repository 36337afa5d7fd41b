"use strict";

// The live page. Everything that came from a request is set as text, never as markup; the policy of the port forbids
// the other way. It asks the port that it came from, and nobody else.

const MOST_TURNS = 1000;
const MOST_LANES = 60;
const MOST_IN_STRIP = 60;
const ASK_MILLIS = 5000;
const STATUS_MILLIS = 10000;
const EVENTS_AGAIN_MILLIS = 30000;
const LEAST_SAVED = 64;
const LEAST_SHARE_SAVED = 0.02;
const UNNAMED_TEXT = "text that no rule names";
const LEAST_WAIT_MILLIS = 1000;
const LEAST_SHARE_WAITED = 0.2;
const QUIET_CAUSES = new Set(["first-sight", "new-session", "rebased"]);
// Of a turn, what the page shows in a place of its own; whatever else is told of it is listed as it comes.
const KNOWN_OF_TURN = new Set(["id", "timeMillis", "tenant", "agent", "dialect", "engine", "model", "lane", "sideRequest",
  "promptBytes", "promptTokens", "promptAsItCameTokens", "promptTokensReported", "cachedTokens", "predictedTokens", "predictedAsItCameTokens", "predictedIfRewrittenTokens",
  "firstTokenMillis", "edits", "sent", "came", "byEngine", "prefillMillis", "tokensPerSecond", "readAhead"]);
const READ_AHEAD = {
  "next-turn": "when the turn before had ended",
  "restart": "when the engine was back",
  "midnight": "after midnight",
  "rebase": "as one clean prompt, in idle time",
};
const KNOWN_OF_STATUS = new Set(["kvkeep", "engine", "ledger", "slots", "profiles", "learner", "learning"]);

const REASONS = {
  "move-section": "a volatile section left its place in the system text",
  "carry-note": "a note with what is new came into a message, or behind the stable system text",
  "declare-note": "the system text says what notes are",
  "replay-block": "a message goes out with a block that has gone from it since it was sent",
  "replay-note": "a message carries the note with which it was sent before",
  "restore-answer": "an answer went back as the model said it",
  "order-tools": "tools stand in the order in which they were first sent",
  "pin-system": "the stable system text stayed as first sent",
  "mark-lane": "a mark at the head of the system text keeps this lane apart from others",
  "pin-slot": "the engine was told in which slot the lane is",
  "keep-in-place": "a late system message speaks as the user, so that it stays where it is",
  "keep-reasoning": "the template is told to keep earlier reasoning",
  "drop-nonce": "a value without meaning was dropped",
  "leave-out-section": "a section was left out, as the configuration says",
  "ask-for-usage": "the engine was asked for the counts of a stream",
};

const CAUSES = {
  "first-sight": "first sight of this prompt",
  "new-session": "a new session",
  "section-changed": "a section of the system text changed",
  "tools-changed": "the tools changed",
  "tools-moved": "the template moves the tools at each turn",
  "history-rewritten": "earlier messages were rewritten",
  "answer-reserialised": "an answer came back in another spelling",
  "reasoning-stripped": "reasoning was stripped",
  "side-request": "a side request",
  "other-slot": "another conversation took the slot",
  "evicted": "the engine dropped what it held",
  "restarted": "the engine was restarted",
  "truncated": "the engine cut the prompt",
  "template-date": "the template prints the date",
  "rebased": "kvkeep started the lane afresh",
  "unknown": "unknown",
};

// ---- elements

/** Makes an element: attributes as they are, `on` as listeners, `size` as styles that follow from numbers. */
function h(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else if (name === "size") {
      for (const [property, length] of Object.entries(value)) made.style.setProperty(property, length);
    } else {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => child instanceof Node ? child : String(child)));
  return made;
}

function element(id) {
  return document.getElementById(id);
}

/** Replaces what stands in an element; the focus stays on what has the same key, and strips stay scrolled. */
function refill(target, children) {
  const focused = target.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const open = new Set([...target.querySelectorAll("details[open]")].map((details) => details.dataset.key));
  target.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  for (const details of target.querySelectorAll("details")) details.open = open.has(details.dataset.key);
  if (focused !== undefined) {
    for (const other of target.querySelectorAll("[data-key]")) {
      if (other.dataset.key === focused) other.focus({preventScroll: true});
    }
  }
}

/** A table that becomes a list of cards where there is no room; roles keep it a table for those who can't see it. */
function table(caption, columns, rows, note) {
  return h("table", {class: "cards", role: "table"},
    h("caption", {}, caption, note ? h("small", {}, note) : null),
    h("thead", {role: "rowgroup"}, h("tr", {role: "row"},
      columns.map((column) => h("th", {role: "columnheader", scope: "col", class: column.number ? "number" : null}, column.name)))),
    h("tbody", {role: "rowgroup"}, rows.map((row) => h("tr", {role: "row"},
      row.map((cell, i) => i === 0
        ? h("th", {role: "rowheader", scope: "row"}, cell)
        : h("td", {role: "cell", "data-label": columns[i].name, class: columns[i].number ? "number" : null}, cell))))));
}

function nothingYet(...paragraphs) {
  return h("div", {class: "empty"}, paragraphs.map((paragraph) => h("p", {}, paragraph)));
}

function chip(kind, text) {
  return h("span", {class: "chip " + kind}, text);
}

// ---- numbers

const WHOLE = new Intl.NumberFormat("en-US", {maximumFractionDigits: 0});
const SHORT = new Intl.NumberFormat("en-US", {notation: "compact", maximumSignificantDigits: 3});

function whole(number) {
  return WHOLE.format(number);
}

function short(number) {
  return Math.abs(number) < 10000 ? WHOLE.format(number) : SHORT.format(number).replace("K", "k");
}

function seconds(number) {
  if (number === undefined || number === null || Number.isNaN(number)) return "unknown";
  if (number < 0.095) return Math.round(number * 1000) + "\u00a0ms";
  if (number < 10) return number.toFixed(number < 1 ? 2 : 1) + "\u00a0s";
  if (number < 120) return Math.round(number) + "\u00a0s";
  return number < 7200 ? Math.round(number / 60) + "\u00a0min" : (number / 3600).toFixed(1) + "\u00a0h";
}

function percent(part, all) {
  return all > 0 ? Math.round(100 * part / all) + "\u00a0%" : "unknown";
}

function bytes(number) {
  return number < 10240 ? whole(number) + "\u00a0B" : whole(number / 1024) + "\u00a0KiB";
}

const CLOCK = new Intl.DateTimeFormat("en-GB", {timeStyle: "medium"});
const DAY = new Intl.DateTimeFormat("en-GB", {day: "numeric", month: "short"});

function time(millis) {
  const day = DAY.format(millis);
  return (day === DAY.format(Date.now()) ? "" : day + ", ") + CLOCK.format(millis);
}

function count(number, one, many) {
  return whole(number) + " " + (number === 1 ? one : many ?? one + "s");
}

function median(numbers) {
  if (numbers.length === 0) return undefined;
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}

// ---- what is known

const state = {
  run: "", last: 0, turns: [], byId: new Map(), fresh: new Set(), status: null, view: "lanes", opened: 0, opener: null, live: false, asking: 0,
};

function take(page) {
  if (page.run !== state.run) {
    Object.assign(state, {run: page.run, last: 0, turns: [], byId: new Map()});
    state.fresh.clear();
    lanesShown.clear();
    element("main").querySelector(".lanes")?.replaceChildren();
    later();
  }
  const first = state.last === 0;
  for (const turn of page.turns) {
    if (turn.id <= state.last) continue;
    const told = facts(turn);
    state.turns.push(told);
    state.byId.set(turn.id, told);
    state.last = turn.id;
    if (!first) state.fresh.add(turn.id);
  }
  while (state.turns.length > MOST_TURNS) state.byId.delete(state.turns.shift().id);
  if (page.turns.length > 0) later();
}

/**
 * Adds what follows from the facts of a turn. Saved compares how much had to be read by two predictions, so that the
 * engine's own doings cancel out, and a note that comes back from the cache is no gain; what is less than their error is nothing.
 */
function facts(turn) {
  const told = turn.cachedTokens !== undefined;
  const reused = Math.min(turn.promptTokens, told ? turn.cachedTokens : turn.predictedTokens);
  const more = (turn.promptAsItCameTokens - turn.predictedAsItCameTokens) - (turn.promptTokens - turn.predictedTokens);
  const saved = Math.abs(more) <= Math.max(LEAST_SAVED, LEAST_SHARE_SAVED * turn.promptTokens) ? 0 : more;
  return {
    ...turn,
    reusedTold: told,
    reused,
    read: turn.promptTokens - reused,
    saved,
    savedSeconds: turn.tokensPerSecond ? saved / turn.tokensPerSecond : undefined,
    breaks: ["sent", "byEngine"].map((side) => turn[side]).filter((place) => place),
  };
}

function laneKey(turn) {
  return turn.tenant + "/" + turn.engine + "/" + turn.model + "/" + turn.agent + "/" + (turn.lane || turn.sideRequest || "alone");
}

function lanes() {
  const found = new Map();
  for (const turn of state.turns) {
    const key = laneKey(turn);
    if (!found.has(key)) found.set(key, {key, turns: []});
    found.get(key).turns.push(turn);
  }
  return [...found.values()].sort((a, b) => b.turns[b.turns.length - 1].id - a.turns[a.turns.length - 1].id);
}

// ---- views

const VIEWS = [
  {id: "lanes", name: "Lanes", draw: drawLanes},
  {id: "breaks", name: "Breaks", draw: drawBreaks},
  {id: "engine", name: "Engine", draw: drawEngine},
  {id: "profiles", name: "Profiles", draw: drawProfiles},
  {id: "learner", name: "Learner", draw: drawLearner},
  {id: "more", name: "More", draw: drawMore},
];

function drawTiles(turns) {
  const told = turns.filter((turn) => turn.reusedTold);
  const counted = told.length > 0 ? told : turns;
  const tokens = sum(counted.map((turn) => turn.promptTokens));
  const reused = sum(counted.map((turn) => turn.reused));
  const saved = sum(turns.map((turn) => turn.saved));
  const timed = turns.filter((turn) => turn.savedSeconds !== undefined);
  const costly = turns.filter((turn) => turn.breaks.some(isCostly));
  const slowest = turns.reduce((one, other) => other.firstTokenMillis > one.firstTokenMillis ? other : one);
  const tile = (name, figure, more) => h("div", {}, h("dt", {}, name), h("dd", {class: "big"}, figure), h("dd", {class: "more"}, more));
  return h("dl", {class: "tiles"},
    tile("From the engine's cache", percent(reused, tokens),
      (told.length > 0 ? "by the engine's report, " : "estimated, ") + short(reused) + " of " + short(tokens) + " tokens"),
    tile("Saved by kvkeep", short(saved) + (Math.abs(saved) === 1 ? " token" : " tokens"),
      saved <= 0 ? "not in the last " + count(turns.length, "turn") : timed.length > 0
        ? "about " + seconds(Math.max(0, sum(timed.map((turn) => turn.savedSeconds)))) + " of reading, last " + count(turns.length, "turn")
        : "in seconds: unknown, the engine tells no times"),
    tile("Time to first token", seconds(median(turns.map((turn) => turn.firstTokenMillis)) / 1000),
      ["median; the longest: ", h("button", {type: "button", class: "link", "data-key": "longest", on: {click: () => openTurn(slowest.id)}},
        seconds(slowest.firstTokenMillis / 1000) + ", turn " + slowest.id)]),
    tile("Turns with a break", whole(costly.length), ["of the last " + count(turns.length, "turn") + (costly.length > 0 ? "; " : ""),
      costly.length > 0 ? h("a", {href: "#/breaks", "data-key": "to-breaks"}, "their causes") : null]));
}

function drawLegend() {
  const item = (kind, text) => h("li", {}, h("span", {class: kind, "aria-hidden": "true"}), text);
  return h("ul", {class: "legend", "aria-label": "Legend"},
    item("key reused", "reused"),
    item("key saved", "reused only thanks to kvkeep"),
    item("key read", "read"),
    item("key waited", "time to first token"),
    item("diamond", "break"),
    item("diamond start", "first sight or new session"));
}

function turnWords(turn) {
  const words = ["Turn " + turn.id + ", " + time(turn.timeMillis),
    whole(turn.promptTokens) + " tokens", whole(turn.reused) + " reused" + (turn.reusedTold ? "" : " by estimate"),
    whole(turn.read) + " read"];
  if (turn.saved > 0) words.push(whole(turn.saved) + " saved");
  words.push("first token after " + seconds(turn.firstTokenMillis / 1000));
  for (const place of turn.breaks) words.push("break: " + causeWords(place));
  return words.join(", ");
}

/** A mark keeps a lane apart from others of its agent, and costs one reading. */
function isMark(place) {
  return place.cause === "new-session" && place.subject === "lane mark";
}

function isCostly(place) {
  return !QUIET_CAUSES.has(place.cause) || isMark(place);
}

function causeWords(place) {
  if (isMark(place)) return "a mark for the lane, since lanes took each other's slot";
  if (place.cause === "section-changed" && place.subject === UNNAMED_TEXT) return "the system text changed, where no rule names it";
  return (CAUSES[place.cause] ?? place.cause) + (place.subject ? ": " + place.subject : "");
}

function drawTurn(turn, most, longest, reachable) {
  const part = (kind, tokens) => tokens > 0 ? h("i", {class: kind, size: {height: Math.max(1, 64 * tokens / most) + "px"}}) : null;
  const saved = Math.max(0, Math.min(turn.saved, turn.reused));
  const costly = turn.breaks.some(isCostly);
  const fresh = state.fresh.delete(turn.id);
  turn.words ??= turnWords(turn);
  return h("button", {
    type: "button", class: "turn" + (turn.reusedTold ? "" : " estimated") + (fresh ? " fresh" : ""), "data-key": "turn-" + turn.id,
    "data-turn": turn.id, tabindex: reachable ? "0" : "-1", "aria-label": turn.words, title: turn.words,
    on: {click: () => openTurn(turn.id)},
  },
  h("span", {class: "mark"}, turn.breaks.length > 0 ? h("span", {class: "diamond" + (costly ? "" : " start")}) : null),
  h("span", {class: "column"}, part("read", turn.read), part("saved", saved), part("reused", turn.reused - saved)),
  h("span", {class: "floor"}),
  h("span", {class: "wait"}, h("i", {class: "waited", size: {height: Math.max(1, 18 * turn.firstTokenMillis / Math.max(1, longest)) + "px"}})),
  h("span", {class: turn.id < 1000 ? "no" : "no long"}, turn.id < 10000 ? turn.id : "·" + String(turn.id).slice(-3)));
}

const lanesShown = new Map();

function moveInStrip(event) {
  const turns = [...event.currentTarget.querySelectorAll(".turn")];
  const at = turns.indexOf(document.activeElement);
  const to = {ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: turns.length - 1}[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = turns[Math.max(0, Math.min(turns.length - 1, to))];
  turns[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function laneTitle(lane) {
  const turn = lane.turns[lane.turns.length - 1];
  const what = turn.sideRequest ? "side request: " + turn.sideRequest : turn.lane ? "lane " + turn.lane : "without a lane";
  return {turn, what, name: turn.agent === "unknown" ? "unknown agent" : turn.agent};
}

function drawLane(lane, longest) {
  const {turn, what, name} = laneTitle(lane);
  const shown = lane.turns.slice(-MOST_IN_STRIP);
  const most = Math.max(1, ...shown.map((one) => one.promptTokens));
  const older = lane.turns.length - shown.length;
  const told = lane.turns.filter((one) => one.reusedTold);
  const counted = told.length > 0 ? told : lane.turns;
  const head = h("div", {class: "lane-head"},
    h("h3", {}, name),
    h("p", {class: "model"}, turn.model),
    h("p", {}, what + ", key " + turn.tenant),
    h("p", {}, count(lane.turns.length, "turn") + ", " + percent(sum(counted.map((one) => one.reused)), sum(counted.map((one) => one.promptTokens)))
      + " reused"),
    h("p", {}, "prompts up to " + short(most) + " tokens"),
    h("p", {}, "waits up to " + seconds(Math.max(...shown.map((one) => one.firstTokenMillis)) / 1000) + "; last at " + time(turn.timeMillis)));
  const strip = h("div", {class: "strip", role: "toolbar", "aria-label": "Turns of " + name + ", " + what + "; arrow keys move", on: {keydown: moveInStrip}},
    older > 0 ? h("span", {class: "older"}, count(older, "older turn")) : null,
    shown.map((one, i) => drawTurn(one, most, longest, i === shown.length - 1)));
  return [head, strip];
}

/**
 * The lane that was used last stands first when the view is entered. From then on rows keep their place and are drawn anew
 * only when they have a new turn: nothing moves away under a finger. New lanes come on top.
 */
function drawLanes(view) {
  if (state.turns.length === 0) {
    lanesShown.clear();
    const why = state.run === "" ? ["Asking kvkeep for its last turns."] : ["No prompt has been answered since kvkeep started.",
      "Point an agent at kvkeep; each of its requests appears here as soon as its answer is complete."];
    refill(view, [h("h2", {}, "Lanes"), nothingYet(...why)]);
    return;
  }
  if (!view.querySelector(".lanes")) {
    lanesShown.clear();
    view.replaceChildren(h("h2", {}, "Lanes"),
      h("p", {class: "intro"}, "A lane is one thread of conversation. Each column is one turn, as tall as its prompt; the bar below it is the time to the first token, on one scale for all lanes. Open a turn to see why it took so long and what kvkeep changed."),
      h("div", {class: "totals"}), drawLegend(), h("ul", {class: "lanes"}), h("p", {class: "sub left-out"}));
  }
  refill(view.querySelector(".totals"), [drawTiles(state.turns)]);
  const all = lanes();
  const longest = Math.max(1, ...state.turns.map((turn) => turn.firstTokenMillis));
  const list = view.querySelector(".lanes");
  const wanted = all.slice(0, MOST_LANES);
  const keys = new Set(wanted.map((lane) => lane.key));
  for (const [key, row] of lanesShown) {
    if (!keys.has(key)) {
      row.remove();
      lanesShown.delete(key);
    }
  }
  const entered = lanesShown.size === 0;
  const scrolled = []; // all at once and last: each asks the browser for a layout
  (entered ? wanted : wanted.reverse()).forEach((lane) => {
    let row = lanesShown.get(lane.key);
    if (!row) {
      row = h("li", {});
      lanesShown.set(lane.key, row);
      list.insertBefore(row, entered ? null : list.firstChild);
    }
    const sign = lane.turns[0].id + "-" + lane.turns[lane.turns.length - 1].id + "-" + longest;
    if (row.dataset.sign !== sign) {
      const before = row.querySelector(".strip");
      const atEnd = !before || before.scrollLeft + before.clientWidth >= before.scrollWidth - 30;
      const left = before ? before.scrollLeft : 0;
      refill(row, drawLane(lane, longest));
      row.dataset.sign = sign;
      const strip = row.querySelector(".strip");
      scrolled.push([strip, atEnd ? Number.MAX_SAFE_INTEGER : left]);
      const focused = strip.querySelector(".turn:focus");
      if (focused) {
        strip.querySelectorAll('.turn[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
        focused.tabIndex = 0;
      }
    }
  });
  for (const [strip, left] of scrolled) strip.scrollLeft = left;
  view.querySelector(".left-out").textContent = all.length > MOST_LANES ? count(all.length - MOST_LANES, "older lane") + " not shown." : "";
}

function openButton(turn) {
  return h("button", {type: "button", class: "link", "data-key": "open-" + turn.id, "data-turn": turn.id, on: {click: () => openTurn(turn.id)}}, "Turn " + turn.id);
}

function breakTable(caption, note, places, helps) {
  const groups = new Map();
  for (const {turn, place} of places) {
    const key = turn.agent + " " + place.cause;
    if (!groups.has(key)) groups.set(key, {agent: turn.agent, cause: place.cause, remedy: place.remedy, count: 0, tokens: 0, seconds: 0, timed: 0});
    const group = groups.get(key);
    group.count++;
    group.tokens += place.behindTokens;
    if (place.seconds !== undefined) {
      group.seconds += place.seconds;
      group.timed++;
    }
  }
  const rows = [...groups.values()].sort((a, b) => b.tokens - a.tokens).map((group) => [
    h("span", {}, CAUSES[group.cause] ?? group.cause, h("span", {class: "sub"}, " (" + group.cause + ")")),
    group.agent, whole(group.count), whole(group.tokens), group.timed > 0 ? seconds(group.seconds) : "unknown", helps ? group.remedy : null]
    .filter((cell) => cell !== null));
  return table(caption, [{name: "Cause"}, {name: "Agent"}, {name: "Times", number: true}, {name: "Tokens behind", number: true},
    {name: "Reading them", number: true}, helps ? {name: "What helps"} : null].filter(Boolean), rows, note);
}

function drawBreaks(view) {
  const heading = [h("h2", {}, "Breaks"), h("p", {class: "intro"},
    "A break is the first place where a prompt leaves what the engine holds. All that stands behind it is read, however much of it was read before.")];
  const places = (side) => state.turns.filter((turn) => turn[side]).map((turn) => ({turn, place: turn[side]}));
  const left = [...places("sent"), ...places("byEngine")].sort((a, b) => b.turn.id - a.turn.id);
  const averted = places("came").filter(({turn}) => !turn.sent);
  if (left.length + averted.length === 0) {
    refill(view, [...heading, nothingYet("There was no break in the turns that are kept.")]);
    return;
  }
  const tables = [];
  if (left.length > 0) {
    tables.push(breakTable("What still costs", "as sent, and by the engine's own report", left, true));
    tables.push(table("The last ones", [{name: "Turn"}, {name: "When"}, {name: "Agent"}, {name: "Cause"}, {name: "Tokens behind", number: true}, {name: "Reading them", number: true}],
      left.slice(0, 30).map(({turn, place}) => [openButton(turn), time(turn.timeMillis), turn.agent, causeWords(place),
        whole(place.behindTokens), seconds(place.seconds)])));
  }
  if (averted.length > 0) {
    tables.push(breakTable("What kvkeep kept away", "places where prompts as they came left what the engine holds, and prompts as sent did not", averted, false));
  }
  refill(view, [...heading, h("div", {class: "tables"}, tables)]);
}

/** What to change, from what the probe found and what the turns show. */
function advice(engine, turns) {
  const list = [];
  const of = (name, model) => engine.facts.find((fact) => fact.fact === name && fact.model === (model ?? ""));
  if (!engine.up) {
    list.push(["It does not answer. Is it running at " + engine.url + "?"]);
  }
  if (engine.missingFlag) {
    list.push(["Add ", h("code", {}, engine.missingFlag), " to its start line: without it, it does not tell what it reused."]);
  }
  for (const fact of engine.facts.filter((one) => one.model !== "")) {
    const model = h("strong", {}, fact.model);
    if (fact.fact === "tools-place" && fact.value === "before-last-user") {
      list.push(["Give ", model, " another chat template: its own prints the tools before the newest user message, so the history is read again at each user turn."]);
    } else if (fact.fact === "prints-date" && fact.value === "yes") {
      list.push(["Give ", model, " a chat template that prints no date: with its own, everything is read again after midnight."]);
    } else if (fact.fact === "context-tokens" && fact.value !== "unknown") {
      const longest = Math.max(0, ...turns.filter((turn) => turn.promptTokensReported).map((turn) => turn.promptTokens));
      if (engine.facts.filter((one) => one.fact === "context-tokens").length === 1 && longest > 0.9 * Number(fact.value)) {
        list.push(["Give ", model, " a larger context: the longest prompt had " + whole(longest) + " of " + whole(Number(fact.value)) + " tokens."]);
      }
    }
  }
  const found = new Map();
  for (const turn of turns) {
    if (turn.byEngine && turn.byEngine.cause !== "restarted") {
      const group = found.get(turn.byEngine.cause) ?? {count: 0, tokens: 0, remedy: turn.byEngine.remedy};
      group.count++;
      group.tokens += turn.byEngine.behindTokens;
      found.set(turn.byEngine.cause, group);
    }
  }
  for (const [cause, group] of found) {
    const what = CAUSES[cause] ?? cause;
    list.push([what[0].toUpperCase() + what.slice(1) + ": " + count(group.count, "turn") + ", " + whole(group.tokens) + " tokens. What helps: " + group.remedy + "."]);
  }
  const reports = of("reports-reuse");
  if (reports && reports.value !== "yes" && !engine.missingFlag) {
    list.push(["It does not tell what it reused, so reuse is estimated here. " + reports.evidence + "."]);
  }
  return list;
}

function drawEngine(view) {
  const engine = state.status?.engine;
  if (!engine) {
    refill(view, [h("h2", {}, "Engine"), nothingYet("Nothing is known of it yet.")]);
    return;
  }
  const list = advice(engine, state.turns.filter((turn) => turn.engine === engine.name));
  const models = [...new Set(engine.facts.map((fact) => fact.model))];
  refill(view, [
    h("h2", {}, engine.kind + " at " + engine.url, " ", chip(engine.up ? "good" : "bad", engine.up ? "answers" : "does not answer")),
    h("p", {class: "intro"}, engine.models.length > 0 ? "Models: " + engine.models.join(", ") : "It names no models."),
    h("section", {"aria-labelledby": "change"}, h("h3", {id: "change"}, "What to change"),
      h("ul", {class: "advice"}, list.length > 0
        ? list.map((item) => h("li", {}, item))
        : h("li", {class: "fine"}, "Nothing that kvkeep knows of."))),
    h("div", {class: "tables"}, models.map((model) => table(model === "" ? "The engine" : model,
      [{name: "Fact"}, {name: "Found"}, {name: "By what"}],
      engine.facts.filter((fact) => fact.model === model).map((fact) => [fact.fact, fact.value, fact.evidence]))),
    state.status.slots ? table("Lanes of one agent in its cache", [{name: "Kept apart by"}, {name: "Why"}], [[state.status.slots.how, state.status.slots.why]]) : null),
  ]);
}

function drawProfiles(view) {
  const agents = Object.entries(state.status?.profiles ?? {});
  refill(view, [h("h2", {}, "Profiles"), h("p", {class: "intro"},
    "How often each rule of an agent's profile found something. A rule that never matches, or no more, may be for another version of the agent."),
  agents.length === 0
    ? nothingYet("No agent has been seen since kvkeep started.")
    : h("div", {class: "tables"}, agents.map(([agent, seen]) => table(agent + ": " + count(seen.requests, "request"),
      [{name: "Rule"}, {name: "Part"}, {name: "Matches", number: true}, {name: "Last match"}, {name: "Seen in"}],
      seen.rules.map((rule) => [rule.rule, rule.part, whole(rule.matches),
        rule.matches === 0 ? chip("warn", "never") : rule.requestsSince === 0 ? "with the last request" : count(rule.requestsSince, "request") + " ago",
        (rule.seen ?? []).join("; ")]))))]);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select and copy it by hand";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 3000);
}

function drawFinding(agent, finding) {
  const rule = finding.rule ? h("details", {"data-key": "rule-" + agent + finding.name}, h("summary", {"data-key": "rule-of-" + agent + finding.name}, "Rule"),
    h("pre", {tabindex: "0"}, finding.rule),
    h("button", {type: "button", class: "box", "data-key": "copy-" + agent + finding.name, on: {click: (event) => copy(finding.rule, event.currentTarget)}}, "Copy")) : null;
  return [h("span", {}, finding.name, finding.heading ? h("span", {class: "sub"}, " below “" + finding.heading + "”") : null),
    finding.varies, whole(finding.changed) + " of " + count(finding.inTexts, "text"), bytes(finding.bytesReadAgain),
    chip(finding.state === "applied" ? "good" : "plain", finding.state), rule ?? ""];
}

function drawLearner(view) {
  const learning = state.status?.learning ?? {agents: {}};
  const findings = state.status?.learner ?? {};
  const agents = Object.entries(findings).filter(([, rows]) => rows.length > 0);
  const showsText = Boolean(learning.showText);
  refill(view, [h("h2", {}, "Learner"), h("p", {class: "intro"},
    "Places of system texts that change from one request to the next. Clocks and counters travel in notes at once (applied); everything else is offered as a rule for a profile."),
  learning.learn === "off" ? h("p", {class: "intro"}, "Learning is off in the configuration.") : null,
  showsText || agents.length === 0 ? null
    : h("p", {class: "intro"}, "The rules themselves hold labels of lines from system prompts. To see and copy them, set ", h("code", {}, "show-text: true"), "."),
  agents.length === 0
    ? nothingYet(Object.keys(learning.agents).length > 0 ? "Nothing that changes was found so far." : "No system text has been seen since kvkeep started.")
    : h("div", {class: "tables"}, agents.map(([agent, rows]) => table(agent,
      [{name: "Place"}, {name: "What changes"}, {name: "Changed", number: true}, {name: "Read again for it", number: true}, {name: "State"}, {name: "Rule"}],
      rows.map((finding) => drawFinding(agent, finding)),
      "from " + count(learning.agents[agent]?.systemTexts ?? 0, "system text"))))]);
}

/** Draws what the page knows nothing of: names and values, lists of objects as tables. */
function drawAny(name, value) {
  const isObject = (one) => one !== null && typeof one === "object" && !Array.isArray(one);
  const plain = (one) => typeof one === "number" ? WHOLE.format(one) === String(one) ? String(one) : one.toLocaleString("en-US")
    : typeof one === "boolean" ? (one ? "yes" : "no") : one === null ? "none" : String(one);
  const words = (key) => key.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[-_]/g, " ").toLowerCase();
  const cell = (one) => Array.isArray(one) && one.length === 0 ? "none"
    : one !== null && typeof one === "object" ? JSON.stringify(one) : one === undefined ? "" : plain(one);
  // A moment is told in milliseconds since 1970; how long something takes is never that many.
  const pair = ([key, one]) => /Millis$/.test(key) && one > 1e12
    ? [words(key.replace(/Millis$/, "")), new Date(one).toLocaleString("sv-SE")] : [words(key), cell(one)];
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
    return table(words(name), columns.map((column) => ({name: words(column)})), value.map((row) => columns.map((column) => cell(row[column]))));
  }
  const flat = (row, before = "") => Object.entries(row).flatMap(([key, one]) =>
    isObject(one) ? flat(one, before + key + " ") : [[before + key, one]]);
  if (isObject(value)) {
    const entries = Object.entries(value);
    if (entries.length > 1 && entries.every(([, one]) => isObject(one))) {
      // What is compared stands side by side.
      const sides = entries.map(([key, one]) => [key, new Map(flat(one))]);
      const names = [...new Set(sides.flatMap(([, one]) => [...one.keys()]))];
      return table(words(name), [{name: "What"}, ...sides.map(([key]) => ({name: words(key)}))],
        names.map((what) => [words(what), ...sides.map(([, one]) => cell(one.get(what)))]));
    }
    const nested = entries.filter(([, one]) => one !== null && typeof one === "object" && (isObject(one) || one.length > 0));
    const single = entries.filter((entry) => !nested.includes(entry));
    return h("div", {class: "tables pairs"},
      single.length > 0 ? table(words(name), [{name: "What"}, {name: "Value"}], single.map(pair)) : null,
      nested.map(([key, one]) => drawAny(name + " " + key, one)));
  }
  return table(words(name), [{name: "What"}, {name: "Value"}], [[words(name), Array.isArray(value) ? value.map(cell).join(", ") : cell(value)]]);
}

function drawMore(view) {
  const status = state.status;
  const parts = status ? Object.entries(status).filter(([name]) => !KNOWN_OF_STATUS.has(name)) : [];
  refill(view, [h("h2", {}, "More"), h("p", {class: "intro"}, "What else kvkeep tells of itself. The same is at ",
    h("a", {href: "/status"}, "/status"), ", counts over time at ", h("a", {href: "/metrics"}, "/metrics"), "."),
  h("div", {class: "tables"}, parts.map(([name, value]) => drawAny(name, value)),
    status?.ledger ? drawAny("ledger", status.ledger) : null, status?.kvkeep ? drawAny("kvkeep", status.kvkeep) : null),
  status?.proof?.gained ? h("p", {class: "intro after"}, "In proof, gained is the sum of every difference since mode or holdout last changed, as the metrics have it. "
    + "“Saved by kvkeep” under Lanes adds up the last turns that the page has, and counts no difference below 2 % of a prompt, so both are near each other and not the same.") : null]);
}

// ---- a turn, opened

function meter(name, figures, most, kinds) {
  return h("div", {},
    h("p", {class: "name"}, h("span", {}, name), h("span", {}, figures)),
    h("div", {class: "meter", "aria-hidden": "true"},
      kinds.map(([kind, tokens]) => tokens > 0 ? h("i", {class: kind, size: {width: 100 * tokens / most + "%"}}) : null)));
}

function drawCompare(turn) {
  const all = Math.max(1, turn.promptTokens, turn.promptAsItCameTokens);
  const figures = (reused, prompt = turn.promptTokens) => whole(reused) + " reused, " + whole(prompt - reused) + " read"
    + (turn.tokensPerSecond ? " (" + seconds((prompt - reused) / turn.tokensPerSecond) + ")" : "");
  const rows = [];
  if (turn.reusedTold) {
    const saved = Math.max(0, Math.min(turn.saved, turn.reused));
    rows.push(meter("By the engine's report", figures(turn.reused), all, [["reused", turn.reused - saved], ["saved", saved], ["read", turn.read]]));
  } else {
    rows.push(meter("By the engine's report", "unknown, it does not tell", all, []));
  }
  rows.push(meter("Predicted, as sent", figures(turn.predictedTokens), all, [["reused", turn.predictedTokens], ["read", turn.promptTokens - turn.predictedTokens]]));
  rows.push(meter("Predicted, as it came", figures(turn.predictedAsItCameTokens, turn.promptAsItCameTokens), all,
    [["reused", turn.predictedAsItCameTokens], ["read", turn.promptAsItCameTokens - turn.predictedAsItCameTokens]]));
  if (turn.predictedIfRewrittenTokens !== undefined) {
    rows.push(meter("Predicted, had it been rewritten", figures(turn.predictedIfRewrittenTokens), all,
      [["reused", turn.predictedIfRewrittenTokens], ["read", turn.promptTokens - turn.predictedIfRewrittenTokens]]));
  }
  const finding = turn.byEngine
    ? "The engine reused " + whole(turn.byEngine.behindTokens) + " tokens fewer than it should: " + causeWords(turn.byEngine) + "."
    : turn.reusedTold ? "The engine's report is what was to be expected." : "";
  const saved = turn.saved > 0 ? "kvkeep saved " + whole(turn.saved) + " tokens"
    + (turn.savedSeconds !== undefined ? ", about " + seconds(turn.savedSeconds) : "") + ". "
    : turn.saved < 0 ? "As it came, " + whole(-turn.saved) + " tokens fewer would have been read. " : "";
  return [h("div", {class: "compare"}, rows), h("p", {class: "sub"}, saved + finding)];
}

function pieceWords(piece) {
  return piece ? [bytes(piece.bytes), " ", h("code", {}, piece.digest)] : h("span", {class: "sub"}, "not there");
}

function drawSides(sides, averted) {
  const name = (row) => row.held && row.now && row.held.name !== row.now.name
    ? row.held.name + " → " + row.now.name : (row.now ?? row.held).name;
  const rows = sides.rows.map((row) => [h("span", {}, name(row), h("span", {class: "sub"}, " " + (row.now ?? row.held).kind)),
    pieceWords(row.held), pieceWords(row.now), !row.held ? "new" : !row.now ? "gone" : "changed"]);
  const before = count(sides.same, "part") + " before the break " + (sides.same === 1 ? "is" : "are") + " the same";
  const behind = sides.sameBehind > 0
    ? count(sides.sameBehind, "part") + " behind it too, " + bytes(sides.sameBehindBytes) + (averted ? " that would have been read again" : " that had to be read again") : "";
  return [table("Both sides", [{name: "Part"}, {name: "The engine held"}, {name: "This prompt has"}, {name: "State"}], rows,
    (sides.earlier > 0 ? "beside turn " + sides.earlier + "; " : "") + before + (behind ? "; " + behind : "")),
  sides.more > 0 ? h("p", {class: "sub"}, count(sides.more, "more part") + " not shown") : null,
  sides.rows.filter((row) => row.lines).map((row) => [h("p", {class: "sub of"}, name(row) + ", line by line"), drawDiff(name(row), row.lines)])];
}

function drawDiff(name, lines) {
  const signs = {gone: "− ", new: "+ ", same: "  ", skipped: "… "};
  const spoken = {gone: "gone: ", new: "new: "};
  return h("ol", {class: "diff", "aria-label": "Lines of " + name}, lines.map((line) => h("li", {class: line.mark},
    h("span", {"aria-hidden": "true"}, signs[line.mark] ?? ""), spoken[line.mark] ? h("span", {class: "vh"}, spoken[line.mark]) : null,
    line.mark === "skipped" ? count(Number(line.text), "line") + " not shown" : line.text)));
}

function drawBreak(side, place, sides, hint, averted) {
  return h("article", {class: "break"},
    h("p", {class: "kind"}, side),
    h("h4", {}, causeWords(place)),
    h("p", {}, whole(place.behindTokens) + " tokens behind it, ", place.seconds !== undefined ? "about " + seconds(place.seconds) + " of reading" : "in seconds unknown"),
    averted ? h("p", {}, h("strong", {}, "Kept away: "), "as sent, the prompt goes on from the earlier one; what kvkeep changed stands below.")
      : h("p", {}, h("strong", {}, "What helps: "), place.remedy, "."),
    sides ? drawSides(sides, averted) : null,
    hint ? h("p", {class: "sub"}, hint) : null);
}

function drawEdits(page) {
  if (page.edits.length === 0) return h("p", {}, "None: the prompt went out as it came.");
  return h("div", {}, table("Edits", [{name: "Why"}, {name: "What"}, {name: "Edits", number: true}, {name: "Bytes out", number: true}, {name: "Bytes in", number: true}],
    page.edits.map((edit) => [h("span", {}, REASONS[edit.reason] ?? edit.reason, h("span", {class: "sub"}, " (" + edit.reason + ")")),
      h("span", {}, edit.subject, drawEditTexts(edit)), whole(edit.edits), whole(edit.removedBytes), whole(edit.addedBytes)])),
  page.moreEdits > 0 ? h("p", {class: "sub"}, count(page.moreEdits, "more edit")) : null);
}

function drawEditTexts(edit) {
  if (!edit.texts) return null;
  return h("details", {"data-key": "texts-" + edit.reason + edit.subject}, h("summary", {}, "Text"), edit.texts.map((text) => h("ol", {class: "diff"},
    text.removed ? h("li", {class: "gone"}, h("span", {"aria-hidden": "true"}, "− "), h("span", {class: "vh"}, "gone: "), text.removed) : null,
    text.added ? h("li", {class: "new"}, h("span", {"aria-hidden": "true"}, "+ "), h("span", {class: "vh"}, "new: "), text.added) : null)));
}

function drawReadAhead(read) {
  if (!read) return null;
  const used = read.usedTokens === undefined ? "whether they were used is unknown, the engine does not tell"
    : whole(read.usedTokens) + " of them were used" + (read.savedMillis !== undefined ? ", which saved about " + seconds(read.savedMillis / 1000) : "");
  return h("p", {}, "Read ahead " + (READ_AHEAD[read.reason] ?? read.reason ?? "") + ": " + whole(read.tokens) + " tokens in "
    + seconds(read.millis / 1000) + "; " + used + ".");
}

/** The answer to why it took so long, before all figures. */
function drawVerdict(turn) {
  const wait = turn.firstTokenMillis;
  const clock = turn.prefillMillis !== undefined ? seconds(turn.prefillMillis / 1000) + " by the engine's clock"
    : turn.tokensPerSecond ? "about " + seconds(turn.read / turn.tokensPerSecond) + " at its speed" : "how long that took, the engine does not tell";
  const worst = turn.breaks.reduce((one, other) => !one || other.behindTokens > one.behindTokens ? other : one, undefined);
  const rest = wait - (turn.prefillMillis ?? wait);
  return [
    h("p", {class: "verdict"}, "First token after " + seconds(wait / 1000) + ": " + whole(turn.read) + " of " + whole(turn.promptTokens)
      + " tokens had to be read" + (turn.reusedTold ? "" : ", by estimate") + " (" + clock + ")."),
    h("p", {}, worst ? h("span", {}, h("strong", {}, isCostly(worst) ? "Why: " : "New: "), causeWords(worst) + ".") : "They are what is new in the prompt."),
    rest > Math.max(LEAST_WAIT_MILLIS, LEAST_SHARE_WAITED * wait)
      ? h("p", {}, h("strong", {}, "The other " + seconds(rest / 1000) + ": "), "not reading. The engine was busy or loaded the model; or the answer was not streamed, and was made in that time.") : null,
  ];
}

function drawOpened(page) {
  const turn = facts(page.turn);
  const fact = (name, value) => value === undefined || value === null || value === "" ? null : h("div", {}, h("dt", {}, name), h("dd", {}, value));
  const hint = page.showText && !page.textKept ? "Its text is not kept any more." : "";
  const breaks = [
    turn.sent ? drawBreak("As sent", turn.sent, page.sent, hint) : null,
    turn.byEngine ? drawBreak("By the engine's report", turn.byEngine) : null,
    turn.came ? drawBreak("As it came", turn.came, page.came, hint, !turn.sent) : null,
  ].filter(Boolean);
  const others = Object.entries(page.turn).filter(([name]) => !KNOWN_OF_TURN.has(name));
  return [
    h("p", {class: "sub"}, time(turn.timeMillis) + ", " + turn.agent + (turn.sideRequest ? " (" + turn.sideRequest + ")" : "") + ", " + turn.model
      + (turn.promptTokensReported ? "" : "; its size is estimated")),
    drawVerdict(turn),
    h("h3", {class: "part"}, "What was reused"),
    drawCompare(turn),
    drawReadAhead(turn.readAhead),
    h("h3", {class: "part"}, turn.breaks.length === 0 && turn.came ? "Why it would have been read again" : "Why it was read again"),
    breaks.length > 0 ? breaks : h("p", {}, "No break: the prompt goes on from the earlier one, as sent and as it came."),
    !page.showText && breaks.length > 0 ? h("p", {class: "sub"}, "Text of prompts is not kept. With ", h("code", {}, "show-text: true"), " both sides are shown line by line.") : null,
    h("h3", {class: "part"}, "What kvkeep changed"),
    drawEdits(page),
    others.length > 0 ? h("h3", {class: "part"}, "What else is told of it") : null,
    others.map(([name, value]) => drawAny(name, value)),
    h("h3", {class: "part"}, "The request"),
    h("dl", {class: "facts"},
      fact("Engine", turn.engine), fact("Protocol", turn.dialect), fact("Lane", turn.lane || "none"), fact("Key", turn.tenant),
      fact("Sent", bytes(turn.promptBytes)), fact("Side request", turn.sideRequest),
      fact("Reading, by the engine's clock", turn.prefillMillis !== undefined ? seconds(turn.prefillMillis / 1000) : "unknown"),
      fact("Its speed", turn.tokensPerSecond ? whole(turn.tokensPerSecond) + " tokens/s" : "unknown")),
  ].flat();
}

/** Another turn of the same lane, before or behind. */
function neighbour(id, step) {
  const turn = state.byId.get(id);
  if (!turn) return undefined;
  const same = state.turns.filter((other) => laneKey(other) === laneKey(turn));
  return same[same.indexOf(turn) + step];
}

function drawTurnBar(id) {
  const go = (name, step) => {
    const to = neighbour(id, step);
    return h("button", {type: "button", class: "box", "data-key": name, disabled: !to, on: {click: () => openTurn(to.id)}}, name);
  };
  return h("div", {class: "turn-bar"}, h("h2", {id: "turn-title", tabindex: "-1"}, "Turn " + id), go("Earlier", -1), go("Later", 1),
    h("button", {type: "button", class: "box", "data-key": "Close", on: {click: () => element("turn").close()}}, "Close"));
}

async function openTurn(id) {
  const dialog = element("turn");
  state.opened = id;
  const body = h("div", {class: "turn-body", "aria-busy": "true"}, h("p", {class: "sub"}, "Asking kvkeep for it."));
  refill(dialog, [drawTurnBar(id), body]);
  if (!dialog.open) {
    state.opener = document.activeElement;
    dialog.showModal();
    element("turn-title").focus();
  }
  dialog.scrollTop = 0;
  try {
    const answer = await fetch("/api/turns/" + id);
    if (state.opened !== id) return;
    if (answer.ok) {
      refill(body, drawOpened(await answer.json()));
    } else {
      refill(body, [h("p", {}, answer.status === 404 ? "This turn is not kept any more." : "kvkeep answers " + answer.status + ".")]);
    }
  } catch {
    refill(body, [h("p", {}, "kvkeep does not answer. Close this, and open it again when it does.")]);
  }
  body.removeAttribute("aria-busy");
}

function turnClosed() {
  if (element("turn").open) return; // another turn was opened before the browser told of the close
  const id = state.opened;
  state.opened = 0;
  // The browser has given the focus back before it tells of the close; who has moved on since then keeps it.
  if (![document.body, state.opener].includes(document.activeElement)) return;
  const back = element("main").querySelector('[data-turn="' + Number(id) + '"]');
  if (back) back.focus();
}

// ---- drawing

let drawing = 0;

/** Draws soon: several things that change at once are drawn once. */
function later() {
  if (drawing === 0) drawing = setTimeout(draw, 60);
}

function draw() {
  drawing = 0;
  const view = element("main").querySelector("section");
  VIEWS.find((one) => one.id === state.view).draw(view);
  const about = state.status?.kvkeep;
  element("about").textContent = about ? "version " + about.version + (about.mode ? ", mode " + about.mode : "") : "";
  const shows = about?.showText ? "Text of prompts is shown: show-text is true." : "Text of prompts is not shown: show-text is false.";
  element("foot").textContent = "The last " + count(state.turns.length, "turn") + " of this run. " + shows;
}

function route() {
  const wanted = location.hash.match(/^#\/([a-z]+)$/)?.[1];
  const view = VIEWS.find((one) => one.id === wanted) ?? VIEWS[0];
  const moved = state.view !== view.id;
  state.view = view.id;
  element("views").replaceChildren(...VIEWS.map((one) => h("li", {},
    h("a", {href: "#/" + one.id, "data-key": "view-" + one.id, "aria-current": one.id === view.id ? "page" : null}, one.name))));
  document.title = view.name + " – kvkeep";
  const main = element("main");
  if (moved || !main.querySelector("section")) {
    lanesShown.clear();
    main.replaceChildren(h("section", {id: "view"}));
    window.scrollTo(0, 0);
  }
  draw();
  if (moved) element("views").querySelector("[aria-current]").focus({preventScroll: true});
}

// ---- asking

function say(kind, text) {
  const live = element("live");
  if (live.dataset.state !== kind || live.textContent !== text) {
    live.dataset.state = kind;
    live.textContent = text;
  }
}

/** Asks for the turns behind the last one, where events do not come. */
async function askTurns() {
  try {
    let answer = await (await fetch("/api/turns?since=" + state.last)).json();
    if (answer.run !== state.run && state.run !== "" && state.last > 0) {
      answer = await (await fetch("/api/turns")).json();
    }
    take(answer);
    say("live", "asking every " + ASK_MILLIS / 1000 + " s");
  } catch {
    say("broken", "no connection, trying again");
  }
}

function listen() {
  const events = new EventSource("/api/events");
  events.addEventListener("open", () => {
    clearInterval(state.asking);
    state.asking = 0;
    say("live", "live");
    askStatus();
  });
  events.addEventListener("turns", (event) => {
    take(JSON.parse(event.data));
    statusSoon();
  });
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) {
      say("broken", "no connection, trying again");
      return;
    }
    // Too many pages are open, or what answers is no event stream: ask instead, and try events again now and then.
    events.close();
    if (state.asking === 0) {
      askTurns();
      state.asking = setInterval(askTurns, ASK_MILLIS);
    }
    setTimeout(listen, EVENTS_AGAIN_MILLIS);
  });
}

let statusTimer = 0;

function statusSoon() {
  if (statusTimer === 0) {
    statusTimer = setTimeout(() => {
      statusTimer = 0;
      askStatus();
    }, 1000);
  }
}

async function askStatus() {
  try {
    const answer = await fetch("/status");
    const text = await answer.text();
    if (answer.ok && text !== state.statusText) {
      state.statusText = text;
      state.status = JSON.parse(text);
      later();
    }
  } catch {
    // the events say that the connection is gone
  }
}

element("turn").addEventListener("close", turnClosed);
element("turn").addEventListener("click", (event) => {
  if (event.target === event.currentTarget) event.currentTarget.close();
});
window.addEventListener("hashchange", route);
route();
askStatus();
setInterval(askStatus, STATUS_MILLIS);
listen();
