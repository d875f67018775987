/**
 * The sums that every off-policy estimate comes from; an engine forms them in one scan of the log.
 *
 * One row is one independent draw of the log: an impression, or a user when impressions of a user belong
 * together (then w and wr are that user's sums, and the value is per user). `WeightedSums` serve IPS and SNIPS,
 * `TermSums` serve estimators that average one term a row. Both add up, so shards and days merge.
 */
import { requireDomain } from "../errors.js";

/** w = target probability / logged propensity of the action taken, r = its reward. */
export interface WeightedSums {
  readonly n: number;
  /** Sum of w. */
  readonly w: number;
  /** Sum of w^2. */
  readonly ww: number;
  /** Sum of w r. */
  readonly wr: number;
  /** Sum of w^2 r. */
  readonly wwr: number;
  /** Sum of w^2 r^2. */
  readonly wwrr: number;
  readonly maxWeight: number;
}

/** Sums of (x - origin) and of its square. */
export interface TermSums {
  readonly n: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /**
   * Any value near the terms, so that squares do not swallow their spread; 0 serves where the spread is not
   * far below the mean.
   */
  readonly origin: number;
}

/** Adds numbers without losing the small ones (Neumaier, ZAMM 54 (1974) 39-51). */
export class CompensatedSum {
  #sum = 0;
  #lost = 0;

  add(x: number): void {
    const next = this.#sum + x;
    this.#lost += Math.abs(this.#sum) >= Math.abs(x) ? this.#sum - next + x : x - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}

/** @throws StatsError DOMAIN for unequal lengths, no row, a weight below 0, or a value that is not finite. */
export function weightedSums(weights: ArrayLike<number>, rewards: ArrayLike<number>): WeightedSums {
  requireDomain(
    weights.length === rewards.length,
    `There are ${weights.length} weights and ${rewards.length} rewards.`,
    "Give one of each a row.",
  );
  const [w, ww, wr, wwr, wwrr] = Array.from({ length: 5 }, () => new CompensatedSum()) as [
    CompensatedSum,
    CompensatedSum,
    CompensatedSum,
    CompensatedSum,
    CompensatedSum,
  ];
  let maxWeight = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    const weighted = weight * (rewards[i] as number);
    requireDomain(
      weight >= 0 && Number.isFinite(weighted),
      `Row ${i + 1} has the weight ${weight} and the reward ${rewards[i]}.`,
      "Weights are 0 or more, rewards finite numbers.",
    );
    w.add(weight);
    ww.add(weight * weight);
    wr.add(weighted);
    wwr.add(weight * weighted);
    wwrr.add(weighted * weighted);
    if (weight > maxWeight) maxWeight = weight;
  }
  return {
    n: weights.length,
    ...{ w: w.value, ww: ww.value, wr: wr.value, wwr: wwr.value, wwrr: wwrr.value },
    maxWeight,
  };
}

/** @throws StatsError DOMAIN for a term that is not finite. */
export function termSums(terms: ArrayLike<number>): TermSums {
  const origin = terms.length === 0 ? 0 : (terms[0] as number);
  const [sum, squares] = [new CompensatedSum(), new CompensatedSum()];
  for (let i = 0; i < terms.length; i++) {
    const term = (terms[i] as number) - origin;
    requireDomain(Number.isFinite(term), `The term of row ${i + 1} is not a finite number.`);
    sum.add(term);
    squares.add(term * term);
  }
  return { n: terms.length, sum: sum.value, sumOfSquares: squares.value, origin };
}

/** The sums of both logs together. */
export function mergeWeightedSums(a: WeightedSums, b: WeightedSums): WeightedSums {
  return {
    n: a.n + b.n,
    w: a.w + b.w,
    ww: a.ww + b.ww,
    wr: a.wr + b.wr,
    wwr: a.wwr + b.wwr,
    wwrr: a.wwrr + b.wwrr,
    maxWeight: Math.max(a.maxWeight, b.maxWeight),
  };
}

/** The sums of both logs together, with the origin of `a`. */
export function mergeTermSums(a: TermSums, b: TermSums): TermSums {
  const shift = b.origin - a.origin;
  return {
    n: a.n + b.n,
    sum: a.sum + b.sum + b.n * shift,
    sumOfSquares: a.sumOfSquares + b.sumOfSquares + 2 * shift * b.sum + b.n * shift * shift,
    origin: a.origin,
  };
}
