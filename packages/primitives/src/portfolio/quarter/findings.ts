/** What a reader should know of a ranking before trusting it: claims above the record, effects that nobody can see. */

import { formatWholePercent } from "../../shared/format.js";
import type { Problem } from "../../shared/problems.js";
import type { Appraisal, Ranking } from "./appraise.js";

export function rankingFindings({ appraisals }: Ranking): Problem[] {
  return appraisals.flatMap((each, at) => claimFindings(each, ["candidates", at]));
}

function claimFindings(
  { candidate, chance }: Appraisal,
  path: readonly (string | number)[],
): Problem[] {
  if (!chance.isBold || chance.isDefended) return [];
  const { base, claim } = chance;
  return [
    {
      code: "CLAIM_UNDEFENDED",
      severity: "warning",
      document: "portfolio",
      path: [...path, "evidence_quality"],
      message: `"${candidate.id}" claims ${formatWholePercent(claim)}, and the record of ${candidate.direction} is ${formatWholePercent(base.estimate)} (${formatWholePercent(base.ciLower)} to ${formatWholePercent(base.ciUpper)}); the record is believed.`,
      mend: "Write in defence: why it is among the best bets of the team, or lower the claim.",
    },
  ];
}
