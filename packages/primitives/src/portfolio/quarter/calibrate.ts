/**
 * What the team's record says: how often ideas win, by how much plans overrun, how large effects are.
 *
 * Method: hit rates by empirical Bayes over directions (fitHitRates); a claim is moved to the record on the log odds and
 * counts only where it is defended; overruns are sums of weeks taken over sums of weeks planned; the distribution of
 * past effects (Student's t from 30 tests on, normal from 5) shrinks claimed impacts against the winner's curse.
 * Without a record: a third of ideas win (R. Kohavi, A. Deng, L. Vermeer, KDD 2022), counted as ten of thirty.
 */
import {
  type EffectDistribution,
  fitEffectDistribution,
  fitHitRates,
  type HitRates,
  posteriorEffect,
  type RateInterval,
} from "@plumbline/stats";
import { effortOf, type ImpactBelief } from "./rice.js";
import type { Candidate } from "./schema.js";
import type { QuarterSettings } from "./settings.js";

/** One past experiment, or several of one direction. */
export interface PastRecord {
  readonly direction: string;
  readonly wins: number;
  readonly trials: number;
  readonly plannedWeeks: number | null;
  readonly actualWeeks: number | null;
  /** Relative effect and its standard error: 0.01 is 1 % of the control. */
  readonly estimate: number | null;
  readonly se: number | null;
}

export interface Overrun {
  /** Weeks taken over weeks planned. */
  readonly factor: number;
  readonly from: "candidate" | "direction" | "team" | "none";
}

export interface Calibration {
  /** Experiments on record; 0: the published rate is used. */
  readonly trials: number;
  readonly wins: number;
  readonly rates: HitRates;
  readonly overruns: ReadonlyMap<string, Overrun>;
  readonly teamOverrun: Overrun;
  /** Null: too few past effects with a standard error. */
  readonly effects: EffectDistribution | null;
}

const PUBLISHED = "published";
/** Fewer estimates of a ratio than this are an anecdote. */
const LEAST_OVERRUNS = 3;
const LEAST_FAT = 30;
const LEAST_NORMAL = 5;

export function calibrate(past: readonly PastRecord[]): Calibration {
  const groups = new Map<string, { group: string; wins: number; trials: number }>();
  for (const { direction, wins, trials } of past) {
    const before = groups.get(direction) ?? { group: direction, wins: 0, trials: 0 };
    const sum = { wins: before.wins + wins, trials: before.trials + trials };
    groups.set(direction, { group: direction, ...sum });
  }
  const trials = past.reduce((sum, each) => sum + each.trials, 0);
  const directions = [...groups.keys()].map((direction) => {
    const own = past.filter((each) => each.direction === direction);
    return [direction, overrunOf(own, "direction")] as const;
  });
  return {
    trials,
    wins: past.reduce((sum, each) => sum + each.wins, 0),
    rates: fitHitRates(
      trials > 0 ? [...groups.values()] : [{ group: PUBLISHED, wins: 10, trials: 30 }],
    ),
    overruns: new Map(directions.filter(([, { from }]) => from !== "none")),
    teamOverrun: overrunOf(past, "team"),
    effects: effectsOf(past),
  };
}

function overrunOf(past: readonly PastRecord[], from: "direction" | "team"): Overrun {
  const timed = past.flatMap(({ plannedWeeks, actualWeeks, trials }) =>
    plannedWeeks === null || actualWeeks === null ? [] : [{ plannedWeeks, actualWeeks, trials }],
  );
  const many = timed.reduce((sum, { trials }) => sum + trials, 0);
  if (many < LEAST_OVERRUNS) return { factor: 1, from: "none" };
  const actual = timed.reduce((sum, each) => sum + each.actualWeeks, 0);
  return { factor: actual / timed.reduce((sum, each) => sum + each.plannedWeeks, 0), from };
}

function effectsOf(past: readonly PastRecord[]): EffectDistribution | null {
  const tests = past.flatMap(({ estimate, se }) =>
    estimate === null || se === null ? [] : [{ estimate, se }],
  );
  if (tests.length < LEAST_NORMAL) return null;
  const family = tests.length < LEAST_FAT ? "normal" : "student_t";
  return fitEffectDistribution(tests, { family, intervals: false });
}

/** Hit rate of a direction; of a direction not tried yet, that of the next one; without any record, the published one. */
export function baseRateOf({ rates, trials }: Calibration, direction: string): RateInterval {
  const known = trials > 0 ? direction : PUBLISHED;
  return rates.groups.find(({ group }) => group === known) ?? rates.nextGroup;
}

const logit = (p: number) => Math.log(p / (1 - p));
const expit = (x: number) => 1 / (1 + Math.exp(-x));

/** The record moved towards the claim by `weight` on the log odds. */
export function pooledChance(base: number, claim: number, weight: number): number {
  return expit(logit(base) + weight * (logit(claim) - logit(base)));
}

export interface Chance {
  readonly claim: number;
  readonly base: RateInterval;
  /** Whose record it is: the direction's, that of a direction not tried yet, or the published one. */
  readonly from: "direction" | "next" | "published";
  /** The claim lies above what the record allows (its 95 % interval). */
  readonly isBold: boolean;
  readonly isDefended: boolean;
  /** What to believe, with the uncertainty of the record. */
  readonly believed: RateInterval;
}

/** A bold claim without a defence counts for nothing: the record is believed. */
export function chanceOf(
  candidate: Candidate,
  calibration: Calibration,
  { claimWeight }: QuarterSettings,
): Chance {
  const claim = candidate.evidence_quality;
  const base = baseRateOf(calibration, candidate.direction);
  const isBold = claim > base.ciUpper || claim >= 2 * base.estimate;
  const isDefended = candidate.defence !== undefined;
  const weight = isBold && !isDefended ? 0 : claimWeight;
  const pooled = (rate: number) => pooledChance(rate, claim, weight);
  const believed = {
    estimate: pooled(base.estimate),
    ciLower: pooled(base.ciLower),
    ciUpper: pooled(base.ciUpper),
  };
  const isTried = calibration.rates.groups.some(({ group }) => group === candidate.direction);
  const from = calibration.trials === 0 ? "published" : isTried ? "direction" : "next";
  return { claim, base, from, isBold, isDefended, believed };
}

export function overrunFor(candidate: Candidate, calibration: Calibration): Overrun {
  const before = candidate.built_before;
  if (before !== undefined) {
    return { factor: before.actual_weeks / before.planned_weeks, from: "candidate" };
  }
  return calibration.overruns.get(candidate.direction) ?? calibration.teamOverrun;
}

/** Engineer-weeks to reckon with. */
export const plannedEffort = (candidate: Candidate, { factor }: Overrun): number =>
  effortOf(candidate).likely * factor;

/**
 * The impact of a hit after the winner's curse: the claim taken as an estimate with its spread, the record of effects as the
 * prior, and of the posterior the part above 0. Null where the record or the baseline is missing.
 */
export function shrunkImpact(
  { experiment }: Candidate,
  impact: ImpactBelief,
  { effects }: Calibration,
): { readonly mean: number; readonly sd: number } | null {
  const { baseline } = experiment;
  if (effects === null || baseline === undefined || baseline === 0) return null;
  const unit = Math.abs(baseline);
  const posterior = posteriorEffect(effects.prior, impact.mean / unit, impact.sd / unit);
  const top = posterior.mean + 12 * posterior.sd;
  if (!(posterior.sd > 0) || !(posterior.probabilityPositive > 1e-9) || top <= 0) return null;
  // E[effect | effect > 0] = integral of P(effect > x) over x > 0, by Simpson's rule.
  const steps = 400;
  const above = (k: number) => 1 - posterior.probabilityBelow((top * k) / steps);
  let sum = above(0) + above(steps);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * above(k);
  const mean = (sum * top) / (3 * steps) / posterior.probabilityPositive;
  return { mean: mean * unit, sd: posterior.sd * unit };
}
