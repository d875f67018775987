import type { DocumentProblem } from "../documents/problem.js";

/** Documents (or the data they point at) have problems; each stands at a place in a file. */
export class DocumentsError extends Error {
  readonly problems: readonly DocumentProblem[];

  constructor(problems: readonly DocumentProblem[]) {
    super(`${problems.length} problem${problems.length === 1 ? "" : "s"} in documents or data`);
    this.name = "DocumentsError";
    this.problems = problems;
  }

  has(code: DocumentProblem["code"]): boolean {
    return this.problems.some((problem) => problem.code === code);
  }
}
