/**
 * The declared cohorts read together: for each dimension, metric and treatment arm the pooled effects of its levels, and what
 * makes up the aggregate effect. Made from the comparisons alone, whether they came from moments or from an evidence file.
 */
import { mixOf, poolLevels, slopeModel } from "../../cohorts/index.js";
import { effectOnScale, improvementSign } from "../../shared/effects.js";
import type {
  Analysis,
  ArmSummary,
  CohortEvidence,
  CohortMix,
  CohortPooling,
  Comparison,
  Study,
  StudyDimension,
  StudyMetric,
  Threshold,
} from "../../shared/vocabulary.js";
import { maskedHarm } from "./masked-harm.js";
import { mixSentence, poolingSentence } from "./sentences.js";

interface Cut {
  readonly study: Study;
  readonly alpha: number;
  readonly metric: StudyMetric;
  /** Harm limit in the levels; null: none. */
  readonly threshold: Threshold | null;
  readonly dimension: StudyDimension;
  readonly treatment: string;
  /** By level; null: everybody. */
  readonly find: (level: string | null) => Comparison | null;
}

/** Metrics that the gate decides on, each once; what is only shown is not pooled. */
function gatedMetrics({ primary, success = [], guardrails }: Study): StudyMetric[] {
  const all = [primary, ...success, ...guardrails].map(({ metric }) => metric);
  return all.filter(({ name }, at) => all.findIndex((each) => each.name === name) === at);
}

/** Undefined without declared cohorts. */
export function cohortEvidence(
  study: Study,
  comparisons: readonly Comparison[],
): CohortEvidence | undefined {
  const { cohorts } = study;
  if (cohorts === null) return undefined;
  const metrics = gatedMetrics(study);
  const found = new Map<string, Comparison | null>();
  for (const comparison of comparisons) {
    const key = keyOf(comparison);
    // Two results for one place are none, as everywhere in the gate.
    found.set(key, found.has(key) ? null : comparison);
  }
  const cuts = study.treatments.flatMap(({ name: treatment }) =>
    cohorts.dimensions.flatMap((dimension) =>
      metrics.map((metric): Cut => {
        const find = (level: string | null) => {
          const cohort = level === null ? null : { dimension: dimension.name, level };
          return found.get(keyOf({ metric: metric.name, treatment, cohort })) ?? null;
        };
        const threshold = limitOf(study, metric);
        return { study, alpha: cohorts.alpha, metric, threshold, dimension, treatment, find };
      }),
    ),
  );
  return { pooling: cuts.flatMap(poolingOf), mix: cuts.flatMap(mixtureOf) };
}

function keyOf({ metric, treatment, cohort }: Pick<Comparison, "metric" | "treatment" | "cohort">) {
  return JSON.stringify([metric, treatment, cohort?.dimension ?? null, cohort?.level ?? null]);
}

function limitOf({ primary, guardrails, cohorts }: Study, { name }: StudyMetric): Threshold | null {
  if (name === primary.metric.name) return cohorts?.threshold ?? null;
  return guardrails.find(({ metric }) => metric.name === name)?.threshold ?? null;
}

interface LevelResult {
  readonly level: string;
  readonly analysis: Analysis;
  readonly comparison: Comparison;
}

function resultsOf({ dimension, find }: Cut): LevelResult[] {
  return dimension.levels.flatMap((level) => {
    const comparison = find(level);
    const analysis = comparison?.analysis ?? null;
    return comparison === null || analysis === null ? [] : [{ level, analysis, comparison }];
  });
}

/** Effects of the levels on one scale; those without a standard error are left out. */
function effectsOf(results: readonly LevelResult[], scale: CohortPooling["scale"]) {
  return results.flatMap(({ level, analysis }) => {
    const effect = effectOnScale(analysis, scale, 0.95);
    if (effect === null || effect.standardError === null) return [];
    const { estimate, standardError } = effect;
    return [{ level, estimate, standardError, control: analysis.control.value }];
  });
}

/** The scale of the limit, where the levels have effects on it. */
function scaledEffects(
  results: readonly LevelResult[],
  threshold: Threshold | null,
): { scale: CohortPooling["scale"]; effects: ReturnType<typeof effectsOf> } {
  const wanted = threshold?.scale === "absolute" ? "absolute" : "relative";
  const effects = effectsOf(results, wanted);
  if (effects.length === results.length || wanted === "absolute") return { scale: wanted, effects };
  const absolute = effectsOf(results, "absolute");
  return absolute.length > effects.length
    ? { scale: "absolute", effects: absolute }
    : { scale: wanted, effects };
}

function poolingOf(cut: Cut): CohortPooling[] {
  const { study, metric, dimension, treatment, threshold, alpha } = cut;
  const results = resultsOf(cut);
  const { scale, effects } = scaledEffects(results, threshold);
  if (effects.length < 2) return [];
  const model = slopeModel(cellsOf(results, metric), study.intervalAlpha);
  const pooled = poolLevels(effects, model, {
    scale,
    sign: improvementSign(metric.direction),
    limit: threshold?.scale === scale ? threshold.value : null,
    intervalAlpha: study.intervalAlpha,
    alpha,
  });
  const place = { dimension: dimension.name, metric: metric.name, treatment, scale };
  const pooling = { ...place, ...pooled, model };
  const several = study.treatments.length > 1;
  return [{ ...pooling, sentence: poolingSentence(pooling, metric, alpha, several) }];
}

/** Cells of means and shares; a ratio, a quantile or a rank is no mean over units. */
function cellsOf(results: readonly LevelResult[], metric: StudyMetric) {
  if (metric.kind !== "mean" && metric.kind !== "proportion") return [];
  return results.map(({ level, analysis, comparison }) => {
    // The deviation of a share that is not adjusted has the divisor n.
    const lost = metric.kind === "proportion" && comparison.cuped === null ? 0 : 1;
    const cell = ({ n, value, standardDeviation }: ArmSummary) =>
      n === null || !Number.isSafeInteger(n) || value === null || standardDeviation === null
        ? null
        : { n, mean: value, sumOfSquares: Math.max(0, n - lost) * standardDeviation ** 2 };
    return { level, control: cell(analysis.control), treatment: cell(analysis.treatment) };
  });
}

/** What each arm is a mean of: unadjusted values, since a mix of adjusted ones is nobody's mean. */
function sharesOf(comparison: Comparison | null, metric: StudyMetric) {
  const analysis = comparison?.unadjusted ?? comparison?.analysis ?? null;
  if (analysis === null) return null;
  const arm = ({ n, value, weight }: ArmSummary) => {
    const over = metric.kind === "ratio" ? (weight ?? null) : n;
    const sound = over !== null && over >= 0 && value !== null && Number.isFinite(value);
    return sound ? { weight: over, mean: value } : null;
  };
  const [treatment, control] = [arm(analysis.treatment), arm(analysis.control)];
  return treatment === null || control === null ? null : { treatment, control };
}

const MIXED: readonly StudyMetric["kind"][] = ["mean", "proportion", "ratio"];

function mixtureOf(cut: Cut): CohortMix[] {
  const { study, metric, dimension, treatment, find } = cut;
  if (!MIXED.includes(metric.kind)) return [];
  const everybody = sharesOf(find(null), metric);
  const levels = dimension.levels.flatMap((level) => {
    const shares = sharesOf(find(level), metric);
    return shares === null ? [] : [{ level, ...shares }];
  });
  // A level without figures would pass for undeclared units.
  if (everybody === null || levels.length < dimension.levels.length) return [];
  const sign = improvementSign(metric.direction);
  const mix = mixOf(everybody, levels, { sign, countsUnits: metric.kind !== "ratio" });
  if (mix === null) return [];
  const place = { dimension: dimension.name, metric: metric.name, treatment };
  const worse = mix.aggregate * sign < 0;
  const masked = worse ? [] : maskedHarm(resultsOf(cut), metric, cut.alpha);
  const told = { ...place, ...mix, maskedHarm: masked };
  const several = study.treatments.length > 1;
  return [{ ...told, sentence: mixSentence(told, metric, study.intervalAlpha, several) }];
}
