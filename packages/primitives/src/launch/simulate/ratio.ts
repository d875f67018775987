/** The sample ratio of drawn counts: chi-square at the end of the run, the sequential test as well while it goes on. */
import { sequentialSampleRatio } from "@plumbline/stats";
import { SRM_CONCENTRATION } from "../../shared/srm-concentration.js";
import type { NumericRule } from "./compile.js";
import type { DrawnCounts } from "./draw.js";
import type { ReadingRule } from "./rule.js";

/** invalid: a mismatch. waits: the policy ships nothing on so unlikely a ratio. */
export type RatioVerdict = "sound" | "waits" | "invalid";

function chiSquareOf(counts: Float64Array, shares: readonly number[]): number {
  let units = 0;
  for (let arm = 0; arm < counts.length; arm++) units += counts[arm] ?? 0;
  let sum = 0;
  for (let arm = 0; arm < counts.length; arm++) {
    const expected = units * (shares[arm] ?? 0);
    sum += ((counts[arm] ?? 0) - expected) ** 2 / expected;
  }
  return sum;
}

function isSequentiallyBelow(
  counts: Float64Array,
  expectedRatio: readonly number[],
  alpha: number,
): boolean {
  const settings = { expectedRatio, concentration: SRM_CONCENTRATION, alpha };
  return sequentialSampleRatio([[...counts]], settings).pValue < alpha;
}

/** A Bayes factor of 1 / alpha needs a likelihood ratio of at least that: far below, the slow test need not be asked. */
const leastChiSquare = (alpha: number): number => -1.6 * Math.log(alpha);

function waitsFor(rule: NumericRule, ended: boolean, counts: Float64Array, chi: number): boolean {
  const { waits, waitLevel } = rule.ratio;
  if (waits === null || waitLevel === null) return false;
  if (ended) return chi > waits;
  return chi > leastChiSquare(waitLevel) && isSequentiallyBelow(counts, rule.shape.arms, waitLevel);
}

/** @param sequential while the run goes on a mismatch is fatal by the sequential test only. */
export function judgeRatio(
  rule: NumericRule,
  { ended }: ReadingRule,
  counted: readonly DrawnCounts[],
  sequential: boolean,
): RatioVerdict {
  let verdict: RatioVerdict = "sound";
  for (const { cohort, counts } of counted) {
    const chi = chiSquareOf(counts, rule.shape.arms);
    const fatal =
      chi > rule.ratio.fatal &&
      (!sequential || isSequentiallyBelow(counts, rule.shape.arms, rule.study.quality.srmAlpha));
    if (fatal) return "invalid";
    if (cohort === null && waitsFor(rule, ended, counts, chi)) verdict = "waits";
  }
  return verdict;
}
