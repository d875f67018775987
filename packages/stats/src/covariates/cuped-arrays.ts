import { StatsError } from "../errors.js";
import type { Summary } from "../moments/centre.js";
import { type PairSummary, summarise, summarisePairs } from "../moments/summarise.js";
import type { Alternative } from "../tests/inference.js";
import { type WelchResult, welchT } from "../tests/welch.js";
import { requireArms } from "./regression.js";

/**
 * CUPED from raw values, one covariate that every unit has.
 *
 * Method: y - theta (x - xbar over all units), theta = Sxy / Sxx pooled WITHIN arms (default) or over
 * all units ignoring the arm; Welch's t on the adjusted values, theta taken as known. Source: Deng,
 * Xu, Kohavi & Walker, WSDM 2013. theta = 0 when x is constant. Domain: two units in each arm.
 */
export interface CupedInput {
  /** 1 = treatment, 0 = control, per unit. */
  readonly arm: readonly number[];
  readonly y: readonly number[];
  /** Measured before exposure. */
  readonly x: readonly number[];
  readonly alpha: number;
  readonly alternative?: Alternative;
  readonly theta?: ThetaMethod;
}

/** within: pooled within arms, free of the effect itself. total: over all units, ignoring the arm. */
export type ThetaMethod = "within" | "total";

export interface CupedResult extends WelchResult {
  readonly theta: number;
  /** (se / se unadjusted)^2. */
  readonly varianceRatio: number;
  /** Of the adjusted values. */
  readonly treatment: Summary;
  readonly control: Summary;
  readonly unadjusted: WelchResult;
}

/** @throws StatsError DOMAIN for unequal lengths, arms of fewer than two units, or no variation. */
export function cuped(input: CupedInput): CupedResult {
  const { arm, y, x, alpha, alternative = "two_sided", theta: method = "within" } = input;
  requireArms(arm, y);
  if (x.length !== y.length) throw new StatsError("DOMAIN", "Each unit has one covariate value.");
  const all = summarisePairs(x, y);
  const pick = (values: readonly number[], which: number) =>
    values.filter((_, i) => arm[i] === which);
  const pairs = [0, 1].map((which) => summarisePairs(pick(x, which), pick(y, which)));
  const theta = slope(method === "within" ? pairs : [all]);
  const adjusted = y.map((value, i) => value - theta * ((x[i] ?? Number.NaN) - all.meanX));
  const summaries = (values: readonly number[]) => ({
    treatment: summarise(pick(values, 1)),
    control: summarise(pick(values, 0)),
  });
  const unadjusted = welchT({ ...summaries(y), alpha, alternative });
  const arms = summaries(adjusted);
  const result = welchT({ ...arms, alpha, alternative });
  return {
    ...result,
    ...arms,
    theta,
    varianceRatio: (result.se / unadjusted.se) ** 2,
    unadjusted,
  };
}

function slope(groups: readonly PairSummary[]): number {
  let sxx = 0;
  let sxy = 0;
  for (const { n, varX, covXY } of groups) {
    sxx += (n - 1) * varX;
    sxy += (n - 1) * covXY;
  }
  return sxx === 0 ? 0 : sxy / sxx;
}
