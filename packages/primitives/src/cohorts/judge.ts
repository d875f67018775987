/**
 * Who is harmed behind the average: the primary metric's effect in each declared level against the
 * cohort limit. Each level is tested at the cohort alpha itself, without correction: a correction
 * would make it easier to ship harm to a small cohort.
 */
import type { Lookup } from "../shared/effects.js";
import { harmTest, type LimitFinding, type LimitQuestion } from "../shared/harm.js";
import type { CohortRef, StudyCohorts } from "../shared/vocabulary.js";

export interface CohortFinding extends LimitFinding {
  readonly cohort: CohortRef;
  readonly blocks: boolean;
  /** The signatories accepted beforehand that this level may lack power. */
  readonly blindnessAccepted: boolean;
}

/** Every declared level, dimension by dimension, in registered order. */
export function declaredLevels(cohorts: StudyCohorts): CohortRef[] {
  return cohorts.dimensions.flatMap((dimension) =>
    dimension.levels.map((level) => ({ dimension: dimension.name, level })),
  );
}

/** "locale=JP": the name of a level in checks and in `acceptBlindness`. */
export function cohortName(cohort: CohortRef): string {
  return `${cohort.dimension}=${cohort.level}`;
}

/**
 * One level. Too little data blocks unless the registration accepted it beforehand; no result always
 * blocks. Near is too little data as well: an estimate past the limit that a test with enough power
 * would have shown. Were it let through, a cohort could pass by doing worse.
 */
export function judgeCohort(
  cohorts: StudyCohorts,
  cohort: CohortRef,
  question: LimitQuestion,
  lookup: Lookup,
): CohortFinding {
  const judged = harmTest(question, lookup);
  const blindnessAccepted = cohorts.acceptBlindness.includes(cohortName(cohort));
  const blind = judged.status === "underpowered" || judged.status === "near";
  const blocks =
    (blind && !blindnessAccepted) ||
    judged.status === "breach" ||
    judged.status === "not_evaluable";
  return { ...judged, cohort, blocks, blindnessAccepted };
}
