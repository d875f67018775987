/**
 * Has a distribution moved, or is it two samples of the same one?
 *
 * Two samples always differ, small ones by much: a PSI over 0.2 is nothing when a bin holds five. The test
 * compares the observed divergence with those of the pooled counts dealt out at random into samples of the same
 * sizes: the expected divergence without shift, a threshold for alpha, and a p-value (1 + hits)/(1 + resamples),
 * which keeps its level at any size, bins or smoothing (Phipson & Smyth 2010). For large counts theory gives the
 * same: c (1/n + 1/m) chi-square of K - 1, c = 1 for PSI, 1/2 for KL, 1/8 for Jensen-Shannon (`shiftNoise`).
 * Domain: whole counts of independent observations; rows of one user are not, so count users.
 */
import { chiSquareIsf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability } from "../errors.js";
import { logGamma } from "../special/log-gamma.js";
import { type BinCounts, divergenceOfShares, requireBins, shares } from "./divergence.js";

export type ShiftMeasure = "psi" | "klPq" | "klQp" | "jensenShannon" | "totalVariation";

export interface ShiftSettings {
  readonly measure: ShiftMeasure;
  readonly alpha: number;
  /** Uniform numbers in (0, 1), from a seeded generator. */
  readonly uniform: () => number;
  /** 999 when absent. */
  readonly resamples?: number;
}

export interface ShiftTest {
  readonly observed: number;
  /** Mean over samples of the same sizes without a shift. */
  readonly expectedWithoutShift: number;
  /** Exceeded without a shift with probability alpha. */
  readonly threshold: number;
  /** Observed less what sampling alone brings; negative where the samples are nearer than chance. */
  readonly excess: number;
  readonly pValue: number;
}

/**
 * @throws StatsError DOMAIN as `divergence`; for counts that are not whole; for a divergence that is infinite with
 * empty bins (use smoothing, 0.5 say); for too few resamples for alpha.
 */
export function shiftTest(
  { p, q, smoothing = 0 }: BinCounts,
  { measure, alpha, uniform, resamples = 999 }: ShiftSettings,
): ShiftTest {
  requireBins(p, q, smoothing);
  requireOpenProbability(alpha, "alpha");
  requireDomain(
    [...p, ...q].every(Number.isSafeInteger),
    "A shift is tested on whole counts.",
    "Count observations; weights have no sampling error of their own.",
  );
  requireDomain(
    Number.isInteger(resamples) && alpha * (resamples + 1) >= 1,
    `${resamples} resamples cannot show a probability of ${alpha}.`,
    "Raise the number of resamples.",
  );
  const measured = (a: readonly number[], b: readonly number[]): number => {
    const value = divergenceOfShares(shares(a, smoothing), shares(b, smoothing))[measure];
    requireDomain(
      value !== null,
      "Empty bins make this divergence infinite.",
      "Use a smoothing of 0.5, or Jensen-Shannon.",
    );
    return value;
  };
  const observed = measured(p, q);
  const deal = dealer(p, q, uniform);
  const values = Float64Array.from({ length: resamples }, () => {
    const [a, b] = deal();
    return measured(a, b);
  }).sort();
  const nearest = observed * (1 - 1e-12);
  const hits = values.reduce((count, value) => count + (value >= nearest ? 1 : 0), 0);
  const expected = values.reduce((sum, value) => sum + value, 0) / resamples;
  const rank = Math.ceil((1 - alpha) * (resamples + 1));
  return {
    observed,
    expectedWithoutShift: expected,
    threshold: values[Math.min(resamples, rank) - 1] as number,
    excess: observed - expected,
    pValue: (1 + hits) / (1 + resamples),
  };
}

/** Deals the pooled counts into samples of the sizes of p and q. */
function dealer(p: readonly number[], q: readonly number[], uniform: () => number) {
  const pooled = p.map((count, i) => count + (q[i] as number));
  const drawn = p.reduce((sum, count) => sum + count, 0);
  const total = pooled.reduce((sum, count) => sum + count, 0);
  return (): [number[], number[]] => {
    let [left, wanted] = [total, drawn];
    const a = pooled.map((count) => {
      const taken = hypergeometric(left, count, wanted, uniform());
      left -= count;
      wanted -= taken;
      return taken;
    });
    return [a, a.map((taken, i) => (pooled[i] as number) - taken)];
  };
}

/**
 * How many of `marked` out of `total` are among `drawn`, by inversion from the mode outwards: the steps are about
 * the standard deviation.
 */
function hypergeometric(total: number, marked: number, drawn: number, u: number): number {
  const least = Math.max(0, drawn + marked - total);
  const most = Math.min(drawn, marked);
  if (least === most) return least;
  const mode = Math.min(
    most,
    Math.max(least, Math.floor(((drawn + 1) * (marked + 1)) / (total + 2))),
  );
  const logChoose = (n: number, k: number) =>
    logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const atMode = Math.exp(
    logChoose(marked, mode) + logChoose(total - marked, drawn - mode) - logChoose(total, drawn),
  );
  let rest = u - atMode;
  if (rest < 0) return mode;
  let [below, above, pBelow, pAbove] = [mode, mode, atMode, atMode];
  while (below > least || above < most) {
    if (above < most) {
      pAbove *=
        ((marked - above) * (drawn - above)) / ((above + 1) * (total - marked - drawn + above + 1));
      above += 1;
      rest -= pAbove;
      if (rest < 0) return above;
    }
    if (below > least) {
      pBelow *=
        (below * (total - marked - drawn + below)) / ((marked - below + 1) * (drawn - below + 1));
      below -= 1;
      rest -= pBelow;
      if (rest < 0) return below;
    }
  }
  return mode;
}

const NOISE_FACTOR: Readonly<Partial<Record<ShiftMeasure, number>>> = {
  psi: 1,
  klPq: 1 / 2,
  klQp: 1 / 2,
  jensenShannon: 1 / 8,
};

export interface ShiftNoise {
  readonly expectedWithoutShift: number;
  readonly threshold: number;
}

/**
 * What sampling alone brings, for counts so large that every bin of either sample expects 5 or more.
 * @param bins bins that either sample fills; `n`, `m` observations.
 * @throws StatsError DOMAIN for fewer than two bins, an empty sample or a bad alpha.
 */
export function shiftNoise(
  measure: Exclude<ShiftMeasure, "totalVariation">,
  bins: number,
  n: number,
  m: number,
  alpha: number,
): ShiftNoise {
  requireDomain(
    Number.isInteger(bins) && bins >= 2,
    `A distribution has two bins or more, not ${bins}.`,
  );
  requireDomain(n >= 1 && m >= 1, "A sample is empty.", "Wait for data.");
  requireOpenProbability(alpha, "alpha");
  const scale = (NOISE_FACTOR[measure] ?? 1) * (1 / n + 1 / m);
  return {
    expectedWithoutShift: scale * (bins - 1),
    threshold: scale * chiSquareIsf(alpha, bins - 1),
  };
}
