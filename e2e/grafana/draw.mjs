import {createReadStream, existsSync, mkdirSync, writeFileSync} from "node:fs";
import http from "node:http";
import {createRequire} from "node:module";
import path from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {parseArgs} from "node:util";

const here = path.dirname(fileURLToPath(import.meta.url));
const {values: options} = parseArgs({options: {
  prometheus: {type: "string"},
  dashboard: {type: "string", default: path.join(here, "../../grafana/dashboards/kvkeep.json")},
  minutes: {type: "string", default: "15"},
  to: {type: "string"},
  out: {type: "string", default: "/tmp/kvkeep-dashboard"},
  width: {type: "string", default: "1600"},
}});
const installed = path.resolve(process.env.KVKEEP_GRAFANA_DIR ?? here);
const modules = path.join(installed, "node_modules");
const libraries = createRequire(path.join(installed, "none.js"));
const esbuild = libraries("esbuild");
const puppeteer = await import(pathToFileURL(libraries.resolve("puppeteer-core")));

async function bundle() {
  const file = path.join(installed, "page.js");
  const empty = path.join(installed, "empty.cjs");
  writeFileSync(empty, "module.exports = {loader: {config() {}}};\n");
  await esbuild.build({entryPoints: [path.join(here, "page.jsx")], bundle: true, format: "esm", target: "es2022", jsx: "automatic", outfile: file, nodePaths: [modules],
    define: {"process.env.NODE_ENV": '"production"'}, loader: {".ttf": "empty", ".woff": "empty", ".woff2": "dataurl"}, alias: {"monaco-editor": empty, "@monaco-editor/react": empty}, logLevel: "error"});
  return file;
}

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script>window.__grafana_public_path__ = "/public/";</script><link rel="stylesheet" href="/page.css">
<div id="dashboard"></div><script type="module" src="/page.js"></script>`;
const FONTS = {"/public/fonts/inter/Inter-Regular.woff2": "inter-latin-400-normal.woff2", "/public/fonts/inter/Inter-Medium.woff2": "inter-latin-500-normal.woff2"};
const TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"};

function serve() {
  const server = http.createServer((request, response) => {
    const {pathname} = new URL(request.url, "http://localhost");
    if (pathname === "/") {
      response.writeHead(200, {"content-type": "text/html"});
      response.end(PAGE);
      return;
    }
    const file = pathname === "/dashboard.json" ? options.dashboard
      : pathname.startsWith("/public/build/") ? path.join(modules, "@grafana/ui/dist/public", path.normalize("/" + pathname.slice("/public/build/".length)))
        : FONTS[pathname] ? path.join(modules, "@fontsource/inter/files", FONTS[pathname])
          : path.join(installed, path.basename(pathname));
    if (!existsSync(file)) {
      response.writeHead(404);
      response.end();
      return;
    }
    response.writeHead(200, {"content-type": TYPES[path.extname(file)] ?? "application/octet-stream"});
    createReadStream(file).pipe(response);
  });
  return new Promise((started) => server.listen(0, "127.0.0.1", () => started(server)));
}

await bundle();
const server = await serve();
const to = options.to ? Number(options.to) : Date.now();
const from = to - 60000 * Number(options.minutes);
const browser = await puppeteer.launch({executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--lang=en-GB"]});
const troubles = [];
mkdirSync(options.out, {recursive: true});
for (const theme of ["dark", "light"]) {
  const page = await browser.newPage();
  await page.setViewport({width: Number(options.width), height: 1000, deviceScaleFactor: 1});
  page.on("pageerror", (error) => troubles.push(String(error.stack ?? error)));
  page.on("console", (message) => { if (message.type() === "error") troubles.push(message.text() + " " + (message.location()?.url ?? "")); });
  const query = new URLSearchParams({prometheus: options.prometheus, theme, from, to, rows: "open"});
  await page.goto("http://127.0.0.1:" + server.address().port + "/?" + query, {waitUntil: "load"});
  await page.waitForFunction("window.pending === 0", {timeout: 90000}).catch((e) => troubles.push(String(e)));
  // Tables draw only what is in view, so all of the page has to be.
  await page.setViewport({width: Number(options.width), height: await page.evaluate("document.documentElement.scrollHeight"), deviceScaleFactor: 1});
  await new Promise((done) => setTimeout(done, 1500));
  troubles.push(...await page.evaluate("window.trouble"));
  const rows = await page.evaluate(() => {
    const all = [...document.querySelectorAll("[data-panel]")].map((one) => ({row: one.dataset.row, top: one.getBoundingClientRect().top + scrollY, bottom: one.getBoundingClientRect().bottom + scrollY}));
    const heads = all.filter((one) => one.row);
    return heads.map((head, i) => ({name: head.row, top: i ? head.top : 0, bottom: Math.max(...all.filter((one) => one.top >= head.top && (i + 1 === heads.length || one.top < heads[i + 1].top)).map((one) => one.bottom))}));
  });
  for (const [i, row] of rows.entries()) {
    const name = String(i + 1).padStart(2, "0") + "-" + row.name.toLowerCase().replace(/[^a-z0-9]+/g, "-") + "-" + theme + ".png";
    await page.screenshot({path: path.join(options.out, name), clip: {x: 0, y: Math.max(0, row.top - 8), width: Number(options.width), height: row.bottom - row.top + 16}});
  }
  console.log(theme + ": " + rows.length + " rows");
}
await browser.close();
server.close();
[...new Set(troubles)].slice(0, 30).forEach((line) => console.log("TROUBLE " + line));
