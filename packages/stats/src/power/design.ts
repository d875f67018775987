/**
 * One comparison of a treatment with the control, for any kind of metric: solve for the sample size, the minimum
 * detectable effect, the power or the runtime, given the others.
 *
 * Method: the difference has standard error sqrt(v_t/n_t + v_c/n_c) with v the unit variances (unit-variance.ts). Means
 * use the noncentral t with n_t + n_c - 2 degrees of freedom (clusters instead of units in clustered designs), all other
 * kinds the normal distribution with unpooled variances and without the far tail. Several treatments against one
 * control share alpha by Bonferroni. A sequential design multiplies the size by its inflation factor.
 * Domain: effects different from 0 (superiority), or planned difference above -margin (non-inferiority).
 */

import { normalCdf, normalIsf } from "../distributions/normal.js";
import { requireDomain, requireOpenProbability, requirePositive } from "../errors.js";
import { expandUpwards, findRoot, remembered } from "../special/root.js";
import { runtimeWeeks, type Traffic, uniqueUnits } from "./accrual.js";
import { sharedAlpha } from "./multiplicity.js";
import { noncentralTPower, type Sides, wholeUnits } from "./t-test.js";
import { type MetricShape, unitVariance, type VarianceModifiers } from "./unit-variance.js";

/** As near as doubles go. */
const EXACT = 1e-15;

/** What the test is to show. Effects are treatment - control, in the metric's unit, larger being better. */
export type Hypothesis =
  | { readonly kind: "superiority"; readonly sided: Sides }
  | { readonly kind: "non_inferiority"; readonly margin: number };

export interface ComparisonDesign {
  readonly metric: MetricShape;
  readonly modifiers?: VarianceModifiers;
  readonly hypothesis: Hypothesis;
  /** Level of the whole family of treatment arms. */
  readonly alpha: number;
  /** Intended shares of control and treatments, in any unit; default one treatment at equal shares. */
  readonly allocation?: { readonly control: number; readonly treatments: readonly number[] };
  /** Largest over fixed sample size of a sequential plan; default 1. */
  readonly inflation?: number;
}

export interface ArmSizes {
  /** Total over all arms as solved, not rounded. */
  readonly exactTotal: number;
  readonly control: number;
  readonly treatments: readonly number[];
  readonly total: number;
}

interface Prepared {
  readonly design: ComparisonDesign;
  readonly alpha: number;
  readonly sided: Sides;
  readonly controlShare: number;
  readonly shares: readonly number[];
  /** The smallest treatment arm decides. */
  readonly treatmentShare: number;
  readonly inflation: number;
}

function prepare(design: ComparisonDesign): Prepared {
  const { hypothesis, allocation = { control: 1, treatments: [1] }, inflation = 1 } = design;
  const { control, treatments } = allocation;
  requireDomain(treatments.length > 0, "A comparison needs at least one treatment arm.");
  for (const share of [control, ...treatments]) requirePositive(share, "The share of an arm");
  requireDomain(inflation >= 1, `A sequential plan cannot need ${inflation} times the fixed size.`);
  if (hypothesis.kind === "non_inferiority") requirePositive(hypothesis.margin, "The margin");
  const whole = control + treatments.reduce((sum, share) => sum + share, 0);
  return {
    design,
    alpha: sharedAlpha(design.alpha, treatments.length),
    sided: hypothesis.kind === "superiority" ? hypothesis.sided : 1,
    controlShare: control / whole,
    shares: treatments.map((share) => share / whole),
    treatmentShare: Math.min(...treatments) / whole,
    inflation,
  };
}

/** Distance between the truth and the null hypothesis. */
function distance({ design, sided }: Prepared, effect: number): number {
  requireDomain(Number.isFinite(effect), "The effect must be a finite number.");
  if (design.hypothesis.kind === "non_inferiority") return effect + design.hypothesis.margin;
  return sided === 2 ? Math.abs(effect) : effect;
}

/** Squared standard error of the difference times the total sample size. */
function varianceOfTotal({ design, controlShare, treatmentShare }: Prepared, effect: number) {
  const treated = unitVariance(design.metric, design.modifiers, effect);
  const control = unitVariance(design.metric, design.modifiers, 0);
  return treated / treatmentShare + control / controlShare;
}

function degreesOfFreedom({ design, controlShare, treatmentShare }: Prepared, total: number) {
  const clusterSize = design.modifiers?.clusterSize ?? 1;
  return (total * (controlShare + treatmentShare)) / clusterSize - 2;
}

function powerAtTotal(prepared: Prepared, total: number, effect: number): number {
  return powerOfEffects(prepared, total)(effect);
}

/** Power as a function of the effect; what depends on the size alone is computed once. */
function powerOfEffects(prepared: Prepared, total: number): (effect: number) => number {
  const fixed = total / prepared.inflation;
  const signal = (effect: number) =>
    distance(prepared, effect) / Math.sqrt(varianceOfTotal(prepared, effect) / fixed);
  if (prepared.design.metric.kind !== "mean") {
    const critical = normalIsf(prepared.alpha / prepared.sided);
    return (effect) => normalCdf(signal(effect) - critical);
  }
  const df = degreesOfFreedom(prepared, fixed);
  requireDomain(
    df > 0,
    "A t-test needs more than two independent units.",
    "Plan a larger sample, or more clusters.",
  );
  const power = noncentralTPower(df, prepared.alpha, prepared.sided);
  return (effect) => power(signal(effect));
}

function sizesOf(prepared: Prepared, exactTotal: number): ArmSizes {
  const control = wholeUnits(exactTotal * prepared.controlShare);
  const treatments = prepared.shares.map((share) => wholeUnits(exactTotal * share));
  const total = treatments.reduce((sum, n) => sum + n, control);
  return { exactTotal, control, treatments, total };
}

function requirePower(power: number, { alpha, sided }: Prepared): void {
  requireOpenProbability(power, "power");
  requireDomain(
    power > alpha / (sided === 2 ? 1 : sided),
    "The power asked for must exceed alpha.",
    "Ask for a higher power.",
  );
}

/** Power of the comparison of the smallest treatment arm with the control, `total` units in all arms together. */
export function designPower(design: ComparisonDesign, total: number, effect: number): number {
  requirePositive(total, "The total sample size");
  return powerAtTotal(prepare(design), total, effect);
}

/**
 * Units of each arm with which a true difference `effect` is shown with `power`. For non-inferiority `effect` is the
 * true difference that is planned for, usually 0.
 */
export function designSampleSize(
  design: ComparisonDesign,
  power: number,
  effect: number,
): ArmSizes {
  const prepared = prepare(design);
  requirePower(power, prepared);
  const gap = distance(prepared, effect);
  requireDomain(
    gap > 0,
    "No sample size can show this: the planned effect does not lie beyond the null hypothesis.",
    "Plan with an effect in the direction of the test, or with a wider margin.",
  );
  const z = normalIsf(prepared.alpha / prepared.sided) + normalIsf(1 - power);
  const normal = prepared.inflation * (z / gap) ** 2 * varianceOfTotal(prepared, effect);
  if (design.metric.kind !== "mean") return sizesOf(prepared, normal);
  const clusterSize = design.modifiers?.clusterSize ?? 1;
  const least =
    (prepared.inflation * 2 * clusterSize * (1 + 1e-6)) /
    (prepared.controlShare + prepared.treatmentShare);
  const excess = remembered((total) => powerAtTotal(prepared, total, effect) - power);
  // The normal size is a little too small in all but odd cases: a narrow bracket saves tails of a noncentral t, and
  // above all the one at the least size, whose df is next to nothing.
  const short = normal > least && excess(normal) < 0;
  if (!short && excess(least) >= 0) return sizesOf(prepared, least);
  const below = short ? normal : least;
  const upper = Math.max(normal, least) * 1.001 + 8 * clusterSize;
  return sizesOf(prepared, findRoot(excess, ...expandUpwards(excess, below, upper, 1e16)));
}

/**
 * Smallest effect in the good direction that is shown with `power` by `total` units. For non-inferiority: the smallest
 * true difference, which is below 0 when the test can carry some harm.
 * `tolerance`: relative, of the result; to the last digits unless given.
 */
export function designMde(
  design: ComparisonDesign,
  total: number,
  power: number,
  tolerance = EXACT,
): number {
  requirePositive(total, "The total sample size");
  const prepared = prepare(design);
  requirePower(power, prepared);
  const floor = design.hypothesis.kind === "non_inferiority" ? -design.hypothesis.margin : 0;
  const metric = design.metric;
  const powerOf = powerOfEffects(prepared, total);
  const excess = remembered((gap) => powerOf(floor + gap) - power);
  if (metric.kind === "proportion") {
    const room = (1 - metric.baseline - floor) * (1 - 1e-9);
    requireDomain(
      metric.baseline + floor > 0 && excess(room) >= 0,
      "No possible difference of proportions is large enough for so small a sample.",
      "Plan a larger sample.",
    );
    return floor + findRoot(excess, 0, room, { tolerance });
  }
  const z = normalIsf(prepared.alpha / prepared.sided) + normalIsf(1 - power);
  const guess = z * Math.sqrt((varianceOfTotal(prepared, 0) * prepared.inflation) / total);
  // The normal value is near in all but the smallest samples, and each evaluation saved is a tail of a noncentral t.
  const near = Math.min(0.01, 20 / total);
  const low = (1 - near) * guess;
  const below = excess(low) <= 0 ? low : 0;
  const bracket = expandUpwards(excess, below, (1 + near) * guess, 1e6 * guess);
  return floor + findRoot(excess, ...bracket, { tolerance });
}

/** Units needed in the whole experiment so that a cohort holding `fraction` of it gets `total` units of its own. */
export function cohortTotal(total: number, fraction: number): number {
  requirePositive(total, "The sample size of the cohort");
  requireDomain(
    fraction > 0 && fraction <= 1,
    `A cohort holds a share of 0 to 1, not ${fraction}.`,
  );
  return wholeUnits(total / fraction);
}

/** Exactly one of `total`, `effect` and `power` is left out, and solved for; `weeks` stands for the total it brings. */
export interface DesignQuestion {
  readonly total?: number;
  readonly weeks?: number;
  readonly effect?: number;
  readonly power?: number;
  readonly traffic?: Traffic;
}

export interface DesignAnswer {
  readonly solvedFor: "sample_size" | "effect" | "power";
  readonly sizes: ArmSizes;
  readonly effect: number;
  readonly power: number;
  /** Whole weeks that the traffic needs for `sizes.total`; null without traffic. */
  readonly weeks: number | null;
}

/**
 * Solves the design for whichever of sample size (and so runtime), effect and power is missing.
 *
 * @throws StatsError DOMAIN unless exactly one is missing, or when `weeks` is given without `traffic`.
 */
export function solveDesign(design: ComparisonDesign, question: DesignQuestion): DesignAnswer {
  const { effect, power, traffic, weeks } = question;
  requireDomain(
    weeks === undefined || (traffic !== undefined && question.total === undefined),
    "A runtime says how many units there are only together with the traffic, and instead of a sample size.",
    "Give the traffic, and either the weeks or the sample size.",
  );
  const total =
    weeks !== undefined && traffic !== undefined ? uniqueUnits(weeks, traffic) : question.total;
  const missing = [total, effect, power].filter((value) => value === undefined).length;
  requireDomain(
    missing === 1,
    "Exactly one of sample size (or runtime), effect and power can be solved for.",
    "Leave out the one you want to know and give the other two.",
  );
  const prepared = prepare(design);
  if (total === undefined) {
    const known = { effect: effect as number, power: power as number };
    const sizes = designSampleSize(design, known.power, known.effect);
    const needed = traffic ? runtimeWeeks(sizes.total, traffic) : null;
    return { solvedFor: "sample_size", sizes, ...known, weeks: needed };
  }
  const sizes = sizesOf(prepared, total);
  const duration = weeks ?? (traffic ? runtimeWeeks(total, traffic) : null);
  if (effect === undefined) {
    const solved = designMde(design, total, power as number);
    return { solvedFor: "effect", sizes, effect: solved, power: power as number, weeks: duration };
  }
  const solved = designPower(design, total, effect);
  return { solvedFor: "power", sizes, effect, power: solved, weeks: duration };
}
