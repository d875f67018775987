/** The effect of one metric on each day since first exposure, and what becomes of it. Pure; method in stats/trend. */
import {
  centre,
  coMoment,
  type EffectTrend,
  effectTrend,
  type MetricSums,
  type MomentResult,
  normalIsf,
  StatsError,
  type Summary,
  unscale,
} from "@plumbline/stats";
import { improvementSign } from "../../shared/effects.js";
import type { StudyMetric } from "../../shared/vocabulary.js";
import { type AgePlan, dayId, pairId } from "./age-plan.js";

export interface AgeDay {
  /** Whole days since first exposure. */
  readonly day: number;
  readonly control: number;
  readonly treatment: number;
  /** Treatment minus control, in the metric's unit. */
  readonly effect: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * novelty: a benefit that fades. primacy: one that grows. harm_fading, harm_growing: the same of harm. no_trend: the slope is not
 * significant at 5 % one-sided, in either direction.
 */
export type AgeFinding = "novelty" | "primacy" | "harm_fading" | "harm_growing" | "no_trend";

export interface EffectsByAge {
  readonly metric: string;
  readonly treatment: string;
  /** Units that take part: exposed early enough to have had all the days. */
  readonly units: { readonly control: number; readonly treatment: number };
  readonly days: readonly AgeDay[];
  /** Control's mean over the days; effects relative to it are shares of this. */
  readonly level: number;
  readonly trend: EffectTrend;
  readonly finding: AgeFinding;
}

/** One-sided 5 %. */
const TREND_Z = 1.6448536269514722;

interface Arm {
  readonly units: number;
  readonly days: readonly Summary[];
  /** Covariances of the daily means. */
  readonly covariance: readonly (readonly number[])[];
}

/** @throws StatsError DOMAIN where an arm has too few units on some day, SINGULAR where the days leave no variance. */
export function effectsByAge(
  metric: StudyMetric,
  { plan, days }: AgePlan,
  result: MomentResult,
  arms: { readonly control: string; readonly treatment: string },
  alpha: number,
): EffectsByAge {
  const scale = plan.metrics[0]?.value.scale ?? 0;
  const control = armByAge(result, arms.control, days, scale);
  const treatment = armByAge(result, arms.treatment, days, scale);
  const effects = treatment.days.map(({ mean }, day) => mean - (control.days[day]?.mean ?? 0));
  const covariance = treatment.covariance.map((row, i) =>
    row.map((value, j) => value + (control.covariance[i]?.[j] ?? 0)),
  );
  const z = normalIsf(alpha / 2);
  const level = control.days.reduce((sum, { mean }) => sum + mean, 0) / days;
  const trend = effectTrend({ effects, covariance, alpha });
  return {
    metric: metric.name,
    treatment: arms.treatment,
    units: { control: control.units, treatment: treatment.units },
    days: effects.map((effect, day) => {
      const standardError = Math.sqrt(covariance[day]?.[day] ?? 0);
      return {
        day,
        control: control.days[day]?.mean ?? 0,
        treatment: treatment.days[day]?.mean ?? 0,
        effect,
        standardError,
        lower: effect - z * standardError,
        upper: effect + z * standardError,
      };
    }),
    level,
    trend,
    finding: findingOf(trend, improvementSign(metric.direction)),
  };
}

function armByAge(result: MomentResult, name: string, days: number, scale: number): Arm {
  const cell = result.cells.find(({ arm, dimension }) => arm === name && dimension === null);
  const sums = (id: string): MetricSums => cell?.metrics[id] ?? EMPTY;
  const each = Array.from({ length: days }, (_, day) => {
    const { n, sx, sxx } = sums(dayId(day));
    if (n < 2n) throw tooFew(name, day, n);
    return centre({ n, s: sx, ss: sxx }, scale);
  });
  const covariance = each.map((row, i) =>
    each.map((column, j) => {
      if (i === j) return row.variance / row.n;
      const pair = sums(pairId(Math.min(i, j), Math.max(i, j)));
      const [first, second] = i < j ? [row, column] : [column, row];
      return pairCovariance(pair, first, second, scale);
    }),
  );
  return { units: Number(cell?.units ?? 0n), days: each, covariance };
}

const tooFew = (arm: string, day: number, n: bigint): StatsError =>
  new StatsError(
    "DOMAIN",
    `On day ${day + 1} since first exposure ${n === 0n ? "no unit" : "only one unit"} of ${arm} has a value, so there is no trend over the days.`,
    "Ask for fewer days with --days, or name a metric that has values every day.",
  );

const EMPTY: MetricSums = { n: 0n, sx: 0n, sxx: 0n, ratio: null, covariate: null };

/**
 * Covariance of two daily means from the units that have a value on both days: sum over them of (x - mean x)(y - mean y), over
 * n_x n_y, the means being those of each day. Units with one day only are independent of the others and add nothing.
 */
function pairCovariance(
  { n, sx, ratio }: MetricSums,
  first: Summary,
  second: Summary,
  scale: number,
): number {
  if (ratio === null || n < 2n) return 0;
  const both = Number(n);
  const within = coMoment(n, sx, ratio.sy, ratio.sxy, scale, scale);
  const shiftX = unscale(sx, scale) / both - first.mean;
  const shiftY = unscale(ratio.sy, scale) / both - second.mean;
  return (both * (within + shiftX * shiftY)) / (first.n * second.n);
}

function findingOf({ slope, average }: EffectTrend, sign: number): AgeFinding {
  if (Math.abs(slope.z) <= TREND_Z) return "no_trend";
  const growing = slope.estimate * average.estimate > 0;
  if (average.estimate * sign > 0) return growing ? "primacy" : "novelty";
  return growing ? "harm_growing" : "harm_fading";
}
