/**
 * The covariance of the random effects at which the restricted likelihood is largest.
 *
 * Method: BFGS over the Cholesky factor L of G (G = L L'), from several starts. The criterion is even in the diagonal
 * of L, so the boundary (a variance of 0, a correlation of 1) is an ordinary stationary point and needs no constraint;
 * every smaller model is then tried and kept when the criterion does not rise. Source: as restricted-likelihood.ts.
 */
import { minimise } from "../special/minimise.js";
import type { CohortLines } from "./cohort-lines.js";
import {
  type LikelihoodPoint,
  restrictedLikelihood,
  type Symmetric,
} from "./restricted-likelihood.js";

/** Which random effects vary between cohorts. */
export type PoolingModel =
  /** Intercept and slope, correlated: (treatment | cohort). */
  | "correlated"
  /** Intercept and slope, uncorrelated: (1 | cohort) + (0 + treatment | cohort). */
  | "independent"
  /** Intercept only: one treatment effect for all cohorts. */
  | "common_effect";

/** Lower triangle of L, relative to the residual standard deviation. */
export interface Factor {
  readonly l11: number;
  readonly l21: number;
  readonly l22: number;
}

export interface VarianceFit {
  readonly factor: Factor;
  readonly covariance: Symmetric;
  readonly covarianceDeterminant: number;
  readonly likelihood: LikelihoodPoint;
  /** At the boundary: a variance is 0 or the correlation is +-1. */
  readonly singular: boolean;
}

type Element = keyof Factor;

const ELEMENTS: Readonly<Record<PoolingModel, readonly Element[]>> = {
  correlated: ["l11", "l21", "l22"],
  independent: ["l11", "l22"],
  common_effect: ["l11"],
};

/** Models at the boundary of each, from the larger to the smaller. */
const SMALLER: Readonly<Record<PoolingModel, readonly (readonly Element[])[]>> = {
  correlated: [["l11", "l21"], ["l22"], ["l11"], []],
  independent: [["l11"], ["l22"], []],
  common_effect: [[]],
};

/** Starts, in units of the raw spread of the cohorts' lines. */
const STARTS: readonly Factor[] = [
  { l11: 0.7, l21: 0, l22: 0.7 },
  { l11: 0.2, l21: 0.1, l22: 0.15 },
  { l11: 1.2, l21: -0.4, l22: 0.3 },
];

/** A rise of the criterion that doubles cannot tell from none. */
const INDISTINGUISHABLE = 1e-9;

const product = ({ l11, l21, l22 }: Factor): Symmetric => ({
  s11: l11 * l11,
  s12: l11 * l21,
  s22: l21 * l21 + l22 * l22,
});

/** @throws StatsError NO_CONVERGENCE when no start settles. */
export function searchVariances(data: CohortLines, model: PoolingModel): VarianceFit {
  const scale = spreadOf(data);
  const evaluate = (factor: Factor) =>
    restrictedLikelihood(data, product(factor), (factor.l11 * factor.l22) ** 2);
  const fit = (elements: readonly Element[], start: Factor) =>
    searchElements(evaluate, elements, start, scale);
  const full = STARTS.map((start) =>
    fit(ELEMENTS[model], {
      l11: start.l11 * scale.l11,
      l21: start.l21 * scale.l21,
      l22: start.l22 * scale.l22,
    }),
  );
  let best = full.reduce((a, b) => (b.profile < a.profile ? b : a));
  let singular = false;
  for (const elements of SMALLER[model]) {
    const reduced = fit(elements, best.factor);
    if (reduced.profile > best.profile + INDISTINGUISHABLE) continue;
    best = reduced;
    singular = true;
  }
  const factor = normalised(best.factor);
  const likelihood = evaluate(factor);
  const covarianceDeterminant = (factor.l11 * factor.l22) ** 2;
  return { factor, covariance: product(factor), covarianceDeterminant, likelihood, singular };
}

function searchElements(
  evaluate: (factor: Factor) => LikelihoodPoint,
  elements: readonly Element[],
  start: Factor,
  scale: Factor,
): { factor: Factor; profile: number } {
  const at = (point: readonly number[]): Factor => {
    const factor = { l11: 0, l21: 0, l22: 0 };
    elements.forEach((element, i) => {
      factor[element] = (point[i] ?? 0) * scale[element];
    });
    return factor;
  };
  const found = minimise(
    (point) => {
      const factor = at(point);
      const { profile, gradient: d } = evaluate(factor);
      const gradient = {
        l11: 2 * scale.l11 * (d.s11 * factor.l11 + d.s12 * factor.l21),
        l21: 2 * scale.l21 * (d.s12 * factor.l11 + d.s22 * factor.l21),
        l22: 2 * scale.l22 * d.s22 * factor.l22,
      };
      return {
        value: Number.isFinite(profile) ? profile : Number.POSITIVE_INFINITY,
        gradient: elements.map((element) => gradient[element]),
      };
    },
    elements.map((element) => start[element] / scale[element]),
    { tolerance: 1e-8, maxIterations: 500 },
  );
  return { factor: at(found.point), profile: found.value };
}

/** The same G with a non-negative diagonal, and l21 = 0 where the intercept does not vary. */
function normalised({ l11, l21, l22 }: Factor): Factor {
  if (l11 === 0) return { l11: 0, l21: 0, l22: Math.hypot(l21, l22) };
  return { l11: Math.abs(l11), l21: Math.sign(l11) * l21, l22: Math.abs(l22) };
}

/** Standard deviations of the cohorts' own lines relative to the residual one: the scale of the search. */
function spreadOf(data: CohortLines): Factor {
  const both = data.lines.filter((line) => line.determinant > 0);
  const residual = data.scatter / data.scatterDf;
  const spread = (value: (line: (typeof both)[number]) => number, noise: number) => {
    const mean = both.reduce((sum, line) => sum + value(line), 0) / both.length;
    const scatter = both.reduce((sum, line) => sum + (value(line) - mean) ** 2, 0);
    const variance = scatter / (both.length - 1) / residual;
    return Math.sqrt(Math.max(variance, noise));
  };
  const average = (value: (line: (typeof both)[number]) => number) =>
    both.reduce((sum, line) => sum + value(line), 0) / both.length;
  // The sampling variance alone: the scale where cohorts agree more than chance would have it.
  const l11 = spread(
    (line) => line.intercept,
    average((line) => line.a22 / line.determinant),
  );
  const l22 = spread(
    (line) => line.slope,
    average((line) => line.a11 / line.determinant),
  );
  return { l11, l21: l22, l22 };
}
