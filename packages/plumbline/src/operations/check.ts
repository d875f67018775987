import { relative, resolve } from "node:path";
import { z } from "zod";
import { type CheckResult, checkWorkspace } from "../documents/check.js";
import { formatProblem } from "../documents/problem.js";
import type { OperationBody, OperationContext, Rendered } from "./operation.js";

const input = z.strictObject({
  path: z.string().min(1).default("."),
  json: z.boolean().default(false),
});

type CheckInput = z.output<typeof input>;
type CheckOutput = CheckResult & { readonly base: string };

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

async function run(context: OperationContext, { path }: CheckInput): Promise<CheckOutput> {
  const result = checkWorkspace(resolve(context.workingDirectory, path));
  return { ...result, base: context.workingDirectory };
}

function renderJson(output: CheckOutput): Rendered {
  const document = {
    schema: "plumbline.check/1",
    ok: output.ok,
    counts: output.counts,
    notes: output.notes,
    problems: output.problems.map((problem) => ({
      ...problem,
      file: relative(output.base, problem.file),
    })),
  };
  return {
    stdout: `${JSON.stringify(document, null, 2)}\n`,
    stderr: "",
    exitCode: output.ok ? 0 : 1,
  };
}

function render(output: CheckOutput, { json }: CheckInput): Rendered {
  if (json) return renderJson(output);
  const { counts } = output;
  const errors = output.problems.filter(({ severity }) => severity === "error").length;
  const warnings = output.problems.length - errors;
  const read = [
    plural(counts.documents, "document"),
    plural(counts.registrations, "registration"),
    plural(counts.metrics, "metric"),
    plural(counts.sources, "source"),
    plural(counts.evidence, "evidence file"),
  ].join(", ");
  const summary = `${output.ok ? "ok" : "failed"}: ${plural(errors, "error")}, ${plural(warnings, "warning")} in ${read}`;
  const lines = [
    ...output.problems.map((problem) => formatProblem(problem, output.base)),
    ...output.notes.map((note) => `note: ${note}`),
    summary,
  ];
  return { stdout: `${lines.join("\n")}\n`, stderr: "", exitCode: output.ok ? 0 : 1 };
}

export const checkOperation: OperationBody<CheckInput, CheckOutput> = { input, run, render };
