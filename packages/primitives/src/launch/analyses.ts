/**
 * One analysis of one metric, treatment against control, by kind. Each returns an `Analysis` or throws
 * `StatsError` with the reason why there is none; `estimate` turns that into a missing result.
 * Intervals are two-sided at `alpha`; p-values are for the metric's declared alternative.
 */
import {
  centre,
  type MetricSums,
  mannWhitney,
  meanDifference,
  probabilityOfSuperiorityInterval,
  type RankCell,
  type RatioEstimate,
  type RatioMetricResult,
  ratioMetricDelta,
  ratioMetricFromSums,
  StatsError,
  type Summary,
  twoProportionZ,
  unscale,
  type WelchResult,
  welchT,
} from "@plumbline/stats";
import type { Alternative, Analysis, ArmSummary, Effect } from "../shared/vocabulary.js";
import { logLift, relativeLift } from "./relative.js";

/** What every analysis needs besides the moments. */
export interface AnalysisSettings {
  readonly alternative: Alternative;
  readonly transform: "identity" | "log";
  /** Two-sided error rate of the intervals. */
  readonly alpha: number;
}

export interface Pair<Moments> {
  readonly treatment: Moments;
  readonly control: Moments;
}

interface Tested {
  readonly pValue: number;
  readonly ciLower: number | null;
  readonly ciUpper: number | null;
}

/** The interval of the two-sided test with the p-value of the declared alternative. */
export function testBoth<Result extends Tested>(
  alternative: Alternative,
  run: (alternative: Alternative) => Result,
): Result {
  const shown = run("two_sided");
  return alternative === "two_sided" ? shown : { ...shown, pValue: run(alternative).pValue };
}

/** Welch's t on exactly centred sums. @param scale decimal digits of the sums. */
export function analyseMean(
  sums: Pair<MetricSums>,
  scale: number,
  settings: AnalysisSettings,
): Analysis {
  const powers = ({ n, sx, sxx }: MetricSums) => ({ n, s: sx, ss: sxx });
  const [t, c] = [powers(sums.treatment), powers(sums.control)];
  const arms = { treatment: centre(t, scale), control: centre(c, scale) };
  return analyseSummaries(arms, settings, "Welch t", meanDifference(t, c, scale));
}

/**
 * Welch's t on summaries: n, mean and variance of one unit.
 * @param difference of the means, where it is known to more digits than the means show.
 */
export function analyseSummaries(
  { treatment, control }: Pair<Summary>,
  settings: AnalysisSettings,
  method: string,
  difference = treatment.mean - control.mean,
): Analysis {
  const { alpha, alternative } = settings;
  const test = testBoth(alternative, (side) =>
    welchT({ treatment, control, alpha, alternative: side, difference }),
  );
  return welchAnalysis({ treatment, control }, test, settings, method);
}

/** The analysis of a finished Welch test (plain or of adjusted values). */
export function welchAnalysis(
  { treatment, control }: Pair<Summary>,
  test: WelchResult,
  { alpha, transform }: AnalysisSettings,
  method: string,
): Analysis {
  const lift =
    transform === "log"
      ? logLift(test, test.se, alpha)
      : relativeLift(estimatedMean(treatment), estimatedMean(control), alpha);
  return {
    method: transform === "log" ? `${method} of logs` : method,
    absolute: effectOf(test.difference, test.se, test, alpha),
    ...lift,
    statistic: { name: "t", value: test.t, df: test.df },
    pValue: { value: test.pValue, bound: false },
    control: meanSummary(control),
    treatment: meanSummary(treatment),
  };
}

export interface Successes {
  readonly successes: number;
  readonly n: number;
}

/** Pooled z-test with the unpooled interval. */
export function analyseProportion(
  { treatment, control }: Pair<Successes>,
  settings: AnalysisSettings,
): Analysis {
  const { alpha, alternative } = settings;
  const test = testBoth(alternative, (side) =>
    twoProportionZ({
      x1: treatment.successes,
      n1: treatment.n,
      x2: control.successes,
      n2: control.n,
      alpha,
      alternative: side,
    }),
  );
  const [t, c] = [proportionSummary(treatment), proportionSummary(control)];
  return {
    method: "two-proportion z",
    absolute: effectOf(test.difference, test.seUnpooled, test, alpha),
    ...relativeLift(t.estimated, c.estimated, alpha),
    statistic: { name: "z", value: test.z, df: null },
    pValue: { value: test.pValue, bound: false },
    control: c.summary,
    treatment: t.summary,
  };
}

/** Successes behind the sums of a 0/1 value. @throws StatsError DOMAIN when some value is neither. */
export function successesOf({ n, sx, sxx }: MetricSums, scale: number): Successes {
  const one = 10n ** BigInt(scale);
  if (sxx !== sx * one || sx % one !== 0n) {
    throw new StatsError(
      "DOMAIN",
      "A proportion needs values of 0 and 1 only; this one has others.",
    );
  }
  return { successes: Number(sx / one), n: Number(n) };
}

/** Ratio of sums over units, delta method. */
export function analyseRatio(
  sums: Pair<MetricSums>,
  scales: { readonly numerator: number; readonly denominator: number },
  settings: AnalysisSettings,
): Analysis {
  const { alpha, alternative } = settings;
  const ratio = (arm: MetricSums) => ratioMetricFromSums(arm, scales.numerator, scales.denominator);
  const [treatment, control] = [ratio(sums.treatment), ratio(sums.control)];
  const test = testBoth(alternative, (side) =>
    ratioMetricDelta({ treatment, control, alpha, alternative: side }),
  );
  const analysis = ratioAnalysis(test, alpha, "ratio, delta method");
  const weigh = (summary: ArmSummary, { ratio: y }: MetricSums) =>
    y === null ? summary : { ...summary, weight: unscale(y.sy, scales.denominator) };
  return {
    ...analysis,
    control: weigh(analysis.control, sums.control),
    treatment: weigh(analysis.treatment, sums.treatment),
  };
}

/** The analysis of a finished test of two ratios (plain or adjusted). */
export function ratioAnalysis(test: RatioMetricResult, alpha: number, method: string): Analysis {
  const { treatment, control } = test;
  return {
    method,
    absolute: effectOf(test.difference, test.se, test, alpha),
    ...relativeLift(estimatedRatio(treatment), estimatedRatio(control), alpha),
    statistic: { name: "z", value: test.z, df: null },
    pValue: { value: test.pValue, bound: false },
    control: ratioSummary(control),
    treatment: ratioSummary(treatment),
  };
}

/** Mann-Whitney; the effect is the probability of superiority minus 1/2, with DeLong's interval. */
export function analyseRank(cell: RankCell, settings: AnalysisSettings): Analysis {
  const { alpha, alternative } = settings;
  const ranks = { nA: cell.nTreatment, nB: cell.nControl, twiceU: cell.twiceU, ties: cell.ties };
  const test = mannWhitney({ ...ranks, continuity: true, alternative });
  const superiority = test.probabilityOfSuperiority;
  const summary = (n: bigint, value: number): ArmSummary => ({
    n: Number(n),
    value,
    standardDeviation: null,
  });
  return {
    method: "Mann-Whitney",
    absolute: superiorityEffect(cell, superiority, alpha),
    relative: null,
    relativeMethod: "none: ranks have no relative change",
    statistic: { name: "z", value: test.z, df: null },
    pValue: { value: test.pValue, bound: false },
    control: summary(cell.nControl, 1 - superiority),
    treatment: summary(cell.nTreatment, superiority),
  };
}

/** Where DeLong's variance cannot be estimated (complete separation) the test stands without it. */
function superiorityEffect(cell: RankCell, superiority: number, alpha: number): Effect {
  const estimate = superiority - 0.5;
  try {
    const delong = probabilityOfSuperiorityInterval({
      nA: cell.nTreatment,
      nB: cell.nControl,
      twiceU: cell.twiceU,
      placementsASquared: cell.placementsTreatmentSquared,
      placementsBSquared: cell.placementsControlSquared,
      alpha,
    });
    const interval = { lower: delong.lower - 0.5, upper: delong.upper - 0.5, level: 1 - alpha };
    return { estimate, standardError: delong.se, interval };
  } catch (error) {
    if (error instanceof StatsError) return { estimate, standardError: null, interval: null };
    throw error;
  }
}

function effectOf(
  estimate: number,
  standardError: number,
  limits: { readonly ciLower: number | null; readonly ciUpper: number | null },
  alpha: number,
): Effect {
  const interval = { lower: limits.ciLower, upper: limits.ciUpper, level: 1 - alpha };
  return { estimate, standardError, interval };
}

function estimatedMean({ n, mean, variance }: Summary) {
  return { value: mean, standardError: Math.sqrt(variance / n) };
}

function meanSummary({ n, mean, variance }: Summary): ArmSummary {
  return {
    n,
    value: mean,
    standardDeviation: Math.sqrt(variance),
    standardError: Math.sqrt(variance / n),
  };
}

function estimatedRatio({ ratio, se }: RatioEstimate) {
  return { value: ratio, standardError: se };
}

function ratioSummary({ n, ratio, se }: RatioEstimate): ArmSummary {
  return { n, value: ratio, standardDeviation: null, standardError: se };
}

function proportionSummary({ successes, n }: Successes) {
  const value = successes / n;
  const standardDeviation = Math.sqrt(value * ((n - successes) / n));
  const standardError = standardDeviation / Math.sqrt(n);
  const summary: ArmSummary = { n, value, standardDeviation, standardError };
  return { estimated: { value, standardError }, summary };
}
