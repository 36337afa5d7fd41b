// Draws a dashboard with what Grafana is made of: fields, units, thresholds and transformations by @grafana/data, panels by
// @grafana/ui. Own is what Grafana does not publish: the way from queries to frames, the grid, state timelines, the header
// of a row and the bar of variables. Parameters: prometheus, from, to (milliseconds), theme, scrape (seconds), rows=open.

import {
  FieldColorModeId, FieldConfigOptionsRegistry, FieldType, VizOrientation, applyFieldOverrides, cacheFieldDisplayNames, createTheme, dateTime, getDisplayValueAlignmentFactors,
  getFieldDisplayName, getFieldDisplayValues, identityOverrideProcessor, rangeUtil, standardTransformers, standardTransformersRegistry,
  thresholdsOverrideProcessor, transformDataFrame, ThemeContext, valueMappingsOverrideProcessor,
} from "@grafana/data";
import {BarGauge, BigValue, GlobalStyles, PanelChrome, TimeSeries, VizRepeater} from "@grafana/ui";
import {TableNG} from "@grafana/ui/unstable";
import {useEffect, useState} from "react";
import {createRoot} from "react-dom/client";
import {firstValueFrom} from "rxjs";

const CELL_HEIGHT = 30;
const GAP = 8;
const EDGE = 16;
const COLUMNS = 24;
const MILLIS = 1000;

const address = new URLSearchParams(location.search);
const prometheus = address.get("prometheus");
const scrapeSeconds = Number(address.get("scrape") ?? 5);
const theme = createTheme({colors: {mode: address.get("theme") ?? "dark"}});
const range = {from: dateTime(Number(address.get("from"))), to: dateTime(Number(address.get("to")))};
range.raw = {from: range.from, to: range.to};
const rangeSeconds = (range.to.valueOf() - range.from.valueOf()) / MILLIS;

window.trouble = [];
// Some of them stand there under two names.
standardTransformersRegistry.setInit(() => [...new Map(Object.values(standardTransformers).map((one) => [one.id, {id: one.id, name: one.name, transformation: async () => one}])).values()]);

// ---- what Grafana fills in where a dashboard says nothing

const plain = (id, path, process, defaultValue) => ({id, path, name: id, process, shouldApply: () => true, defaultValue, settings: {}});
const custom = (path, value) => ({...plain("custom." + path, path, (given) => given ?? value, value), isCustom: true,
  // The label of an axis is meant for values, not for the time below.
  shouldApply: (field) => !path.startsWith("axisLabel") || field.type !== FieldType.time});
const standard = [
  ...["unit", "min", "max", "decimals", "displayName", "noValue", "color", "fieldMinMax", "links", "description"].map((name) => plain(name, name, identityOverrideProcessor)),
  plain("thresholds", "thresholds", thresholdsOverrideProcessor),
  plain("mappings", "mappings", valueMappingsOverrideProcessor),
];
const graph = {
  drawStyle: "line", lineInterpolation: "linear", lineWidth: 1, lineStyle: undefined, fillOpacity: 0, gradientMode: "none", spanNulls: false,
  showPoints: "auto", pointSize: 5, stacking: {mode: "none", group: "A"}, axisPlacement: "auto", axisLabel: "", axisColorMode: "text",
  axisBorderShow: false, axisWidth: undefined, axisSoftMin: undefined, axisSoftMax: undefined, axisGridShow: undefined, axisCenteredZero: false,
  scaleDistribution: {type: "linear"}, barAlignment: 0, barWidthFactor: 0.6, hideFrom: {tooltip: false, viz: false, legend: false},
  thresholdsStyle: {mode: "off"}, fillBelowTo: undefined, transform: undefined,
};
const table = {align: "auto", cellOptions: {type: "auto"}, inspect: false, filterable: undefined, width: undefined, minWidth: undefined, hideFrom: {tooltip: false, viz: false, legend: false}};
const ofPanel = {timeseries: graph, table, "state-timeline": {lineWidth: 0, fillOpacity: 70}};

function registry(type) {
  const found = new FieldConfigOptionsRegistry();
  [...standard, ...Object.entries(ofPanel[type] ?? {}).map(([path, value]) => custom(path, value))].forEach((item) => found.register(item));
  return found;
}

// ---- from queries to frames

async function ask(path, parameters) {
  const answer = await (await fetch(prometheus + "/api/v1/" + path + "?" + new URLSearchParams(parameters))).json();
  if (answer.status !== "success") throw new Error(answer.error);
  return answer.data;
}

/** The values that the dashboard's variables have when it is opened. */
function variables(board) {
  const found = {};
  for (const one of board.templating.list) {
    const value = [one.current.value].flat();
    found[one.name] = value[0] === "$__all" ? one.allValue : value.join("|");
  }
  return found;
}

function fill(text, values, step) {
  const own = {__range: rangeSeconds + "s", __range_s: String(rangeSeconds), __interval: step + "s", __rate_interval: Math.max(step + scrapeSeconds, 4 * scrapeSeconds) + "s"};
  return (text ?? "").replace(/\$\{?(\w+)\}?/g, (all, name) => own[name] ?? values[name] ?? all);
}

const legend = (format, labels) => format && format !== "__auto"
  ? format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? "")
  : "{" + Object.entries(labels).map(([name, value]) => name + '="' + value + '"').join(", ") + "}";

function frame(refId, times, values, labels, name, step) {
  return {refId, length: times.length, meta: {}, fields: [
    {name: "Time", type: FieldType.time, values: times, config: step ? {interval: step * MILLIS} : {}},
    {name: "Value", type: FieldType.number, values, labels, config: {displayNameFromDS: name}},
  ]};
}

function asTable(refId, result, several) {
  const labels = [...new Set(result.flatMap((one) => Object.keys(one.metric)))].sort();
  const field = (name, type, values) => ({name, type, values, config: {}});
  return {refId, length: result.length, meta: {}, fields: [
    field("Time", FieldType.time, result.map((one) => one.value[0] * MILLIS)),
    ...labels.map((name) => field(name, FieldType.string, result.map((one) => one.metric[name] ?? ""))),
    field(several ? "Value #" + refId : "Value", FieldType.number, result.map((one) => Number(one.value[1]))),
  ]};
}

async function query(panel, values, width) {
  const points = panel.maxDataPoints ?? Math.max(width, 100);
  const step = Math.max(rangeUtil.calculateInterval(range, points, panel.interval ?? scrapeSeconds + "s").intervalMs / MILLIS, 1);
  const frames = [];
  for (const target of panel.targets.filter((one) => !one.hide)) {
    const expr = fill(target.expr, values, step);
    if (target.instant) {
      const {result} = await ask("query", {query: expr, time: range.to.valueOf() / MILLIS});
      if (target.format === "table") {
        if (result.length) frames.push(asTable(target.refId, result, panel.targets.length > 1));
        continue;
      }
      result.forEach((one) => frames.push(frame(target.refId, [one.value[0] * MILLIS], [Number(one.value[1])], one.metric, legend(target.legendFormat, one.metric))));
    } else {
      const start = Math.floor(range.from.valueOf() / MILLIS / step) * step;
      const {result} = await ask("query_range", {query: expr, start, end: range.to.valueOf() / MILLIS, step});
      result.sort((one, other) => JSON.stringify(one.metric).localeCompare(JSON.stringify(other.metric)));
      result.forEach((one) => frames.push(frame(target.refId, one.values.map((v) => v[0] * MILLIS), one.values.map((v) => Number(v[1])), one.metric, legend(target.legendFormat, one.metric), step)));
    }
  }
  return frames;
}

async function prepare(panel, values, width) {
  const raw = await query(panel, values, width);
  const changed = panel.transformations?.length
    ? await firstValueFrom(transformDataFrame(panel.transformations.filter((one) => !one.disabled), raw, {interpolate: (text) => fill(text, values, scrapeSeconds)})) : raw;
  const frames = applyFieldOverrides({data: changed, fieldConfig: panel.fieldConfig, replaceVariables: (text) => fill(text, values, scrapeSeconds), theme,
    fieldConfigRegistry: registry(panel.type), timeZone: "utc"});
  cacheFieldDisplayNames(frames);
  return frames;
}

// ---- panels

const nothing = (panel) => <div data-empty style={{height: "100%", display: "flex", alignItems: "center", justifyContent: "center", textAlign: "center", color: theme.colors.text.secondary, fontSize: theme.typography.h4?.fontSize}}>
  {panel.fieldConfig.defaults.noValue ?? "No data"}</div>;

function repeated(panel, frames, width, height, draw, factors) {
  const options = panel.options;
  const getValues = () => getFieldDisplayValues({fieldConfig: panel.fieldConfig, reduceOptions: options.reduceOptions, replaceVariables: (text) => text, theme, data: frames,
    sparkline: (options.graphMode ?? "none") !== "none", timeZone: "utc"});
  return <VizRepeater getValues={getValues} getAlignmentFactors={factors} renderValue={draw} width={width} height={height} source={frames} renderCounter={0}
    itemSpacing={options.displayMode === "lcd" ? 2 : panel.type === "bargauge" ? 10 : 3} autoGrid={panel.type === "stat"} orientation={options.orientation ?? VizOrientation.Auto}
    minVizHeight={options.minVizHeight} maxVizHeight={options.maxVizHeight} minVizWidth={options.minVizWidth} />;
}

/** One bar per series; Grafana publishes no component for it. */
function Timeline({panel, frames, width, height}) {
  const axis = 22;
  const names = 12 + 7 * Math.max(...frames.map((one) => getFieldDisplayName(one.fields[1], one, frames).length));
  const each = (height - axis) / Math.max(frames.length, 1);
  const from = range.from.valueOf();
  const scale = (width - names) / (range.to.valueOf() - from);
  return <svg width={width} height={height} style={{fontSize: 12}}>{frames.map((one, row) => {
    const [time, field] = one.fields;
    const step = time.config.interval ?? scrapeSeconds * MILLIS;
    const spans = [];
    time.values.forEach((at, i) => {
      const last = spans.at(-1);
      if (last && last.value === field.values[i] && at - last.to <= step) last.to = at + step;
      else spans.push({value: field.values[i], from: at, to: at + step});
    });
    const top = row * each + each * (1 - (panel.options.rowHeight ?? 0.9)) / 2;
    return <g key={row}>
      <text x={names - 8} y={row * each + each / 2 + 4} textAnchor="end" fill={theme.colors.text.primary}>{getFieldDisplayName(field, one, frames)}</text>
      {spans.map((span) => <g key={span.from}>
        <rect x={names + (span.from - from) * scale} width={Math.max((span.to - span.from) * scale, 1)} y={top} height={each * (panel.options.rowHeight ?? 0.9)} fill={field.display(span.value).color} fillOpacity={0.7} />
        <text x={names + (span.from - from) * scale + 6} y={row * each + each / 2 + 4} fill={theme.colors.text.maxContrast}>{panel.options.showValue === "never" || (span.to - span.from) * scale < 60 ? "" : field.display(span.value).text}</text>
      </g>)}</g>;
  })}</svg>;
}

function drawing(panel, frames, width, height) {
  const options = panel.options ?? {};
  const empty = frames.length === 0 || frames.every((one) => one.length === 0);
  switch (panel.type) {
    case "stat":
      return repeated(panel, frames, width, height, ({value, alignmentFactors, width: w, height: h, count}) => <BigValue value={value.display} sparkline={value.sparkline} width={w} height={h}
        count={count} colorMode={options.colorMode} graphMode={options.graphMode} justifyMode={options.justifyMode} textMode={options.textMode} alignmentFactors={alignmentFactors}
        text={options.text} disableWideLayout={!options.wideLayout} theme={theme} />, (values) => getDisplayValueAlignmentFactors(values));
    case "bargauge":
      return empty ? nothing(panel) : repeated(panel, frames, width, height, ({value, alignmentFactors, width: w, height: h, orientation}) => <BarGauge value={value.display} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex)}
        width={w} height={h} orientation={orientation} displayMode={options.displayMode ?? "gradient"} showUnfilled={options.showUnfilled ?? true} valueDisplayMode={options.valueMode}
        namePlacement={options.namePlacement ?? "auto"} alignmentFactors={alignmentFactors} itemSpacing={10} text={options.text} theme={theme} />, (values) => getDisplayValueAlignmentFactors(values));
    case "timeseries":
      return empty ? nothing(panel) : <TimeSeries frames={frames} width={width} height={height} timeRange={range} timeZone="utc" legend={options.legend} options={options} />;
    case "state-timeline":
      return empty ? nothing(panel) : <Timeline panel={panel} frames={frames} width={width} height={height} />;
    case "table":
      return empty ? nothing(panel) : <TableNG data={frames[0]} width={width} height={height} timeRange={range} noHeader={options.showHeader === false} cellHeight={options.cellHeight ?? "sm"}
        initialSortBy={options.sortBy} structureRev={1} />;
    default:
      window.trouble.push(panel.title + ": nothing here draws a " + panel.type);
      return nothing(panel);
  }
}

function Panel({panel, values, width, height}) {
  const [frames, setFrames] = useState(null);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    prepare(panel, values, Math.round(width)).then(setFrames, (error) => {
      window.trouble.push(panel.title + ": " + error.message);
      setProblem(error.message);
    }).finally(() => { window.pending--; });
  }, []);
  const description = panel.description;
  return <PanelChrome title={panel.title} description={description} width={width} height={height} padding={panel.type === "table" ? "none" : "md"}
    statusMessage={problem ?? undefined} displayMode={panel.transparent ? "transparent" : "default"}>
    {(w, h) => frames ? drawing(panel, frames, w, h) : null}
  </PanelChrome>;
}

function Row({panel}) {
  const inside = panel.panels?.length ?? 0;
  return <div style={{display: "flex", alignItems: "center", height: CELL_HEIGHT, fontSize: theme.typography.h5.fontSize, fontWeight: 500}}>
    <span style={{display: "inline-block", width: 24, transform: panel.collapsed ? "none" : "rotate(90deg)", textAlign: "center", color: theme.colors.text.secondary}}>›</span>{panel.title}
    {panel.collapsed && <span style={{marginLeft: 8, color: theme.colors.text.secondary, fontWeight: 400, fontSize: 12}}>({inside} panels)</span>}
  </div>;
}

function Variables({board}) {
  const box = {border: "1px solid " + theme.colors.border.medium, padding: "5px 8px", fontSize: 13};
  return <div style={{display: "flex", gap: 8, padding: `12px ${EDGE}px`}}>{board.templating.list.filter((one) => one.hide !== 2).map((one) => <div key={one.name} style={{display: "flex"}}>
    <div style={{...box, borderRight: 0, color: theme.colors.text.secondary}}>{one.label}</div><div style={{...box, background: theme.colors.background.primary}}>{[one.current.text].flat().join(" + ")}</div></div>)}</div>;
}

/** Where panels come to lie: rows that are opened push down what is behind them. */
function places(board, open) {
  const found = [];
  let shift = 0;
  for (const panel of board.panels) {
    found.push({panel, ...panel.gridPos, y: panel.gridPos.y + shift});
    if (panel.type !== "row" || !panel.collapsed || !open) continue;
    const inside = panel.panels ?? [];
    const top = panel.gridPos.y + 1;
    inside.forEach((one) => found.push({panel: one, ...one.gridPos, y: one.gridPos.y + shift}));
    shift += Math.max(0, ...inside.map((one) => one.gridPos.y + one.gridPos.h)) - (inside.length ? top : 0);
  }
  return found;
}

function Dashboard({board}) {
  const values = variables(board);
  const open = address.get("rows") === "open";
  const column = (document.documentElement.clientWidth - 2 * EDGE + GAP) / COLUMNS;
  const all = places(board, open);
  const bottom = Math.max(...all.map((one) => one.y + one.h));
  return <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <Variables board={board} />
    <div style={{position: "relative", height: bottom * (CELL_HEIGHT + GAP) + EDGE}}>{all.map(({panel, x, y, w, h}) => {
      const width = w * column - GAP;
      const height = h * (CELL_HEIGHT + GAP) - GAP;
      return <div key={panel.id} data-panel={panel.id} data-row={panel.type === "row" ? panel.title : undefined} style={{position: "absolute", left: EDGE + x * column, top: y * (CELL_HEIGHT + GAP), width, height}}>
        {panel.type === "row" ? <Row panel={{...panel, collapsed: panel.collapsed && !open}} /> : <Panel panel={panel} values={values} width={width} height={height} />}</div>;
    })}</div>
  </ThemeContext.Provider>;
}

const board = await (await fetch("/dashboard.json")).json();
window.pending = places(board, address.get("rows") === "open").filter((one) => one.panel.type !== "row").length;
Object.assign(document.body.style, {margin: 0, background: theme.colors.background.canvas, color: theme.colors.text.primary, fontFamily: theme.typography.fontFamily, fontSize: "14px", lineHeight: theme.typography.body.lineHeight});
const root = createRoot(document.getElementById("dashboard"));
root.render(<ThemeContext.Provider value={theme}><GlobalStyles /></ThemeContext.Provider>);
// Components measure words before they place them, so the font has to be there.
await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
await Promise.all(["400 14px Inter", "500 14px Inter"].map((font) => document.fonts.load(font)));
root.render(<Dashboard board={board} />);
