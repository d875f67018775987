import type { MetricSums } from "../../moments/plan.js";

/** One unit as integers: x value or numerator, y denominator, z covariate or none. */
export interface Unit {
  readonly x: number;
  readonly y: number;
  readonly z: number | null;
}

/** What a warehouse would return for these units. */
export function sumsOf(units: readonly Unit[]): MetricSums {
  const sum = (rows: readonly Unit[], f: (unit: Unit) => number) =>
    rows.reduce((total, unit) => total + BigInt(f(unit)), 0n);
  const covered = units.filter((unit) => unit.z !== null);
  const z = (unit: Unit) => unit.z ?? 0;
  return {
    n: BigInt(units.length),
    sx: sum(units, (u) => u.x),
    sxx: sum(units, (u) => u.x * u.x),
    ratio: {
      sy: sum(units, (u) => u.y),
      syy: sum(units, (u) => u.y * u.y),
      sxy: sum(units, (u) => u.x * u.y),
    },
    covariate: {
      n: BigInt(covered.length),
      sz: sum(covered, z),
      szz: sum(covered, (u) => z(u) * z(u)),
      sx: sum(covered, (u) => u.x),
      sxx: sum(covered, (u) => u.x * u.x),
      sxz: sum(covered, (u) => u.x * z(u)),
      ratio: {
        sy: sum(covered, (u) => u.y),
        syy: sum(covered, (u) => u.y * u.y),
        sxy: sum(covered, (u) => u.x * u.y),
        syz: sum(covered, (u) => u.y * z(u)),
      },
    },
  };
}

/** Seeded standard normals: mulberry32 and Box-Muller. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
