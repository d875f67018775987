import pc from "picocolors";
import { formatCount, formatPValue, formatShare } from "./format.js";
import { intervalClaim, intervalWords, shownParameters, timingText } from "./plan-words.js";
import type { Readout, ReadoutCheck } from "./readout-schema.js";
import {
  checkWord,
  cohortGroups,
  type ForestGroup,
  type ForestRow,
  INVALID_WORDS,
  metricGroup,
  type RowStatus,
  STATUS_ICONS,
  severalTreatments,
  shownStatus,
  statusWord,
  unitsText,
} from "./rows.js";
import { cohortReadingLines } from "./terminal-cohorts.js";
import { drawAxis, drawSpan, FOREST_LEGEND } from "./terminal-forest.js";
import { exploredLines, otherCohortLines } from "./terminal-levels.js";
import { planLines } from "./terminal-plan.js";
import { policyLines } from "./terminal-policies.js";
import { indentText, padEnd, padStart, printable, textWidth, wrapText } from "./text-width.js";
import {
  ORIGIN_WORDS,
  QUALITY_ICONS,
  QUALITY_WORDS,
  VERDICT_ICONS,
  VERDICT_WORDS,
} from "./words.js";

export interface TerminalOptions {
  /** False: no escape codes at all, as when the output is piped. */
  readonly color: boolean;
  /** Columns, at most 100; narrower terminals are honoured down to 80. */
  readonly width?: number;
}

const WIDEST = 100;
const NARROWEST = 80;

/** Stands where an effect is too long for its column and follows on the next line. */
const BELOW = "(below)";

type Paint = ReturnType<typeof pc.createColors>;

interface Page {
  readonly readout: Readout;
  readonly width: number;
  readonly paint: Paint;
}

/** The readout as text, ending with a newline: verdict, reason, plan, metrics, gate, cohorts, data, parameters. */
export function renderTerminal(readout: Readout, options: TerminalOptions): string {
  const asked = Math.floor(options.width ?? WIDEST);
  const width = Math.min(WIDEST, Math.max(NARROWEST, asked));
  const page: Page = { readout: plain(readout), width, paint: pc.createColors(options.color) };
  const sections = [
    head(page),
    planLines(page.readout, page.width, page.paint),
    forest(page, metricGroup(page.readout), "Metrics"),
    gate(page),
    ...cohortGroups(page.readout).flatMap((group) => [
      forest(page, group, `Cohorts: ${group.dimension ?? ""}`),
      otherCohortLines(page.readout, group.dimension ?? "", page.width, page.paint),
    ]),
    cohortReadingLines(page.readout, page.width, page.paint),
    exploredLines(page.readout, page.width, page.paint),
    policyLines(page.readout.policies, page.width, page.paint),
    [...data(page), ...quality(page)],
    parameters(page),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** The same document with nothing in its texts that a terminal would obey. */
function plain(readout: Readout): Readout {
  const { registration, sql, ...shown } = readout;
  const text = JSON.stringify(shown, (_key, value: unknown) =>
    typeof value === "string" ? printable(value) : value,
  );
  return { ...(JSON.parse(text) as typeof shown), registration, sql };
}

function verdictText(word: Readout["verdict"]): string {
  return `${VERDICT_ICONS[word]} ${VERDICT_WORDS[word].toUpperCase()}`;
}

function head({ readout, width, paint }: Page): string[] {
  const text = verdictText(readout.verdict);
  const paints = {
    ship: paint.green,
    veto: paint.red,
    no_ship: paint.bold,
    invalid: paint.yellow,
    continue: paint.cyan,
  };
  const [first = "", ...rest] = wrapText(readout.experiment_id, width - textWidth(text) - 2);
  const lines = [`${paint.bold(paints[readout.verdict](text))}  ${first}`, ...rest];
  lines.push(...wrapText(readout.reason, width));
  lines.push(...wrapText(`Next: ${readout.next}`, width).map((line) => paint.dim(line)));
  if (!severalTreatments(readout)) return lines;
  const arms = readout.arms.filter((arm) => arm.verdict !== null);
  for (const { verdict, name, reason } of arms) {
    const word = verdict === null ? "" : `${verdictText(verdict)} `;
    lines.push(...indentText(`${word}${name}: ${reason ?? ""}`, width, "  "));
  }
  return lines;
}

function data({ readout, width, paint }: Page): string[] {
  const lines = readout.arms.flatMap((arm) => {
    const units = arm.units === null ? "units unknown" : `${formatCount(arm.units)} units`;
    const observed = arm.observed_share === null ? "" : `${formatShare(arm.observed_share)}, `;
    const shares = `(${observed}intended ${formatShare(arm.intended_share)})`;
    return indentText(`${arm.name}: ${units} ${shares}`, width, "  ");
  });
  const timing = timingText(readout);
  return [
    paint.bold("Data"),
    ...indentText(readout.data.description, width, "  "),
    ...(timing === "" ? [] : indentText(timing, width, "  ")),
    ...lines,
  ];
}

interface Columns {
  readonly label: number;
  readonly plot: number;
  readonly effect: number;
  readonly units: number;
  readonly status: number;
}

function columnsOf(page: Page, group: ForestGroup): Columns {
  const widest = (texts: string[]) => Math.max(0, ...texts.map(textWidth));
  const room = page.width - 2;
  const texts = group.rows.flatMap((row) => [row.effectText ?? "", row.unadjustedText ?? ""]);
  const effect = Math.min(page.width < WIDEST ? 24 : 34, Math.max(10, widest(texts)));
  const units = Math.max(1, widest(group.rows.map(unitsText)));
  const status = Math.max(...group.rows.map((row) => 2 + textWidth(row.statusText)), 5);
  const rest = room - effect - units - status - 8;
  const names = widest(group.rows.map((row) => (row.arm === null ? row.label : `  ${row.arm}`)));
  const label = Math.min(26, Math.max(15, names), Math.max(8, rest - 12));
  return { label, plot: rest - label, effect, units, status };
}

function forest(page: Page, group: ForestGroup, title: string): string[] {
  if (group.rows.length === 0) return [];
  const { readout, width, paint } = page;
  const claim = intervalClaim(readout);
  const caption = `relative effect against control, ${intervalWords(readout)}${claim === "" ? "" : ` (${claim})`}`;
  const told = readout.effects_evaluable ? caption : `${INVALID_WORDS}; ${caption}`;
  const lines = wrapText(title, width).map((line) => paint.bold(line));
  lines.push(...indentText(told, width, "  "));
  const columns = columnsOf(page, group);
  const { axis } = group;
  if (axis !== null) {
    const ruler = drawAxis(axis, columns.plot);
    const figures = `${padEnd("effect", columns.effect)}  ${padStart("n", columns.units)}  status`;
    lines.push(paint.dim(`  ${padEnd("", columns.label)}  ${ruler}  ${figures}`));
  }
  let above: string | null = null;
  for (const row of group.rows) {
    lines.push(...forestLines(page, group, row, columns, row.label === above));
    above = row.label;
  }
  if (axis !== null) lines.push(...indentText(FOREST_LEGEND, width, "  ").map((l) => paint.dim(l)));
  return lines;
}

/** `repeated`: the row above is of the same metric or cohort, so only the arm is named. */
function forestLines(
  page: Page,
  group: ForestGroup,
  row: ForestRow,
  columns: Columns,
  repeated: boolean,
): string[] {
  const { width } = page;
  const lines = row.arm !== null && !repeated ? indentText(row.label, width, "  ") : [];
  let label = row.arm === null ? row.label : `  ${row.arm}`;
  if (textWidth(label) > columns.label || label.includes("\n")) {
    lines.push(...indentText(label.trim(), width, row.arm === null ? "  " : "    "));
    label = "";
  }
  if (row.missing !== null) {
    const status = `${STATUS_ICONS[row.status]} ${row.statusText}`;
    if (label !== "") lines.push(`  ${label}`);
    return [
      ...lines,
      `    ${paintStatus(page, row.status, status)}`,
      ...indentText(row.missing, width, "    "),
    ];
  }
  lines.push(spanLine(page, group, row, columns, { label, adjusted: true }));
  if (row.unadjustedText !== null) {
    lines.push(spanLine(page, group, row, columns, { label: "  without CUPED", adjusted: false }));
  }
  for (const text of [row.effectText, row.unadjustedText]) {
    if (text !== null && textWidth(text) > columns.effect)
      lines.push(...indentText(text, width, "    "));
  }
  lines.push(...indentText(detailText(row), width, "    ").map((line) => page.paint.dim(line)));
  return lines;
}

function detailText(row: ForestRow): string {
  const { analysis, cuped } = row.comparison;
  const p = analysis?.p_value;
  const parts = [
    row.detail,
    analysis ? analysis.method : "",
    p ? formatPValue(p.value, p.is_bound) : "",
    cuped ? `variance × ${cuped.variance_ratio.toFixed(2)} by CUPED` : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function spanLine(
  page: Page,
  group: ForestGroup,
  row: ForestRow,
  columns: Columns,
  { label, adjusted }: { label: string; adjusted: boolean },
): string {
  const span = adjusted ? row.relative : row.unadjusted;
  const text = (adjusted ? row.effectText : row.unadjustedText) ?? "–";
  const plot = group.axis ? drawSpan(row, span, group.axis, columns.plot, !adjusted) : "";
  const name =
    textWidth(label) > columns.label ? padEnd("", columns.label) : padEnd(label, columns.label);
  const effect = textWidth(text) > columns.effect ? BELOW : text;
  const units = adjusted ? unitsText(row) : "";
  const status = adjusted ? `${STATUS_ICONS[row.status]} ${row.statusText}` : "";
  const start = `  ${name}  ${padEnd(plot, columns.plot)}  ${padEnd(effect, columns.effect)}  ${padStart(units, columns.units)}  `;
  return adjusted ? start + paintStatus(page, row.status, status) : page.paint.dim(start.trimEnd());
}

function paintStatus({ paint }: Page, status: RowStatus, text: string): string {
  if (status === "breach") return paint.red(text);
  if (status === "near" || status === "underpowered") return paint.yellow(text);
  return status === "clear" ? paint.green(text) : paint.dim(text);
}

function gate(page: Page): string[] {
  const { readout, paint } = page;
  const lines = [paint.bold("Gate")];
  const stops = new Set(readout.arms.map((arm) => arm.stopped_at).filter((id) => id !== null));
  lines.push(...passedQuality(page));
  for (const check of readout.checks) {
    if (check.kind === "quality" && !check.blocks) continue;
    lines.push(...checkLines(page, check));
    if (stops.has(check.id)) lines.push(paint.bold("    └─ the path stops here"));
  }
  return readout.checks.length === 0 ? [] : lines;
}

/** Quality checks that do not block are one line here; what they found stands under Data. */
function passedQuality(page: Page): string[] {
  const passed = page.readout.checks.filter((check) => check.kind === "quality" && !check.blocks);
  if (passed.length === 0) return [];
  const status = passed.some((check) => check.status !== "clear") ? "near" : "clear";
  const checks = passed.length === 1 ? "1 check does" : `${passed.length} checks do`;
  const text = `Data quality: ${checks} not block; what they found is under Data.`;
  return badgeLines(page, status, statusWord(status, "quality"), text);
}

/** Columns of a status badge: "? underpowered" and two spaces. */
const BADGE = 16;

function checkLines(page: Page, check: ReadoutCheck): string[] {
  const status = shownStatus(page.readout, check);
  const hidden = status !== check.status;
  const sentence = hidden ? `${check.id}: ${INVALID_WORDS}` : check.sentence;
  return badgeLines(page, status, checkWord(page.readout, check), sentence);
}

function badgeLines(page: Page, status: RowStatus, word: string, sentence: string): string[] {
  const badge = `${STATUS_ICONS[status]} ${word}`;
  const indent = " ".repeat(2 + BADGE);
  const [first = "", ...rest] = wrapText(sentence, page.width - indent.length);
  const start = paintStatus(page, status, padEnd(badge, BADGE));
  return [`  ${start}${first}`, ...rest.map((line) => indent + line)];
}

function quality({ readout, width }: Page): string[] {
  const findings = readout.quality;
  if (findings.length === 0) return [];
  const ok = findings.filter((finding) => finding.status === "ok").length;
  const icon = ok === findings.length ? QUALITY_ICONS.ok : QUALITY_ICONS.note;
  const lines = [`  ${icon} ${ok} of ${findings.length} quality checks without a finding`];
  for (const { status, sentence } of findings.filter((finding) => finding.status !== "ok")) {
    const text = `${QUALITY_ICONS[status]} ${QUALITY_WORDS[status]}: ${sentence}`;
    lines.push(...indentText(text, width, "  ", "    "));
  }
  return lines;
}

function parameters({ readout, width, paint }: Page): string[] {
  const shown = shownParameters(readout).filter(({ name }) => !name.includes("."));
  if (shown.length === 0) return [];
  const lines = (["given", "default", "derived"] as const).flatMap((origin) => {
    const texts = shown
      .filter((parameter) => parameter.origin === origin)
      .map(({ name, value }) => `${name} ${String(value)}`);
    if (texts.length === 0) return [];
    return indentText(`${ORIGIN_WORDS[origin]}: ${texts.join(", ")}`, width, "  ");
  });
  const rest = shownParameters(readout).length - shown.length;
  const more = `${rest} more, by metric and arm, in the report and in --json`;
  return [paint.bold("Parameters"), ...lines, ...(rest > 0 ? [`  ${more}`] : [])];
}
