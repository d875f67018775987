/** The ranking as text. */
import { formatAmount, formatWholePercent } from "@plumbline/primitives/format";
import pc from "picocolors";
import { type Column, textTable, wrapSentence } from "../design/table.js";
import { printable } from "../text-width.js";
import type { ChoiceDocument, RankingDocument } from "./document.js";
import { recordSentence } from "./words.js";

const column = (title: string, align: Column["align"] = "right"): Column => ({ title, align });

const COLUMNS = [
  column("candidate", "left"),
  column("rank"),
  column("RICE"),
  column("80 % range"),
  column("power"),
  column("claim"),
  column("believed"),
  column("weeks"),
  column("calibrated"),
];

export interface TextOptions {
  readonly color: boolean;
  readonly width: number;
}

export const widthOf = ({ width }: TextOptions) => Math.min(100, Math.max(80, width));

export function findingLines(
  { findings }: RankingDocument | ChoiceDocument,
  width: number,
): string[] {
  return findings.flatMap(({ file, line, column: at, code, message, mend }) =>
    wrapSentence(`${file}:${line}:${at}  ${code}  ${message} ${mend}`, width - 2).map(
      (text, index) => (index === 0 ? `- ${text}` : `  ${text}`),
    ),
  );
}

export const joinSections = (sections: readonly (readonly string[])[]): string =>
  `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;

export function renderRanking(document: RankingDocument, options: TextOptions): string {
  const width = widthOf(options);
  const paint = pc.createColors(options.color);
  const rows = document.candidates.map((each) => [
    each.id,
    String(each.rice_rank),
    String(Math.round(each.rice)),
    `${Math.round(each.rice_low)} to ${Math.round(each.rice_high)}`,
    formatWholePercent(each.detectability.probability),
    formatWholePercent(each.chance.claim),
    formatWholePercent(each.chance.believed),
    formatAmount(each.engineer_weeks),
    `${Math.round(each.calibrated_rice)} (${each.calibrated_rank})`,
  ]);
  const [heading = "", ...lines] = textTable(COLUMNS, rows, width);
  const findings = findingLines(document, width);
  return joinSections([
    [paint.bold(printable(document.title)), ...wrapSentence(recordSentence(document), width)],
    [paint.dim(heading), ...lines],
    wrapSentence(
      "A ranking, not a verdict: dependencies, shared traffic and what is learnt count in plumb portfolio choose.",
      width,
    ),
    findings.length === 0 ? [] : ["Findings", ...findings],
  ]);
}
