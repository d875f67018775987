import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import type { Readout } from "../../report/readout-schema.js";
import { renderTerminal } from "../../report/terminal.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { version } from "../version.js";
import { writePage } from "../write-whole.js";
import { type Decided, decideExperiment, explainExperiment } from "./flow.js";
import { asOfInput } from "./when.js";

const size = /^\d+(\.\d+)? ?([KMGT]i?B)$/;

const input = z.strictObject({
  registration: z.string().min(1),
  json: z.boolean().default(false),
  html: z.string().min(1).optional(),
  evidence: z.string().min(1).optional(),
  explain: z.boolean().default(false),
  record: z.boolean().default(false),
  threads: z.coerce.number().int().min(1).max(1024).optional(),
  asOf: asOfInput.optional(),
  explore: z.string().min(1).optional(),
  memoryLimit: z.string().regex(size, "write a size such as 4GB or 512MB").optional(),
});

export type ReadoutInput = z.output<typeof input>;

export type ReadoutOutput =
  | {
      readonly kind: "readout";
      readonly readout: Readout;
      readonly htmlPath: string | null;
      /** The sentence about the recorded look; null when none was asked for. */
      readonly recorded: string | null;
    }
  | { readonly kind: "plan"; readonly sql: readonly { purpose: string; sql: string }[] };

const at = (context: OperationContext, path: string) =>
  isAbsolute(path) ? path : resolve(context.workingDirectory, path);

async function document(context: OperationContext, decided: Decided): Promise<Readout> {
  const { buildReadout } = await import("../../report/readout.js");
  return buildReadout({
    study: decided.study,
    evidence: decided.shown,
    verdict: decided.verdict,
    explored: decided.explored,
    statements: decided.statements,
    registrationText: decided.registrationText,
    registrationPath: decided.registrationPath,
    dataDescription: decided.dataDescription,
    version,
    generatedAt: context.now().toISOString(),
  });
}

async function run(context: OperationContext, given: ReadoutInput): Promise<ReadoutOutput> {
  const request = {
    registration: at(context, given.registration),
    evidence: given.evidence === undefined ? null : at(context, given.evidence),
    threads: given.threads ?? null,
    memoryLimit: given.memoryLimit ?? null,
    asOf: given.asOf ?? null,
    explore: given.explore === undefined ? [] : given.explore.split(","),
  };
  if (given.explain) return { kind: "plan", sql: await explainExperiment(request) };
  const decided = await decideExperiment(context, request);
  const readout = await document(context, decided);
  // A look at a registered experiment is a fact of its history, asked for or not.
  const recorded =
    given.record || decided.registered
      ? await (await import("./record.js")).recordDecided(
          request.registration,
          decided,
          readout.generated_at,
        )
      : null;
  if (given.html === undefined) return { kind: "readout", readout, htmlPath: null, recorded };
  const { renderHtml } = await import("../../report/html.js");
  const htmlPath = at(context, given.html);
  await writePage(htmlPath, renderHtml(readout));
  return { kind: "readout", readout, htmlPath, recorded };
}

function renderPlan(sql: readonly { purpose: string; sql: string }[]): Rendered {
  const text = sql.map(({ purpose, sql }) => `-- ${purpose}\n${sql.trimEnd()};\n`).join("\n");
  return { stdout: text, stderr: "", exitCode: 0 };
}

function render(output: ReadoutOutput, given: ReadoutInput, rendering: Rendering): Rendered {
  if (output.kind === "plan") return renderPlan(output.sql);
  const { readout, htmlPath, recorded } = output;
  const stdout = given.json
    ? `${JSON.stringify(readout, null, 2)}\n`
    : `${renderTerminal(readout, rendering).trimEnd()}\n`;
  const stderr = [recorded, htmlPath === null ? null : `Report written to ${htmlPath}`]
    .filter((line) => line !== null)
    .map((line) => `${line}\n`)
    .join("");
  return { stdout, stderr, exitCode: readout.exit_code };
}

export const readoutOperation: OperationBody<ReadoutInput, ReadoutOutput> = { input, run, render };
