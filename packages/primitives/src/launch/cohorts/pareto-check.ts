/** Pareto rule: no cohort pays for the gain of the others. Harm of any size in one, once shown, vetoes. */
import { cohortName, judgePareto, type ParetoFinding } from "../../cohorts/index.js";
import {
  effectOnScale,
  findResult,
  improvementSign,
  sidedPValue,
  significance,
} from "../../shared/effects.js";
import { formatAlpha, formatPValue } from "../../shared/format.js";
import type { Analysis, Check, CohortRef, StudyCohorts } from "../../shared/vocabulary.js";
import { type ArmScope, isAlwaysValid } from "../arm-scope.js";
import { formatAmount } from "../explain.js";
import { fairnessCheck } from "./fairness-check.js";

interface LevelEffect {
  readonly cohort: CohortRef;
  readonly estimate: number;
  readonly standardError: number;
  readonly analysis: Analysis;
}

interface Effects {
  readonly scale: "absolute" | "relative";
  readonly levels: readonly LevelEffect[];
}

/** Effects of all levels of a dimension on one scale; null where some level has none. */
function effectsOf(arm: ArmScope, cohorts: readonly CohortRef[]): Effects | null {
  const { evidence, treatment, study } = arm;
  const { name } = study.primary.metric;
  for (const scale of ["absolute", "relative"] as const) {
    const levels = cohorts.flatMap((cohort): LevelEffect[] => {
      const lookup = findResult(evidence, name, treatment, cohort);
      if (lookup.kind === "absent") return [];
      const effect = effectOnScale(lookup.analysis, scale, 1 - study.intervalAlpha);
      if (effect === null || effect.standardError === null) return [];
      const { estimate, standardError } = effect;
      return [{ cohort, estimate, standardError, analysis: lookup.analysis }];
    });
    if (levels.length === cohorts.length) return { scale, levels };
  }
  return null;
}

interface Judged {
  readonly dimension: string;
  readonly scale: Effects["scale"];
  readonly finding: ParetoFinding;
}

/** Between looks the test of all levels does not hold; the always-valid one of each, corrected for their number, does. */
function alwaysValidPValue({ study }: ArmScope, { levels }: Effects): number {
  const { direction, alternative } = study.primary.metric;
  const least = levels.map(({ analysis, estimate }) => {
    const harm = sidedPValue("harm", analysis, estimate, direction, alternative);
    return harm !== null && significance(harm, 1) !== "unknown" ? harm.value : 1;
  });
  return Math.min(1, levels.length * Math.min(...least));
}

function judge(arm: ArmScope, dimension: string, effects: Effects): Judged | null {
  const sign = improvementSign(arm.study.primary.metric.direction);
  const finding = judgePareto(effects.levels, sign);
  if (finding === null) return null;
  const pValue = isAlwaysValid(arm.moment) ? alwaysValidPValue(arm, effects) : finding.pValue;
  return { dimension, scale: effects.scale, finding: { ...finding, pValue } };
}

/** The dimension in which harm is clearest decides. @param alpha of the cohorts; a two-sided one has half of it on the harmful side. */
export function paretoCheck(arm: ArmScope, cohorts: StudyCohorts, alpha: number): Check {
  const { metric } = arm.study.primary;
  const oneSided = isAlwaysValid(arm.moment) || metric.alternative !== "two_sided";
  const level = oneSided ? alpha : alpha / 2;
  const judged: Judged[] = [];
  for (const { name, levels } of cohorts.dimensions) {
    const refs = levels.map((each) => ({ dimension: name, level: each }));
    const effects = effectsOf(arm, refs);
    const found = effects && judge(arm, name, effects);
    if (found === null) return missing(arm, name);
    judged.push(found);
  }
  const [first, ...rest] = judged;
  if (first === undefined) return missing(arm, "any dimension");
  const worst = rest.reduce(
    (least, each) => (each.finding.pValue < least.finding.pValue ? each : least),
    first,
  );
  const broken = worst.finding.pValue < level;
  return fairnessCheck(arm, "pareto", {
    status: broken ? "breach" : "clear",
    blocks: broken,
    code: broken ? "fairness_pareto_broken" : "fairness_pareto_kept",
    estimate: worst.finding.worst.estimate,
    scale: worst.scale,
    pValue: worst.finding.pValue,
    alpha: level,
    threshold: 0,
    sentence: sentenceOf(arm, worst, level, broken),
  });
}

function missing(arm: ArmScope, where: string): Check {
  return fairnessCheck(arm, "pareto", {
    status: "not_evaluable",
    blocks: true,
    code: "fairness_pareto_no_result",
    sentence: `Pareto: some level of ${where} has no effect with a standard error${arm.label}, so harm in it cannot be excluded, and a rule without a result never ships.`,
  });
}

function sentenceOf(
  { study, label }: ArmScope,
  { dimension, scale, finding }: Judged,
  level: number,
  broken: boolean,
): string {
  const { metric } = study.primary;
  const { cohort, estimate } = finding.worst;
  const amount = formatAmount(estimate, scale, metric, { plus: true });
  const where = `${metric.name} in ${cohortName(cohort)}${label} changes by ${amount}`;
  const test = `${formatPValue(finding.pValue)} for harm in any level of ${dimension}, held against ${formatAlpha(level)}`;
  return broken
    ? `Pareto: a cohort pays for the gain of others: ${where} (${test}). The launch is vetoed.`
    : `Pareto: no declared cohort is shown to be harmed; the clearest: ${where} (${test}).`;
}
