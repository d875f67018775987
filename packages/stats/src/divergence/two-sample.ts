/**
 * Two-sample Kolmogorov-Smirnov test: do two samples of a number come from one distribution?
 *
 * Method: d = the largest gap of the two empirical distributions, kept as an integer over n m. Exact tail by the
 * chance that a random lattice path from (0, 0) to (n, m) ever reaches the gap, summed where it first does, so
 * small tails keep their digits (Hodges, Ark. Mat. 3 (1958) 469-486); it assumes no ties and errs on the side of
 * silence with them. Beyond n m = 2.5e7 the exact one-sample tail at nm/(n+m), or the limit. Domain: independent
 * observations, no NaN. Accuracy of the exact tail: 1e-11 relative.
 */
import { requireDomain } from "../errors.js";
import { kolmogorovLimitSf, kolmogorovSf, MOST_EXACT_OBSERVATIONS } from "./kolmogorov.js";

const MOST_LATTICE_POINTS = 2.5e7;

export interface TwoSampleDistance {
  /** Largest gap between the two empirical distributions. */
  readonly d: number;
  /** The best of the three tails below. */
  readonly pValue: number;
  /** Null beyond n m = 2.5e7. */
  readonly pExact: number | null;
  /** Of one sample of nm/(n+m) observations, rounded; null beyond 2000. */
  readonly pOneSample: number | null;
  readonly pLimit: number;
}

/** @throws StatsError DOMAIN for an empty sample or NaN. */
export function twoSampleDistance(a: ArrayLike<number>, b: ArrayLike<number>): TwoSampleDistance {
  const [n, m] = [a.length, b.length];
  requireDomain(n >= 1 && m >= 1, "A sample is empty.", "Wait for data.");
  const gap = largestGap(sorted(a), sorted(b));
  const d = gap / (n * m);
  const effective = (n * m) / (n + m);
  const rounded = Math.max(1, Math.round(effective));
  const pExact = n * m <= MOST_LATTICE_POINTS ? latticeTail(n, m, gap) : null;
  const pOneSample = rounded <= MOST_EXACT_OBSERVATIONS ? kolmogorovSf(d, rounded) : null;
  const pLimit = kolmogorovLimitSf(d * Math.sqrt(effective));
  return { d, pValue: pExact ?? pOneSample ?? pLimit, pExact, pOneSample, pLimit };
}

function sorted(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values).sort();
  // NaN sorts last.
  requireDomain(!Number.isNaN(copy[copy.length - 1]), "A value to be compared is not a number.");
  return copy;
}

/** max |i m - j n| over the pooled values, ties taken together. */
function largestGap(a: Float64Array, b: Float64Array): number {
  let [i, j, most] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const at = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    while (i < a.length && (a[i] as number) <= at) i += 1;
    while (j < b.length && (b[j] as number) <= at) j += 1;
    most = Math.max(most, Math.abs(i * b.length - j * a.length));
  }
  return most;
}

/** Chance that a path of n steps right and m steps up, all equally likely, meets |i m - j n| >= gap. */
function latticeTail(n: number, m: number, gap: number): number {
  if (gap === 0) return 1;
  let tail = 0;
  // Chance to stand at (i, j) without having met the gap, for the row i.
  const row = new Float64Array(m + 1);
  row[0] = 1;
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      let mass = row[j] as number;
      if (i + j > 0) {
        const left = n + m - i - j + 1;
        mass = i > 0 ? (mass * (n - i + 1)) / left : 0;
        if (j > 0) mass += ((row[j - 1] as number) * (m - j + 1)) / left;
      }
      if (Math.abs(i * m - j * n) >= gap) {
        tail += mass;
        mass = 0;
      }
      row[j] = mass;
    }
  }
  return Math.min(1, tail);
}
