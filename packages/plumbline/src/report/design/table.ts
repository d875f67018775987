/** A table of plain text: columns as wide as they need, the first one wrapped to what is left. */
import { padEnd, padStart, printable, textWidth, wrapText } from "../text-width.js";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

const GAP = "  ";
const LEAST_FIRST = 16;

/** Lines of at most `width` columns, as long as the other columns leave the first one 16. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => textWidth(row[at] ?? ""))));
  const rest = widths.slice(1).reduce((sum, size) => sum + size + GAP.length, 0);
  widths[0] = Math.min(widths[0] ?? 0, Math.max(LEAST_FIRST, width - rest));
  const pad = (text: string, at: number) =>
    columns[at]?.align === "right"
      ? padStart(text, widths[at] ?? 0)
      : padEnd(text, widths[at] ?? 0);
  return cells.flatMap((row) => {
    const [first = "", ...more] = wrapText(row[0] ?? "", widths[0] ?? LEAST_FIRST);
    const line = row.map((cell, at) => pad(at === 0 ? first : cell, at)).join(GAP);
    return [line.trimEnd(), ...more.map((text) => `${GAP}${text}`.slice(0, width))];
  });
}

/** Sentences as lines; a number stays on one line with its percent sign. */
export function wrapSentence(text: string, width: number): string[] {
  const bound = printable(text).replace(/(\d) %/g, "$1\u00a0%");
  return wrapText(bound, width).map((line) => line.replaceAll("\u00a0", " "));
}
