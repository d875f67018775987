/**
 * Simpson's paradox: an aggregate effect as what happens within levels and what a different mix of levels does
 * (`simpsonDecomposition`). Units at levels that are not declared are a level of their own, so that the parts add up to the
 * aggregate that is reported.
 */
import { type SimpsonDecomposition, StatsError, simpsonDecomposition } from "@plumbline/stats";
import type { CohortMix } from "../shared/cohort-vocabulary.js";

export interface ArmShare {
  /** What the mean is over: units, or the sum of the denominators of a ratio. */
  readonly weight: number;
  readonly mean: number;
}

export interface LevelShares {
  readonly level: string;
  readonly treatment: ArmShare;
  readonly control: ArmShare;
}

export type Mix = Omit<CohortMix, "dimension" | "metric" | "treatment" | "maskedHarm" | "sentence">;

/** Rounding of sums of weights, as a share of them. */
const ROUNDING = 1e-9;

/** What is left of an arm when the declared levels are taken out; null: they hold more than the whole. */
function restOf(everybody: ArmShare, levels: readonly ArmShare[]): ArmShare | null {
  const covered = levels.reduce((sum, { weight }) => sum + weight, 0);
  const weight = everybody.weight - covered;
  if (weight < -ROUNDING * everybody.weight) return null;
  if (weight <= ROUNDING * everybody.weight) return { weight: 0, mean: 0 };
  const sum = levels.reduce((total, level) => total + level.weight * level.mean, 0);
  return { weight, mean: (everybody.weight * everybody.mean - sum) / weight };
}

export interface MixSettings {
  /** +1 where larger is better. */
  readonly sign: 1 | -1;
  /** Weights are numbers of units. */
  readonly countsUnits: boolean;
}

/** Null: the levels hold more than everybody, or an arm has nothing. */
export function mixOf(
  everybody: Omit<LevelShares, "level">,
  levels: readonly LevelShares[],
  { sign, countsUnits }: MixSettings,
): Mix | null {
  const treatment = restOf(
    everybody.treatment,
    levels.map((level) => level.treatment),
  );
  const control = restOf(
    everybody.control,
    levels.map((level) => level.control),
  );
  if (treatment === null || control === null) return null;
  const rest = treatment.weight > 0 || control.weight > 0;
  const arm = ({ weight, mean }: ArmShare) => ({ n: weight, mean: sign * mean });
  const all = [...levels, ...(rest ? [{ treatment, control }] : [])];
  // Numbered, since a declared level may have any name.
  const cohorts = all.map((level, at) => ({
    cohort: `${at}`,
    treatment: arm(level.treatment),
    control: arm(level.control),
  }));
  try {
    const mix = described(simpsonDecomposition(cohorts), levels, sign);
    return countsUnits ? mix : { ...mix, mixPValue: null };
  } catch (error) {
    if (error instanceof StatsError) return null;
    throw error;
  }
}

/** In the metric's own direction again. */
function described(
  { aggregate, within, mix, mixTest, reversal, cohorts }: SimpsonDecomposition,
  levels: readonly LevelShares[],
  sign: 1 | -1,
): Mix {
  // Adding 0 makes a negative zero a plain one, which JSON would not keep.
  const own = (value: number) => sign * value + 0;
  return {
    aggregate: own(aggregate),
    within: own(within),
    mix: own(mix),
    mixPValue: mixTest.pValue,
    reversal,
    levels: cohorts.map((share, at) => ({
      level: levels[at]?.level ?? null,
      effect: share.effect === null ? null : own(share.effect),
      treatmentShare: share.treatmentShare,
      controlShare: share.controlShare,
      within: own(share.within),
      mix: own(share.mix),
    })),
  };
}
