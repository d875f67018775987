/**
 * Qualitative interaction: does the treatment help some cohorts and harm others?
 *
 * Method: likelihood ratio test of M. Gail and R. Simon, Biometrics 41 (1985) 361-372. Q+ = sum of (effect/se)^2 over
 * effects above 0, Q- over those below; the test is min(Q+, Q-) against no crossing, its p-value
 * sum_{h=1}^{K-1} Bin(h; K-1, 1/2) P(chi2_h > Q). One-sided, "is any cohort harmed?": Q- against all effects >= 0,
 * sum_{h=1}^{K} Bin(h; K, 1/2) P(chi2_h > Q-). Exact for independent normal effects with known standard errors.
 */
import { binomialPmf, chiSquareSf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability } from "../errors.js";
import { findRoot } from "../special/root.js";
import { requireEffects, type SummaryEffect } from "./effects.js";

export interface QualitativeInteraction {
  /** Evidence for benefit somewhere and for harm somewhere. */
  readonly qPositive: number;
  readonly qNegative: number;
  /** min(qPositive, qNegative). */
  readonly statistic: number;
  /** Against "no cohort goes the other way". */
  readonly pValue: number;
  /** Against "no cohort is harmed". */
  readonly pAnyHarm: number;
}

/** Effects oriented so that above 0 is better. @throws StatsError DOMAIN for fewer than 2 effects or an se <= 0. */
export function qualitativeInteraction(effects: readonly SummaryEffect[]): QualitativeInteraction {
  requireEffects(effects, 2);
  const side = (sign: 1 | -1) =>
    effects.reduce((sum, { estimate, se }) => {
      const z = (sign * estimate) / se;
      return z > 0 ? sum + z * z : sum;
    }, 0);
  const [qPositive, qNegative] = [side(1), side(-1)];
  const statistic = Math.min(qPositive, qNegative);
  return {
    qPositive,
    qNegative,
    statistic,
    pValue: chiBarSf(statistic, effects.length - 1),
    pAnyHarm: chiBarSf(qNegative, effects.length),
  };
}

/** The value that the statistic exceeds with probability `alpha`; `anyHarm` for the one-sided test. */
export function qualitativeInteractionCritical(
  cohorts: number,
  alpha: number,
  test: "crossing" | "any_harm" = "crossing",
): number {
  requireDomain(
    Number.isInteger(cohorts) && cohorts >= 2,
    `The test needs 2 or more cohorts, not ${cohorts}.`,
  );
  requireOpenProbability(alpha, "alpha");
  const k = test === "crossing" ? cohorts - 1 : cohorts;
  // Of all effects 0, a share 2^-k of samples has none on the one side at all.
  const most = 1 - 0.5 ** k;
  requireDomain(alpha < most, `alpha must be below ${most} for ${cohorts} cohorts, not ${alpha}.`);
  return findRoot((q) => chiBarSf(q, k) - alpha, 0, 20 * k - 4 * Math.log(alpha) + 20);
}

/** P of the mixture of chi-squares with 1..k degrees of freedom and binomial(k, 1/2) weights; 1 at 0. */
function chiBarSf(q: number, k: number): number {
  if (q === 0) return 1;
  let total = 0;
  for (let h = 1; h <= k; h++) total += binomialPmf(h, k, 0.5) * chiSquareSf(q, h);
  return Math.min(1, total);
}
