import pc from "picocolors";
import { wrapSentence } from "../design/table.js";
import { printable } from "../text-width.js";
import type { Explanation } from "./explanation.js";
import { joinSections, type TextOptions, widthOf } from "./rank-terminal.js";

export function renderExplanation(output: Explanation, options: TextOptions): string {
  const width = widthOf(options);
  const paint = pc.createColors(options.color);
  const { candidate, steps } = output;
  return joinSections([
    [paint.bold(printable(candidate.title))],
    ...steps.map(({ name, sentence }) => [
      paint.bold(name),
      ...wrapSentence(sentence, width - 2).map((line) => `  ${line}`),
    ]),
  ]);
}
