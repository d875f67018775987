/** Every candidate by itself: RICE on paper, what the record makes of it, and what it is worth. */
import {
  type Calibration,
  type Chance,
  calibrate,
  chanceOf,
  type Overrun,
  overrunFor,
  type PastRecord,
  plannedEffort,
  shrunkImpact,
} from "./calibrate.js";
import { type Detectability, detectabilityOf } from "./detect.js";
import { effortOf, type ImpactBelief, impactOf, rice, type Spread, scoreRange } from "./rice.js";
import type { Candidate, PortfolioDocument } from "./schema.js";
import { type QuarterSettings, settingsOf } from "./settings.js";
import { type Hit, type Information, informationOf, type Worth, worthOf } from "./worth.js";

export type Quadrant = "ship" | "swing" | "hygiene" | "never";

export interface Appraisal {
  readonly candidate: Candidate;
  readonly impact: ImpactBelief;
  readonly seen: Detectability;
  readonly isDetectable: boolean;
  /** On paper, as the source has it; 80 % range from impact and effort. */
  readonly rice: Spread;
  readonly riceRank: number;
  readonly chance: Chance;
  readonly overrun: Overrun;
  /** Engineer-weeks with the overrun. */
  readonly effort: number;
  /** RICE with the believed chance and the effort to reckon with. */
  readonly calibratedRice: number;
  readonly calibratedRank: number;
  /** Effect if it works, after the winner's curse where the record allows it. */
  readonly hit: Hit;
  readonly isShrunk: boolean;
  readonly worth: Worth;
  readonly information: Information;
  /** Reach x impact x value over the horizon. */
  readonly upside: number;
  readonly isHighUpside: boolean;
  readonly isHighRisk: boolean;
  readonly quadrant: Quadrant;
}

export interface Ranking {
  readonly document: PortfolioDocument;
  readonly settings: QuarterSettings;
  readonly calibration: Calibration;
  /** The line between high and low upside. */
  readonly upsideLine: number;
  /** In the order of the document. */
  readonly appraisals: readonly Appraisal[];
}

type Draft = Omit<
  Appraisal,
  "riceRank" | "calibratedRank" | "isHighUpside" | "isHighRisk" | "quadrant"
>;

/** @param past rows of the document and of its file. The document must be without errors. */
export function rankCandidates(
  document: PortfolioDocument,
  past: readonly PastRecord[] = recordsOf(document),
): Ranking {
  const settings = settingsOf(document);
  const calibration = calibrate(past);
  const drafts = document.candidates.map((each) => draftOf(each, settings, calibration));
  const upsideLine = settings.upside ?? median(drafts.map(({ upside }) => upside));
  const riceRanks = ranksOf(drafts.map((each) => each.rice.likely));
  const calibratedRanks = ranksOf(drafts.map((each) => each.calibratedRice));
  const appraisals = drafts.map((draft, at): Appraisal => {
    const { upside, risk } = draft.candidate;
    const isHighUpside = upside === undefined ? draft.upside >= upsideLine : upside === "high";
    const isHighRisk =
      risk === undefined ? draft.candidate.evidence_quality <= settings.evidence : risk === "high";
    return {
      ...draft,
      riceRank: riceRanks[at] ?? 0,
      calibratedRank: calibratedRanks[at] ?? 0,
      isHighUpside,
      isHighRisk,
      quadrant: quadrantOf(isHighUpside, isHighRisk),
    };
  });
  return { document, settings, calibration, upsideLine, appraisals };
}

/** The rows of `past:`. */
export function recordsOf({ past = [] }: PortfolioDocument): PastRecord[] {
  return past.map(({ direction, wins, trials, planned_weeks, actual_weeks }) => ({
    direction,
    wins,
    trials,
    plannedWeeks: planned_weeks ?? null,
    actualWeeks: actual_weeks ?? null,
    estimate: null,
    se: null,
  }));
}

function quadrantOf(isHighUpside: boolean, isHighRisk: boolean): Quadrant {
  if (isHighUpside) return isHighRisk ? "swing" : "ship";
  return isHighRisk ? "never" : "hygiene";
}

function draftOf(candidate: Candidate, settings: QuarterSettings, record: Calibration): Draft {
  const impact = impactOf(candidate);
  const seen = detectabilityOf(candidate, settings);
  const chance = chanceOf(candidate, record, settings);
  const overrun = overrunFor(candidate, record);
  const effort = plannedEffort(candidate, overrun);
  const shrunk = shrunkImpact(candidate, impact, record);
  const hit = shrunk ?? { mean: impact.mean, sd: impact.sd };
  const believed = chance.believed.estimate;
  const { reach } = candidate;
  const score = {
    reach,
    impact: impact.likely,
    evidenceQuality: candidate.evidence_quality,
    detectability: seen.probability,
    effort: effortOf(candidate).likely,
  };
  return {
    candidate,
    impact,
    seen,
    isDetectable: seen.probability >= settings.leastPower,
    rice: scoreRange(rice(score), impact, effortOf(candidate)),
    chance,
    overrun,
    effort,
    calibratedRice: rice({ ...score, impact: hit.mean, evidenceQuality: believed, effort }),
    hit,
    isShrunk: shrunk !== null,
    worth: worthOf(candidate, believed, hit, seen, settings),
    information: informationOf(candidate, believed, hit, seen, settings),
    upside: reach * impact.likely * (candidate.value_per_unit ?? 1) * settings.horizon,
  };
}

/** 1 for the largest; equal scores share a rank. */
function ranksOf(scores: readonly number[]): number[] {
  return scores.map((score) => 1 + scores.filter((other) => other > score).length);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
}
