/**
 * Can the quarter's traffic show the impact? Computed by the study design kernels, never typed.
 *
 * Method: the units that the weeks of the quarter bring (finite pool with returning visitors), two equal arms, and the
 * power to see the likely impact: in all units, and in every cohort named. The least of them is the detectability.
 */
import {
  type ComparisonDesign,
  designMde,
  designPower,
  designSampleSize,
  runtimeWeeks,
  StatsError,
  type Traffic,
  uniqueUnits,
  unitVariance,
} from "@plumbline/stats";
import { impactOf } from "./rice.js";
import type { Candidate } from "./schema.js";
import type { QuarterSettings } from "./settings.js";

/** What the quarter's traffic shows of an impact. */
export interface Sight {
  /** Power to see the likely impact where it is hardest to see. */
  readonly probability: number;
  /** Where that is: a cohort, or null for all units. */
  readonly cohort: string | null;
  /** Different units, both arms. */
  readonly units: number;
  readonly weeks: number;
  /** Of the estimated impact, all units. */
  readonly standardError: number;
}

export interface Detectability extends Sight {
  /** Smallest impact that all units together would show with the wanted power; null: none. */
  readonly mde: number | null;
  /** Weeks until the wanted power; null: never with this traffic. */
  readonly weeksNeeded: number | null;
}

/** @param share of the surface's traffic that it gets; 1 alone, 0.5 beside another experiment. */
export function detectabilityOf(
  candidate: Candidate,
  settings: QuarterSettings,
  share = 1,
): Detectability {
  const sight = sightOf(candidate, settings, share);
  const traffic = trafficOf(candidate, settings, share);
  const design = designOf(candidate, settings);
  const effect = impactOf(candidate).likely;
  return {
    ...sight,
    mde: mdeOf(design, sight.units, settings.power),
    weeksNeeded: weeksNeeded(candidate, settings, traffic, effect, design),
  };
}

/** The same without what has to be solved for. @param scale of the impact. */
export function sightOf(
  candidate: Candidate,
  settings: QuarterSettings,
  share = 1,
  scale = 1,
): Sight {
  const weeks = Math.min(candidate.experiment.weeks ?? settings.weeks, settings.weeks);
  const units = uniqueUnits(weeks, trafficOf(candidate, settings, share));
  const design = designOf(candidate, settings);
  const effect = impactOf(candidate).likely * scale;
  const places = [
    { cohort: null, units },
    ...(candidate.experiment.cohorts ?? []).map(({ name, share: part }) => ({
      cohort: name,
      units: units * part,
    })),
  ].map((place) => ({ ...place, power: powerAt(design, place.units, effect) }));
  const hardest = places.reduce((least, each) => (each.power < least.power ? each : least));
  return {
    probability: hardest.power,
    cohort: hardest.cohort,
    units,
    weeks,
    standardError: Math.sqrt((4 * unitVariance(design.metric, design.modifiers, 0)) / units),
  };
}

/** Null: no impact that the metric can have would be seen. */
function mdeOf(design: ComparisonDesign, units: number, power: number): number | null {
  if (units <= 4) return null;
  try {
    return designMde(design, units, power, 1e-6);
  } catch (error) {
    if (error instanceof StatsError) return null;
    throw error;
  }
}

function powerAt(design: ComparisonDesign, units: number, effect: number): number {
  return units > 4 && effect !== 0 ? designPower(design, units, effect) : 0;
}

function weeksNeeded(
  { experiment: { cohorts = [] } }: Candidate,
  settings: QuarterSettings,
  traffic: Traffic,
  effect: number,
  design: ComparisonDesign,
): number | null {
  if (!(effect > 0)) return null;
  const smallest = cohorts.reduce((least, { share }) => Math.min(least, share), 1);
  try {
    const { total } = designSampleSize(design, settings.power, effect);
    return runtimeWeeks(total / smallest, traffic);
  } catch (error) {
    // The traffic saturates, or ten years would not do.
    if (error instanceof StatsError) return null;
    throw error;
  }
}

function trafficOf(
  { reach, experiment }: Candidate,
  { weeks }: QuarterSettings,
  share: number,
): Traffic {
  return {
    weeklyUnits: experiment.weekly_units ?? reach / weeks,
    returningShare: experiment.returning_share ?? 0,
    exposedShare: (experiment.exposed_share ?? 1) * share,
  };
}

function designOf({ experiment }: Candidate, { alpha, sided }: QuarterSettings): ComparisonDesign {
  const { sd, baseline = 0.5, variance_reduction: reduction = 0 } = experiment;
  return {
    metric: sd === undefined ? { kind: "proportion", baseline } : { kind: "mean", sd },
    modifiers: { covariateCorrelation: Math.sqrt(reduction) },
    hypothesis: { kind: "superiority", sided },
    alpha,
  };
}
