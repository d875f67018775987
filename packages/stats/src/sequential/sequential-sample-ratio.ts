/**
 * Sequential test of the sample ratio (Lindon & Malek 2022): Bayes factor of a Dirichlet(c theta0) mixture against
 * the planned shares theta0. 1 / BF is valid at every stopping time. The concentration c must be stated with the
 * result: counts (156, 212) of a 50/50 plan give p = .0749 with c = 100 and .215 with c = 2.
 * Accuracy: absolute 1e-15 * total count * ln(total count) in the log Bayes factor.
 */
import { requireDomain, requireOpenProbability, requirePositive } from "../errors.js";
import { logGamma } from "../special/index.js";
import { at } from "./checks.js";

export interface SequentialSampleRatioSettings {
  /** Planned shares or weights of the arms, all positive. */
  readonly expectedRatio: readonly number[];
  /** Total c of the Dirichlet parameters: larger looks for smaller departures. */
  readonly concentration: number;
  readonly alpha: number;
}

export interface SequentialSampleRatio {
  /** At the last look alone. */
  readonly logBayesFactor: number;
  /** min over the looks of 1 / BF, at most 1. */
  readonly pValue: number;
  readonly mismatch: boolean;
  readonly concentration: number;
  /** 1-based look at which the p-value first reached alpha; null: never. */
  readonly detectedAt: number | null;
}

function requireSettings({ expectedRatio, concentration, alpha }: SequentialSampleRatioSettings) {
  requireDomain(expectedRatio.length >= 2, "A sample ratio needs at least two arms.");
  for (const share of expectedRatio) requirePositive(share, "A planned share");
  requirePositive(concentration, "The concentration");
  requireOpenProbability(alpha, "alpha");
}

/** Log Bayes factor of "another ratio" against the planned one for cumulative counts of the arms. */
export function sampleRatioLogBayesFactor(
  counts: readonly number[],
  settings: SequentialSampleRatioSettings,
): number {
  requireSettings(settings);
  const { expectedRatio, concentration } = settings;
  requireDomain(
    counts.length === expectedRatio.length,
    `There are ${counts.length} counts for ${expectedRatio.length} planned shares.`,
  );
  const weight = expectedRatio.reduce((sum, share) => sum + share, 0);
  let total = 0;
  let log = 0;
  counts.forEach((count, i) => {
    requireDomain(
      Number.isInteger(count) && count >= 0,
      `A count must be a whole number from 0, not ${count}.`,
    );
    const share = at(expectedRatio, i) / weight;
    total += count;
    log += logGamma(concentration * share + count) - logGamma(concentration * share);
    log -= count * Math.log(share);
  });
  return log + logGamma(concentration) - logGamma(concentration + total);
}

/**
 * Test along the looks so far: `looks[k]` holds the cumulative counts of the arms at look k.
 * @throws StatsError DOMAIN when counts shrink, are not whole, or do not fit the planned arms.
 */
export function sequentialSampleRatio(
  looks: readonly (readonly number[])[],
  settings: SequentialSampleRatioSettings,
): SequentialSampleRatio {
  requireDomain(looks.length > 0, "The sample ratio needs at least one look.");
  requireSettings(settings);
  let largest = 0;
  let logBayesFactor = 0;
  let detectedAt: number | null = null;
  looks.forEach((counts, k) => {
    logBayesFactor = sampleRatioLogBayesFactor(counts, settings);
    const before = k === 0 ? null : looks[k - 1];
    requireDomain(
      !before || counts.every((count, i) => count >= at(before, i)),
      `The cumulative counts shrink at look ${k + 1}.`,
      "Give counts since the start of the experiment, in order of time.",
    );
    largest = Math.max(largest, logBayesFactor);
    if (detectedAt === null && largest >= -Math.log(settings.alpha)) detectedAt = k + 1;
  });
  return {
    logBayesFactor,
    pValue: Math.exp(-largest),
    mismatch: detectedAt !== null,
    concentration: settings.concentration,
    detectedAt,
  };
}
