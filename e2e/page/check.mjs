// Opens the live page in a real Chromium while traffic goes through kvkeep, and checks what it promises.
//
//   node check.mjs [--jar FILE] [--images DIR] [--only WORDS]
//
// KVKEEP_PAGE_DIR names the directory that setup.sh prepared, CHROMIUM the browser (/usr/bin/chromium). Prints one line
// for each claim; exit 1 if one does not hold.

import assert from "node:assert/strict";
import {mkdirSync, readFileSync, writeFileSync} from "node:fs";
import http from "node:http";
import {createRequire} from "node:module";
import path from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {parseArgs} from "node:util";
import {Engine} from "./engine.mjs";
import {Kvkeep} from "./processes.mjs";
import {HOSTILE, SECRETS, hermes, morning, stranger} from "./traffic.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const {values: options} = parseArgs({options: {
  jar: {type: "string", default: path.join(here, "../../proxy-server/target/kvkeep.jar")},
  images: {type: "string", default: ""},
  only: {type: "string", default: ""},
}});
const libraries = createRequire(path.join(path.resolve(process.env.KVKEEP_PAGE_DIR ?? here), "none.js"));
const puppeteer = await import(pathToFileURL(libraries.resolve("puppeteer-core")));
const axe = readFileSync(libraries.resolve("axe-core/axe.min.js"), "utf8");

const MODEL = "harbour-30b";
const VIEWS = ["lanes", "breaks", "engine", "profiles", "learner", "more"];
const WIDE = {width: 1200, height: 820, deviceScaleFactor: 1};
const PHONE = {width: 320, height: 640, deviceScaleFactor: 1, hasTouch: true, isMobile: true};

const failures = [];
let claims = 0;

async function claim(name, check) {
  if (!name.includes(options.only)) return;
  claims++;
  try {
    const more = await check();
    console.log("ok      " + name + (more ? " (" + more + ")" : ""));
  } catch (problem) {
    failures.push(name);
    console.log("FAILED  " + name + "\n        " + String(problem.stack ?? problem).split("\n").slice(0, 12).join("\n        "));
  }
}

// ---- the browser

const browser = await puppeteer.launch({executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]});
const outside = [];
const complaints = [];

/** Opens a page that records every request to elsewhere, every violation of the policy and every error. */
async function open(admin, viewport = WIDE, scheme = "light") {
  const page = await browser.newPage();
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{name: "prefers-color-scheme", value: scheme}]);
  page.on("request", (request) => {
    if (!request.url().startsWith(admin + "/") && !request.url().startsWith("data:")) outside.push(request.url());
  });
  page.on("console", (message) => {
    // A connection that fails is told in the console too, and is meant to fail here.
    if (message.type() === "error" && !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|status of 503|status of 404/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push("a dialog: " + dialog.message());
    dialog.dismiss();
  });
  await page.evaluateOnNewDocument(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective + " " + event.blockedURI));
  });
  await page.goto(admin + "/", {waitUntil: "load"});
  await page.waitForSelector("#live[data-state=live]");
  return page;
}

async function go(page, view) {
  await page.bringToFront();
  await page.click('nav a[href="#/' + view + '"]');
  await page.waitForFunction((name) => document.querySelector('nav a[aria-current]')?.getAttribute("href") === "#/" + name, {}, view);
  await settled(page);
}

/** The page draws a moment after what it is told. */
async function settled(page) {
  await page.evaluate(() => new Promise((done) => setTimeout(done, 150)));
}

async function openTurn(page, id) {
  await page.bringToFront();
  await page.evaluate((turn) => document.querySelector('[data-turn="' + turn + '"]').click(), id);
  await page.waitForFunction(() => document.querySelector("dialog[open] .turn-body:not([aria-busy])"));
}

async function closeTurn(page) {
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog").open);
}

async function audit(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}));
  const grave = found.violations.filter((one) => one.impact === "serious" || one.impact === "critical");
  assert.deepEqual(grave.map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 140) + " " + node.failureSummary.split("\n").slice(0, 3).join(" "))), []);
  return found.violations;
}

async function shoot(page, name, clip) {
  if (options.images === "") return;
  mkdirSync(options.images, {recursive: true});
  await settled(page);
  writeFileSync(path.join(options.images, name + ".png"), await page.screenshot({type: "png", optimizeForSpeed: false, ...clip}));
}

function words(page) {
  return page.evaluate(() => document.body.innerText);
}

async function turns(admin, wanted) {
  for (let i = 0; i < 100; i++) {
    const told = (await (await fetch(admin + "/api/turns")).json()).turns;
    if (told.length >= wanted) return told;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("there are no " + wanted + " turns");
}

// ---- the claims

const engine = new Engine(MODEL);
const engineUrl = await engine.start();
let kvkeep = await Kvkeep.start(options.jar, engineUrl, {showText: true});
const silent = await Kvkeep.start(options.jar, engineUrl);

try {
  const page = await open(kvkeep.admin);
  await claim("before the first prompt every view says what it waits for", async () => {
    for (const view of VIEWS) {
      await go(page, view);
      assert.match(await words(page), /\w{3}/);
    }
    await go(page, "lanes");
    assert.match(await words(page), /No prompt has been answered/);
  });

  await claim("a turn appears while the page is open", async () => {
    await go(page, "lanes");
    const start = Date.now();
    await hermes(kvkeep.base, MODEL, {status: "clean", memory: ["Mara keeps the displays."], date: "Friday, November 20, 2026"}).say("Hello.");
    await page.waitForSelector('.turn[data-turn="1"]', {timeout: 5000});
    return Date.now() - start + " ms after it was sent";
  });

  await morning(kvkeep.base, MODEL, engine);
  await morning(silent.base, MODEL, engine);
  const told = await turns(kvkeep.admin, 30);
  const last = told[told.length - 1].id;
  await page.waitForSelector('.turn[data-turn="' + last + '"]');

  await claim("lanes are rows with a strip of their turns", async () => {
    const strips = await page.$$eval(".lanes > li", (rows) => rows.map((row) => row.querySelectorAll(".turn").length));
    assert.equal(strips.reduce((a, b) => a + b), told.length);
    assert.ok(strips.length >= 5, "only " + strips.length + " lanes");
    assert.match(await words(page), /hermes/);
    assert.match(await words(page), /side request: title/);
    for (const kind of ["read", "saved", "reused"]) assert.ok((await page.$$(".turn ." + kind)).length > 0, "no column shows " + kind);
    return strips.length + " lanes, " + told.length + " turns";
  });

  const costly = told.filter((turn) => turn.byEngine && turn.byEngine.cause === "evicted")[0];
  const averted = told.filter((turn) => turn.came && !turn.sent && turn.agent === "hermes" && turn.came.cause === "section-changed")[0];
  const evil = told.filter((turn) => turn.model === HOSTILE)[0];
  const changed = told.filter((turn) => turn.sent?.cause === "section-changed" && turn.agent === "hermes")[0];

  if (options.images !== "") {
    for (const scheme of ["light", "dark"]) {
      const other = await open(kvkeep.admin, {...WIDE, width: 1160, height: 880}, scheme);
      await other.waitForSelector('.turn[data-turn="' + last + '"]');
      await shoot(other, "page-lanes-" + scheme);
      if (scheme === "light") {
        for (const view of ["breaks", "engine", "profiles", "learner", "more"]) {
          await go(other, view);
          await shoot(other, "page-" + view);
        }
        await go(other, "lanes");
      }
      await openTurn(other, averted.id);
      await shoot(other, "page-turn-" + scheme);
      await openTurn(other, changed.id);
      await shoot(other, "page-turn-changed-" + scheme);
      await other.close();
    }
    const phone = await open(kvkeep.admin, {...PHONE, height: 960});
    await phone.waitForSelector('.turn[data-turn="' + last + '"]');
    await shoot(phone, "page-phone-lanes");
    await go(phone, "breaks");
    await shoot(phone, "page-phone-breaks");
    await go(phone, "lanes");
    await openTurn(phone, averted.id);
    await shoot(phone, "page-phone-turn");
    await phone.close();
  }

  await claim("a turn that is opened shows its break with cause, remedy, both sides and seconds, and its edits", async () => {
    await openTurn(page, averted.id);
    const shown = await page.$eval("dialog", (dialog) => dialog.innerText);
    assert.match(shown, /a section of the system text changed: /);
    assert.match(shown, /Kept away: as sent, the prompt goes on/);
    assert.match(shown, /tokens behind it, about [\d.]+\sm?s of reading/);
    assert.match(shown, /kvkeep saved [\d,]+ tokens/);
    assert.match(shown, /carry-note/);
    assert.match(shown, /2 modified, 1 untracked/);
    assert.ok(await page.$("dialog .diff .gone") && await page.$("dialog .diff .new"), "no diff");
    await closeTurn(page);
    await openTurn(page, changed.id);
    const costs = await page.$eval("dialog", (dialog) => dialog.innerText);
    assert.match(costs, /As sent\s+the system text changed, where no rule names it/);
    assert.match(costs, /What helps: a rule of the profile that cuts the changing lines out/);
    assert.match(costs, /First token after [\d.]+\sm?s: [\d,]+ of [\d,]+ tokens had to be read \([\d.]+\sm?s by the engine's clock\)\.\s+Why: the system text changed, where no rule names it/);
    assert.ok((await page.$$eval("dialog .diff .new", (lines) => lines.map((line) => line.textContent))).includes("+ new: Rule of today: the pier is closed."));
    await closeTurn(page);
    return "turns " + averted.id + " and " + changed.id;
  });

  await claim("what the engine reused stands beside what it should have, with the finding", async () => {
    await openTurn(page, costly.id);
    const shown = await page.$eval("dialog", (dialog) => dialog.innerText);
    assert.match(shown, /By the engine's report[\s\S]*Predicted, as sent[\s\S]*Predicted, as it came/);
    assert.match(shown, /tokens fewer than it should: the engine dropped what it held/);
    await closeTurn(page);
    return "turn " + costly.id;
  });

  await claim("breaks are added up by cause, with what kvkeep kept away", async () => {
    await go(page, "breaks");
    const shown = await words(page);
    assert.match(shown, /What still costs[\s\S]*What kvkeep kept away/);
    assert.match(shown, /evicted/);
  });

  await claim("the engine is shown with what the probe found and what to change", async () => {
    await go(page, "engine");
    const shown = await words(page);
    assert.match(shown, /llama\.cpp at http/);
    assert.match(shown, /tools-place/);
    assert.match(shown, /What to change\n[\s\S]*What helps: more memory for the engine's cache/);
  });

  await claim("profiles show the matches of their rules", async () => {
    await go(page, "profiles");
    const shown = await words(page);
    assert.match(shown, /hermes: \d+ requests/);
    assert.match(shown, /workspace[\s\S]*never/);
  });

  await claim("the learner's findings have a rule to copy", async () => {
    await go(page, "learner");
    assert.match(await words(page), /learned-/);
    await browser.defaultBrowserContext().overridePermissions(kvkeep.admin, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
    await page.bringToFront();
    await page.click("summary");
    await page.click("details button");
    await page.waitForFunction(() => document.querySelector("details button").textContent === "Copied");
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /- name: [\s\S]*stability: volatile/);
  });

  await claim("names that are markup are shown as the text they are", async () => {
    for (const view of VIEWS) await go(page, view);
    await go(page, "lanes");
    assert.ok((await words(page)).includes(HOSTILE));
    await openTurn(page, evil.id);
    assert.ok((await page.$eval("dialog", (dialog) => dialog.innerText)).includes(HOSTILE));
    await closeTurn(page);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.equal((await page.$$("img, iframe, body script")).length, 0);
  });

  await claim("everything can be reached and left by keyboard, and the focus is seen", async () => {
    await page.reload();
    await page.waitForSelector('.turn[data-turn="' + last + '"]');
    const focused = () => page.evaluate(() => {
      const at = document.activeElement;
      const style = getComputedStyle(at);
      return {name: at.dataset.key ?? at.className, turn: at.dataset.turn, seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2};
    });
    await page.keyboard.press("Tab");
    assert.equal((await focused()).name, "skip");
    for (const view of VIEWS) {
      await page.keyboard.press("Tab");
      const at = await focused();
      assert.equal(at.name, "view-" + view);
      assert.ok(at.seen, "the focus on " + view + " is not seen");
    }
    await page.keyboard.press("Tab");
    assert.equal((await focused()).name, "longest");
    await page.keyboard.press("Tab");
    assert.equal((await focused()).name, "to-breaks");
    await page.keyboard.press("Tab");
    const newest = await focused();
    assert.ok(newest.turn, "no turn is focused but " + newest.name);
    await page.keyboard.press("Tab");
    const next = await focused();
    assert.ok(next.turn && next.turn !== newest.turn, "a strip is more than one stop");
    await page.keyboard.press("ArrowLeft");
    const before = await focused();
    assert.ok(before.seen && before.turn && before.turn !== next.turn, "the arrow does not move");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("dialog[open] .turn-body:not([aria-busy])"));
    assert.ok(await page.evaluate(() => document.querySelector("dialog").contains(document.activeElement)));
    await page.keyboard.press("Tab");
    assert.ok((await focused()).seen);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector("dialog").open);
    assert.equal((await focused()).turn, before.turn, "the focus does not come back");
  });

  await claim("who moves on while a turn closes keeps the focus", async () => {
    const [first, other] = await page.$$eval(".strip .turn", (turns) => [turns[0], turns[turns.length - 1]].map((turn) => turn.dataset.turn));
    await page.click('.turn[data-turn="' + first + '"]');
    await page.waitForFunction(() => document.querySelector("dialog[open] .turn-body:not([aria-busy])"));
    await page.evaluate((id) => {
      document.querySelector("dialog").close();
      document.querySelector('.turn[data-turn="' + id + '"]').focus();
    }, other);
    // The browser tells of the close in a task of its own.
    await page.evaluate(() => new Promise((told) => setTimeout(told, 100)));
    assert.equal(await page.evaluate(() => document.activeElement.dataset.turn), other);
  });

  await claim("a turn that comes in takes the focus from nobody", async () => {
    await page.focus('.turn[data-turn="' + last + '"]');
    const more = stranger(kvkeep.base, MODEL, {report: 30, hours: "8 to 12"});
    await more.say("A late question.");
    await page.waitForSelector('.turn[data-turn="' + (last + 1) + '"]');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.turn), String(last));
  });

  for (const scheme of ["light", "dark"]) {
    for (const [name, viewport] of [["1200 px", WIDE], ["320 px", PHONE]]) {
      const other = await open(kvkeep.admin, viewport, scheme);
      await other.waitForSelector('.turn[data-turn="' + last + '"]');
      let small = new Set();
      for (const view of [...VIEWS, "turn"]) {
        await claim(view + " in " + scheme + " at " + name + " passes the audit and needs no scrolling sideways", async () => {
          if (view === "turn") {
            await go(other, "lanes");
            await openTurn(other, averted.id);
          } else {
            await go(other, view);
          }
          const width = await other.evaluate(() => [document.scrollingElement.scrollWidth, document.querySelector("dialog").scrollWidth]);
          assert.ok(Math.max(...width) <= viewport.width, "it is " + Math.max(...width) + " px wide");
          (await audit(other)).forEach((one) => small.add(one.id));
        });
        if (view === "turn") await closeTurn(other).catch(() => {});
      }
      if (small.size > 0) console.log("        minor findings: " + [...small].join(", "));
      await other.close();
    }
  }

  await claim("what the page knows nothing of is shown all the same, groups side by side", async () => {
    const other = await browser.newPage();
    await other.setViewport(WIDE);
    await other.setRequestInterception(true);
    const changed = async (request, change) => {
      const told = await (await fetch(request.url())).json();
      change(told);
      request.respond({contentType: "application/json", body: JSON.stringify(told)});
    };
    other.on("request", (request) => {
      const target = new URL(request.url()).pathname;
      if (target === "/status") {
        changed(request, (told) => { told.trial = {groups: {rewritten: {turns: 90, reported: {readAgain: 0.04}}, heldOut: {turns: 10, reported: {readAgain: 0.61}}}}; });
      } else if (target.startsWith("/api/turns/")) {
        changed(request, (told) => {
          told.turn.readAhead = {reason: "next-turn", tokens: 3585, millis: 1750, usedTokens: 3580, savedMillis: 1640};
          told.turn.lateNews = {tokens: 777, seconds: 0.4};
        });
      } else {
        request.continue();
      }
    });
    await other.goto(kvkeep.admin + "/#/more");
    await other.waitForFunction(() => document.body.innerText.includes("held out"));
    assert.match(await words(other), /trial groups[\s\S]*rewritten\s+held out[\s\S]*turns\s+90\s+10[\s\S]*reported read again\s+0.04\s+0.61/);
    await go(other, "lanes");
    await openTurn(other, averted.id);
    const shown = await other.$eval("dialog", (dialog) => dialog.innerText);
    assert.match(shown, /late news[\s\S]*tokens\s+777/);
    assert.match(shown, /Read ahead when the turn before had ended: 3,585 tokens in 1.8.s; 3,580 of them were used, which saved about 1.6.s\./);
    await other.close();
  });

  await claim("nothing moves for who wants no motion", async () => {
    await page.emulateMediaFeatures([{name: "prefers-reduced-motion", value: "reduce"}]);
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    await page.emulateMediaFeatures([]);
  });

  await claim("a page that is one too many asks now and then instead", async () => {
    const agent = new http.Agent();
    const streams = [];
    for (let i = 0; i < 16; i++) {
      await new Promise((answered) => streams.push(http.get(kvkeep.admin + "/api/events", {agent}, answered)));
    }
    const other = await open(kvkeep.admin);
    await other.waitForFunction(() => document.querySelector("#live").textContent.startsWith("asking every"));
    const before = (await turns(kvkeep.admin, 1)).length;
    await stranger(kvkeep.base, MODEL, {report: 40, hours: "8 to 12"}).say("One more.");
    await other.waitForSelector('.turn[data-turn="' + (await turns(kvkeep.admin, before + 1)).at(-1).id + '"]', {timeout: 8000});
    streams.forEach((stream) => stream.destroy());
    await other.close();
  });

  await claim("a name that leads to this machine gets nothing", async () => {
    const {port} = new URL(kvkeep.admin);
    for (const target of ["/", "/status", "/api/turns", "/api/events"]) {
      const status = await new Promise((answered) => http.get({host: "127.0.0.1", port, path: target, headers: {host: "evil.example:" + port}},
        (answer) => answered(answer.statusCode) || answer.destroy()));
      assert.equal(status, 403);
    }
  });

  await claim("without show-text no word of a prompt is on the page or in what it asks for", async () => {
    const other = await open(silent.admin);
    const texts = [];
    other.on("response", async (answer) => {
      if (!answer.url().endsWith("/api/events")) texts.push(await answer.text().catch(() => ""));
    });
    const all = await turns(silent.admin, 30);
    await other.waitForSelector('.turn[data-turn="' + all.at(-1).id + '"]');
    for (const view of VIEWS) {
      await go(other, view);
      texts.push(await words(other));
    }
    await go(other, "lanes");
    for (const turn of all) {
      await openTurn(other, turn.id);
      texts.push(await other.$eval("dialog", (dialog) => dialog.innerText));
      await closeTurn(other);
    }
    texts.push(await (await fetch(silent.admin + "/api/turns")).text(), await (await fetch(silent.admin + "/status")).text());
    for (const secret of SECRETS) {
      const told = texts.find((text) => text.includes(secret));
      assert.equal(told, undefined, "it tells '" + secret + "': " + told?.slice(0, 300));
    }
    assert.ok(texts.some((text) => text.includes("Text of prompts is not kept")));
    await other.close();
    return all.length + " turns opened";
  });

  await claim("the page survives a kvkeep that is killed and started again", async () => {
    await go(page, "lanes");
    const adminPort = Number(new URL(kvkeep.admin).port);
    await kvkeep.stop();
    await page.waitForSelector("#live[data-state=broken]");
    kvkeep = await Kvkeep.start(options.jar, engineUrl, {showText: true, adminPort});
    await page.waitForSelector("#live[data-state=live]", {timeout: 40000});
    await page.waitForFunction(() => document.body.innerText.includes("No prompt has been answered"), {timeout: 5000});
    await stranger(kvkeep.base, MODEL, {report: 50, hours: "8 to 12"}).say("After the restart.");
    await page.waitForFunction(() => document.querySelectorAll(".turn").length === 1, {timeout: 5000});
  });

  await claim("nothing was asked of anybody but the admin port", () => assert.deepEqual(outside, []));
  await claim("the policy was never violated and no script failed", async () => {
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(complaints, []);
  });
} finally {
  await browser.close();
  await kvkeep.stop();
  await silent.stop();
  engine.stop();
}

console.log(failures.length === 0 ? claims + " claims hold" : failures.length + " of " + claims + " claims do not hold");
process.exit(failures.length === 0 ? 0 : 1);
