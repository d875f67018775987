import { normalCdf, normalIsf, normalSf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { bigintRatioToNumber } from "../moments/rational.js";
import { type Alternative, requireAlpha } from "./inference.js";
import { exactCount, type RankCounts } from "./ranks.js";

/**
 * Mann-Whitney U from counts, and DeLong's interval for the probability of superiority.
 *
 * Method: normal approximation with the tie-corrected variance; U and its variance are formed
 * exactly in BigInt and rounded once. Tests P(A > B) + P(A = B)/2 = 1/2, not equality of means.
 * Sources: Mann & Whitney, Ann. Math. Stat. 18 (1947) 50-60; DeLong, DeLong & Clarke-Pearson,
 * Biometrics 44 (1988) 837-845. Domain: n >= 1 in each arm (2 for the interval), not all values tied.
 */
export interface MannWhitneyInput extends Pick<RankCounts, "nA" | "nB" | "twiceU" | "ties"> {
  /** Move U by 1/2 towards its mean before the normal approximation. */
  readonly continuity: boolean;
  /** `greater`: a tends to be larger than b. */
  readonly alternative: Alternative;
}

export interface MannWhitneyResult {
  /** Pairs with a > b plus half the tied pairs. */
  readonly u1: number;
  readonly sigmaU: number;
  /** (U - mean) / sigma, signed, after the continuity correction. */
  readonly z: number;
  readonly pValue: number;
  /** u1 / (nA nB). */
  readonly probabilityOfSuperiority: number;
}

/** @throws StatsError DOMAIN for an empty arm, impossible counts, or when all values are tied. */
export function mannWhitney(input: MannWhitneyInput): MannWhitneyResult {
  const { nA, nB, twiceU, pairs } = requireRanks(input);
  const ties = exactCount(input.ties, "The sum over tie groups");
  const n = nA + nB;
  // n1 n2 / 12 * (N + 1 - T / (N (N - 1))), on one denominator.
  const spread = n * n * n - n - ties;
  if (spread <= 0n) {
    throw new StatsError(
      "DOMAIN",
      "All values are tied, so there are no ranks to compare.",
      "Check that the column of the metric holds values that differ between units.",
    );
  }
  const sigmaU = Math.sqrt(bigintRatioToNumber(pairs * spread, 12n * n * (n - 1n)));
  const centred = bigintRatioToNumber(twiceU - pairs, 2n);
  const correction = input.continuity ? 0.5 : 0;
  const { alternative } = input;
  const distance = (Math.abs(centred) - correction) / sigmaU;
  const z =
    alternative === "two_sided"
      ? Math.sign(centred) * Math.max(0, distance)
      : (centred + (alternative === "greater" ? -correction : correction)) / sigmaU;
  const pValue = {
    two_sided: () => Math.min(1, 2 * normalSf(distance)),
    greater: () => normalSf(z),
    less: () => normalCdf(z),
  }[alternative]();
  return {
    u1: bigintRatioToNumber(twiceU, 2n),
    sigmaU,
    z,
    pValue,
    probabilityOfSuperiority: bigintRatioToNumber(twiceU, 2n * pairs),
  };
}

export interface SuperiorityInput
  extends Pick<RankCounts, "nA" | "nB" | "twiceU" | "placementsASquared" | "placementsBSquared"> {
  /** Two-sided error rate of the interval. */
  readonly alpha: number;
}

export interface SuperiorityInterval {
  /** P(A > B) + P(A = B) / 2. */
  readonly estimate: number;
  readonly se: number;
  /** Wald limits, clipped to [0, 1]. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * Wald interval from the variances of the placements (n-1 divisors).
 * @throws StatsError DOMAIN for fewer than two units in an arm, or when the placements do not vary
 * (complete separation, or all tied), where the variance cannot be estimated.
 */
export function probabilityOfSuperiorityInterval(input: SuperiorityInput): SuperiorityInterval {
  requireAlpha(input.alpha);
  const { nA, nB, twiceU, pairs } = requireRanks(input);
  if (nA < 2n || nB < 2n) {
    throw new StatsError("DOMAIN", "The interval needs at least two units in each arm.");
  }
  const squaredA = exactCount(input.placementsASquared, "The sum of squared placements");
  const squaredB = exactCount(input.placementsBSquared, "The sum of squared placements");
  // Placements are doubled and count units of the other arm: divide by (2 n_other)^2.
  const variance =
    varianceOfMean(nA, twiceU, squaredA, 2n * nB) +
    varianceOfMean(nB, 2n * pairs - twiceU, squaredB, 2n * nA);
  if (variance === 0) {
    throw new StatsError(
      "DOMAIN",
      "The ranks of the arms do not overlap in a way that shows their variation, so no interval exists.",
      "Wait for more units, or report the rank test without an interval.",
    );
  }
  const estimate = bigintRatioToNumber(twiceU, 2n * pairs);
  const se = Math.sqrt(variance);
  const half = normalIsf(input.alpha / 2) * se;
  return {
    estimate,
    se,
    lower: Math.max(0, estimate - half),
    upper: Math.min(1, estimate + half),
  };
}

function varianceOfMean(n: bigint, s: bigint, ss: bigint, unit: bigint): number {
  const scatter = n * ss - s * s;
  if (scatter < 0n) {
    throw new StatsError("DOMAIN", "These sums of placements cannot come from any data.");
  }
  return bigintRatioToNumber(scatter, n * n * (n - 1n) * unit * unit);
}

function requireRanks(input: Pick<RankCounts, "nA" | "nB" | "twiceU">) {
  const nA = exactCount(input.nA, "The number of units in an arm");
  const nB = exactCount(input.nB, "The number of units in an arm");
  const twiceU = exactCount(input.twiceU, "Twice the U statistic");
  if (nA === 0n || nB === 0n) {
    throw new StatsError("DOMAIN", "A rank test needs at least one unit in each arm.");
  }
  const pairs = nA * nB;
  if (twiceU > 2n * pairs) {
    throw new StatsError("DOMAIN", "The U statistic is larger than the number of pairs.");
  }
  return { nA, nB, twiceU, pairs };
}
