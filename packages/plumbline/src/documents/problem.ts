/** A problem with its place in a file, and how it is printed. */
import { relative } from "node:path";
import type { ProblemCode } from "@plumbline/primitives";

/** What can be wrong with a file before its fields are looked at. */
export const FILE_PROBLEM_CODES = [
  "FILE_UNREADABLE",
  "DOCUMENT_TOO_LARGE",
  "DOCUMENT_ENCODING",
  "DOCUMENT_EMPTY",
  "DOCUMENT_KIND_UNKNOWN",
  "DOCUMENTS_NONE",
  "WORKSPACE_MISSING",
  "YAML_SYNTAX",
  "YAML_DUPLICATE_KEY",
  "YAML_MULTIPLE_DOCUMENTS",
  "YAML_ALIAS",
  "YAML_TAG",
  "YAML_NUMBER",
  "YAML_TOO_DEEP",
] as const;

export type FileProblemCode = (typeof FILE_PROBLEM_CODES)[number];

export interface Location {
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

export interface DocumentProblem extends Location {
  /** One of ours, or the code of a warehouse error that was placed in a document. */
  readonly code: ProblemCode | FileProblemCode | (string & {});
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly mend: string;
}

export const hasErrors = (problems: readonly DocumentProblem[]): boolean =>
  problems.some(({ severity }) => severity === "error");

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By file and place, each problem once. */
export function sortProblems(problems: readonly DocumentProblem[]): DocumentProblem[] {
  const once = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...once.values()].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/** Text from a document may hold anything; a terminal shall not obey it. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\uFFFD");

/** `file:line:column  CODE  sentence  how to mend`, the file relative to `base`. */
export function formatProblem(problem: DocumentProblem, base: string): string {
  const file = relative(base, problem.file) || problem.file;
  const code = problem.severity === "warning" ? `${problem.code} (warning)` : problem.code;
  const parts = [`${file}:${problem.line}:${problem.column}`, code, problem.message, problem.mend];
  return parts.map(printable).join("  ");
}
