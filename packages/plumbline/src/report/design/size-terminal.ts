/** A sizing as text: one line a question, what decides, and what is missing. */
import type { SizedRequirement, SizingReport } from "@plumbline/primitives";
import pc from "picocolors";
import { formatCount, formatPercent } from "../format.js";
import { printable } from "../text-width.js";
import {
  bottleneckSentence,
  effectText,
  NONE,
  plannedSentence,
  planSentence,
  powerText,
  QUESTION_WORDS,
  requirementName,
  weeksText,
} from "./size-words.js";
import { type Column, textTable, wrapSentence } from "./table.js";

export type SizeQuestion = "n" | "mde" | "power" | "runtime";

const column = (title: string, align: Column["align"] = "right"): Column => ({ title, align });

interface View {
  readonly columns: readonly Column[];
  readonly row: (size: SizedRequirement, report: SizingReport) => readonly string[];
}

const HEAD = [column("question", "left"), column("effect")];

const head = (size: SizedRequirement) => [
  `${requirementName(size)}: ${QUESTION_WORDS[size.question]}`,
  effectText(size.effect, size),
];

const VIEWS: Readonly<Record<SizeQuestion, View>> = {
  n: {
    columns: [
      ...HEAD,
      column("power"),
      column("share"),
      column("n per arm"),
      column("total"),
      column("runtime"),
    ],
    row: (size, report) => [
      ...head(size),
      powerText(size.power),
      formatPercent(size.fraction),
      formatCount(size.perArm),
      formatCount(size.total),
      weeksText(size.weeks, report),
    ],
  },
  mde: {
    columns: [...HEAD, column("power"), column("planned n"), column("smallest effect")],
    row: (size) => [
      ...head(size),
      powerText(size.power),
      size.planned ? formatCount(size.planned.measured) : NONE,
      effectText(size.planned?.effect ?? null, size),
    ],
  },
  power: {
    columns: [...HEAD, column("wanted"), column("planned n"), column("power")],
    row: (size) => [
      ...head(size),
      powerText(size.power),
      size.planned ? formatCount(size.planned.measured) : NONE,
      size.planned ? powerText(size.planned.power) : NONE,
    ],
  },
  runtime: {
    columns: [...HEAD, column("total"), column("runtime"), column("days")],
    row: (size, report) => [
      ...head(size),
      formatCount(size.total),
      weeksText(size.weeks, report),
      size.weeks === null ? NONE : formatCount(size.weeks * 7),
    ],
  },
};

/** What stands in the way of an answer to the question asked, in a sentence. */
function obstacle(report: SizingReport, question: SizeQuestion): string | null {
  if (question === "runtime" && report.traffic === null) {
    return "There is no runtime without traffic: add sizing.traffic.";
  }
  if ((question === "mde" || question === "power") && report.planned === null) {
    return "There is no planned size: add sample_size_per_arm, or sizing.traffic and runtime_days.";
  }
  return null;
}

function alternatives(report: SizingReport): string[] {
  return report.alternatives.map(
    ({ label, size }) =>
      `Primary metric ${label}: ${formatCount(size.perArm)} per arm, ${formatCount(size.total)} in all.`,
  );
}

/** The sizing as text of at most 100 columns, ending with a newline. */
export function renderSizing(
  report: SizingReport,
  question: SizeQuestion,
  options: { readonly color: boolean; readonly width: number },
): string {
  const width = Math.min(100, Math.max(80, options.width));
  const paint = pc.createColors(options.color);
  const wrap = (text: string) => wrapSentence(text, width);
  const list = (texts: readonly string[]) =>
    texts.flatMap((text) =>
      wrapSentence(text, width - 2).map((line, at) => (at === 0 ? `- ${line}` : `  ${line}`)),
    );
  const { columns, row } = VIEWS[question];
  const [heading = "", ...lines] = textTable(
    columns,
    report.requirements.map((size) => row(size, report)),
    width,
  );
  const missing = report.unsized.map(
    ({ id, reason, mend }) => `${id.replace(":", " ")}: ${reason}. ${mend}`,
  );
  const obstructed = obstacle(report, question);
  const sections = [
    [
      paint.bold(printable(report.experimentId)),
      ...wrap(plannedSentence(report)),
      ...wrap(planSentence(report)),
    ],
    report.requirements.length === 0 ? [] : [paint.dim(heading), ...lines],
    [
      ...(obstructed === null ? [] : wrap(obstructed)),
      ...wrap(bottleneckSentence(report)).map((line) => paint.bold(line)),
      ...alternatives(report).flatMap(wrap),
    ],
    missing.length === 0 ? [] : ["Not sized", ...list(missing)],
    report.notes.length === 0 ? [] : ["Notes", ...list(report.notes)],
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}
