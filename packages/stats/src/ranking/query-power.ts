/**
 * What a set of judged queries can show: power of the paired t-test over queries.
 *
 * Method: exact for normal differences, noncentral t with df = n - 1 and ncp = delta sqrt(n)/sd, both tails
 * counted. Domain: two or more queries. The standard deviation is of one query's difference, from an earlier
 * comparison of two systems on such queries (`pairedDifferences`). Accuracy: as `powerOfNoncentralT`.
 */
import { requireDomain, requireOpenProbability, requirePositive, StatsError } from "../errors.js";
import { powerOfNoncentralT } from "../power/t-test.js";
import { expandUpwards, findRoot } from "../special/root.js";

export interface QueryPowerInput {
  /** Difference of the mean scores to be seen; its sign does not matter. */
  readonly difference: number;
  /** Standard deviation of one query's difference. */
  readonly sd: number;
  readonly queries: number;
  /** Two-sided. */
  readonly alpha: number;
}

const MOST_QUERIES = 1e9;

/** @throws StatsError DOMAIN for fewer than two queries, sd <= 0, a difference that is not finite. */
export function queryPower({ difference, sd, queries, alpha }: QueryPowerInput): number {
  requireQueries(queries);
  requirePositive(sd, "The standard deviation of a difference");
  requireOpenProbability(alpha, "alpha");
  requireDomain(Number.isFinite(difference), `A difference is a finite number, not ${difference}.`);
  const ncp = (Math.abs(difference) * Math.sqrt(queries)) / sd;
  return powerOfNoncentralT(ncp, queries - 1, alpha, 2);
}

/** Smallest difference that the set shows with `power`. @throws StatsError DOMAIN as above, or power <= alpha. */
export function detectableDifference(
  input: Omit<QueryPowerInput, "difference"> & { readonly power: number },
): number {
  const { power, ...rest } = input;
  requirePower(power, input.alpha);
  requireQueries(rest.queries);
  requirePositive(rest.sd, "The standard deviation of a difference");
  const unit = rest.sd / Math.sqrt(rest.queries);
  const gap = (ncp: number) => queryPower({ ...rest, difference: ncp * unit }) - power;
  const [low, high] = expandUpwards(gap, 0, 4, 1e4);
  return findRoot(gap, low, high, { tolerance: 1e-12 }) * unit;
}

/** Fewest whole queries that reach `power`. @throws StatsError DOMAIN as above; NO_CONVERGENCE beyond 1e9. */
export function queriesNeeded(
  input: Omit<QueryPowerInput, "queries"> & { readonly power: number },
): number {
  const { power, ...rest } = input;
  requirePower(power, input.alpha);
  requirePositive(Math.abs(rest.difference), "A difference to be seen");
  const isEnough = (queries: number) => queryPower({ ...rest, queries }) >= power;
  let high = 2;
  while (!isEnough(high)) {
    if (high >= MOST_QUERIES) {
      throw new StatsError(
        "NO_CONVERGENCE",
        "No number of queries up to 1e9 shows this difference.",
      );
    }
    high *= 2;
  }
  let low = Math.max(2, high / 2);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

function requirePower(power: number, alpha: number): void {
  requireOpenProbability(power, "The power");
  requireDomain(power > alpha, `A power of ${power} is no more than alpha.`, "Use 0.8, say.");
}

function requireQueries(queries: number): void {
  requireDomain(
    Number.isFinite(queries) && queries >= 2,
    `A paired test needs at least two queries, not ${queries}.`,
    "Judge more queries.",
  );
}
