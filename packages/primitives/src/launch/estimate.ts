/**
 * From moments to evidence: every metric, treatment arm and cohort gets its test, or a sentence saying
 * why there is none. Pure; nothing in the moments makes it throw, and no number in the evidence is NaN.
 *
 * A metric's id in the plan is its name in the study, an arm's id its name.
 */
import {
  type MetricSums,
  type MomentPlan,
  type MomentResult,
  type MomentSpec,
  StatsError,
} from "@plumbline/stats";
import { declaredLevels } from "../cohorts/index.js";
import type {
  Analysis,
  CohortRef,
  Comparison,
  Evidence,
  Study,
  StudyMetric,
} from "../shared/vocabulary.js";
import { type Adjusted, adjustMean, adjustRatio } from "./adjusted.js";
import {
  type AnalysisSettings,
  analyseMean,
  analyseProportion,
  analyseRank,
  analyseRatio,
  type Pair,
  successesOf,
} from "./analyses.js";
import { cohortEvidence } from "./cohorts/index.js";
import { armCounts, qualityFindings } from "./quality.js";
import { analyseQuantile } from "./quantile.js";
import { studyMetrics } from "./study-metrics.js";

/** Where one comparison stands, and what it is made from. */
interface Case {
  readonly metric: StudyMetric;
  readonly spec: MomentSpec | null;
  readonly control: string;
  readonly treatment: string;
  readonly cohort: CohortRef | null;
  readonly settings: AnalysisSettings;
  readonly result: MomentResult;
}

/** The outcome before it is labelled: an analysis, or why there is none. */
type Outcome = Pick<Comparison, "analysis" | "unadjusted" | "cuped">;

/** The evidence of a readout, in registered order: everybody first, then each declared level. */
export function estimate(study: Study, plan: MomentPlan, result: MomentResult): Evidence {
  const levels = study.cohorts === null ? [] : declaredLevels(study.cohorts);
  const comparisons = compareIn(study, plan, result, [null, ...levels]);
  const cohorts = cohortEvidence(study, comparisons);
  return {
    origin: "warehouse",
    counts: armCounts(study, result, null, null),
    quality: qualityFindings(study, plan, result),
    comparisons,
    ...(cohorts === undefined ? {} : { cohorts }),
  };
}

/**
 * Every metric in levels that nobody declared, by the same tests. Evidence of nothing: these comparisons
 * must not reach `decide`. `plan` and `result` hold the cells of the levels.
 */
export function exploreLevels(
  study: Study,
  plan: MomentPlan,
  result: MomentResult,
  levels: readonly CohortRef[],
): Comparison[] {
  return compareIn(study, plan, result, levels);
}

function compareIn(
  study: Study,
  plan: MomentPlan,
  result: MomentResult,
  cohorts: readonly (CohortRef | null)[],
): Comparison[] {
  return study.treatments.flatMap((treatment) =>
    cohorts.flatMap((cohort) =>
      studyMetrics(study).flatMap((metric) => {
        const entry: Case = {
          metric,
          spec: plan.metrics.find((spec) => spec.id === metric.name) ?? null,
          control: study.control.name,
          treatment: treatment.name,
          cohort,
          settings: {
            alternative: metric.alternative,
            transform: metric.transform,
            alpha: study.intervalAlpha,
          },
          result,
        };
        const wanted =
          cohort === null ||
          metric.name === study.primary.metric.name ||
          isOwnCohort(study, metric, cohort);
        return wanted || hasCells(entry) ? [compare(entry)] : [];
      }),
    ),
  );
}

/** A cohort in which a guardrail has a limit of its own: without cells, its missing result is told. */
function isOwnCohort(
  study: Study,
  { name }: StudyMetric,
  { dimension, level }: CohortRef,
): boolean {
  return study.guardrails.some(
    ({ metric, cohorts = [] }) =>
      metric.name === name &&
      cohorts.some(({ cohort }) => cohort.dimension === dimension && cohort.level === level),
  );
}

function compare(entry: Case): Comparison {
  const { metric, treatment, cohort } = entry;
  const where = { metric: metric.name, treatment, cohort };
  try {
    return { ...where, ...ANALYSE[metric.kind](entry), missing: null };
  } catch (error) {
    if (!(error instanceof StatsError || error instanceof MissingResult)) throw error;
    return { ...where, analysis: null, unadjusted: null, cuped: null, missing: error.message };
  }
}

/** No moments, or too few, for a test; the message is the sentence that a reader sees. */
class MissingResult extends Error {}

const ANALYSE: Readonly<Record<StudyMetric["kind"], (entry: Case) => Outcome>> = {
  mean: (entry) => {
    const { spec, sums } = readSums(entry);
    const plain = analyseMean(sums, spec.value.scale, entry.settings);
    return withCovariate(entry, spec, plain, sums, adjustMean);
  },
  proportion: (entry) => {
    const { spec, sums } = readSums(entry);
    const plain = analyseProportion(
      {
        treatment: successesOf(sums.treatment, spec.value.scale),
        control: successesOf(sums.control, spec.value.scale),
      },
      entry.settings,
    );
    return withCovariate(entry, spec, plain, sums, adjustMean);
  },
  ratio: (entry) => {
    const { spec, sums } = readSums(entry);
    const scales = { numerator: spec.value.scale, denominator: spec.denominator?.scale ?? 0 };
    const plain = analyseRatio(sums, scales, entry.settings);
    return withCovariate(entry, spec, plain, sums, adjustRatio);
  },
  quantile: (entry) => {
    const spec = requireSpec(entry);
    if (spec.order === null) throw new MissingResult(`${spec.id} names no order of its quantile.`);
    const cell = (arm: string) =>
      entry.result.quantiles.find((q) => q.metric === spec.id && q.arm === arm && isAt(q, entry));
    const [treatment, control] = [cell(entry.treatment), cell(entry.control)];
    requireCells(entry, treatment, control);
    if (treatment === undefined || control === undefined) throw noMoments(entry);
    const scale = spec.value.scale;
    const cells = { treatment, control };
    return alone(analyseQuantile(cells, spec.order, scale, entry.settings));
  },
  rank: (entry) => {
    const spec = requireSpec(entry);
    const found = entry.result.ranks.find(
      (rank) =>
        rank.metric === spec.id &&
        rank.treatment === entry.treatment &&
        rank.control === entry.control &&
        isAt(rank, entry),
    );
    if (found === undefined) throw noMoments(entry);
    return alone(analyseRank(found, entry.settings));
  },
};

function alone(analysis: Analysis): Outcome {
  return { analysis, unadjusted: null, cuped: null };
}

/** CUPED where the plan has a covariate; the adjusted analysis decides. */
function withCovariate(
  { settings }: Case,
  spec: MomentSpec,
  plain: Analysis,
  sums: Pair<MetricSums>,
  adjust: (
    sums: Pair<MetricSums>,
    scales: { value: number; denominator: number | null; covariate: number },
    settings: AnalysisSettings,
  ) => Adjusted,
): Outcome {
  if (spec.covariate === null) return alone(plain);
  const scales = {
    value: spec.value.scale,
    denominator: spec.denominator?.scale ?? null,
    covariate: spec.covariate.scale,
  };
  return { ...adjust(sums, scales, settings), unadjusted: plain };
}

function isAt(
  cell: { readonly dimension: string | null; readonly level: string | null },
  { cohort }: Case,
): boolean {
  return cell.dimension === (cohort?.dimension ?? null) && cell.level === (cohort?.level ?? null);
}

function hasCells(entry: Case): boolean {
  const { metric, result } = entry;
  const named = (cell: { readonly metric: string }) => cell.metric === metric.name;
  return (
    findSums(entry, entry.treatment) !== null ||
    findSums(entry, entry.control) !== null ||
    result.quantiles.some((cell) => named(cell) && isAt(cell, entry)) ||
    result.ranks.some((cell) => named(cell) && isAt(cell, entry))
  );
}

function findSums(entry: Case, arm: string): MetricSums | null {
  const cell = entry.result.cells.find((found) => found.arm === arm && isAt(found, entry));
  if (cell === undefined || !Object.hasOwn(cell.metrics, entry.metric.name)) return null;
  return cell.metrics[entry.metric.name] ?? null;
}

function requireSpec(entry: Case): MomentSpec {
  if (entry.spec !== null) return entry.spec;
  throw new MissingResult(`The readout asked for no data of ${entry.metric.name}.`);
}

function readSums(entry: Case): { spec: MomentSpec; sums: Pair<MetricSums> } {
  const spec = requireSpec(entry);
  const [treatment, control] = [findSums(entry, entry.treatment), findSums(entry, entry.control)];
  requireCells(entry, treatment, control);
  if (treatment === null || control === null) throw noMoments(entry);
  return { spec, sums: { treatment, control } };
}

/** Names the arm that has too few units; absent cells are empty arms. */
function requireCells(
  entry: Case,
  treatment: { readonly n: bigint } | null | undefined,
  control: { readonly n: bigint } | null | undefined,
): void {
  const arms = [
    { name: entry.control, n: control?.n ?? 0n },
    { name: entry.treatment, n: treatment?.n ?? 0n },
  ];
  const short = arms.find((arm) => arm.n < 2n);
  if (short === undefined) return;
  const have = short.n === 0n ? "No unit" : "Only one unit";
  throw new MissingResult(
    `${have} of ${short.name}${place(entry)} has a value of ${entry.metric.name}.`,
  );
}

function noMoments(entry: Case): MissingResult {
  return new MissingResult(`The data hold nothing on ${entry.metric.name}${place(entry)}.`);
}

function place({ cohort }: Case): string {
  return cohort === null ? "" : ` in ${cohort.dimension}=${cohort.level}`;
}
