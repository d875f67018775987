/** The cohorts read together, as text: a line a level of the primary metric, then sentences. */
import type pc from "picocolors";
import {
  type CohortReading,
  cohortReadings,
  keptText,
  poolingCaveat,
  rangeText,
} from "./cohort-rows.js";
import type { ReadoutPooling } from "./readout-cohorts-schema.js";
import type { Readout } from "./readout-schema.js";
import { indentText, padEnd, padStart, textWidth } from "./text-width.js";

type Paint = ReturnType<typeof pc.createColors>;

/** Lines of at most `width` columns; none without declared cohorts. */
export function cohortReadingLines(readout: Readout, width: number, paint: Paint): string[] {
  const readings = cohortReadings(readout);
  if (readings.length === 0) return [];
  const caveat = poolingCaveat(readout);
  return [
    paint.bold("Cohorts together"),
    ...(caveat === "" ? [] : indentText(caveat, width, "  ")),
    ...readings.flatMap((reading) => readingLines(readout, reading, width, paint)),
  ];
}

function readingLines(
  readout: Readout,
  { dimension, pooling, mix }: CohortReading,
  width: number,
  paint: Paint,
): string[] {
  const primary = readout.metrics[0]?.name;
  const own = pooling.filter(({ metric }) => metric === primary);
  const rest = pooling.length - own.length;
  const told = mix.filter(({ metric }) => metric === primary).map(({ sentence }) => sentence);
  const more = `${rest} more pooled ${rest === 1 ? "effect" : "effects"}, of guardrails, in the report and in --json`;
  return [
    ...indentText(dimension, width, "  ").map((line) => paint.bold(line)),
    ...own.flatMap((each) => [
      ...table(readout, each, width, paint),
      ...indentText(each.sentence, width, "  "),
    ]),
    ...told.flatMap((sentence) => indentText(sentence, width, "  ")),
    ...(rest === 0 ? [] : indentText(more, width, "  ").map((line) => paint.dim(line))),
  ];
}

const WIDEST_LEVEL = 24;

function table(readout: Readout, pooling: ReadoutPooling, width: number, paint: Paint): string[] {
  const several = readout.arms.filter(({ role }) => role === "treatment").length > 1;
  const level = readout.interval_level;
  const rows = pooling.levels.map((each) => ({
    name: each.level,
    raw: rangeText(pooling, each.raw, level),
    pooled: each.pooled === null ? "–" : rangeText(pooling, each.pooled, level),
    kept: keptText(each.kept),
  }));
  const head = {
    name: several ? pooling.treatment : "",
    raw: "by itself",
    pooled: "pooled",
    kept: "kept",
  };
  const all = [head, ...rows];
  const widest = (of: (row: typeof head) => string) =>
    Math.max(...all.map((row) => textWidth(of(row))));
  const columns = {
    name: Math.min(
      WIDEST_LEVEL,
      widest(({ name }) => name),
    ),
    raw: widest(({ raw }) => raw),
    pooled: widest(({ pooled: text }) => text),
    kept: widest(({ kept }) => kept),
  };
  return all.flatMap((row, at) => {
    const long = textWidth(row.name) > columns.name;
    const figures = `${padStart(row.raw, columns.raw)}  ${padStart(row.pooled, columns.pooled)}  ${padStart(row.kept, columns.kept)}`;
    const line = `    ${padEnd(long ? "" : row.name, columns.name)}  ${figures}`;
    const lines = [...(long ? indentText(row.name, width, "    ") : []), line];
    return at === 0 ? lines.map((each) => paint.dim(each)) : lines;
  });
}
