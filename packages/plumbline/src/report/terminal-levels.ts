/** Other metrics by declared cohort, and undeclared cuts, as text: one line a level, without a plot. */
import type pc from "picocolors";
import { intervalWords } from "./plan-words.js";
import type { Readout } from "./readout-schema.js";
import {
  exploredGroups,
  type ForestRow,
  INVALID_WORDS,
  type LevelGroup,
  otherCohortGroups,
  STATUS_ICONS,
  unitsText,
} from "./rows.js";
import { indentText, padEnd, padStart, textWidth } from "./text-width.js";

type Paint = ReturnType<typeof pc.createColors>;

/** A terminal that scrolls for pages hides the verdict; the report and the JSON hold every row. */
const MOST_ROWS = 60;
const WIDEST_LEVEL = 26;

/** The metrics beside the primary one in each level of a declared dimension. */
export function otherCohortLines(
  readout: Readout,
  dimension: string,
  width: number,
  paint: Paint,
): string[] {
  const groups = otherCohortGroups(readout, dimension);
  return section(readout, groups, `Other metrics by ${dimension}`, width, paint);
}

export function exploredLines(readout: Readout, width: number, paint: Paint): string[] {
  const { exploratory } = readout;
  if (exploratory === undefined) return [];
  const cuts = exploratory.cuts.map(({ name, levels, units_without_value: none }) => {
    const missing = none === null || none === 0 ? "" : `, ${none} units without a value left out`;
    return `${name}: ${levels} ${levels === 1 ? "level" : "levels"}${missing}.`;
  });
  const title = "Exploratory cuts (not declared, never judged)";
  const [head = "", ...rest] = section(readout, exploredGroups(readout), title, width, paint);
  return [
    head === "" ? paint.bold(title) : head,
    ...indentText(exploratory.caveat, width, "  "),
    ...cuts.flatMap((cut) => indentText(cut, width, "  ")),
    ...rest,
  ];
}

function section(
  readout: Readout,
  groups: readonly LevelGroup[],
  title: string,
  width: number,
  paint: Paint,
): string[] {
  if (groups.length === 0) return [];
  const caption = `relative effect against control, ${intervalWords(readout)}`;
  const told = readout.effects_evaluable ? caption : `${INVALID_WORDS}; ${caption}`;
  const total = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  let room = MOST_ROWS;
  const body = groups.flatMap((group) => {
    const rows = group.rows.slice(0, Math.max(0, room));
    room -= rows.length;
    return rows.length === 0 ? [] : groupLines({ ...group, rows }, width, paint);
  });
  const rest = total - MOST_ROWS;
  const more = `${rest} more ${rest === 1 ? "row" : "rows"} in the report and in --json`;
  return [
    ...indentText(title, width, "").map((line) => paint.bold(line)),
    ...indentText(told, width, "  "),
    ...body,
    ...(rest > 0 ? indentText(more, width, "  ").map((line) => paint.dim(line)) : []),
  ];
}

function nameOf(row: ForestRow): string {
  return row.arm === null ? row.label : `${row.label} (${row.arm})`;
}

function groupLines(group: LevelGroup, width: number, paint: Paint): string[] {
  const widest = (texts: string[]) => Math.max(1, ...texts.map(textWidth));
  const names = Math.min(WIDEST_LEVEL, widest(group.rows.map(nameOf)));
  const effects = widest(group.rows.map(({ effectText }) => effectText ?? "–"));
  const units = widest(group.rows.map(unitsText));
  const title = `${group.metric} by ${group.dimension ?? ""}`;
  return [
    ...indentText(title, width, "  "),
    ...group.rows.flatMap((row) => {
      const name = nameOf(row);
      if (row.missing !== null) return indentText(`${name}: ${row.missing}`, width, "    ");
      const long = textWidth(name) > names;
      const figures = `${padStart(row.effectText ?? "–", effects)}  ${padStart(unitsText(row), units)}`;
      const status = paint.dim(`${STATUS_ICONS[row.status]} ${row.statusText}`);
      const line = `    ${padEnd(long ? "" : name, names)}  ${figures}  `;
      return [...(long ? indentText(name, width, "    ") : []), `${line}${status}`];
    }),
  ];
}
