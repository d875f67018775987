/**
 * The quality clause of `risk_aware`: the sample ratio and the balance of the covariates, each at its share of alpha-. What
 * is below the gate's own fatal level makes the data invalid under every policy; between the two levels the launch waits.
 */
import { formatAlpha } from "../../shared/format.js";
import { deteriorationAlpha, deteriorationMetrics } from "../../shared/policy-levels.js";
import type { Check, Evidence, QualityFinding, Study } from "../../shared/vocabulary.js";

function isTested({ code, subject }: QualityFinding, study: Study): boolean {
  if (code === "srm") return true;
  if (code !== "covariate_balance") return false;
  const names = deteriorationMetrics(study).map(({ name }) => name);
  return names.some((name) => subject === name || subject?.startsWith(`${name}@`) === true);
}

/** While the run goes on only the sequential test of the sample ratio holds at every look. */
function pValueOf({ code, numbers }: QualityFinding, ended: boolean): number | undefined {
  return code === "srm" && !ended ? numbers.sequentialPValue : numbers.pValue;
}

/** @param checks one for each finding of the evidence that they were made from, in its order. */
export function qualityClause(
  study: Study,
  { quality }: Evidence,
  checks: readonly Check[],
  ended: boolean,
): Check[] {
  const level = deteriorationAlpha(study);
  if (level === null || checks.length !== quality.length) return [...checks];
  return checks.map((check, at) => {
    const finding = quality[at];
    if (finding === undefined || check.blocks || !isTested(finding, study)) return check;
    const pValue = pValueOf(finding, ended);
    if (pValue === undefined || pValue >= level) return check;
    const asked = formatAlpha(Number(level.toPrecision(3)));
    return {
      ...check,
      status: "near",
      blocks: true,
      alpha: level,
      code: `${finding.code}_below_policy_level`,
      sentence: `${check.sentence} The risk-aware rule ships nothing while a quality test is significant at the ${asked} level, its share of alpha.`,
    };
  });
}
