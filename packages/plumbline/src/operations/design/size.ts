import {
  type Curve,
  effectCurves,
  powerCurves,
  type SizingReport,
  sizeRegistration,
} from "@plumbline/primitives";
import { z } from "zod";
import { sizingDocument } from "../../report/design/size-json.js";
import { renderSizing } from "../../report/design/size-terminal.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { version } from "../version.js";
import { writeWhole } from "../write-whole.js";
import { loadDesign, pathIn, requireStudy } from "./load.js";

const QUESTIONS = ["n", "mde", "power", "runtime"] as const;

const input = z.strictObject({
  registration: z.string().min(1),
  solve: z.enum(QUESTIONS, { error: `choose one of ${QUESTIONS.join(", ")}` }).default("n"),
  json: z.boolean().default(false),
  html: z.string().min(1).optional(),
});

type SizeInput = z.output<typeof input>;

interface SizeOutput {
  readonly report: SizingReport;
  readonly power: readonly Curve[];
  readonly effects: readonly Curve[];
  readonly htmlPath: string | null;
}

async function run(context: OperationContext, given: SizeInput): Promise<SizeOutput> {
  const loaded = loadDesign(context, given.registration);
  const study = requireStudy(loaded);
  const { registration, library } = loaded;
  const report = sizeRegistration({ registration, study, library });
  const wanted = given.json || given.html !== undefined;
  const power = wanted ? powerCurves(report) : [];
  const effects = wanted && report.traffic ? effectCurves(report, report.traffic) : [];
  if (given.html === undefined) return { report, power, effects, htmlPath: null };
  const { renderSizingHtml } = await import("../../report/design/size-html.js");
  const htmlPath = pathIn(context, given.html);
  const page = renderSizingHtml({
    report,
    power,
    effects,
    version,
    generatedAt: context.now().toISOString(),
  });
  await writeWhole(htmlPath, page);
  return { report, power, effects, htmlPath };
}

function render(output: SizeOutput, given: SizeInput, rendering: Rendering): Rendered {
  const { report, power, effects, htmlPath } = output;
  const stdout = given.json
    ? `${JSON.stringify(sizingDocument(report, { power, effects }), null, 2)}\n`
    : renderSizing(report, given.solve, rendering);
  const stderr = htmlPath === null ? "" : `Report written to ${htmlPath}\n`;
  return { stdout, stderr, exitCode: 0 };
}

export const sizeOperation: OperationBody<SizeInput, SizeOutput> = { input, run, render };
