import { chiSquareSf } from "../distributions/index.js";
import { StatsError } from "../errors.js";
import { requireCount } from "./inference.js";

/**
 * Sample-ratio mismatch: Pearson's chi-square of counts against the intended split.
 *
 * Method: expected_i = N * ratio_i / sum(ratio), df = arms - 1, no continuity correction. Domain: at
 * least two arms, ratios > 0, N > 0. The chi-square reference needs about 5 expected units an arm.
 */
export interface SampleRatioResult {
  readonly chiSquare: number;
  readonly df: number;
  readonly pValue: number;
}

/**
 * @param observed units per arm.
 * @param expectedRatio intended shares, in any unit (1:1, 0.9:0.1, ...), same order.
 * @throws StatsError DOMAIN for fewer than two arms, unequal lengths, no units, or a ratio <= 0.
 */
export function sampleRatioChiSquare(
  observed: readonly number[],
  expectedRatio: readonly number[],
): SampleRatioResult {
  if (observed.length < 2 || observed.length !== expectedRatio.length) {
    throw new StatsError(
      "DOMAIN",
      "A sample ratio needs a count and a share for each of two or more arms.",
    );
  }
  for (const count of observed) requireCount(count, "The number of units in an arm", 0);
  for (const ratio of expectedRatio) {
    if (!(ratio > 0) || !Number.isFinite(ratio)) {
      throw new StatsError("DOMAIN", `The intended share of an arm is above 0, not ${ratio}.`);
    }
  }
  const units = observed.reduce((a, b) => a + b, 0);
  if (units === 0) throw new StatsError("DOMAIN", "No units were assigned to any arm.");
  const shares = expectedRatio.reduce((a, b) => a + b, 0);
  let chiSquare = 0;
  for (const [i, count] of observed.entries()) {
    const expected = (units * (expectedRatio[i] ?? Number.NaN)) / shares;
    chiSquare += (count - expected) ** 2 / expected;
  }
  const df = observed.length - 1;
  return { chiSquare, df, pValue: chiSquareSf(chiSquare, df) };
}
