import { relative } from "node:path";
import { auditRegistration, type Finding } from "@plumbline/primitives";
import { z } from "zod";
import { type DocumentProblem, hasErrors } from "../../documents/problem.js";
import { renderFindings } from "../../report/design/audit-terminal.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { loadDesign } from "./load.js";

const input = z.strictObject({
  registration: z.string().min(1),
  json: z.boolean().default(false),
});

type AuditInput = z.output<typeof input>;

export interface PlacedFinding extends Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface AuditOutput {
  readonly experimentId: string;
  readonly findings: readonly PlacedFinding[];
  /** Of the documents themselves, as `plumb check` says them. */
  readonly problems: readonly DocumentProblem[];
  readonly base: string;
  readonly ok: boolean;
}

async function run(context: OperationContext, given: AuditInput): Promise<AuditOutput> {
  const loaded = loadDesign(context, given.registration);
  const { registration, study, library, yaml, problems } = loaded;
  const findings = auditRegistration(registration, study, library).map((finding) => ({
    ...finding,
    ...yaml.locate([...finding.path]),
  }));
  const errors = findings.some(({ severity }) => severity === "error");
  return {
    experimentId: registration.experiment_id,
    findings,
    problems,
    base: context.workingDirectory,
    ok: !errors && !hasErrors(problems),
  };
}

function renderJson(output: AuditOutput): Rendered {
  const at = <Place extends { readonly file: string }>(place: Place) => ({
    ...place,
    file: relative(output.base, place.file),
  });
  const document = {
    schema: "plumbline.design_audit/1",
    experiment_id: output.experimentId,
    ok: output.ok,
    findings: output.findings.map(at),
    problems: output.problems.map(at),
  };
  return {
    stdout: `${JSON.stringify(document, null, 2)}\n`,
    stderr: "",
    exitCode: output.ok ? 0 : 1,
  };
}

function render(output: AuditOutput, given: AuditInput, rendering: Rendering): Rendered {
  if (given.json) return renderJson(output);
  const documents = output.problems.map(({ message, ...place }) => ({
    ...place,
    sentence: message,
  }));
  const findings = [...documents, ...output.findings];
  return {
    stdout: `${renderFindings({ ...output, findings }, rendering).join("\n")}\n`,
    stderr: "",
    exitCode: output.ok ? 0 : 1,
  };
}

export const auditOperation: OperationBody<AuditInput, AuditOutput> = { input, run, render };
