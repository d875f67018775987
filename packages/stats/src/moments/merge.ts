import { StatsError } from "../errors.js";
import type { CovariateSums, MetricSums } from "./plan.js";

/**
 * Union of two disjoint cells of the same metric. Integer addition: associative, commutative and
 * exact, so any split of the units merges to the same bytes.
 * @throws StatsError DOMAIN when one cell carries a denominator or a covariate and the other does not.
 */
export function mergeSums(a: MetricSums, b: MetricSums): MetricSums {
  return {
    n: a.n + b.n,
    sx: a.sx + b.sx,
    sxx: a.sxx + b.sxx,
    ratio: both(a.ratio, b.ratio, (p, q) => ({
      sy: p.sy + q.sy,
      syy: p.syy + q.syy,
      sxy: p.sxy + q.sxy,
    })),
    covariate: both(a.covariate, b.covariate, mergeCovariateSums),
  };
}

function mergeCovariateSums(a: CovariateSums, b: CovariateSums): CovariateSums {
  return {
    n: a.n + b.n,
    sz: a.sz + b.sz,
    szz: a.szz + b.szz,
    sx: a.sx + b.sx,
    sxx: a.sxx + b.sxx,
    sxz: a.sxz + b.sxz,
    ratio: both(a.ratio, b.ratio, (p, q) => ({
      sy: p.sy + q.sy,
      syy: p.syy + q.syy,
      sxy: p.sxy + q.sxy,
      syz: p.syz + q.syz,
    })),
  };
}

function both<T>(a: T | null, b: T | null, merge: (a: T, b: T) => T): T | null {
  if (a === null && b === null) return null;
  if (a === null || b === null) {
    throw new StatsError("DOMAIN", "Only cells of the same metric can be merged.");
  }
  return merge(a, b);
}
