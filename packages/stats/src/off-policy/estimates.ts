/**
 * Value of a policy from the log of another one, from sums.
 *
 * IPS mean(w r) (Horvitz & Thompson 1952); SNIPS sum(w r)/sum(w) with the delta-method error
 * sqrt(sum w^2 (r - snips)^2)/sum(w) (Swaminathan & Joachims, NeurIPS 2015); any mean of terms (clipped IPS,
 * direct method, doubly robust) with sd/sqrt(n). Intervals are normal. Domain: two or more independent rows
 * whose weights come from propensities logged when the action was shown; few rewarded rows or heavy weights
 * make the interval too short, which `weightProblems` is there to stop. Accuracy: 1e-9 relative or better;
 * a spread below 1e-9 of the second moment is refused, since sums cannot show it.
 */
import { normalIsf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability } from "../errors.js";
import type { TermSums, WeightedSums } from "./sums.js";

export interface PolicyValue {
  readonly value: number;
  readonly se: number;
}

/** Least share of the second moment that a centred sum of squares may be. */
const LEAST_SPREAD = 1e-9;

/** sum (x - mean)^2 from sums. */
function centredSquares(n: number, sum: number, sumOfSquares: number): number {
  requireDomain(
    Number.isInteger(n) && n >= 2,
    `An interval needs at least two rows, not ${n}.`,
    "Give a longer log.",
  );
  for (const value of [sum, sumOfSquares]) {
    requireDomain(
      Number.isFinite(value),
      `A sum of the log is ${value}.`,
      "Check rewards and weights.",
    );
  }
  const squares = sumOfSquares - (sum * sum) / n;
  requireDomain(
    squares > LEAST_SPREAD * sumOfSquares,
    "The rows do not vary, or by less than their sums can show, so there is no interval.",
    "Check that rewards vary; take sums around an origin near the mean if they are large.",
  );
  return squares;
}

/** Mean of one term a row. @throws StatsError DOMAIN for fewer than two rows or no variation. */
export function meanOfTerms({ n, sum, sumOfSquares, origin }: TermSums): PolicyValue {
  const squares = centredSquares(n, sum, sumOfSquares);
  return { value: origin + sum / n, se: Math.sqrt(squares / (n - 1) / n) };
}

/** Inverse propensity score. @throws StatsError DOMAIN as `meanOfTerms`. */
export function ipsFromSums({ n, wr, wwrr }: WeightedSums): PolicyValue {
  return meanOfTerms({ n, sum: wr, sumOfSquares: wwrr, origin: 0 });
}

/** Self-normalised. @throws StatsError DOMAIN without any weight, or as `meanOfTerms`. */
export function snipsFromSums({ n, w, ww, wr, wwr, wwrr }: WeightedSums): PolicyValue {
  requireDomain(
    w > 0,
    "The target policy would have taken none of the logged actions.",
    "Log a policy that explores what the target would do.",
  );
  const value = wr / w;
  const squares = wwrr - 2 * value * wwr + value * value * ww;
  requireDomain(
    n >= 2 && squares > LEAST_SPREAD * (wwrr + value * value * ww),
    "The rewards do not vary, or by less than their sums can show, so there is no interval.",
    "Check that rewards vary; subtract a constant from them if they are large.",
  );
  return { value, se: Math.sqrt(squares) / w };
}

export interface PolicyInterval extends PolicyValue {
  readonly ciLower: number;
  readonly ciUpper: number;
}

/** Two-sided normal interval. */
export function policyInterval({ value, se }: PolicyValue, alpha: number): PolicyInterval {
  requireOpenProbability(alpha, "alpha");
  const z = normalIsf(alpha / 2);
  return { value, se, ciLower: value - z * se, ciUpper: value + z * se };
}
