/** The variance reduction that a registered size stands on. */
import { EXAMPLE_REDUCTION } from "../sizing/size.js";
import type { AuditContext } from "./finding.js";

export interface PlannedReduction {
  readonly share: number;
  /** Assumed, not declared. */
  readonly assumed: boolean;
}

/**
 * A size registered as "post CUPED" without the reduction it stands on is held against the usual one, and says so;
 * every other size against what is declared, or nothing.
 */
export function plannedReduction({ sizing }: AuditContext): PlannedReduction {
  const primary = sizing?.requirements.find(({ role }) => role === "primary");
  const declared = primary?.varianceReduction ?? 0;
  const undeclared = sizing?.alternatives.some(
    ({ size }) => declared === 0 && size.varianceReduction === EXAMPLE_REDUCTION,
  );
  return sizing?.planned?.from === "sample_size_per_arm_post_cuped" && undeclared
    ? { share: EXAMPLE_REDUCTION, assumed: true }
    : { share: declared, assumed: false };
}
