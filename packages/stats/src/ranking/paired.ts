/**
 * Two systems on the same queries: is the difference of their mean scores more than luck of the queries?
 *
 * Methods: paired t-test; randomisation test (signs of the differences exchanged: all 2^n assignments where
 * they are few enough, else `resamples` random ones with (1 + hits)/(1 + resamples), which keeps its level at
 * any number; Phipson & Smyth 2010); bootstrap over queries with BCa limits (Efron, JASA 82 (1987) 171-185;
 * acceleration of a mean in closed form). Comparison of the three for retrieval: Smucker, Allan &
 * Carterette, CIKM 2007. Domain: two or more queries, drawn independently; per-query scores finite.
 */
import { normalCdf, normalIsf, normalQuantile } from "../distributions/index.js";
import { requireDomain, requireOpenProbability, StatsError } from "../errors.js";
import { studentTTest } from "../tests/inference.js";

export interface PairedInput {
  /** Score of each query; the same query at the same place in both. */
  readonly treatment: ArrayLike<number>;
  readonly control: ArrayLike<number>;
  /** Two-sided. */
  readonly alpha: number;
}

export interface PairedDifferences {
  readonly queries: number;
  /** Treatment minus control, query by query. */
  readonly differences: Float64Array;
  readonly mean: number;
  /** Of one query's difference, divisor n - 1. */
  readonly sd: number;
  readonly better: number;
  readonly worse: number;
  readonly equal: number;
}

/** @throws StatsError DOMAIN for unequal lengths, fewer than two queries or a score that is not finite. */
export function pairedDifferences(
  treatment: ArrayLike<number>,
  control: ArrayLike<number>,
): PairedDifferences {
  const n = treatment.length;
  requireDomain(
    n === control.length,
    `The two systems have scores of ${n} and ${control.length} queries.`,
    "Compare them on the same queries.",
  );
  requireDomain(n >= 2, "A paired test needs at least two queries.", "Judge more queries.");
  const differences = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const difference = (treatment[i] as number) - (control[i] as number);
    requireDomain(Number.isFinite(difference), `A score of query ${i + 1} is not a finite number.`);
    differences[i] = difference;
  }
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  const squares = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0);
  const count = (is: (d: number) => boolean) =>
    differences.reduce((sum, d) => sum + (is(d) ? 1 : 0), 0);
  return {
    queries: n,
    differences,
    mean,
    sd: Math.sqrt(squares / (n - 1)),
    better: count((d) => d > 0),
    worse: count((d) => d < 0),
    equal: count((d) => d === 0),
  };
}

export interface PairedTTest {
  readonly difference: number;
  readonly se: number;
  readonly t: number;
  readonly df: number;
  readonly pValue: number;
  readonly ciLower: number;
  readonly ciUpper: number;
}

/** @throws StatsError DOMAIN as above, or when every query has the same difference. */
export function pairedTTest({ treatment, control, alpha }: PairedInput): PairedTTest {
  const { queries, mean, sd } = pairedDifferences(treatment, control);
  requireVariation(sd, mean);
  const se = sd / Math.sqrt(queries);
  const test = studentTTest({
    ...{ estimate: mean, se, df: queries - 1, alpha },
    alternative: "two_sided",
  });
  const z = test.statistic;
  return {
    ...{ difference: mean, se, t: z, df: queries - 1, pValue: test.pValue },
    ciLower: test.ciLower ?? Number.NEGATIVE_INFINITY,
    ciUpper: test.ciUpper ?? Number.POSITIVE_INFINITY,
  };
}

/** Differences that vary by rounding alone do not vary. */
function requireVariation(sd: number, mean: number): void {
  requireDomain(
    sd > 1e-13 * Math.abs(mean) && sd > 0,
    "The two systems differ by the same amount on every query, so no test of the difference exists.",
    "Check that these are two systems, and that the measure can tell them apart.",
  );
}

/** Uniform numbers in (0, 1), from a seeded generator. */
export type Uniform = () => number;

export interface ResamplingSettings {
  readonly uniform: Uniform;
  /** 9999 when absent. */
  readonly resamples?: number;
}

const RESAMPLES = 9999;
/** Sums that differ by rounding alone count as equal. */
const ROUNDING = 1e-12;

export interface RandomisationTest {
  /** Two-sided, of the mean difference. */
  readonly pValue: number;
  /** Whether every assignment of signs was counted. */
  readonly isExact: boolean;
  readonly assignments: number;
}

/** @throws StatsError DOMAIN as `pairedDifferences`, or fewer than 99 resamples. */
export function randomisationTest(
  treatment: ArrayLike<number>,
  control: ArrayLike<number>,
  { uniform, resamples = RESAMPLES }: ResamplingSettings,
): RandomisationTest {
  requireResamples(resamples);
  const { differences } = pairedDifferences(treatment, control);
  // A query without a difference adds 0 under either sign.
  const moving = differences.filter((d) => d !== 0);
  const total = moving.reduce((sum, d) => sum + d, 0);
  const scale = moving.reduce((sum, d) => sum + Math.abs(d), 0);
  const limit = Math.abs(total) - ROUNDING * scale;
  if (moving.length <= 30 && 2 ** moving.length <= resamples + 1) {
    const assignments = 2 ** moving.length;
    return { pValue: exactHits(moving, limit) / assignments, isExact: true, assignments };
  }
  let hits = 0;
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < moving.length; i++) {
      sum += uniform() < 0.5 ? (moving[i] as number) : -(moving[i] as number);
    }
    if (Math.abs(sum) >= limit) hits += 1;
  }
  const pValue = (1 + hits) / (1 + resamples);
  return { pValue, isExact: false, assignments: resamples };
}

function exactHits(moving: Float64Array, limit: number): number {
  let hits = 0;
  for (let signs = 0; signs < 2 ** moving.length; signs++) {
    let sum = 0;
    for (let i = 0; i < moving.length; i++) {
      sum += (signs >> i) & 1 ? (moving[i] as number) : -(moving[i] as number);
    }
    if (Math.abs(sum) >= limit) hits += 1;
  }
  return hits;
}

export interface BootstrapInterval {
  readonly estimate: number;
  readonly ciLower: number;
  readonly ciUpper: number;
  readonly resamples: number;
}

/**
 * BCa interval of the mean difference.
 * @throws StatsError DOMAIN as `pairedTTest`, fewer than 99 resamples, or an alpha that they cannot resolve.
 */
export function bootstrapDifference(
  { treatment, control, alpha }: PairedInput,
  { uniform, resamples = RESAMPLES }: ResamplingSettings,
): BootstrapInterval {
  requireOpenProbability(alpha, "alpha");
  requireResamples(resamples);
  requireDomain(
    alpha * (resamples + 1) >= 10,
    `${resamples} resamples are too few for an interval at alpha ${alpha}.`,
    "Raise the number of resamples.",
  );
  const { differences, mean, sd } = pairedDifferences(treatment, control);
  requireVariation(sd, mean);
  const n = differences.length;
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += differences[Math.floor(uniform() * n)] as number;
    means[r] = sum / n;
  }
  means.sort();
  const below = means.reduce((count, value) => count + half(value, mean), 0);
  const bias = normalQuantile(
    Math.min(Math.max(below / resamples, 1 / resamples), 1 - 1 / resamples),
  );
  const cubes = differences.reduce((sum, d) => sum + (d - mean) ** 3, 0);
  const acceleration = cubes / (6 * ((n - 1) * sd * sd) ** 1.5);
  const at = (z: number): number => {
    const shifted = bias + (bias + z) / (1 - acceleration * (bias + z));
    const rank = Math.floor(normalCdf(shifted) * (resamples + 1));
    return means[Math.min(resamples, Math.max(1, rank)) - 1] as number;
  };
  const z = normalIsf(alpha / 2);
  if (Math.abs(acceleration) * (Math.abs(bias) + z) >= 1) {
    throw new StatsError(
      "DOMAIN",
      "A few queries decide the whole difference, so the bootstrap has no interval.",
      "Judge more queries, or use the randomisation test.",
    );
  }
  return { estimate: mean, ciLower: at(-z), ciUpper: at(z), resamples };
}

function half(value: number, mean: number): number {
  if (value === mean) return 0.5;
  return value < mean ? 1 : 0;
}

function requireResamples(resamples: number): void {
  requireDomain(
    Number.isInteger(resamples) && resamples >= 99,
    `A resampling test needs at least 99 resamples, not ${resamples}.`,
    "Use 999 or more.",
  );
}
