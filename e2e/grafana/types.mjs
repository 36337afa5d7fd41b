// Holds the dashboard against the types that Grafana publishes (@grafana/schema): the dashboard itself, and of each panel
// the options and field options of its kind. A key that Grafana does not know is a mistake too.
//
//   KVKEEP_GRAFANA_DIR=DIR node e2e/grafana/types.mjs [FILE]
//
// Exit code 0 when nothing is wrong, else a line for each mistake.

import {readFileSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import path from "node:path";
import {fileURLToPath} from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const installed = path.resolve(process.env.KVKEEP_GRAFANA_DIR ?? here);
const ts = createRequire(path.join(installed, "none.js"))("typescript");
const board = JSON.parse(readFileSync(process.argv[2] ?? path.join(here, "../../grafana/dashboards/kvkeep.json"), "utf8"));

const KINDS = {
  bargauge: ["bargauge", null],
  stat: ["stat", null],
  "state-timeline": ["statetimeline", "FieldConfig"],
  table: ["table", "FieldConfig"],
  timeseries: ["timeseries", "FieldConfig"],
};

const panels = board.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
const lines = [`import type {Dashboard} from "@grafana/schema";`];
for (const [kind, [folder]] of Object.entries(KINDS)) {
  lines.push(`import type * as ${folder} from "@grafana/schema/dist/types/raw/composable/${folder}/panelcfg/x/types.gen";`);
}
// JSON has the values of enumerations, TypeScript wants their names.
lines.push("type Plain<T> = T extends string ? `${T}` : T extends number | boolean | null | undefined ? T : T extends Array<infer E> ? Array<Plain<E>> : T extends object ? {[K in keyof T]: Plain<T[K]>} : T;");
const names = [""];
const check = (name, type, value) => {
  const [first, ...rest] = (`const check${names.length}: ${type} = ` + JSON.stringify(value, null, 1) + ";").split("\n");
  lines.push(first, ...rest);
  names.push(name);
  return lines.length;
};
const ends = [];
const {panels: all, ...frame} = board;
// Grafana writes it into each dashboard that it exports, and its types lack it.
frame.templating = {list: frame.templating.list.map(({definition, ...one}) => one)};
ends.push([check("the dashboard", `Plain<Omit<Dashboard, "panels">>`, frame), "the dashboard"]);
for (const panel of all) ends.push([check(panel.title, `Plain<NonNullable<Dashboard["panels"]>[number]>`, panel.type === "row" ? {...panel, panels: []} : panel), panel.title]);
for (const panel of panels.filter((one) => one.type !== "row")) {
  const kind = KINDS[panel.type];
  if (!kind) {
    ends.push([check(panel.title, "never", panel.type), panel.title + ": its kind"]);
    continue;
  }
  ends.push([check(panel.title, `Plain<Partial<${kind[0]}.Options>>`, panel.options), panel.title + ": options"]);
  const custom = panel.fieldConfig.defaults.custom;
  if (custom) ends.push([check(panel.title, kind[1] ? `Plain<${kind[0]}.${kind[1]}>` : "never", custom), panel.title + ": fields"]);
}

const file = path.join(installed, "dashboard.ts");
writeFileSync(file, lines.join("\n") + "\n");
const program = ts.createProgram([file], {strict: true, noEmit: true, skipLibCheck: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Node10, target: ts.ScriptTarget.ES2022, types: []});
const found = ts.getPreEmitDiagnostics(program);
for (const one of found) {
  const line = one.file ? one.file.getLineAndCharacterOfPosition(one.start).line + 1 : 0;
  const where = ends.find(([end]) => line <= end)?.[1] ?? "";
  console.log(`${where}: ${ts.flattenDiagnosticMessageText(one.messageText, " ")} (${lines[line - 1]?.trim()})`);
}
console.log(`${ends.length} parts of ${panels.length} panels and rows: ${found.length} mistakes`);
process.exit(found.length ? 1 : 0);
