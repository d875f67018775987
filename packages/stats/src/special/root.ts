/**
 * Roots of a function of one variable.
 *
 * Method: R. P. Brent, "Algorithms for Minimization without Derivatives" (1973), chapter 4: inverse quadratic
 * interpolation and secant steps, kept inside a shrinking bracket by bisection.
 */
import { StatsError } from "../errors.js";

export interface RootOptions {
  /** Relative tolerance of the root; default 4e-16 times a few, that is full precision. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

function isRootBetween(fa: number, fb: number): boolean {
  return (fa <= 0 && fb >= 0) || (fa >= 0 && fb <= 0);
}

/** The step to try next: interpolation if it stays well inside the bracket, else null for bisection. */
function interpolatedStep(
  a: number,
  b: number,
  c: number,
  values: readonly [number, number, number],
  tolerance: number,
  lastStep: number,
): number | null {
  const [fa, fb, fc] = values;
  const s = fb / fa;
  const half = (c - b) / 2;
  let p = 2 * half * s;
  let q = 1 - s;
  if (a !== c) {
    const r = fb / fc;
    const t = fa / fc;
    p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
    q = (t - 1) * (r - 1) * (s - 1);
  }
  if (p > 0) q = -q;
  p = Math.abs(p);
  const limit = Math.min(3 * half * q - Math.abs(tolerance * q), Math.abs(lastStep * q));
  return 2 * p < limit ? p / q : null;
}

/**
 * A root of `f` in [lower, upper]; `f` must change sign there.
 *
 * @throws StatsError DOMAIN without a change of sign, NO_CONVERGENCE when `f` gives NaN or the iterations run out.
 */
export function findRoot(
  f: (x: number) => number,
  lower: number,
  upper: number,
  options: RootOptions = {},
): number {
  const tolerance = options.tolerance ?? 1e-15;
  let a = lower;
  let b = upper;
  let fa = f(a);
  let fb = f(b);
  if (!isRootBetween(fa, fb)) {
    throw new StatsError("DOMAIN", `No solution lies between ${lower} and ${upper}.`);
  }
  let c = a;
  let fc = fa;
  let step = b - a;
  let lastStep = step;
  for (let i = 0; i < (options.maxIterations ?? 300); i++) {
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const width = 2 * Number.EPSILON * Math.abs(b) + (tolerance * Math.abs(b)) / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= width || fb === 0) return b;
    const canInterpolate = Math.abs(lastStep) >= width && Math.abs(fa) > Math.abs(fb);
    const tried = canInterpolate ? interpolatedStep(a, b, c, [fa, fb, fc], width, lastStep) : null;
    lastStep = tried === null ? half : step;
    step = tried ?? half;
    a = b;
    fa = fb;
    b += Math.abs(step) > width ? step : Math.sign(half) * Math.max(width, Number.MIN_VALUE);
    fb = f(b);
    if (Number.isNaN(fb)) break;
    if (fb > 0 === fc > 0) {
      c = a;
      fc = fa;
      step = b - a;
      lastStep = step;
    }
  }
  throw new StatsError("NO_CONVERGENCE", "The search for a solution did not settle.");
}

/**
 * Grows [lower, upper] upwards, doubling `upper`, until `f` changes sign in it.
 *
 * @throws StatsError NO_CONVERGENCE when `limit` is passed without a change of sign.
 */
export function expandUpwards(
  f: (x: number) => number,
  lower: number,
  upper: number,
  limit: number,
): readonly [number, number] {
  const start = f(lower);
  let low = lower;
  let high = upper;
  while (!isRootBetween(start, f(high))) {
    if (high >= limit) {
      throw new StatsError("NO_CONVERGENCE", `No solution exists up to ${limit}.`);
    }
    low = high;
    high = Math.min(high * 2, limit);
  }
  return [low, high];
}

/** The same function, which computes each value once: bracketing and solving ask for the same ends. */
export function remembered(f: (x: number) => number): (x: number) => number {
  const known = new Map<number, number>();
  return (x) => {
    const found = known.get(x);
    if (found !== undefined) return found;
    const value = f(x);
    known.set(x, value);
    return value;
  };
}
