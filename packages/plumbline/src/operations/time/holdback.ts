import {
  compareHoldback,
  type Evidence,
  estimate,
  HELD_BACK,
  type HoldbackComparison,
  holdbackRegistration,
  LAUNCHED,
  liftOf,
  outstanding,
  type Study,
  studyMetrics,
} from "@plumbline/primitives";
import type { MomentPlan, MomentResult } from "@plumbline/stats";
import { z } from "zod";
import { hasErrors } from "../../documents/problem.js";
import { resolveRegistration } from "../../documents/workspace.js";
import { PlumbError } from "../../errors.js";
import { wrapSentence } from "../../report/design/table.js";
import { DocumentsError } from "../documents-error.js";
import { absolute } from "../ledger/session.js";
import { lines, plainText } from "../ledger/text.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { asOfInput, evidenceTiming, isDate } from "../readout/when.js";
import { type BookedLift, type Launch, launchOf } from "./launch.js";
import { type LoadedExperiment, loadData, readData } from "./load.js";

const DAY = 86_400_000;

const input = z.strictObject({
  registration: z.string().min(1),
  launched: z
    .string()
    .refine(isDate, "write a date such as 2026-08-20, or a time with its zone")
    .optional(),
  asOf: asOfInput.optional(),
  json: z.boolean().default(false),
});

type HoldbackInput = z.output<typeof input>;

export interface HoldbackOutput {
  readonly experiment: string;
  readonly launch: { readonly at: string; readonly look: number; readonly treatment: string };
  /** Whole days of the holdback that have passed, and those registered. */
  readonly day: number;
  readonly days: number;
  readonly units: { readonly heldBack: number; readonly launched: number };
  readonly comparisons: readonly (HoldbackComparison & { readonly basis: BookedLift["basis"] })[];
  /** Metrics that cannot be compared, and why; and values that are not complete yet. */
  readonly notes: readonly string[];
}

async function run(context: OperationContext, given: HoldbackInput): Promise<HoldbackOutput> {
  const registration = absolute(context, given.registration);
  const loaded = loadData(context, registration, given.asOf ?? null);
  const { holdback } = loaded.resolved.registration.value;
  if (holdback === undefined) throw notRegistered(loaded.study.experimentId);
  const launch = await launchOf(registration);
  const since = given.launched === undefined ? launch.at : new Date(given.launched).toISOString();
  if (Date.parse(loaded.at) <= Date.parse(since)) throw tooEarly(loaded.at, since);
  const after = afterLaunch(loaded, { at: since, treatment: launch.treatment });
  const result = await readHoldback(context, loaded, after.plan);
  const evidence = withTiming(
    after.study,
    estimate(after.study, after.plan, result),
    result,
    loaded.at,
  );
  assertSound(evidence);
  const units = (arm: string) => evidence.counts.find((each) => each.arm === arm)?.units ?? 0;
  const passed = Math.floor((Date.parse(loaded.at) - Date.parse(since)) / DAY);
  return {
    experiment: loaded.study.experimentId,
    launch: { at: since, look: launch.seq, treatment: launch.treatment },
    day: Math.min(passed, holdback.days),
    days: holdback.days,
    units: { heldBack: units(HELD_BACK), launched: units(LAUNCHED) },
    ...compared(after.study, evidence, launch),
  };
}

function notRegistered(experiment: string): PlumbError {
  return new PlumbError(
    "HOLDBACK_NOT_REGISTERED",
    `${experiment} registers no holdback.`,
    "Add holdback: {share, days} to the registration before its first exposure.",
  );
}

function tooEarly(at: string, since: string): PlumbError {
  return new PlumbError(
    "HOLDBACK_NOT_LAUNCHED",
    `The launch of ${since.slice(0, 10)} has not come by ${at.slice(0, 10)}.`,
    "Give the day of the launch with --launched, or read it later.",
  );
}

/** Study and plan of the exposures after the launch. */
function afterLaunch(
  { workspace, resolved, plan }: LoadedExperiment,
  launch: { readonly at: string; readonly treatment: string },
): { study: Study; plan: MomentPlan } {
  const { registration } = resolved;
  const derived = holdbackRegistration(registration.value, launch);
  if (derived === null || workspace === null) throw notRegistered(registration.value.experiment_id);
  const found = resolveRegistration(workspace, { ...registration, value: derived }, null);
  if (hasErrors(found.problems) || found.study === null || found.plan === null) {
    throw new DocumentsError(found.problems.filter(({ severity }) => severity === "error"));
  }
  const { asOf } = plan.exposure;
  const exposure = { ...found.plan.exposure, ...(asOf === undefined ? {} : { asOf }) };
  return { study: found.study, plan: { ...found.plan, exposure } };
}

async function readHoldback(
  context: OperationContext,
  loaded: LoadedExperiment,
  plan: MomentPlan,
): Promise<MomentResult> {
  try {
    return await readData(context, loaded, plan);
  } catch (error) {
    if (!(error instanceof DocumentsError && error.has("ARM_EMPTY"))) throw error;
    const [problem] = error.problems;
    throw new PlumbError(
      "HOLDBACK_NO_DATA",
      `The exposures after the launch lack a group. ${problem?.message ?? ""}`.trim(),
      "Check the day of the launch (--launched), and the holdback's source, arm, held_back and launched.",
      error,
    );
  }
}

function withTiming(
  study: Study,
  evidence: Evidence,
  { quality }: MomentResult,
  at: string,
): Evidence {
  const exposures = { first: quality.firstExposure, last: quality.lastExposure };
  return { ...evidence, timing: evidenceTiming(study, exposures, at, null) };
}

function assertSound({ quality }: Evidence): void {
  const fatal = quality.filter(({ status }) => status === "fatal");
  if (fatal.length === 0) return;
  throw new PlumbError(
    "HOLDBACK_INVALID",
    `The holdback cannot be read: ${fatal.map(({ sentence }) => sentence).join(" ")}`,
    "Find the cause in the assignment or the logging first.",
  );
}

function compared(
  study: Study,
  evidence: Evidence,
  launch: Launch,
): Pick<HoldbackOutput, "comparisons" | "notes"> {
  const comparisons: HoldbackOutput["comparisons"][number][] = [];
  const notes: string[] = [];
  for (const metric of studyMetrics(study)) {
    const found = evidence.comparisons.find((each) => each.metric === metric.name);
    const now = liftOf(found?.analysis?.relative ?? null);
    const booked = launch.liftOf(metric.name);
    if (now !== null && booked !== null) {
      const each = compareHoldback(metric, booked, now, study.intervalAlpha);
      comparisons.push({ ...each, basis: booked.basis });
    } else {
      notes.push(gap(metric.name, found?.missing ?? null, booked, launch));
    }
    const waits = outstanding(study, evidence.timing, metric.name);
    if (waits !== null) notes.push(waits);
  }
  return { comparisons, notes };
}

function gap(
  metric: string,
  missing: string | null,
  booked: BookedLift | null,
  { seq }: Launch,
): string {
  return booked === null
    ? `${metric} is not compared: the look that shipped (entry ${seq}) says no relative lift of it.`
    : `${metric} is not compared: ${missing ?? "the holdback gives no relative lift of it."}`;
}

function render(output: HoldbackOutput, { json }: HoldbackInput, { width }: Rendering): Rendered {
  if (json) {
    const document = { schema: "plumbline.holdback/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const columns = Math.min(100, Math.max(80, width));
  const { launch, units, day, days } = output;
  const early = day < days ? " It is not over: this is a reading on the way, not the result." : "";
  const lead =
    `Launched on ${launch.at.slice(0, 10)} (${launch.treatment}, entry ${launch.look}); day ${day} of ${days}, ` +
    `${units.heldBack.toLocaleString("en-US")} held back, ${units.launched.toLocaleString("en-US")} with the change.${early}`;
  const sentences = [...output.comparisons.map(({ sentence }) => sentence), ...output.notes];
  const stdout = lines(
    `${plainText(output.experiment)}: holdback`,
    wrapSentence(plainText(lead), columns),
    ...sentences.flatMap((sentence) => ["", ...wrapSentence(plainText(sentence), columns)]),
    "",
    wrapSentence(
      "A launch is chosen because its lift was significant, so the lift booked is on average too large.",
      columns,
    ),
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const holdbackOperation: OperationBody<HoldbackInput, HoldbackOutput> = {
  input,
  run,
  render,
};
