// Starts kvkeep as a process of its own, and ends exactly that.

import {spawn} from "node:child_process";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import os from "node:os";
import path from "node:path";

const PATIENCE_MILLIS = 60000;

export class Kvkeep {
  /** Starts it before an engine; returns when it serves. The admin port may be named, so that another run can have it. */
  static async start(jar, engine, {showText = false, adminPort = 0} = {}) {
    const kvkeep = new Kvkeep();
    kvkeep.dir = mkdtempSync(path.join(os.tmpdir(), "kvkeep-page-"));
    const config = path.join(kvkeep.dir, "kvkeep.yaml");
    writeFileSync(config, "ledger: memory\nshow-text: " + showText + "\n");
    kvkeep.process = spawn("java", ["-jar", jar, "serve", "--config", config, "--engine", engine, "--data-dir", kvkeep.dir,
      "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:" + adminPort],
    {stdio: ["ignore", "pipe", "inherit"], env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KVKEEP_")))});
    let said = "";
    const ports = await new Promise((found, failed) => {
      const late = setTimeout(() => failed(new Error("kvkeep did not start: " + said)), PATIENCE_MILLIS);
      kvkeep.process.on("exit", (code) => failed(new Error("kvkeep ended with " + code + ": " + said)));
      kvkeep.process.stdout.on("data", (part) => {
        said += part;
        const agents = said.match(/Base URL for agents\s+(http:\S+)\/v1/);
        const metrics = said.match(/Metrics\s+(http:\S+)\/metrics/);
        if (agents && metrics && said.includes("Mode")) {
          clearTimeout(late);
          found({base: agents[1], admin: metrics[1]});
        }
      });
    });
    return Object.assign(kvkeep, ports);
  }

  /** Kills it: what an open page has to survive. */
  async stop() {
    this.process.removeAllListeners("exit");
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((done) => this.process.once("exit", done));
      this.process.kill("SIGKILL");
      await ended;
    }
    rmSync(this.dir, {recursive: true, force: true});
  }
}
