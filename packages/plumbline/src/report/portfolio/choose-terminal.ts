/** The choice as text: what is chosen, every decision with its reason, and what would change it. */
import { formatAmount } from "@plumbline/primitives/format";
import pc from "picocolors";
import { wrapSentence } from "../design/table.js";
import { printable } from "../text-width.js";
import type { ChoiceDocument } from "./document.js";
import { findingLines, joinSections, type TextOptions, widthOf } from "./rank-terminal.js";
import {
  choiceSentence,
  DECISION_MARKS,
  paperSentence,
  recordSentence,
  shadowSentence,
  sharedSentences,
  turning,
  turnText,
  winsSentence,
} from "./words.js";

export function renderChoice(document: ChoiceDocument, options: TextOptions): string {
  const width = widthOf(options);
  const paint = pc.createColors(options.color);
  const wrap = (text: string) => wrapSentence(text, width);
  const list = (texts: readonly string[]) =>
    texts.flatMap((text) =>
      wrapSentence(text, width - 2).map((line, at) => (at === 0 ? `- ${line}` : `  ${line}`)),
    );
  const decisions = document.candidates.flatMap((each) => [
    paint.bold(
      `${DECISION_MARKS[each.decision]}  ${printable(each.id)}${each.override === null ? "" : " (override)"}`,
    ),
    ...wrapSentence(each.reason, width - 4).map((line) => `    ${line}`),
  ]);
  const runners = document.runners_up.map(
    ({ chosen, value, effort }) =>
      `${chosen.join(", ") || "nothing"}: ${formatAmount(value)}, ${formatAmount(effort)} engineer-weeks`,
  );
  const turns = turning(document).map((each) => `${each.id}: ${turnText(each)}`);
  const findings = findingLines(document, width);
  return joinSections([
    [
      paint.bold(printable(document.title)),
      ...wrap(choiceSentence(document)),
      ...wrap(winsSentence(document)),
      ...wrap(recordSentence(document)),
      ...wrap(paperSentence(document)),
    ],
    decisions,
    runners.length === 0 ? [] : ["Next best", ...list(runners)],
    ["One more engineer-week", ...list([shadowSentence(document)])],
    turns.length === 0 ? [] : ["Impact at which the choice turns", ...list(turns)],
    document.shared_traffic.length === 0
      ? []
      : ["Shared traffic", ...list(sharedSentences(document))],
    findings.length === 0 ? [] : ["Findings", ...findings],
  ]);
}
