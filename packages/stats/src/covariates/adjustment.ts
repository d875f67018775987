import { StatsError } from "../errors.js";
import type { CovariateSums } from "../moments/plan.js";
import {
  add,
  divide,
  multiply,
  type Rational,
  rational,
  subtract,
  ZERO,
} from "../moments/rational.js";

/**
 * The linear adjustment behind CUPED when some units have no covariate, in exact arithmetic.
 *
 * Method: every unit gets two covariates that need no row: I = 1 when it has a covariate z, and
 * W = I (z - zbar) with zbar the mean of z over the covered units of both arms, which is z imputed by
 * its mean and centred. The coefficients of the outcome on (I, W) are pooled WITHIN arms. So new users
 * stay in the estimand, and their level may differ from that of old users. With full coverage I is
 * constant and drops out, which leaves plain CUPED exactly.
 *
 * Everything is a quotient of integers: W enters as M z - Sz (M covered units with sum Sz), so
 * centring and residual variances cancel no digit.
 */
export interface ArmDesign {
  readonly n: bigint;
  /** Sums of I (= I^2), W (= I W) and W^2 over the arm. */
  readonly i: bigint;
  readonly w: bigint;
  readonly ww: bigint;
}

/** Sums of an outcome Y over the arm: Y, Y^2, I Y, W Y. */
export interface ArmOutcome {
  readonly y: bigint;
  readonly yy: bigint;
  readonly iy: bigint;
  readonly wy: bigint;
}

/** Covered units of both arms together. */
export interface CoveredTotals {
  readonly n: bigint;
  readonly sz: bigint;
}

/** Sums of products centred within the arm (no divisor). */
export interface Scatter {
  readonly ii: Rational;
  readonly iw: Rational;
  readonly ww: Rational;
  readonly iy: Rational;
  readonly wy: Rational;
  readonly yy: Rational;
}

export interface Coefficients {
  readonly i: Rational;
  readonly w: Rational;
}

export function coveredTotals(arms: readonly CovariateSums[]): CoveredTotals {
  return {
    n: arms.reduce((total, arm) => total + arm.n, 0n),
    sz: arms.reduce((total, arm) => total + arm.sz, 0n),
  };
}

/** @throws StatsError DOMAIN when more units have a covariate than have a value. */
export function armDesign(n: bigint, arm: CovariateSums, totals: CoveredTotals): ArmDesign {
  if (arm.n < 0n || arm.n > n) {
    throw new StatsError(
      "DOMAIN",
      `${arm.n} units have a covariate and a value, but only ${n} have a value.`,
    );
  }
  const { n: m, sz } = totals;
  return {
    n,
    i: arm.n,
    w: m * arm.sz - arm.n * sz,
    ww: m * m * arm.szz - 2n * m * sz * arm.sz + arm.n * sz * sz,
  };
}

/** Sum of W Y from the sum of z Y over covered units. */
export function weightedOutcome(totals: CoveredTotals, syz: bigint, coveredY: bigint): bigint {
  return totals.n * syz - totals.sz * coveredY;
}

export function scatter(design: ArmDesign, outcome: ArmOutcome): Scatter {
  const { n, i, w, ww } = design;
  const { y, yy, iy, wy } = outcome;
  const centred = (ab: bigint, a: bigint, b: bigint) => rational(n * ab - a * b, n);
  return {
    ii: centred(i, i, i),
    iw: centred(w, i, w),
    ww: centred(ww, w, w),
    iy: centred(iy, i, y),
    wy: centred(wy, w, y),
    yy: centred(yy, y, y),
  };
}

/** The same scatter of an outcome c Y. */
export function rescaleOutcome(s: Scatter, c: Rational): Scatter {
  return {
    ...s,
    iy: multiply(s.iy, c),
    wy: multiply(s.wy, c),
    yy: multiply(s.yy, multiply(c, c)),
  };
}

/**
 * Coefficients of the adjustment: none where an arm has fewer than two covered units, since a covariate that
 * the other arm lacks cannot correct their difference, and would only make its variance look small.
 */
export function coefficients(
  covariates: readonly CovariateSums[],
  arms: readonly Scatter[],
): Coefficients {
  return covariates.some(({ n }) => n < 2n) ? { i: ZERO, w: ZERO } : solve(arms);
}

/** Coefficients of least squares pooled over arms; a covariate without variation gets 0. */
export function solve(arms: readonly Scatter[]): Coefficients {
  const total = (key: keyof Scatter) => arms.reduce((sum, arm) => add(sum, arm[key]), ZERO);
  const [ii, iw, ww, iy, wy] = [total("ii"), total("iw"), total("ww"), total("iy"), total("wy")];
  const alone = (xy: Rational, xx: Rational) => (isZero(xx) ? ZERO : divide(xy, xx));
  if (isZero(ii)) return { i: ZERO, w: alone(wy, ww) };
  const determinant = subtract(multiply(ii, ww), multiply(iw, iw));
  if (isZero(determinant)) return { i: alone(iy, ii), w: ZERO };
  return {
    i: divide(subtract(multiply(iy, ww), multiply(wy, iw)), determinant),
    w: divide(subtract(multiply(wy, ii), multiply(iy, iw)), determinant),
  };
}

/** Centred sum of squares of Y - b_i I - b_w W; never negative. */
export function residualScatter(s: Scatter, b: Coefficients): Rational {
  const two = rational(2n);
  const linear = add(multiply(b.i, s.iy), multiply(b.w, s.wy));
  const square = add(
    multiply(b.i, add(multiply(b.i, s.ii), multiply(two, multiply(b.w, s.iw)))),
    multiply(multiply(b.w, b.w), s.ww),
  );
  return add(subtract(s.yy, multiply(two, linear)), square);
}

/** What the adjustment takes off the arm's mean: b'(mean of (I, W) in the arm - over both arms). */
export function shift(design: ArmDesign, both: readonly ArmDesign[], b: Coefficients): Rational {
  const units = both.reduce((total, arm) => total + arm.n, 0n);
  const covered = both.reduce((total, arm) => total + arm.i, 0n);
  // W sums to zero over both arms by its centring.
  const i = subtract(rational(design.i, design.n), rational(covered, units));
  return add(multiply(b.i, i), multiply(b.w, rational(design.w, design.n)));
}

function isZero(value: Rational): boolean {
  return value.numerator === 0n;
}
