import { StatsError } from "../errors.js";
import type { RankCell } from "../moments/plan.js";

/** Counts may be larger than 2^53, so both kinds of integer are taken; numbers must be whole. */
export type Count = number | bigint;

/**
 * What rank tests need of two samples; a = treatment, b = control. Integers, exact.
 */
export interface RankCounts {
  readonly nA: Count;
  readonly nB: Count;
  /** 2 U of a: twice (pairs a > b) plus ties. */
  readonly twiceU: Count;
  /** Sum over tie groups of the pooled sample of t^3 - t. */
  readonly ties: Count;
  /** Sum over units of a of (2 #b below + #b equal)^2. */
  readonly placementsASquared: Count;
  /** Sum over units of b of (2 #a below + #a equal)^2. */
  readonly placementsBSquared: Count;
}

/** Counts of ranks from raw values. @throws StatsError DOMAIN for an empty arm or a value that is NaN. */
export function rankCounts(a: readonly number[], b: readonly number[]): RankCounts {
  if (a.length === 0 || b.length === 0) {
    throw new StatsError("DOMAIN", "A rank test needs at least one unit in each arm.");
  }
  const counts = new Map<number, { a: bigint; b: bigint }>();
  for (const [arm, values] of [
    ["a", a],
    ["b", b],
  ] as const) {
    for (const value of values) {
      if (Number.isNaN(value))
        throw new StatsError("DOMAIN", "A value to be ranked is not a number.");
      // Map keys tell 0 from nothing else: -0 and 0 are one key, as they are one rank.
      const group = counts.get(value) ?? { a: 0n, b: 0n };
      group[arm] += 1n;
      counts.set(value, group);
    }
  }
  let [belowA, belowB, twiceU, ties, squaredA, squaredB] = [0n, 0n, 0n, 0n, 0n, 0n];
  for (const value of [...counts.keys()].sort((x, y) => x - y)) {
    const group = counts.get(value) ?? { a: 0n, b: 0n };
    const placementA = 2n * belowB + group.b;
    const placementB = 2n * belowA + group.a;
    twiceU += group.a * placementA;
    squaredA += group.a * placementA ** 2n;
    squaredB += group.b * placementB ** 2n;
    const size = group.a + group.b;
    ties += size ** 3n - size;
    belowA += group.a;
    belowB += group.b;
  }
  return {
    nA: BigInt(a.length),
    nB: BigInt(b.length),
    twiceU,
    ties,
    placementsASquared: squaredA,
    placementsBSquared: squaredB,
  };
}

/** The counts of a warehouse cell: a = treatment, b = control. */
export function rankCountsFromCell(cell: RankCell): RankCounts {
  return {
    nA: cell.nTreatment,
    nB: cell.nControl,
    twiceU: cell.twiceU,
    ties: cell.ties,
    placementsASquared: cell.placementsTreatmentSquared,
    placementsBSquared: cell.placementsControlSquared,
  };
}

/** @throws StatsError DOMAIN for a count that is negative or not whole. */
export function exactCount(value: Count, what: string): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new StatsError("DOMAIN", `${what} is a whole number that fits 2^53, not ${value}.`);
  }
  const exact = BigInt(value);
  if (exact < 0n) throw new StatsError("DOMAIN", `${what} is never negative: ${value}.`);
  return exact;
}
