import { agePlan, effectsByAge, explainAge, MOST_DAYS, studyMetrics } from "@plumbline/primitives";
import { type MomentPlan, type MomentResult, StatsError } from "@plumbline/stats";
import { z } from "zod";
import { PlumbError } from "../../errors.js";
import { renderAges } from "../../report/time/ages-terminal.js";
import type { Ages } from "../../report/time/ages-words.js";
import { DocumentsError } from "../documents-error.js";
import { absolute } from "../ledger/session.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { asOfInput } from "../readout/when.js";
import { version } from "../version.js";
import { writePage } from "../write-whole.js";
import { exposuresOf, type LoadedExperiment, loadData, readData } from "./load.js";

const DAY = 86_400_000;
const WEEK = 7;
/** With fewer there is no trend to speak of. */
const FEWEST_DAYS = 3;

const input = z.strictObject({
  registration: z.string().min(1),
  metric: z.string().min(1).optional(),
  days: z.coerce.number().int().min(FEWEST_DAYS).max(MOST_DAYS).optional(),
  asOf: asOfInput.optional(),
  json: z.boolean().default(false),
  html: z.string().min(1).optional(),
});

type NoveltyInput = z.output<typeof input>;

export interface NoveltyOutput extends Ages {
  readonly htmlPath: string | null;
}

async function run(context: OperationContext, given: NoveltyInput): Promise<NoveltyOutput> {
  const loaded = loadData(context, absolute(context, given.registration), given.asOf ?? null);
  const { study, plan, at } = loaded;
  assertEnded(loaded);
  const name = given.metric ?? study.primary.metric.name;
  const metric = studyMetrics(study).find((each) => each.name === name);
  if (metric === undefined) throw unsuited(`The registration does not use the metric ${name}.`);
  assertInWindow(loaded, name, given.days ?? 0);
  const days = given.days ?? (await daysOf(context, loaded, name));
  const exposedBefore = new Date(Date.parse(at) - days * DAY).toISOString();
  const ages = agePlan(plan, name, days, exposedBefore);
  if ("refused" in ages) throw unsuited(ages.refused, ages.mend);
  const result = await readAges(context, loaded, ages.plan);
  const { control } = study;
  const arms = study.treatments.map((treatment) => {
    const compared = { control: control.name, treatment: treatment.name };
    const found = computed(() => effectsByAge(metric, ages, result, compared, study.intervalAlpha));
    return { ...found, sentence: explainAge(found, metric, 1 - study.intervalAlpha) };
  });
  const coverage = 1 - study.intervalAlpha;
  const { experimentId: experiment } = study;
  const output = { experiment, metric: name, unit: metric.unit, at, exposedBefore, coverage, arms };
  if (given.html === undefined) return { ...output, htmlPath: null };
  const { renderAgesHtml } = await import("../../report/time/ages-html.js");
  const htmlPath = absolute(context, given.html);
  const generatedAt = context.now().toISOString();
  await writePage(htmlPath, renderAgesHtml({ ...output, version, generatedAt }));
  return { ...output, htmlPath };
}

async function readAges(
  context: OperationContext,
  loaded: LoadedExperiment,
  plan: MomentPlan,
): Promise<MomentResult> {
  try {
    return await readData(context, loaded, plan);
  } catch (error) {
    if (!(error instanceof DocumentsError && error.has("ARM_EMPTY"))) throw error;
    throw new PlumbError(
      "NOVELTY_TOO_EARLY",
      "In one of the arms no unit was exposed early enough to have had all these days.",
      "Ask for fewer days with --days, or wait.",
      error,
    );
  }
}

function unsuited(
  message: string,
  mend = "Name a metric of the registration with --metric.",
): PlumbError {
  return new PlumbError("NOVELTY_UNSUITED", message, mend);
}

/** A later day is no part of the metric, so its effect would be another's. */
function assertInWindow({ plan }: LoadedExperiment, name: string, days: number): void {
  const most = plan.metrics.find(({ id }) => id === name)?.value.window?.toDays ?? days;
  if (days <= most) return;
  throw unsuited(
    `The window of ${name} closes ${most} days after exposure, so there are no ${days} days of it.`,
    "Ask for fewer days with --days.",
  );
}

/** Effects by day are effects of the primary metric: before the end they would be a look that no plan knows. */
function assertEnded({ study, at, plan }: LoadedExperiment): void {
  const { stopping } = study;
  const start = stopping?.start ?? null;
  const days = stopping === null ? null : lastDay(stopping.plan);
  const end = start !== null && days !== null ? Date.parse(start) + days * DAY : null;
  const declared = plan.exposure.run.end;
  const known = end ?? (declared === null ? null : Date.parse(declared));
  if (known === null || Date.parse(at) >= known) return;
  throw new PlumbError(
    "NOVELTY_TOO_EARLY",
    `The run goes on until ${new Date(known).toISOString().slice(0, 10)}; its effects by day would be a look that the plan does not know.`,
    "Ask again after the end of the run.",
  );
}

function lastDay(plan: NonNullable<LoadedExperiment["study"]["stopping"]>["plan"]): number | null {
  return "looks" in plan ? (plan.looks.at(-1) ?? null) : plan.day;
}

/** Whole weeks where there is one; as many days as every unit has had, or else as half of the time since the first exposure. */
async function daysOf(
  context: OperationContext,
  loaded: LoadedExperiment,
  name: string,
): Promise<number> {
  const { plan, at } = loaded;
  const { quality } = await readData(context, loaded, exposuresOf(plan));
  const since = (time: string | null) =>
    time === null ? 0 : Math.floor((Date.parse(at) - Date.parse(time)) / DAY);
  const everybody = since(quality.lastExposure);
  const half = Math.floor(since(quality.firstExposure) / 2);
  const window = plan.metrics.find(({ id }) => id === name)?.value.window ?? null;
  const most = Math.min(MOST_DAYS, Math.floor(window?.toDays ?? MOST_DAYS));
  const days = Math.min(most, everybody >= WEEK ? everybody : half);
  if (days >= WEEK) return days - (days % WEEK);
  if (days >= FEWEST_DAYS) return days;
  throw new PlumbError(
    "NOVELTY_TOO_EARLY",
    `Too few days lie behind the first exposures, or in the window of ${name}, to tell a trend.`,
    `Wait until units have had at least ${FEWEST_DAYS} whole days, or name a metric with a longer window.`,
  );
}

function computed<Value>(compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    throw new PlumbError("NOVELTY_TOO_EARLY", error.message, error.mend, error);
  }
}

function render(output: NoveltyOutput, { json }: NoveltyInput, rendering: Rendering): Rendered {
  const { htmlPath, ...found } = output;
  const stdout = json
    ? `${JSON.stringify({ schema: "plumbline.novelty/1", ...found }, null, 2)}\n`
    : renderAges(found, rendering);
  const stderr = htmlPath === null ? "" : `Report written to ${htmlPath}\n`;
  return { stdout, stderr, exitCode: 0 };
}

export const noveltyOperation: OperationBody<NoveltyInput, NoveltyOutput> = { input, run, render };
