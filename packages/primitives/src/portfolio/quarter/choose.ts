/** The quarter's choice: the best set, what it would take to change it, and a decision for every candidate. */
import type { RateInterval } from "@plumbline/stats";
import { choosePortfolio } from "../choose.js";
import {
  ENUMERATED_CANDIDATES,
  type OptimalPortfolio,
  type Portfolio,
  type PortfolioCandidate,
  type PortfolioResult,
} from "../problem.js";
import type { Appraisal, Ranking } from "./appraise.js";
import { type Assembled, assemble } from "./assemble.js";
import { pooledChance } from "./calibrate.js";
import { type Judgment, judge } from "./decide.js";
import { sightOf } from "./detect.js";
import { worthOf } from "./worth.js";

export interface BreakEven {
  readonly id: string;
  readonly isChosen: boolean;
  /** Value (EV and EVOI) at which the choice turns, of one decided by hand that of the formula; null: none does. */
  readonly value: number | null;
  /** The likely impact with that value, all else equal; null: no impact from a hundredth to a hundred times the claim has it. */
  readonly impact: number | null;
}

export interface PredictedWins {
  readonly mean: number;
  /** 95 % interval, the uncertainty of the record included. */
  readonly low: number;
  readonly high: number;
}

export interface QuarterChoice {
  readonly status: "optimal";
  readonly ranking: Ranking;
  readonly assembled: Assembled;
  readonly found: OptimalPortfolio;
  /** Without decisions by hand. */
  readonly formula: Portfolio;
  readonly judgments: readonly Judgment[];
  readonly breakEven: readonly BreakEven[];
  readonly wins: PredictedWins;
}

export interface InfeasibleQuarter {
  readonly status: "infeasible";
  /** Candidates decided by hand that cannot all be taken. */
  readonly demands: readonly string[];
}

/** @throws PortfolioError when the solver fails. */
export async function chooseQuarter(ranking: Ranking): Promise<QuarterChoice | InfeasibleQuarter> {
  const assembled = assemble(ranking, true);
  const found = await chosenWithTurns(assembled);
  if (found.status === "infeasible") return found;
  const alone = await chosenByFormula(ranking, found);
  const formula = alone.best;
  const judgments = judge(ranking, assembled, found.best, formula);
  const byHand = new Set((ranking.document.overrides ?? []).map(({ candidate }) => candidate));
  const turns = found.sensitivity.map((each) =>
    byHand.has(each.id) ? (alone.sensitivity.find(({ id }) => id === each.id) ?? each) : each,
  );
  return {
    status: "optimal",
    ranking,
    assembled,
    found,
    formula,
    judgments,
    breakEven: turns.map(({ id, isChosen, breakEven }) => ({
      id,
      isChosen,
      value: breakEven,
      impact: breakEven === null ? null : impactWorth(ranking, id, breakEven),
    })),
    wins: predictedWins(
      ranking.appraisals.filter(({ candidate }) => found.best.chosen.includes(candidate.id)),
      ranking,
    ),
  };
}

/** Of a long list, break-evens of so many: each costs a proof of its own. */
const MOST_TURNS = 20;

/** The choice with the break-evens of all, or of the candidates that are nearest to falling out or coming in. */
async function chosenWithTurns({ problem, bars }: Assembled): Promise<PortfolioResult> {
  if (problem.candidates.length <= ENUMERATED_CANDIDATES) return choosePortfolio(problem);
  const first = await choosePortfolio(problem, { runnersUp: 0, breakEven: "none" });
  if (first.status === "infeasible") return first;
  const isChosen = new Set(first.best.chosen);
  const rate = ({ value, effort }: PortfolioCandidate) => value / Math.max(effort, 1e-9);
  const open = problem.candidates.filter(({ id }) => !bars.has(id));
  const nearest = [
    ...open.filter(({ id }) => isChosen.has(id)).sort((a, b) => rate(a) - rate(b)),
    ...open.filter(({ id }) => !isChosen.has(id)).sort((a, b) => rate(b) - rate(a)),
  ];
  const chosen = nearest.slice(0, first.best.chosen.length).slice(0, MOST_TURNS / 2);
  const others = nearest.slice(first.best.chosen.length).slice(0, MOST_TURNS - chosen.length);
  const breakEven = [...chosen, ...others].map(({ id }) => id);
  return choosePortfolio(problem, { breakEven });
}

/** What would be chosen without decisions by hand. */
async function chosenByFormula(
  ranking: Ranking,
  found: OptimalPortfolio,
): Promise<OptimalPortfolio> {
  const { overrides = [] } = ranking.document;
  if (overrides.length === 0) return found;
  const { problem } = assemble(ranking, false);
  const breakEven = overrides.map(({ candidate }) => candidate);
  const alone = await choosePortfolio(problem, { runnersUp: 0, breakEven });
  return alone.status === "optimal" ? alone : found;
}

const FARTHEST = 100;

/** Bisection on the scale of the impact: value rises with it, from nothing where it is undetectable. */
function impactWorth(ranking: Ranking, id: string, value: number): number | null {
  const appraisal = ranking.appraisals.find(({ candidate }) => candidate.id === id);
  if (appraisal === undefined) return null;
  const { candidate, chance, hit, impact } = appraisal;
  const { settings } = ranking;
  const room = roomOf(appraisal);
  const worth = (scale: number) => {
    const seen = sightOf(candidate, settings, 1, scale);
    const scaled = { mean: hit.mean * scale, sd: hit.sd * scale };
    return worthOf(candidate, chance.believed.estimate, scaled, seen, settings).value;
  };
  let [low, high] = [1 / FARTHEST, Math.min(FARTHEST, room)];
  if (worth(low) >= value || worth(high) < value) return null;
  for (let i = 0; i < 40; i++) {
    const middle = Math.sqrt(low * high);
    if (worth(middle) < value) low = middle;
    else high = middle;
  }
  return impact.likely * high;
}

/** A share cannot rise above 1. */
function roomOf({ candidate: { experiment }, impact }: Appraisal): number {
  const { sd, baseline = 0.5 } = experiment;
  return sd === undefined ? (0.999 * (1 - baseline)) / impact.likely : FARTHEST;
}

/** How many of these will win: Poisson-binomial, averaged over the uncertainty of the record. */
export function predictedWins(chosen: readonly Appraisal[], ranking: Ranking): PredictedWins {
  const { claimWeight } = ranking.settings;
  const nodes = Array.from({ length: 41 }, (_, i) => -4 + 0.2 * i);
  const weights = nodes.map((z) => Math.exp((-z * z) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pmf = nodes.reduce<number[]>(
    (sum, z, node) => {
      const chances = chosen.map(({ chance }) => {
        const weight = chance.isBold && !chance.isDefended ? 0 : claimWeight;
        return pooledChance(rateAt(chance.base, z), chance.claim, weight);
      });
      return poissonBinomial(chances).map(
        (p, k) => (sum[k] ?? 0) + (p * (weights[node] ?? 0)) / total,
      );
    },
    chosen.map(() => 0),
  );
  const quantile = (target: number) => {
    let sum = 0;
    const at = pmf.findIndex((p) => {
      sum += p;
      return sum >= target;
    });
    return at < 0 ? chosen.length : at;
  };
  return {
    mean: pmf.reduce((sum, p, k) => sum + k * p, 0),
    low: quantile(0.025),
    high: quantile(0.975),
  };
}

/** Rates nearer to 0 or 1 than this are taken for it: their logits have no end. */
const LEAST_RATE = 1e-9;

/** The rate at a normal score: its logit taken as normal on either side of the estimate, as wide there as its interval. */
function rateAt({ estimate, ciLower, ciUpper }: RateInterval, z: number): number {
  const logit = (rate: number) => {
    const p = Math.min(1 - LEAST_RATE, Math.max(LEAST_RATE, rate));
    return Math.log(p / (1 - p));
  };
  const middle = logit(estimate);
  const side = logit(z < 0 ? ciLower : ciUpper);
  const rate = 1 / (1 + Math.exp(-(middle + (Math.abs(z) / 1.96) * (side - middle))));
  return Math.min(1 - LEAST_RATE, Math.max(LEAST_RATE, rate));
}

function poissonBinomial(chances: readonly number[]): number[] {
  return chances.reduce<number[]>(
    (pmf, p) => pmf.concat(0).map((each, k) => each * (1 - p) + (pmf[k - 1] ?? 0) * p),
    [1],
  );
}
