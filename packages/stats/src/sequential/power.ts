/** Power, stopping probabilities and expected information of given bounds under any drift. Method: `recursion.ts`. */
import { normalIsf } from "../distributions/index.js";
import { findRoot } from "../special/index.js";
import { reachOf } from "./boundaries.js";
import { at, requireFinite } from "./checks.js";
import type { GroupSequentialDesign } from "./plan.js";
import { cumulative, type Lattice, latticeOf, stageProbabilities, sum } from "./recursion.js";

export interface OperatingCharacteristics {
  /** E[Z] at full information. */
  readonly drift: number;
  /** P(first rejection at look k, upwards). */
  readonly stageRejection: readonly number[];
  /** P(first rejection at look k, downwards); two-sided plans only, else null. */
  readonly stageRejectionDown: readonly number[] | null;
  /** P(stop for futility at look k), looks 1 .. K-1; null without futility bounds. */
  readonly stageFutility: readonly number[] | null;
  readonly cumulativeRejection: readonly number[];
  /** P(rejection, either direction). */
  readonly rejection: number;
  /** Expected information at stopping as a share of full information; every stop counts. */
  readonly expectedInformationFraction: number;
}

/** Squared drift of the test without interim looks. */
export function fixedDriftSquared(level: number, power: number): number {
  const root = normalIsf(level) + normalIsf(1 - power);
  return root * root;
}

/** P(stop before the last look) weighted by the information it saves. */
export function expectedFraction(lattice: Lattice, drift: number): number {
  const { above, below } = stageProbabilities(lattice, drift);
  const full = at(lattice.t, lattice.t.length - 1);
  let saved = 0;
  for (let k = 0; k < lattice.t.length - 1; k++) {
    saved += (1 - at(lattice.t, k) / full) * (at(above, k) + at(below, k));
  }
  return 1 - saved;
}

/** The drift at which the upper bounds are crossed with the power. */
export function driftForPower(lattice: Lattice, level: number, power: number): number {
  const fixed = Math.sqrt(fixedDriftSquared(level, power));
  const missing = (drift: number) => sum(stageProbabilities(lattice, drift).above) - power;
  let high = fixed * 1.25;
  while (missing(high) < 0) high *= 1.25;
  return findRoot(missing, fixed * 0.5, high, { tolerance: 1e-12 });
}

/** Bounds of a design that stops are judged by: futility is obeyed whether binding or not. */
export function designLattice(design: GroupSequentialDesign, drift: number): Lattice {
  const futility = design.futilityBoundary;
  const lower = design.criticalValues.map((c, k) => {
    if (design.sided === 2) return -c;
    const bound = futility === null ? null : (futility.bounds[k] ?? null);
    return bound === null ? -Infinity : Math.min(bound, c);
  });
  return latticeOf(design.informationRates, lower, design.criticalValues, reachOf(drift));
}

/**
 * What a design does when the true drift is `drift` = effect * sqrt(full information).
 * @throws StatsError DOMAIN for a drift that is not finite.
 */
export function operatingCharacteristics(
  design: GroupSequentialDesign,
  drift: number,
): OperatingCharacteristics {
  requireFinite(drift, "The drift");
  const lattice = designLattice(design, drift);
  const { above, below } = stageProbabilities(lattice, drift);
  const twoSided = design.sided === 2;
  return {
    drift,
    stageRejection: above,
    stageRejectionDown: twoSided ? below : null,
    stageFutility: design.futilityBoundary === null ? null : below.slice(0, -1),
    cumulativeRejection: cumulative(above),
    rejection: sum(above) + (twoSided ? sum(below) : 0),
    expectedInformationFraction: expectedFraction(lattice, drift),
  };
}
