import { StatsError } from "../errors.js";
import { requireScale } from "../moments/centre.js";
import type { CovariateSums, MetricSums } from "../moments/plan.js";
import {
  multiply,
  powerOfTen,
  type Rational,
  rational,
  subtract,
  toNumber,
} from "../moments/rational.js";
import { type Alternative, normalTest } from "../tests/inference.js";
import {
  type RatioEstimate,
  type RatioMetricResult,
  ratioMetricDelta,
  ratioMetricFromSums,
} from "../tests/ratio-metric.js";
import {
  type ArmDesign,
  armDesign,
  type Coefficients,
  type CoveredTotals,
  coefficients,
  coveredTotals,
  rescaleOutcome,
  residualScatter,
  type Scatter,
  scatter,
  shift,
  weightedOutcome,
} from "./adjustment.js";
import { type CupedAdjustment, coverageOf, requireCovariate, thetas } from "./cuped.js";

/**
 * CUPED for a ratio metric R = sum x / sum y from integer moments.
 *
 * Method: theta comes from the linearised unit value L = (x - r_c y) / ybar_c, the control ratio for
 * both arms, pooled within arms on the covariate and its indicator (`adjustment.ts`). The reported
 * difference is r_t - r_c minus theta times the covariate difference, and its variance is the full
 * delta variance of the residuals (x - r_a y) / ybar_a - theta'(I, W) with each arm's own ratio, so a real
 * difference of ratios does not bias it. Sources: Deng, Knoblich & Lu, KDD 2018; Budylin et al., WSDM 2018.
 * Domain: two units in each arm, sum y != 0.
 */
export interface CupedRatioInput {
  readonly treatment: MetricSums;
  readonly control: MetricSums;
  /** Decimal digits of numerator, denominator and covariate. */
  readonly valueScale: number;
  readonly denominatorScale: number;
  readonly covariateScale: number;
  readonly alpha: number;
  readonly alternative: Alternative;
}

export interface CupedRatioResult extends RatioMetricResult, CupedAdjustment {
  readonly unadjusted: RatioMetricResult;
}

/** @throws StatsError DOMAIN for missing sums, arms of fewer than two units, or no variation. */
export function cupedRatioFromMoments(input: CupedRatioInput): CupedRatioResult {
  const { valueScale, denominatorScale, alpha, alternative } = input;
  const plain = {
    treatment: ratioMetricFromSums(input.treatment, valueScale, denominatorScale),
    control: ratioMetricFromSums(input.control, valueScale, denominatorScale),
  };
  const unadjusted = ratioMetricDelta({ ...plain, alpha, alternative });
  const covariates = [requireCovariate(input.treatment), requireCovariate(input.control)] as const;
  const totals = coveredTotals(covariates);
  const t = armOf(input.treatment, covariates[0], totals);
  const c = armOf(input.control, covariates[1], totals);
  const unit = powerOfTen(requireScale(denominatorScale) - requireScale(valueScale));
  const linear = linearUnit(c, unit);
  const control = { x: c.sx, y: c.sy };
  const b = coefficients(
    covariates,
    [t, c].map((arm) => rescaleOutcome(linearised(arm, control, totals), linear)),
  );
  const designs = [t.design, c.design];
  const adjusted = (arm: Arm) => adjustArm(arm, designs, b, unit, totals);
  const [at, ac] = [adjusted(t), adjusted(c)];
  const arms = { treatment: at.estimate, control: ac.estimate };
  const difference = toNumber(subtract(at.ratio, ac.ratio));
  const se = Math.sqrt(at.estimate.variance + ac.estimate.variance);
  const { statistic, ...test } = normalTest({ estimate: difference, se, alpha, alternative });
  return {
    ...arms,
    difference,
    se,
    z: statistic,
    ...test,
    ...thetas(b, totals, rational(1n), input.covariateScale),
    varianceRatio: (se / unadjusted.se) ** 2,
    coverage: { treatment: coverageOf(t.design), control: coverageOf(c.design) },
    unadjusted,
  };
}

interface Arm {
  readonly design: ArmDesign;
  readonly sx: bigint;
  readonly sy: bigint;
  readonly sums: { readonly sxx: bigint; readonly syy: bigint; readonly sxy: bigint };
  readonly covered: {
    readonly x: bigint;
    readonly y: bigint;
    readonly xz: bigint;
    readonly yz: bigint;
  };
}

function armOf(arm: MetricSums, covariate: CovariateSums, totals: CoveredTotals): Arm {
  if (arm.ratio === null || covariate.ratio === null) {
    throw new StatsError("DOMAIN", "These sums carry no denominator.");
  }
  return {
    design: armDesign(arm.n, covariate, totals),
    sx: arm.sx,
    sy: arm.ratio.sy,
    sums: { sxx: arm.sxx, syy: arm.ratio.syy, sxy: arm.ratio.sxy },
    covered: {
      x: covariate.sx,
      y: covariate.ratio.sy,
      xz: covariate.sxz,
      yz: covariate.ratio.syz,
    },
  };
}

/** Scatter of x Sy - y Sx, an integer for every unit, for the ratio Sx / Sy of `at`. */
function linearised(arm: Arm, at: { x: bigint; y: bigint }, totals: CoveredTotals): Scatter {
  const { sxx, syy, sxy } = arm.sums;
  const combine = (x: bigint, y: bigint) => at.y * x - at.x * y;
  const coveredY = combine(arm.covered.x, arm.covered.y);
  return scatter(arm.design, {
    y: combine(arm.sx, arm.sy),
    yy: at.y * at.y * sxx - 2n * at.y * at.x * sxy + at.x * at.x * syy,
    iy: coveredY,
    wy: weightedOutcome(totals, combine(arm.covered.xz, arm.covered.yz), coveredY),
  });
}

/** x Sy - y Sx becomes (x - r y) / ybar when multiplied by this. */
function linearUnit({ design, sy }: Arm, unit: Rational): Rational {
  return multiply(rational(design.n, sy * sy), unit);
}

function adjustArm(
  arm: Arm,
  designs: readonly ArmDesign[],
  b: Coefficients,
  unit: Rational,
  totals: CoveredTotals,
): { ratio: Rational; estimate: RatioEstimate } {
  const own = linearised(arm, { x: arm.sx, y: arm.sy }, totals);
  const residual = residualScatter(rescaleOutcome(own, linearUnit(arm, unit)), b);
  const ratio = subtract(multiply(rational(arm.sx, arm.sy), unit), shift(arm.design, designs, b));
  const { n } = arm.design;
  const variance = toNumber(multiply(residual, rational(1n, n * (n - 1n))));
  return {
    ratio,
    estimate: { n: Number(n), ratio: toNumber(ratio), variance, se: Math.sqrt(variance) },
  };
}
