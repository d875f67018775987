/** A decision and a reason in words for every candidate. */

import { formatAmount, formatEngineerWeeks, formatWholePercent } from "../../shared/format.js";
import type { Portfolio } from "../problem.js";
import type { Appraisal, Ranking } from "./appraise.js";
import type { Assembled } from "./assemble.js";
import type { Decision, ManualDecision } from "./schema.js";

export interface Judgment {
  readonly id: string;
  readonly decision: Decision;
  /** What the formula alone says; differs where a person decided. */
  readonly formula: Decision;
  readonly reason: string;
  /** The formula's reason, where a person decided. */
  readonly override: ManualDecision | null;
}

interface Verdict {
  readonly decision: Decision;
  readonly reason: string;
}

/** @param alone the choice of the formula without overrides. */
export function judge(
  ranking: Ranking,
  assembled: Assembled,
  chosen: Portfolio,
  alone: Portfolio,
): Judgment[] {
  const manual = new Map((ranking.document.overrides ?? []).map((each) => [each.candidate, each]));
  return ranking.appraisals.map((appraisal): Judgment => {
    const { id, note } = appraisal.candidate;
    const override = manual.get(id) ?? null;
    const byFormula = verdictOf(appraisal, ranking, assembled, override === null ? chosen : alone);
    const added = note === undefined ? "" : ` ${note}`;
    if (override === null) {
      const { decision, reason } = byFormula;
      return { id, decision, formula: decision, reason: `${reason}${added}`, override };
    }
    const reason = `Decided by hand (${override.by}): ${sentence(override.reason)} RICE on paper ranks it ${appraisal.riceRank}; the formula says ${DECISION_WORDS[byFormula.decision]}: ${byFormula.reason}${added}`;
    return { id, decision: override.decision, formula: byFormula.decision, reason, override };
  });
}

export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  ship: "ship",
  ship_as_evoi: "ship as EVOI",
  defer: "defer",
  maintenance: "maintenance",
  reject: "reject",
};

const sentence = (text: string) => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

function verdictOf(
  appraisal: Appraisal,
  ranking: Ranking,
  { bars }: Assembled,
  portfolio: Portfolio,
): Verdict {
  const { id } = appraisal.candidate;
  if (portfolio.chosen.includes(id)) return chosenVerdict(appraisal);
  const bar = bars.get(id) ?? null;
  const rival = rivalOf(appraisal, ranking, portfolio);
  if (bar !== "backlog" && bar !== "upkeep" && rival !== null)
    return rivalVerdict(appraisal, rival);
  return bar === null
    ? leftVerdict(appraisal, ranking, bars, portfolio)
    : BARRED[bar](appraisal, ranking);
}

function chosenVerdict({ candidate, worth, seen, chance, effort }: Appraisal): Verdict {
  const power = formatWholePercent(seen.probability);
  const odds = formatWholePercent(chance.believed.estimate);
  const { resolves } = candidate;
  if (resolves !== undefined && worth.evoi > worth.ev) {
    return {
      decision: "ship_as_evoi",
      reason: `Resolves the direction ${candidate.direction} for ${formatAmount(resolves.quarters)} quarters: worth ${formatAmount(worth.evoi)} as information against ${formatAmount(worth.ev)} as a launch; ${odds} to work, power ${power}.`,
    };
  }
  return {
    decision: "ship",
    reason: `Reach ${formatAmount(candidate.reach)}, ${odds} to work, power ${power} to see it; worth ${formatAmount(worth.value)} for ${formatEngineerWeeks(effort)}.`,
  };
}

/** A chosen candidate of which this one is the alternative, and which ranks above it. */
function rivalOf({ candidate, rice }: Appraisal, ranking: Ranking, { chosen }: Portfolio) {
  return (
    ranking.appraisals.find(({ candidate: other, rice: score }) => {
      const isPair =
        (candidate.excludes ?? []).includes(other.id) ||
        (other.excludes ?? []).includes(candidate.id);
      return isPair && chosen.includes(other.id) && score.likely > rice.likely;
    }) ?? null
  );
}

function rivalVerdict({ candidate, rice }: Appraisal, rival: Appraisal): Verdict {
  const waits = (candidate.after ?? []).includes(rival.candidate.id);
  const serial = waits ? " It waits for its result: serial, not parallel." : "";
  return {
    decision: "reject",
    reason: `Does the job of ${rival.candidate.id}, which ranks above it (RICE ${formatAmount(rice.likely)} against ${formatAmount(rival.rice.likely)}).${serial}`,
  };
}

const BARRED: Readonly<
  Record<
    "backlog" | "upkeep" | "blocked" | "never" | "after" | "undetectable" | "worthless",
    (appraisal: Appraisal, ranking: Ranking) => Verdict
  >
> = {
  backlog: ({ candidate }) => ({
    decision: "reject",
    reason: `No experiment of this portfolio: it belongs in the backlog ${candidate.backlog ?? ""}.`,
  }),
  upkeep: ({ candidate }, { settings }) => ({
    decision: "maintenance",
    reason: `Hygiene, not a portfolio slot: kept going by ${formatAmount(candidate.upkeep?.engineers ?? 0)} of an engineer, ${formatEngineerWeeks((candidate.upkeep?.engineers ?? 0) * settings.weeks)}.`,
  }),
  blocked: ({ candidate }) => ({ decision: "defer", reason: sentence(candidate.blocked ?? "") }),
  never: ({ upside, candidate }, { upsideLine }) => ({
    decision: "reject",
    reason: `Low upside (${formatAmount(upside)}, below ${formatAmount(upsideLine)}) with high risk (evidence ${candidate.evidence_quality}): an opportunity-cost vampire.`,
  }),
  after: ({ candidate, effort }) => ({
    decision: "defer",
    reason: `Needs the result of ${(candidate.after ?? []).join(", ")} as its baseline first; ${formatEngineerWeeks(effort)}.`,
  }),
  undetectable: ({ seen, impact }, { settings }) => ({
    decision: "defer",
    reason: `Undetectable: the quarter brings ${formatAmount(seen.units)} units${seen.cohort === null ? "" : `, few of them ${seen.cohort}`}, and the chance of seeing ${formatAmount(impact.likely)} is ${formatWholePercent(seen.probability)}, below ${formatWholePercent(settings.leastPower)}${seen.weeksNeeded === null ? "" : `; it takes ${formatAmount(seen.weeksNeeded)} weeks`}. So its expected value is 0.`,
  }),
  worthless: ({ worth }) => ({
    decision: "reject",
    reason: `Launching by its experiment is worth ${formatAmount(worth.value)}, which is no gain.`,
  }),
};

/** Nothing speaks against it but that others are worth more. */
function leftVerdict(
  appraisal: Appraisal,
  ranking: Ranking,
  bars: Assembled["bars"],
  { chosen }: Portfolio,
): Verdict {
  const { candidate, worth, effort, overrun } = appraisal;
  const lacking = (candidate.needs ?? []).filter(
    (id) => !chosen.includes(id) && bars.get(id) !== "upkeep",
  );
  if (lacking.length > 0) {
    return { decision: "defer", reason: `Needs ${lacking.join(", ")}, not chosen this quarter.` };
  }
  const same = ranking.appraisals.find(
    ({ candidate: other }) => other.surface === candidate.surface && chosen.includes(other.id),
  );
  const surface =
    same === undefined
      ? ""
      : ` Beside ${same.candidate.id} it would have half the traffic of ${candidate.surface}.`;
  const longer =
    overrun.factor > 1.05 ? ` (${formatAmount(overrun.factor)} times the plan, as before)` : "";
  return {
    decision: "defer",
    reason: `Worth ${formatAmount(worth.value)} for ${formatEngineerWeeks(effort)}${longer}, less than what the chosen bring with these weeks and slots.${surface}`,
  };
}
