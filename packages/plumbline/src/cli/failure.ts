import { formatProblem } from "../documents/problem.js";
import { DocumentsError } from "../operations/documents-error.js";
import type { Rendered } from "../operations/operation.js";

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A ZodError of the command's own input, known by its shape so that zod need not be loaded here. */
const inputIssues = (error: unknown): readonly Issue[] | null =>
  error instanceof Error && error.name === "ZodError" && "issues" in error
    ? (error.issues as readonly Issue[])
    : null;

const isCoded = (error: unknown): error is Error & { code: string; mend: string } =>
  error instanceof Error && "code" in error && "mend" in error && typeof error.mend === "string";

const failed = (stderr: string): Rendered => ({ stdout: "", stderr, exitCode: 1 });

/**
 * What a terminal shows of a failure. A coded error says what and how to mend it; anything else is a
 * fault of the product and says so, never of the caller.
 */
export function describeFailure(
  error: unknown,
  workingDirectory: string,
  debug: boolean,
): Rendered {
  if (error instanceof DocumentsError) {
    const lines = error.problems.map((problem) => formatProblem(problem, workingDirectory));
    return failed(`${lines.join("\n")}\n`);
  }
  if (isCoded(error)) return failed(`${error.code}  ${error.message}  ${error.mend}\n`);
  const issues = inputIssues(error);
  if (issues) {
    const lines = issues.map(
      ({ path, message }) => `INPUT_INVALID  ${path.join(".")}: ${message}.`,
    );
    return failed(`${lines.join("\n")}\n`);
  }
  const message = error instanceof Error ? error.message : String(error);
  const trace = debug && error instanceof Error ? `\n${error.stack}` : "";
  return failed(
    `INTERNAL  This is a fault of Plumbline, not yours: ${message}  Run again with PLUMB_DEBUG=1 for the trace, and report it.${trace}\n`,
  );
}
