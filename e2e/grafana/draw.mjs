// Draws a dashboard with Grafana's own components in Chromium, from what a Prometheus answers, and keeps a picture of each
// row, dark and light. Looking at them is left to you; what a program can see is told.
//
//   KVKEEP_GRAFANA_DIR=DIR node e2e/grafana/draw.mjs --prometheus URL [--minutes 15] [--to MILLIS] [--out DIR] [--dashboard FILE]
//
// DIR was prepared by setup.sh, CHROMIUM names the browser (/usr/bin/chromium). Closed rows are drawn open. Exit code 1 when
// a query fails, a kind of panel is unknown, a title or a legend is cut, or the page has an error.

import {createReadStream, existsSync, mkdirSync, writeFileSync} from "node:fs";
import http from "node:http";
import {createRequire} from "node:module";
import os from "node:os";
import path from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {parseArgs} from "node:util";

const here = path.dirname(fileURLToPath(import.meta.url));
const {values: options} = parseArgs({options: {
  prometheus: {type: "string"},
  dashboard: {type: "string", default: path.join(here, "../../grafana/dashboards/kvkeep.json")},
  minutes: {type: "string", default: "15"},
  to: {type: "string", default: String(Date.now())},
  out: {type: "string", default: path.join(os.tmpdir(), "kvkeep-dashboard")},
  width: {type: "string", default: "1600"},
}});
const PATIENCE_MILLIS = 120000;
const SETTLE_MILLIS = 1500;
const width = Number(options.width);
const installed = path.resolve(process.env.KVKEEP_GRAFANA_DIR ?? here);
const modules = path.join(installed, "node_modules");
const libraries = createRequire(path.join(installed, "none.js"));
const esbuild = libraries("esbuild");
const puppeteer = await import(pathToFileURL(libraries.resolve("puppeteer-core")));

async function bundle() {
  // An editor of code is part of @grafana/ui, and larger than the rest together; no panel here has one.
  const empty = path.join(installed, "empty.cjs");
  writeFileSync(empty, "module.exports = {loader: {config() {}}};\n");
  await esbuild.build({entryPoints: [path.join(here, "page.jsx")], bundle: true, format: "esm", target: "es2022", jsx: "automatic",
    outfile: path.join(installed, "page.js"), nodePaths: [modules], define: {"process.env.NODE_ENV": '"production"'},
    alias: {"monaco-editor": empty, "@monaco-editor/react": empty}, logLevel: "error"});
}

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<script>window.__grafana_public_path__ = "/public/";</script><div id="dashboard"></div><script type="module" src="/page.js"></script>`;
const FONTS = {"/public/fonts/inter/Inter-Regular.woff2": "inter-latin-400-normal.woff2", "/public/fonts/inter/Inter-Medium.woff2": "inter-latin-500-normal.woff2"};
const TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"};
const BUILD = "/public/build/";

function fileOf(address) {
  if (address === "/dashboard.json") return options.dashboard;
  if (FONTS[address]) return path.join(modules, "@fontsource/inter/files", FONTS[address]);
  if (address.startsWith(BUILD)) return path.join(modules, "@grafana/ui/dist/public", path.normalize("/" + address.slice(BUILD.length)));
  return path.join(installed, path.basename(address));
}

async function serve() {
  const server = http.createServer((request, response) => {
    const address = new URL(request.url, "http://127.0.0.1").pathname;
    const file = fileOf(address);
    if (address === "/") {
      response.writeHead(200, {"content-type": "text/html"});
      response.end(PAGE);
    } else if (existsSync(file)) {
      response.writeHead(200, {"content-type": TYPES[path.extname(file)] ?? "application/octet-stream"});
      createReadStream(file).pipe(response);
    } else {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((started) => server.listen(0, "127.0.0.1", started));
  return server;
}

/** Runs in the page: where rows are, which panels are empty, and what has no room. */
function look() {
  const panels = [...document.querySelectorAll("[data-panel]")];
  const title = (panel) => panel.querySelector("h2")?.textContent ?? panel.dataset.row;
  const box = (panel) => {
    const found = panel.getBoundingClientRect();
    return {top: found.top + scrollY, bottom: found.bottom + scrollY};
  };
  const cut = (panel) => [...panel.querySelectorAll("h2, h2 *")].some((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0);
  const scrolls = (one) => /auto|scroll/.test(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight + 1;
  const overfull = (panel) => [...panel.querySelectorAll("*")].some((one) => one.role !== "grid" && scrolls(one));
  const heads = panels.filter((one) => one.dataset.row);
  return {
    rows: heads.map((head, i) => {
      const {top} = box(head);
      const next = i + 1 < heads.length ? box(heads[i + 1]).top : Infinity;
      const inside = panels.map(box).filter((one) => one.top >= top && one.top < next);
      return {name: head.dataset.row, top: i ? top : 0, bottom: Math.max(...inside.map((one) => one.bottom))};
    }),
    empty: panels.filter((one) => one.querySelector("[data-empty]")).map((one) => title(one) + ": " + one.querySelector("[data-empty]").textContent.trim()),
    cut: panels.filter((one) => cut(one)).map((one) => title(one) + ": its title is cut")
      .concat(panels.filter((one) => overfull(one)).map((one) => title(one) + ": its legend has no room")),
  };
}

async function draw(browser, base, theme) {
  const troubles = [];
  const page = await browser.newPage();
  await page.setViewport({width, height: 1000});
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text() + " " + (message.location()?.url ?? ""));
  });
  const to = Number(options.to);
  const query = new URLSearchParams({prometheus: options.prometheus, theme, from: to - 60000 * Number(options.minutes), to, rows: "open"});
  await page.goto(base + "/?" + query, {waitUntil: "load"});
  await page.waitForFunction("window.pending === 0", {timeout: PATIENCE_MILLIS}).catch((error) => troubles.push(String(error)));
  // Tables draw only what is in view, so all of the page has to be.
  await page.setViewport({width, height: await page.evaluate("document.documentElement.scrollHeight")});
  await new Promise((done) => setTimeout(done, SETTLE_MILLIS));
  troubles.push(...await page.evaluate("window.trouble"));
  const {rows, empty, cut} = await page.evaluate(look);
  for (const [i, row] of rows.entries()) {
    const name = String(i + 1).padStart(2, "0") + "-" + row.name.toLowerCase().replace(/[^a-z0-9]+/g, "-") + "-" + theme + ".png";
    await page.screenshot({path: path.join(options.out, name), clip: {x: 0, y: Math.max(0, row.top - 8), width, height: row.bottom - row.top + 16}});
  }
  await page.close();
  return {troubles: [...troubles, ...cut], empty, rows: rows.length};
}

if (!options.prometheus) {
  console.error("draw.mjs: --prometheus URL is missing");
  process.exit(2);
}
await bundle();
mkdirSync(options.out, {recursive: true});
const server = await serve();
const browser = await puppeteer.launch({executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--lang=en-GB"]});
const troubles = new Set();
for (const theme of ["dark", "light"]) {
  const drawn = await draw(browser, "http://127.0.0.1:" + server.address().port, theme);
  drawn.troubles.forEach((line) => troubles.add(line));
  if (theme === "dark") drawn.empty.forEach((line) => console.log("empty   " + line));
  console.log("drawn   " + drawn.rows + " rows, " + theme);
}
await browser.close();
server.close();
troubles.forEach((line) => console.log("FAIL    " + line));
console.log("look at them: " + options.out);
process.exitCode = troubles.size ? 1 : 0;
