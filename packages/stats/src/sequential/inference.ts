/**
 * Estimates after a group sequential plan: stage-wise ordering (Armitage 1957; Fairbanks & Madsen 1982; Tsiatis,
 * Rosner & Mehta 1984) and repeated intervals and p-values (Jennison & Turnbull 1989). An ordinary p-value or
 * interval after a sequential stop is biased, so none is offered here. Method: `recursion.ts`; roots to 1e-11.
 */
import { normalSf } from "../distributions/index.js";
import { requireDomain, requirePositive } from "../errors.js";
import { findRoot } from "../special/index.js";
import { constantError, efficacyBounds } from "./boundaries.js";
import { at, requireFinite, requireInformation } from "./checks.js";
import { type BoundaryFamily, isSpending, type StoppingBoundary, shapeExponent } from "./plan.js";
import { type Lattice, latticeOf, NO_STOP_Z, type Reach } from "./recursion.js";

export interface LookResult {
  /** Effect estimate at the look, treatment minus control. */
  readonly estimate: number;
  readonly standardError: number;
}

export interface StageWiseInference {
  /** 1-based look at which the plan stopped. */
  readonly stoppedAt: number;
  /** One-sided plans: against no increase. Two-sided plans: both directions. */
  readonly pValue: number;
  readonly medianUnbiasedEstimate: number;
  /** Limits with alpha / sided outside on each side: coverage 1 - 2 alpha for one-sided plans, 1 - alpha for two-sided. */
  readonly ciLower: number;
  readonly ciUpper: number;
}

export interface RepeatedInterval {
  readonly lower: number;
  readonly upper: number;
}

function requireBoundary(boundary: StoppingBoundary): void {
  requireInformation(boundary.informationRates);
  requireDomain(
    boundary.criticalValues.length === boundary.informationRates.length,
    "A boundary needs one critical value for each look.",
  );
}

function lowerOf(boundary: StoppingBoundary): number[] {
  return boundary.criticalValues.map((c) => (boundary.sided === 2 ? -c : Number.NEGATIVE_INFINITY));
}

/** The looks up to `stage`, information scaled so that it is 1 there: a drift is then E[Z] at that look. */
function latticeUpTo(boundary: StoppingBoundary, stage: number, reach: Reach): Lattice {
  const full = at(boundary.informationRates, stage - 1);
  return latticeOf(
    boundary.informationRates.slice(0, stage).map((t) => t / full),
    lowerOf(boundary).slice(0, stage),
    boundary.criticalValues.slice(0, stage),
    reach,
  );
}

/** Both tails of the stage-wise order around (stage, z), each a sum of positive terms. */
function stageWiseTails(lattice: Lattice, z: number, drift: number) {
  const last = lattice.views.length - 1;
  let above = 0;
  let below = 0;
  lattice.views.forEach((view, k) => {
    above += view.above(k === last ? z : at(lattice.upper, k), drift);
    below += view.below(k === last ? z : at(lattice.lower, k), drift);
  });
  return { above, below };
}

/** The drift at which the probability of outcomes more extreme than (stage, z) is p. */
function driftAt(lattice: Lattice, z: number, p: number): number {
  const log = (drift: number) => {
    const { above, below } = stageWiseTails(lattice, z, drift);
    return p <= 0.5 ? Math.log(above / p) : Math.log((1 - p) / below);
  };
  let low = z - 3;
  while (log(low) > 0) low -= 2;
  let high = z + 3;
  while (log(high) < 0) high += 2;
  return findRoot(log, low, high, { tolerance: 1e-12 });
}

/**
 * p-value, median-unbiased estimate and confidence limits when the plan stopped at `stage` (1-based; the last look
 * given counts as a stop whatever its z). `boundary` holds the critical values that were in force. Futility stops
 * are not part of the order: the result holds whether or not a non-binding futility bound was obeyed.
 *
 * @throws StatsError DOMAIN on a stage outside the plan, a standard error that is not positive, or |z| of 37.5 and more.
 */
export function stageWiseInference(
  boundary: StoppingBoundary,
  stage: number,
  { estimate, standardError }: LookResult,
): StageWiseInference {
  requireBoundary(boundary);
  requireFinite(estimate, "The estimate");
  requirePositive(standardError, "The standard error");
  requireDomain(
    Number.isInteger(stage) && stage >= 1 && stage <= boundary.criticalValues.length,
    `The look must lie between 1 and ${boundary.criticalValues.length}, not ${stage}.`,
  );
  const z = estimate / standardError;
  requireDomain(
    Math.abs(z) < NO_STOP_Z,
    `An estimate ${NO_STOP_Z} standard errors or more from zero has no stage-wise inference: its tail is below 1e-300.`,
  );
  const lattice = latticeUpTo(boundary, stage, {
    low: Math.min(0, z - 6),
    high: Math.max(0, z + 6),
  });
  const { above, below } = stageWiseTails(lattice, z, 0);
  const tail = boundary.alpha / boundary.sided;
  const effect = (p: number) => driftAt(lattice, z, p) * standardError;
  return {
    stoppedAt: stage,
    pValue: boundary.sided === 1 ? above : Math.min(1, 2 * Math.min(above, below)),
    medianUnbiasedEstimate: effect(0.5),
    ciLower: effect(tail),
    ciUpper: effect(1 - tail),
  };
}

/** First look (1-based) whose z reaches its critical value; null when none has. */
export function crossedAt(boundary: StoppingBoundary, z: readonly number[]): number | null {
  const index = z.findIndex((value, k) => {
    const size = boundary.sided === 2 ? Math.abs(value) : value;
    return size >= at(boundary.criticalValues, k);
  });
  return index === -1 ? null : index + 1;
}

/**
 * Intervals estimate -+ c_k se that hold at all looks together, whether or not the plan stops: coverage
 * 1 - 2 alpha for one-sided plans, 1 - alpha for two-sided ones.
 */
export function repeatedConfidenceIntervals(
  boundary: StoppingBoundary,
  looks: readonly LookResult[],
): RepeatedInterval[] {
  requireBoundary(boundary);
  return looks.map(({ estimate, standardError }, k) => {
    requirePositive(standardError, "The standard error");
    const half = at(boundary.criticalValues, k) * standardError;
    return { lower: estimate - half, upper: estimate + half };
  });
}

/** What a repeated p-value needs of a plan. */
export interface RepeatedPlan {
  readonly sided: 1 | 2;
  readonly informationRates: readonly number[];
  readonly boundary: BoundaryFamily;
}

const LARGEST_P = 0.5;
const SMALLEST_LOG_P = Math.log(1e-280);

function spendingRepeatedP(plan: RepeatedPlan, stage: number, z: number): number | null {
  const t = plan.informationRates.slice(0, stage);
  const critical = (alpha: number) =>
    at(efficacyBounds({ ...plan, t, level: alpha / plan.sided }, null), stage - 1);
  const gap = (logAlpha: number) => critical(Math.exp(logAlpha)) - z;
  if (gap(Math.log(LARGEST_P)) > 0) return null;
  // The nominal p-value can never exceed the repeated one.
  const nominal = Math.log(plan.sided * normalSf(z));
  const low = Math.max(SMALLEST_LOG_P, nominal - 1e-9);
  if (gap(low) < 0) return Math.exp(low);
  return Math.exp(findRoot(gap, low, Math.log(LARGEST_P), { tolerance: 1e-13 }));
}

/**
 * The smallest total alpha at which a plan of the same family would reject at look `stage` (1-based) with this z;
 * null when there is none below 0.5. Two-sided plans use |z|. Valid at every look, planned stop or not.
 */
export function repeatedPValue(plan: RepeatedPlan, stage: number, z: number): number | null {
  requireInformation(plan.informationRates);
  requireFinite(z, "z");
  requireDomain(
    Number.isInteger(stage) && stage >= 1 && stage <= plan.informationRates.length,
    `The look must lie between 1 and ${plan.informationRates.length}, not ${stage}.`,
  );
  const size = plan.sided === 2 ? Math.abs(z) : z;
  if (size <= 0) return null;
  if (isSpending(plan.boundary)) return spendingRepeatedP(plan, stage, size);
  const t = plan.informationRates;
  const exponent = shapeExponent(plan.boundary);
  const constant = size / at(t, stage - 1) ** exponent;
  const p = plan.sided * constantError({ t, sided: plan.sided }, constant, exponent);
  return p < LARGEST_P ? p : null;
}
