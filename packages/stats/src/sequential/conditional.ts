/**
 * What the rest of a plan may still bring, given the z seen so far: conditional rejection probability (Mueller &
 * Schaefer 2001), conditional power, predictive power (Spiegelhalter, Freedman & Blackburn 1986).
 *
 * Method: B(t) = Z sqrt(t) has independent increments, so after look k the remaining looks are a plan of their own
 * with information (t_j - t_k) / (1 - t_k) and bounds moved by the score seen; integrated as in `recursion.ts`.
 */

import { normalPdf } from "../distributions/index.js";
import { requireDomain, requirePositive } from "../errors.js";
import { gaussLegendre } from "../special/index.js";
import { at, requireFinite, requireInformation } from "./checks.js";
import type { StoppingBoundary } from "./plan.js";
import { cumulative, type Lattice, latticeOf, stageProbabilities, sum } from "./recursion.js";

export interface NormalPrior {
  /** Of the drift, i.e. of E[Z] at full information. */
  readonly mean: number;
  readonly variance: number;
}

interface Remainder {
  readonly lattice: Lattice;
  /** Drift of the remainder for each unit of drift of the plan. */
  readonly scale: number;
}

function requireInterim(boundary: StoppingBoundary, look: number): void {
  requireInformation(boundary.informationRates);
  const looks = boundary.informationRates.length;
  requireDomain(
    boundary.criticalValues.length === looks,
    "A boundary needs one critical value for each look.",
  );
  requireDomain(
    Number.isInteger(look) && look >= 1 && look < looks,
    `Only an interim look (1 to ${looks - 1}) has something still to come, not look ${look}.`,
  );
}

/** The remaining looks as a plan of their own. */
function remainder(boundary: StoppingBoundary, look: number, z: number, reach = 0): Remainder {
  requireInterim(boundary, look);
  requireFinite(z, "z");
  const rates = boundary.informationRates;
  const full = at(rates, rates.length - 1);
  const now = at(rates, look - 1) / full;
  const seen = z * Math.sqrt(now);
  const left = 1 - now;
  const later = rates.slice(look).map((t) => t / full);
  const shifted = (bound: number, t: number) => (bound * Math.sqrt(t) - seen) / Math.sqrt(t - now);
  const upper = later.map((t, j) => shifted(at(boundary.criticalValues, look + j), t));
  const lower = later.map((t, j) =>
    boundary.sided === 2
      ? shifted(-at(boundary.criticalValues, look + j), t)
      : Number.NEGATIVE_INFINITY,
  );
  const lattice = latticeOf(
    later.map((t) => (t - now) / left),
    lower,
    upper,
    { low: Math.min(0, reach), high: Math.max(0, reach) },
  );
  return { lattice, scale: Math.sqrt(left) };
}

/**
 * P(reject at a later look | z at `look`) when nothing differs; both directions count for two-sided plans. A changed
 * remainder of the plan keeps the total error when its own error is at most this.
 */
export function conditionalRejectionProbability(
  boundary: StoppingBoundary,
  look: number,
  z: number,
): number {
  const { lattice } = remainder(boundary, look, z);
  const { above, below } = stageProbabilities(lattice, 0);
  return sum(above) + (boundary.sided === 2 ? sum(below) : 0);
}

/**
 * P(rejected upwards by look j | z at `look`) for each later look j, when E[Z] at full information is `drift`
 * (= effect * sqrt(full information)).
 */
export function conditionalPower(
  boundary: StoppingBoundary,
  look: number,
  z: number,
  drift: number,
): number[] {
  requireFinite(drift, "The drift");
  const rest = remainder(boundary, look, z, drift);
  return cumulative(stageProbabilities(rest.lattice, drift * rest.scale).above);
}

/** Standard deviation of the drift with a thousandth of the information; beyond it the integral costs without telling anything. */
const WIDEST = Math.sqrt(1000) * (1 + 1e-12);

/**
 * Conditional power averaged over what is known of the drift at the look: the data with a flat prior (null), or
 * with a normal prior of the drift. Upward rejections by the end of the plan.
 */
export function predictivePower(
  boundary: StoppingBoundary,
  look: number,
  z: number,
  prior: NormalPrior | null = null,
): number {
  requireInterim(boundary, look);
  if (prior !== null) {
    requireFinite(prior.mean, "The prior mean");
    requirePositive(prior.variance, "The prior variance");
  }
  const rates = boundary.informationRates;
  const now = at(rates, look - 1) / at(rates, rates.length - 1);
  const precision = now + (prior === null ? 0 : 1 / prior.variance);
  const score = z * Math.sqrt(now) + (prior === null ? 0 : prior.mean / prior.variance);
  const centre = score / precision;
  const spread = 1 / Math.sqrt(precision);
  requireDomain(
    spread <= WIDEST,
    `With ${now} of the information the drift is known to +-${spread} only, and what is to come cannot be foretold.`,
    "Wait for a thousandth of the planned information, or state a prior.",
  );
  const rest = remainder(boundary, look, z, centre + 8.5 * spread);
  const power = (drift: number) => sum(stageProbabilities(rest.lattice, drift * rest.scale).above);
  return averageOverNormal(power, centre, spread);
}

/** Expectation over N(centre, spread^2) on +-8.5 standard deviations; panels follow the unit scale of power. */
function averageOverNormal(f: (x: number) => number, centre: number, spread: number): number {
  const { nodes, weights } = gaussLegendre(12);
  const panels = Math.ceil(17 / Math.min(3, 3 / spread));
  const half = 8.5 / panels;
  let total = 0;
  for (let p = 0; p < panels; p++) {
    const middle = -8.5 + half * (2 * p + 1);
    nodes.forEach((node, i) => {
      const u = middle + half * node;
      total += half * at(weights, i) * normalPdf(u) * f(centre + spread * u);
    });
  }
  return total;
}
