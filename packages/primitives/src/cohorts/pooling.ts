/**
 * The levels of one dimension pooled: each estimate drawn towards the others by how much the levels differ beyond chance.
 *
 * Method: normal effects around a common mean, averaged over the standard deviation between levels (`shrinkEffects`), for
 * three levels or more; for two, the random slope by REML, which takes that deviation as known. Each level is also held
 * against the rest without itself, so that one bad level does not hide in the spread that it makes.
 * "Real" is claimed when the smaller of two p-values is below half of alpha: that of Cochran's Q, and that of the furthest level
 * corrected for the number of levels. So levels that do not differ are called different in at most about alpha of studies.
 */
import {
  betweenVariance,
  heterogeneity,
  normalIsf,
  normalSf,
  qualitativeInteraction,
  type SummaryEffect,
  shrinkEffects,
} from "@plumbline/stats";
import type {
  CohortHeterogeneity,
  CohortPooling,
  PooledEstimate,
  PooledLevel,
  SlopeModel,
} from "../shared/cohort-vocabulary.js";

export interface LevelEffect {
  readonly level: string;
  readonly estimate: number;
  readonly standardError: number;
  /** Value of the control arm, to read the slope model on the relative scale; null: not known. */
  readonly control: number | null;
}

export interface PoolingSettings {
  readonly scale: CohortPooling["scale"];
  /** +1 where a larger value is better. */
  readonly sign: 1 | -1;
  /** Harm limit on this scale; null: none. */
  readonly limit: number | null;
  /** Two-sided error rate of the intervals. */
  readonly intervalAlpha: number;
  /** Level of the claim that levels differ. */
  readonly alpha: number;
}

export type Pooled = Pick<
  CohortPooling,
  "levels" | "heterogeneity" | "method" | "finding" | "furthest"
>;

const MOST_LEVELS = 10_000;

/** @param effects finite, standard errors above 0. */
export function poolLevels(
  effects: readonly LevelEffect[],
  model: SlopeModel | null,
  settings: PoolingSettings,
): Pooled {
  const summaries = effects.map(({ estimate, standardError: se }) => ({ estimate, se }));
  const shrunk = shrinkage(effects, summaries, model, settings);
  const differs = effects.map((_, at) => differsPValue(summaries, at));
  const z = normalIsf(settings.intervalAlpha / 2);
  const levels = effects.map(({ level, estimate, standardError }, at): PooledLevel => {
    const half = z * standardError;
    return {
      level,
      raw: { estimate, standardError, lower: estimate - half, upper: estimate + half },
      ...(shrunk.levels[at] ?? UNPOOLED),
      differsPValue: differs[at] ?? null,
    };
  });
  const spread = spreadOf(summaries, settings);
  const furthest = furthestOf(effects, differs);
  return {
    levels,
    heterogeneity: spread,
    method: shrunk.method,
    finding: findingOf(spread, furthest, settings.alpha),
    furthest,
  };
}

type PooledPart = Pick<PooledLevel, "pooled" | "kept" | "probabilityBeyond">;
const UNPOOLED: PooledPart = { pooled: null, kept: null, probabilityBeyond: null };

interface Shrinkage {
  readonly method: CohortPooling["method"];
  readonly levels: readonly PooledPart[];
}

function shrinkage(
  effects: readonly LevelEffect[],
  summaries: readonly SummaryEffect[],
  model: SlopeModel | null,
  { sign, limit, intervalAlpha, scale }: PoolingSettings,
): Shrinkage {
  if (summaries.length >= 3 && summaries.length <= MOST_LEVELS) {
    // Oriented, so that "below" is the harmful side.
    const oriented = summaries.map(({ estimate, se }) => ({ estimate: sign * estimate, se }));
    const options = { alpha: intervalAlpha, harmLimit: limit === null ? 0 : sign * limit };
    const levels = shrinkEffects(oriented, options).effects.map((shrunk) => ({
      pooled: orient(sign, shrunk.estimate, shrunk.ciLower, shrunk.ciUpper),
      kept: shrunk.kept,
      probabilityBeyond: limit === null ? null : shrunk.probabilityBelow,
    }));
    return { method: "hierarchical", levels };
  }
  const levels = effects.map((effect) => fromModel(effect, model, scale));
  const none = levels.some(({ pooled }) => pooled === null);
  return none ? { method: "none", levels: [] } : { method: "reml", levels };
}

const orient = (sign: 1 | -1, estimate: number, lower: number, upper: number): PooledEstimate =>
  sign > 0 ? { estimate, lower, upper } : { estimate: -estimate, lower: -upper, upper: -lower };

/** The slope model's effect of a level; on the relative scale as a share of its control, taken as known. */
function fromModel(
  { level, control }: LevelEffect,
  model: SlopeModel | null,
  scale: CohortPooling["scale"],
): PooledPart {
  const found = model?.levels.find((each) => each.level === level);
  const unit = scale === "absolute" ? 1 : control;
  if (model === null || found === undefined || unit === null || !(unit > 0)) return UNPOOLED;
  const distance = found.raw === null ? 0 : found.raw - model.mean.estimate;
  const left = found.estimate - model.mean.estimate;
  return {
    pooled: {
      estimate: found.estimate / unit,
      lower: found.lower / unit,
      upper: found.upper / unit,
    },
    kept: distance === 0 ? null : Math.min(1, Math.max(0, left / distance)),
    probabilityBeyond: null,
  };
}

/** The level against the random-effects mean of all others. */
function differsPValue(summaries: readonly SummaryEffect[], at: number): number | null {
  const own = summaries[at];
  const rest = summaries.filter((_, index) => index !== at);
  const [only] = rest;
  if (own === undefined || only === undefined) return null;
  const tau2 = rest.length >= 2 ? betweenVariance(rest) : 0;
  const smallest = Math.min(...rest.map(({ se }) => se));
  // Weights relative to the most precise one, so that none overflows.
  const unit = smallest * smallest + tau2;
  const weights = rest.map(({ se }) => unit / (se * se + tau2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = rest.reduce(
    (sum, { estimate }, i) => sum + estimate * ((weights[i] ?? 0) / total),
    0,
  );
  const error = Math.hypot(own.se, Math.sqrt(tau2), Math.sqrt(unit / total));
  return Math.min(1, 2 * normalSf(Math.abs(own.estimate - mean) / error));
}

function furthestOf(
  effects: readonly LevelEffect[],
  differs: readonly (number | null)[],
): CohortPooling["furthest"] {
  const found = effects
    .flatMap(({ level }, at) => {
      const pValue = differs[at] ?? null;
      return pValue === null ? [] : [{ level, pValue }];
    })
    .reduce<{ level: string; pValue: number } | null>(
      (best, each) => (best === null || each.pValue < best.pValue ? each : best),
      null,
    );
  // Two levels make one comparison.
  const comparisons = effects.length === 2 ? 1 : effects.length;
  return found && { ...found, pValue: Math.min(1, comparisons * found.pValue) };
}

function spreadOf(
  summaries: readonly SummaryEffect[],
  { sign, intervalAlpha }: PoolingSettings,
): CohortHeterogeneity | null {
  if (summaries.length < 2) return null;
  const found = heterogeneity(summaries, { alpha: intervalAlpha });
  const oriented = summaries.map(({ estimate, se }) => ({ estimate: sign * estimate, se }));
  const { pValue: crossingPValue, pAnyHarm } = qualitativeInteraction(oriented);
  const { hartungKnapp, tau2, tau2Interval } = found;
  return {
    q: found.q,
    df: found.df,
    pValue: found.pValue,
    i2: found.i2,
    tau: {
      estimate: Math.sqrt(tau2),
      lower: Math.sqrt(tau2Interval[0]),
      upper: Math.sqrt(tau2Interval[1]),
    },
    mean: {
      estimate: hartungKnapp.estimate,
      lower: hartungKnapp.ciLower,
      upper: hartungKnapp.ciUpper,
    },
    crossingPValue,
    anyHarmPValue: pAnyHarm,
  };
}

function findingOf(
  spread: CohortHeterogeneity | null,
  furthest: CohortPooling["furthest"],
  alpha: number,
): CohortPooling["finding"] {
  if (spread === null || furthest === null) return null;
  const least = Math.min(spread.pValue, furthest.pValue);
  return least < claimLevel(spread.df, alpha) ? "real" : "compatible_with_noise";
}

/** Level of each of the two tests: half of alpha, and all of it for two levels, of which both tests are the same one. */
export const claimLevel = (df: number, alpha: number): number => (df === 1 ? alpha : alpha / 2);
