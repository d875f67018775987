/**
 * A CUSUM chart run over observations.
 *
 * Method: S+ = max(0, S+ + z - k), S- = max(0, S- - z - k) from 0, alarm at the first S > h (Page, Biometrika 41
 * (1954) 100-115); the shift is dated after the last observation at which the alarming side stood at 0. z is the
 * observation less the target over its standard deviation. Where neither is known, `selfStartingScores` turns
 * the n-th observation into an exactly normal, independent score from those before it (Hawkins, J. Royal Stat. Soc. D
 * 36 (1987) 299-316): run lengths are then those of `averageRunLength`. Domain: independent normal observations.
 */
import { normalIsf, normalQuantile, studentTCdf, studentTSf } from "../distributions/index.js";
import { requireDomain, requirePositive } from "../errors.js";
import type { CusumChart } from "./run-length.js";

export interface CusumAlarm {
  /** 0-based observation that raised the alarm. */
  readonly at: number;
  /** First observation that the shift is dated to. */
  readonly since: number;
  readonly direction: "up" | "down";
}

export interface CusumRun {
  readonly upward: Float64Array;
  /** All zeros for a one-sided chart. */
  readonly downward: Float64Array;
  readonly alarm: CusumAlarm | null;
}

/** What a score is measured from. */
export interface CusumTarget {
  readonly mean: number;
  readonly sd: number;
}

/**
 * Both sums over all observations, beyond the alarm too.
 * @throws StatsError DOMAIN for h <= 0, k < 0, sd <= 0 or an observation that is not finite.
 */
export function runCusum(
  values: ArrayLike<number>,
  { k, h, sides }: CusumChart,
  { mean, sd }: CusumTarget = { mean: 0, sd: 1 },
): CusumRun {
  requirePositive(h, "The threshold");
  requirePositive(sd, "The standard deviation");
  requireDomain(k >= 0, `The allowance k is 0 or more, not ${k}.`);
  const n = values.length;
  const [upward, downward] = [new Float64Array(n), new Float64Array(n)];
  let [up, down, upSince, downSince] = [0, 0, 0, 0];
  let alarm: CusumAlarm | null = null;
  for (let i = 0; i < n; i++) {
    const z = ((values[i] as number) - mean) / sd;
    requireDomain(Number.isFinite(z), `Observation ${i + 1} is not a finite number.`);
    up = Math.max(0, up + z - k);
    if (up === 0) upSince = i + 1;
    if (sides === "two") down = Math.max(0, down - z - k);
    if (down === 0) downSince = i + 1;
    upward[i] = up;
    downward[i] = down;
    if (alarm !== null) continue;
    if (up > h) alarm = { at: i, since: upSince, direction: "up" };
    else if (down > h) alarm = { at: i, since: downSince, direction: "down" };
  }
  return { upward, downward, alarm };
}

/**
 * Scores of observations whose mean and standard deviation are unknown; 0 for the first two and while nothing varies.
 * @throws StatsError DOMAIN for an observation that is not finite.
 */
export function selfStartingScores(values: ArrayLike<number>): Float64Array {
  const scores = new Float64Array(values.length);
  let [mean, squares] = [0, 0];
  for (let n = 0; n < values.length; n++) {
    const x = values[n] as number;
    requireDomain(Number.isFinite(x), `Observation ${n + 1} is not a finite number.`);
    if (n >= 2 && squares > 0) {
      const sd = Math.sqrt(squares / (n - 1));
      scores[n] = normalScore((Math.sqrt(n / (n + 1)) * (x - mean)) / sd, n - 1);
    }
    const gap = x - mean;
    mean += gap / (n + 1);
    squares += gap * (x - mean);
  }
  return scores;
}

/** The normal score with the tail of t, from the nearer tail so that neither reaches 1. */
function normalScore(t: number, df: number): number {
  return t > 0 ? normalIsf(studentTSf(t, df)) : normalQuantile(studentTCdf(t, df));
}
