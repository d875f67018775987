/** A ranking and a choice as documents: numbers in full, snake_case; the terminal, the page and the console read these. */
import { relative } from "node:path";
import type { Appraisal, QuarterChoice, Ranking } from "@plumbline/primitives";
import type { DocumentProblem } from "../../documents/problem.js";

type Findings = readonly DocumentProblem[];

function candidateRow(each: Appraisal) {
  const { candidate, impact, seen, chance, overrun, hit, worth, information } = each;
  return {
    id: candidate.id,
    title: candidate.title ?? candidate.id,
    kind: candidate.kind,
    surface: candidate.surface,
    direction: candidate.direction,
    metric: candidate.experiment.metric,
    framing: candidate.framing ?? null,
    reach: candidate.reach,
    impact: { low: impact.low, likely: impact.likely, high: impact.high, mean: impact.mean },
    evidence_quality: candidate.evidence_quality,
    detectability: {
      probability: seen.probability,
      is_detectable: each.isDetectable,
      cohort: seen.cohort,
      units: seen.units,
      weeks: seen.weeks,
      mde: seen.mde,
      weeks_needed: seen.weeksNeeded,
      standard_error: seen.standardError,
    },
    rice: each.rice.likely,
    rice_low: each.rice.low,
    rice_high: each.rice.high,
    rice_rank: each.riceRank,
    chance: {
      claim: chance.claim,
      record_from: chance.from,
      record: chance.base.estimate,
      record_low: chance.base.ciLower,
      record_high: chance.base.ciUpper,
      believed: chance.believed.estimate,
      believed_low: chance.believed.ciLower,
      believed_high: chance.believed.ciUpper,
      is_bold: chance.isBold,
      is_defended: chance.isDefended,
    },
    planned_weeks: each.effort / overrun.factor,
    overrun: { factor: overrun.factor, from: overrun.from },
    engineer_weeks: each.effort,
    hit: { mean: hit.mean, sd: hit.sd, is_shrunk: each.isShrunk },
    calibrated_rice: each.calibratedRice,
    calibrated_rank: each.calibratedRank,
    ev: worth.ev,
    evoi: worth.evoi,
    value: worth.value,
    evsi: information.evsi,
    evpi: information.evpi,
    decision_now: information.decisionNow,
    upside: each.upside,
    high_upside: each.isHighUpside,
    high_risk: each.isHighRisk,
    quadrant: each.quadrant,
  };
}

const headOf = ({ document, calibration, settings, upsideLine }: Ranking) => ({
  portfolio_id: document.portfolio_id,
  title: document.title ?? document.portfolio_id,
  quarter: document.quarter,
  value_unit: document.value_unit ?? "units of impact",
  upside_line: upsideLine,
  evidence_line: settings.evidence,
  least_power: settings.leastPower,
  slots: document.capacity.slots,
  record: {
    experiments: calibration.trials,
    wins: calibration.wins,
    rate: calibration.rates.mean.estimate,
    rate_low: calibration.rates.mean.ciLower,
    rate_high: calibration.rates.mean.ciUpper,
    overrun: calibration.teamOverrun.factor,
    effects: calibration.effects?.tests ?? 0,
  },
});

const findingsOf = (findings: Findings, base: string) =>
  findings.map((each) => ({ ...each, file: relative(base, each.file) }));

export function rankingDocument(ranking: Ranking, findings: Findings, base: string) {
  const rows = ranking.appraisals.map(candidateRow);
  return {
    schema: "plumbline.portfolio_ranking/1" as const,
    ...headOf(ranking),
    candidates: rows.sort((a, b) => b.rice - a.rice),
    findings: findingsOf(findings, base),
  };
}

export type RankingDocument = ReturnType<typeof rankingDocument>;

export function choiceDocument(choice: QuarterChoice, findings: Findings, base: string) {
  const { ranking, assembled, found, formula, judgments, breakEven, wins } = choice;
  const turn = new Map(breakEven.map((each) => [each.id, each]));
  const rows = ranking.appraisals.map((each, at) => {
    const judgment = judgments[at];
    return {
      ...candidateRow(each),
      chosen: found.best.chosen.includes(each.candidate.id),
      decision: judgment?.decision ?? "defer",
      formula: judgment?.formula ?? "defer",
      reason: judgment?.reason ?? "",
      override: judgment?.override ?? null,
      barred: assembled.bars.get(each.candidate.id) ?? null,
      break_even_known: turn.has(each.candidate.id),
      break_even_value: turn.get(each.candidate.id)?.value ?? null,
      break_even_impact: turn.get(each.candidate.id)?.impact ?? null,
    };
  });
  return {
    schema: "plumbline.portfolio_choice/1" as const,
    ...headOf(ranking),
    method: found.method,
    capacity: {
      engineer_weeks: ranking.document.capacity.engineer_weeks,
      upkeep: assembled.upkeep,
      free: assembled.problem.budget,
    },
    best: found.best,
    runners_up: found.runnersUp,
    shadow: found.budgetShadow,
    formula_choice: formula,
    predicted_wins: wins,
    shared_traffic: assembled.shared.map(({ pair, surface, halves, value }) => ({
      pair,
      surface,
      value,
      halves: halves.map(({ id, seen, isDetectable, worth }) => ({
        id,
        power: seen.probability,
        weeks_needed: seen.weeksNeeded,
        is_detectable: isDetectable,
        value: worth.value,
      })),
    })),
    candidates: rows.sort((a, b) => b.rice - a.rice),
    findings: findingsOf(findings, base),
  };
}

export type ChoiceDocument = ReturnType<typeof choiceDocument>;
export type CandidateRow = RankingDocument["candidates"][number];
export type ChosenRow = ChoiceDocument["candidates"][number];
