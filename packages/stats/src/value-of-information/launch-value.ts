/**
 * What a launch decision is worth: now, with perfect information, and with the experiment's estimate first.
 *
 * Method: launching pays V theta - cost, not launching 0. EVPI = V E|gain of the option not taken now|; EVSI likewise
 * with the posterior mean in place of the effect. The posterior mean rises with the estimate, so the best use of an
 * experiment is one threshold x*, and EVSI = V E[(theta - b) P(estimate > x* | theta)] for a prior mean below the break-even
 * b (mirrored above). Normal priors in closed form with the unit normal loss; Student's t by its partial expectation
 * and a correction by quadrature that only lives near x*. Source: H. Raiffa & R. Schlaifer, "Applied Statistical Decision
 * Theory" (1961), chapter 5. Domain: value and population above 0; sampling variance >= 0; df > 1.
 * Accuracy: 1e-10 relative.
 */
import { normalCdf, normalPdf, studentTLogPdf, studentTSf } from "../distributions/index.js";
import { requireDomain, requirePositive, StatsError } from "../errors.js";
import { findRoot } from "../special/root.js";
import { requireFinite } from "../tests/inference.js";
import { unitNormalLoss } from "./normal-loss.js";
import { posteriorMean } from "./posterior.js";
import {
  type EffectPrior,
  type NormalPart,
  normalParts,
  precisionNodes,
  priorMean,
  type SimpleEffectPrior,
  simpleParts,
} from "./prior.js";

export interface LaunchStakes {
  /** Value of an effect of 1 for one unit of the population. */
  readonly valuePerUnit: number;
  /** Units that the launch reaches over the horizon. */
  readonly population: number;
  /** Paid on launching; default 0. */
  readonly launchCost?: number;
}

export interface TrialPlan {
  /** Squared standard error of the estimate that the experiment will give. */
  readonly samplingVariance: number;
  /** Cost of the experiment in the unit of value; default 0. */
  readonly cost?: number;
}

export interface LaunchValue {
  /** Without more information; `hold` at indifference. */
  readonly decisionNow: "launch" | "hold";
  readonly valueNow: number;
  /** The effect at which launching pays its cost. */
  readonly breakEvenEffect: number;
  /** Expected value of perfect information about the effect. */
  readonly evpi: number;
}

export interface TrialValue extends LaunchValue {
  /** Expected value of the experiment's information, and the same less its cost. */
  readonly evsi: number;
  readonly enbs: number;
  /** Launch if the estimate is above; null when no estimate can change the decision. */
  readonly launchAbove: number | null;
  /** How probable an estimate above `launchAbove` is; of the decision now when nothing changes it. */
  readonly launchProbability: number;
  /** Standard deviation of the posterior mean before the data; null for priors that are not normal. */
  readonly preposteriorSd: number | null;
}

interface Stakes {
  readonly value: number;
  readonly cost: number;
  readonly breakEven: number;
}

/** @throws StatsError DOMAIN for stakes that are not above 0, or a prior without a mean. */
export function launchValue(prior: EffectPrior, stakes: LaunchStakes): LaunchValue {
  const { value, cost, breakEven } = readStakes(stakes);
  const mean = priorMean(prior);
  const gain = value * mean - cost;
  const toward = gain > 0 ? -1 : 1;
  const evpi =
    value *
    simpleParts(prior).reduce(
      (sum, { weight, prior: part }) => sum + weight * expectedExcess(part, breakEven, toward),
      0,
    );
  return {
    decisionNow: gain > 0 ? "launch" : "hold",
    valueNow: Math.max(gain, 0),
    breakEvenEffect: breakEven,
    evpi,
  };
}

/** @throws StatsError DOMAIN as `launchValue`, or for a negative sampling variance. */
export function trialValue(prior: EffectPrior, stakes: LaunchStakes, trial: TrialPlan): TrialValue {
  const now = launchValue(prior, stakes);
  const { value, breakEven } = readStakes(stakes);
  const { samplingVariance: q, cost = 0 } = trial;
  requireDomain(
    Number.isFinite(q) && q >= 0,
    `A sampling variance is 0 or more, not ${q}.`,
    "Use the squared standard error of the planned estimate.",
  );
  requireFinite(cost, "The cost of an experiment");
  const toward = now.decisionNow === "launch" ? -1 : 1;
  const isNormal = prior.kind === "normal";
  const evsiPerValue = isNormal
    ? normalEvsi(prior.mean, prior.sd, breakEven, q)
    : mixtureEvsi(prior, breakEven, q, toward);
  const launchAbove = launchThreshold(prior, breakEven, q);
  const evsi = value * evsiPerValue;
  return {
    ...now,
    evsi,
    enbs: evsi - cost,
    launchAbove,
    launchProbability:
      launchAbove === null ? (toward === -1 ? 1 : 0) : estimateAbove(prior, launchAbove, q),
    preposteriorSd: isNormal ? preposterior(prior.sd, q) : null,
  };
}

/**
 * Expected value of "launch if the estimate is above `threshold`", whatever the rule behind it (a significance test has
 * 1.96 se): what the experiment and its rule bring, before the cost of the experiment. @throws as `trialValue`.
 */
export function ruleValue(
  prior: EffectPrior,
  stakes: LaunchStakes,
  samplingVariance: number,
  threshold: number,
): number {
  const { value, breakEven } = readStakes(stakes);
  requireFinite(threshold, "The threshold of a launch rule");
  requirePositive(samplingVariance, "A sampling variance");
  priorMean(prior);
  return value * gainBeyond(prior, breakEven, threshold, samplingVariance, 1);
}

function readStakes({ valuePerUnit, population, launchCost = 0 }: LaunchStakes): Stakes {
  requirePositive(valuePerUnit, "The value of a unit of effect");
  requirePositive(population, "The population");
  requireFinite(launchCost, "The cost of launching");
  const value = valuePerUnit * population;
  return { value, cost: launchCost, breakEven: launchCost / value };
}

const preposterior = (sd: number, q: number) =>
  sd === 0 ? 0 : (sd * sd) / Math.hypot(sd, Math.sqrt(q));

function normalEvsi(mean: number, sd: number, breakEven: number, q: number): number {
  const spread = preposterior(sd, q);
  return spread === 0 ? 0 : spread * unitNormalLoss(Math.abs(mean - breakEven) / spread);
}

/** E[max(sign (theta - b), 0)]. */
function expectedExcess(prior: SimpleEffectPrior, b: number, sign: 1 | -1): number {
  const distance = sign * (prior.mean - b);
  if (prior.kind === "student_t") return partialExpectation(prior, b, b, sign);
  if (prior.sd === 0) return Math.max(distance, 0);
  const loss = prior.sd * unitNormalLoss(Math.abs(distance) / prior.sd);
  return distance > 0 ? distance + loss : loss;
}

/** E[sign (theta - b) 1{sign (theta - x) > 0}] of Student's t. */
function partialExpectation(
  { mean, scale, df }: Extract<SimpleEffectPrior, { kind: "student_t" }>,
  b: number,
  x: number,
  sign: 1 | -1,
): number {
  const z = (sign * (x - mean)) / scale;
  const beyond = (scale * (df + z * z) * Math.exp(studentTLogPdf(z, df))) / (df - 1);
  return beyond + sign * (mean - b) * studentTSf(z, df);
}

function mixtureEvsi(prior: EffectPrior, b: number, q: number, sign: 1 | -1): number {
  if (q === 0) {
    return simpleParts(prior).reduce(
      (sum, part) => sum + part.weight * expectedExcess(part.prior, b, sign),
      0,
    );
  }
  const x = launchThreshold(prior, b, q);
  return x === null ? 0 : Math.max(0, gainBeyond(prior, b, x, q, sign));
}

/** E[sign (theta - b) P(sign (estimate - x) > 0 | theta)]. */
function gainBeyond(prior: EffectPrior, b: number, x: number, q: number, sign: 1 | -1): number {
  return simpleParts(prior).reduce((sum, { weight, prior: part }) => {
    if (part.kind === "normal") {
      return sum + weight * normalGain(part.mean, part.sd ** 2, b, x, q, sign);
    }
    const { mean, scale, df } = part;
    // Noise in the estimate only matters near x; its effect falls with sqrt(precision), unlike either term alone.
    const correction = precisionNodes(df).reduce((total, node) => {
      const variance = scale ** 2 / node.precision;
      const noisy = normalGain(mean, variance, b, x, q, sign);
      return total + node.weight * (noisy - normalGain(mean, variance, b, x, 0, sign));
    }, 0);
    return sum + weight * (partialExpectation(part, b, x, sign) + correction);
  }, 0);
}

function normalGain(
  mean: number,
  variance: number,
  b: number,
  x: number,
  q: number,
  sign: 1 | -1,
): number {
  const spread = Math.sqrt(variance + q);
  const distance = sign * (mean - x);
  if (spread === 0) return distance > 0 ? sign * (mean - b) : 0;
  const u = distance / spread;
  return sign * (mean - b) * normalCdf(u) + (variance / spread) * normalPdf(u);
}

/** P(estimate > x) before the experiment. */
function estimateAbove(prior: EffectPrior, x: number, q: number): number {
  return simpleParts(prior).reduce((sum, { weight, prior: part }) => {
    if (part.kind === "student_t" && q === 0) {
      return sum + weight * studentTSf((x - part.mean) / part.scale, part.df);
    }
    return (
      sum +
      weight *
        normalParts(part).reduce((total, { weight: w, mean, variance }) => {
          const spread = Math.sqrt(variance + q);
          return total + w * (spread === 0 ? (mean > x ? 1 : 0) : normalCdf((mean - x) / spread));
        }, 0)
    );
  }, 0);
}

/** The estimate at which the posterior mean is the break-even; null when none reaches it. */
function launchThreshold(prior: EffectPrior, b: number, q: number): number | null {
  if (simpleParts(prior).every(({ prior: part }) => part.kind === "normal" && part.sd === 0)) {
    return atomThreshold(prior, b, q);
  }
  if (q === 0) return b;
  if (prior.kind === "normal") return b + ((b - prior.mean) * q) / prior.sd ** 2;
  const parts = normalParts(prior);
  const se = Math.sqrt(q);
  const excess = (x: number) => posteriorMean(parts, x, se) - b;
  return rootFrom(excess, b, Math.max(se, Math.abs(priorMean(prior) - b)));
}

/** Known effects only: an estimate can at most tell which of them it is. */
function atomThreshold(prior: EffectPrior, b: number, q: number): number | null {
  const parts: readonly NormalPart[] = normalParts(prior);
  const means = parts.map(({ mean }) => mean);
  if (!(Math.min(...means) < b && Math.max(...means) > b)) return null;
  if (q === 0) return b;
  const se = Math.sqrt(q);
  return rootFrom((x) => posteriorMean(parts, x, se) - b, b, se);
}

/** Root of a rising function, looked for around `start` in steps that double. */
function rootFrom(f: (x: number) => number, start: number, step: number): number {
  let [low, high, width] = [start, start, step];
  while (f(high) < 0 || f(low) > 0) {
    if (width > 1e250 * step) {
      throw new StatsError("NO_CONVERGENCE", "No estimate could change this decision.");
    }
    if (f(high) < 0) high = start + width;
    if (f(low) > 0) low = start - width;
    width *= 2;
  }
  return low === high ? low : findRoot(f, low, high, { tolerance: 1e-14 });
}
