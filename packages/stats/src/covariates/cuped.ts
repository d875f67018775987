import { StatsError } from "../errors.js";
import { centre, requireScale, type Summary } from "../moments/centre.js";
import type { CovariateSums, MetricSums } from "../moments/plan.js";
import {
  multiply,
  powerOfTen,
  type Rational,
  rational,
  subtract,
  toNumber,
} from "../moments/rational.js";
import type { Alternative } from "../tests/inference.js";
import { type WelchResult, welchT } from "../tests/welch.js";
import {
  type ArmDesign,
  type ArmOutcome,
  armDesign,
  type Coefficients,
  type CoveredTotals,
  coefficients,
  coveredTotals,
  residualScatter,
  type Scatter,
  scatter,
  shift,
  weightedOutcome,
} from "./adjustment.js";

/**
 * CUPED from integer moments, with or without units that have no covariate.
 *
 * Method: see `adjustment.ts`; Welch's t on the adjusted values, theta taken as known (its error is
 * of order 1/n). Source: Deng, Xu, Kohavi & Walker, WSDM 2013. Accuracy: means, difference and
 * variances are the doubles nearest to their exact values. Domain: two units in each arm, some
 * variation left after the adjustment. theta = 0 when the covariate is constant, or fewer than
 * two units of an arm have one.
 */
export interface ArmCovariateMoments extends Pick<MetricSums, "n" | "sx" | "sxx"> {
  /** Sums over the units that have both; x is the outcome, z the covariate. */
  readonly covariate: CovariateSums | null;
}

export interface CupedMomentsInput {
  readonly treatment: ArmCovariateMoments;
  readonly control: ArmCovariateMoments;
  /** Decimal digits of the integers: x = value * 10^valueScale, z = covariate * 10^covariateScale. */
  readonly valueScale: number;
  readonly covariateScale: number;
  readonly alpha: number;
  readonly alternative: Alternative;
}

export interface CupedAdjustment {
  /** Units of the value per unit of the covariate. */
  readonly theta: number;
  /** Level of covered against uncovered units, in units of the value; 0 with full coverage. */
  readonly indicatorTheta: number;
  /** (se / se unadjusted)^2; 1 when there is nothing to adjust for. */
  readonly varianceRatio: number;
  /** Share of units that have a covariate. */
  readonly coverage: { readonly treatment: number; readonly control: number };
}

export interface CupedMomentsResult extends WelchResult, CupedAdjustment {
  /** Adjusted means and variances of adjusted values, all units. */
  readonly treatment: Summary;
  readonly control: Summary;
  readonly unadjusted: WelchResult;
}

/** @throws StatsError DOMAIN for missing covariate sums, arms of fewer than two units, or no variation. */
export function cupedFromMoments(input: CupedMomentsInput): CupedMomentsResult {
  const { treatment, control, valueScale, alpha, alternative } = input;
  const covariates = [requireCovariate(treatment), requireCovariate(control)] as const;
  const plain = {
    treatment: summaryOf(treatment, valueScale),
    control: summaryOf(control, valueScale),
  };
  const totals = coveredTotals(covariates);
  const t = armOf(treatment, covariates[0], totals);
  const c = armOf(control, covariates[1], totals);
  const b = coefficients(covariates, [t.scatter, c.scatter]);
  const designs = [t.design, c.design];
  const adjusted = (arm: Arm) => adjustArm(arm, designs, b, valueScale);
  const [at, ac] = [adjusted(t), adjusted(c)];
  const test = (arms: { treatment: Summary; control: Summary }, difference: Rational) =>
    welchT({ ...arms, difference: toNumber(difference), alpha, alternative });
  const unadjusted = test(plain, subtract(meanOf(t, valueScale), meanOf(c, valueScale)));
  const arms = { treatment: at.summary, control: ac.summary };
  const result = test(arms, subtract(at.mean, ac.mean));
  return {
    ...result,
    ...arms,
    ...thetas(b, totals, powerOfTen(-valueScale), input.covariateScale),
    varianceRatio: (result.se / unadjusted.se) ** 2,
    coverage: { treatment: coverageOf(t.design), control: coverageOf(c.design) },
    unadjusted,
  };
}

/** Coefficients in units of the outcome (`outcomeUnit`: one integer of the outcome). */
export function thetas(
  b: Coefficients,
  totals: CoveredTotals,
  outcomeUnit: Rational,
  covariateScale: number,
): { theta: number; indicatorTheta: number } {
  const perCovariate = multiply(rational(totals.n), powerOfTen(requireScale(covariateScale)));
  return {
    theta: toNumber(multiply(multiply(b.w, perCovariate), outcomeUnit)),
    indicatorTheta: toNumber(multiply(b.i, outcomeUnit)),
  };
}

export function coverageOf(design: ArmDesign): number {
  return toNumber(rational(design.i, design.n));
}

export function requireCovariate({ covariate }: ArmCovariateMoments): CovariateSums {
  if (covariate === null) {
    throw new StatsError(
      "DOMAIN",
      "The metric declares no covariate, so CUPED does not apply.",
      "Declare a covariate for the metric, or use the unadjusted test.",
    );
  }
  return covariate;
}

interface Arm {
  readonly design: ArmDesign;
  readonly outcome: ArmOutcome;
  readonly scatter: Scatter;
}

function armOf(arm: ArmCovariateMoments, covariate: CovariateSums, totals: CoveredTotals): Arm {
  const design = armDesign(arm.n, covariate, totals);
  const outcome = {
    y: arm.sx,
    yy: arm.sxx,
    iy: covariate.sx,
    wy: weightedOutcome(totals, covariate.sxz, covariate.sx),
  };
  return { design, outcome, scatter: scatter(design, outcome) };
}

function meanOf({ design, outcome }: Arm, scale: number): Rational {
  return multiply(rational(outcome.y, design.n), powerOfTen(-scale));
}

function adjustArm(arm: Arm, designs: readonly ArmDesign[], b: Coefficients, scale: number) {
  const unit = powerOfTen(-scale);
  const mean = subtract(meanOf(arm, scale), multiply(shift(arm.design, designs, b), unit));
  const divisor = rational(1n, arm.design.n - 1n);
  const variance = multiply(
    multiply(residualScatter(arm.scatter, b), divisor),
    multiply(unit, unit),
  );
  return {
    mean,
    summary: {
      n: Number(arm.design.n),
      mean: toNumber(mean),
      variance: toNumber(variance),
    },
  };
}

function summaryOf({ n, sx, sxx }: ArmCovariateMoments, scale: number): Summary {
  return centre({ n, s: sx, ss: sxx }, scale);
}
