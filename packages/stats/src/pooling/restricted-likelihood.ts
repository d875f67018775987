/**
 * Restricted likelihood of the random-slope model, with its gradient, from the lines of the cohorts.
 *
 * Method: with G the covariance of the random effects relative to the residual variance and A a cohort's Z'Z, the
 * cohort's line has relative precision W = A (I + G A)^-1 = (A + det(A) adj(G)) / det(I + G A), in which every term
 * is positive. Criterion (-2 log restricted likelihood, the residual variance profiled out):
 * (N-2)(1 + ln(2 pi s2)) + sum ln det(I + G A) + ln det(sum W). Gradient by G: sum W - sum W S^-1 W - sum W r r' W / s2.
 * Source: D. Bates, M. Maechler, B. Bolker, S. Walker, J. Stat. Software 67(1) (2015), section 3.4, written for cells.
 */
import type { CohortLine, CohortLines } from "./cohort-lines.js";

/** A symmetric 2 x 2 matrix. */
export interface Symmetric {
  readonly s11: number;
  readonly s12: number;
  readonly s22: number;
}

export interface LikelihoodPoint {
  /** -2 log restricted likelihood as lme4 prints it. */
  readonly criterion: number;
  /** The part of it that depends on G; small, so that millions of units cost the search no digits. */
  readonly profile: number;
  /** Derivatives of the criterion by the elements of G as a full matrix. */
  readonly gradient: Symmetric;
  /** Fixed effects, the intercept from the grand mean. */
  readonly intercept: number;
  readonly slope: number;
  /** Covariance of the fixed effects relative to the residual variance. */
  readonly covariance: Symmetric;
  readonly residualVariance: number;
}

/** Relative precision of a cohort's line, and det(I + G A) - 1. */
function precision(line: CohortLine, g: Symmetric, gDeterminant: number) {
  const { a11, a12, a22, determinant } = line;
  const excess = g.s11 * a11 + 2 * g.s12 * a12 + g.s22 * a22 + gDeterminant * determinant;
  const scale = 1 / (1 + excess);
  return {
    excess,
    w11: (a11 + determinant * g.s22) * scale,
    w12: (a12 - determinant * g.s12) * scale,
    w22: (a22 + determinant * g.s11) * scale,
  };
}

/** @param gDeterminant det G >= 0, given apart because it cancels near the boundary. */
export function restrictedLikelihood(
  data: CohortLines,
  g: Symmetric,
  gDeterminant: number,
): LikelihoodPoint {
  const weights = data.lines.map((line) => precision(line, g, gDeterminant));
  let [s11, s12, s22, b1, b2, logs] = [0, 0, 0, 0, 0, 0];
  weights.forEach(({ excess, w11, w12, w22 }, i) => {
    const { intercept, slope } = data.lines[i] as CohortLine;
    s11 += w11;
    s12 += w12;
    s22 += w22;
    b1 += w11 * intercept + w12 * slope;
    b2 += w12 * intercept + w22 * slope;
    logs += Math.log1p(excess);
  });
  const determinant = s11 * s22 - s12 * s12;
  const covariance = { s11: s22 / determinant, s12: -s12 / determinant, s22: s11 / determinant };
  const intercept = covariance.s11 * b1 + covariance.s12 * b2;
  const slope = covariance.s12 * b1 + covariance.s22 * b2;
  const { between, products } = residuals(data.lines, weights, intercept, slope);
  const df = data.n - 2;
  const residualVariance = (data.scatter + between) / df;
  const profile = df * Math.log1p(between / data.scatter) + logs + Math.log(determinant);
  const criterion = df * (1 + Math.log((2 * Math.PI * data.scatter) / df)) + profile;
  const lost = information(weights, covariance);
  const gradient = {
    s11: s11 - lost.s11 - products.s11 / residualVariance,
    s12: s12 - lost.s12 - products.s12 / residualVariance,
    s22: s22 - lost.s22 - products.s22 / residualVariance,
  };
  return { criterion, profile, gradient, intercept, slope, covariance, residualVariance };
}

type Precision = ReturnType<typeof precision>;

/** sum r'W r and sum (W r)(W r)' over the cohorts' distances r from the fixed effects. */
function residuals(
  lines: readonly CohortLine[],
  weights: readonly Precision[],
  intercept: number,
  slope: number,
) {
  let [between, s11, s12, s22] = [0, 0, 0, 0];
  weights.forEach(({ w11, w12, w22 }, i) => {
    const line = lines[i] as CohortLine;
    const [r1, r2] = [line.intercept - intercept, line.slope - slope];
    const [v1, v2] = [w11 * r1 + w12 * r2, w12 * r1 + w22 * r2];
    between += r1 * v1 + r2 * v2;
    s11 += v1 * v1;
    s12 += v1 * v2;
    s22 += v2 * v2;
  });
  return { between: Math.max(0, between), products: { s11, s12, s22 } };
}

/** sum W S^-1 W. */
function information(weights: readonly Precision[], inverse: Symmetric): Symmetric {
  let [s11, s12, s22] = [0, 0, 0];
  for (const { w11, w12, w22 } of weights) {
    const [p11, p12] = [
      inverse.s11 * w11 + inverse.s12 * w12,
      inverse.s11 * w12 + inverse.s12 * w22,
    ];
    const [p21, p22] = [
      inverse.s12 * w11 + inverse.s22 * w12,
      inverse.s12 * w12 + inverse.s22 * w22,
    ];
    s11 += w11 * p11 + w12 * p21;
    s12 += w11 * p12 + w12 * p22;
    s22 += w12 * p12 + w22 * p22;
  }
  return { s11, s12, s22 };
}
