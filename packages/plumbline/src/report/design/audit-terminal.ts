/** Findings of an audit as text. */
import { relative } from "node:path";
import type { FindingSeverity } from "@plumbline/primitives";
import pc from "picocolors";
import { printable } from "../text-width.js";
import { wrapSentence } from "./table.js";

interface ShownFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly severity: FindingSeverity;
  readonly sentence: string;
  readonly mend: string;
}

const INDENT = "    ";

const count = (findings: readonly ShownFinding[], severity: FindingSeverity, noun: string) => {
  const found = findings.filter((finding) => finding.severity === severity).length;
  return `${found} ${noun}${found === 1 ? "" : "s"}`;
};

/** Each finding with its place, and a line that sums up. */
export function renderFindings(
  output: {
    readonly experimentId: string;
    readonly findings: readonly ShownFinding[];
    readonly base: string;
    readonly ok: boolean;
  },
  { color, width }: { readonly color: boolean; readonly width: number },
): string[] {
  const paint = pc.createColors(color);
  const tones = { error: paint.red, warning: paint.yellow, note: paint.dim };
  const text = (body: string) =>
    wrapSentence(body, width - INDENT.length).map((line) => INDENT + line);
  const blocks = output.findings.flatMap((finding) => {
    const { file, line, column, code, severity } = finding;
    const place = `${relative(output.base, file) || file}:${line}:${column}`;
    return [
      `${printable(place)}  ${tones[severity](`${code} (${severity})`)}`,
      ...text(finding.sentence),
      ...text(`-> ${finding.mend}`),
    ];
  });
  const counts = [
    count(output.findings, "error", "error"),
    count(output.findings, "warning", "warning"),
    count(output.findings, "note", "note"),
  ].join(", ");
  const verdict = output.ok ? "ok" : "failed";
  return [...blocks, `${verdict}: ${counts} in ${printable(output.experimentId)}`];
}
