/** Effects by day since first exposure as text: one line a day, and what they say. */
import type { EffectsByAge } from "@plumbline/primitives";
import pc from "picocolors";
import { type Column, textTable, wrapSentence } from "../design/table.js";
import { formatCount } from "../format.js";
import { printable } from "../text-width.js";
import { type Ages, shareText } from "./ages-words.js";

const BAR = 24;

const right = (title: string): Column => ({ title, align: "right" });

/** A mark between the least and the largest end of any interval; the rule is at zero. */
function bar(value: number, lower: number, upper: number): string {
  const place = (at: number) => Math.round(((at - lower) / (upper - lower)) * (BAR - 1));
  const cells = new Array<string>(BAR).fill(" ");
  cells[place(0)] = "│";
  cells[place(value)] = "●";
  return cells.join("");
}

function table(arm: EffectsByAge, width: number): string[] {
  const { days, level } = arm;
  const lower = Math.min(0, ...days.map((day) => day.lower));
  const upper = Math.max(0, ...days.map((day) => day.upper));
  const columns = [
    { title: "day since first exposure", align: "left" } as const,
    right("control"),
    right("effect"),
    right("interval"),
    right(""),
  ];
  const rows = days.map((day) => [
    String(day.day + 1),
    Number(day.control.toPrecision(4)).toString(),
    shareText(day.effect, level),
    `${shareText(day.lower, level)} to ${shareText(day.upper, level)}`,
    bar(day.effect, lower, upper),
  ]);
  return textTable(columns, rows, width);
}

export function renderAges(
  { experiment, metric, exposedBefore, coverage, arms }: Ages,
  options: { readonly color: boolean; readonly width: number },
): string {
  const width = Math.min(100, Math.max(80, options.width));
  const paint = pc.createColors(options.color);
  const sections = arms.flatMap((arm) => {
    const { control, treatment } = arm.units;
    const lead = `${arm.treatment} against control, ${Math.round(coverage * 100)} % intervals, ${formatCount(treatment)} and ${formatCount(control)} units, all exposed before ${exposedBefore.slice(0, 16).replace("T", " ")} UTC, so that each has had every day.`;
    const [heading = "", ...lines] = table(arm, width);
    return [
      "",
      ...wrapSentence(lead, width),
      paint.dim(heading),
      ...lines,
      "",
      ...wrapSentence(arm.sentence, width),
    ];
  });
  return `${[paint.bold(printable(`${experiment}: ${metric} by day since first exposure`)), ...sections].join("\n")}\n`;
}
