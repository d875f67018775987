import type { MomentPlan, SourceSpec } from "@plumbline/stats";
import { fail } from "../errors.js";
import { isoMicroseconds } from "./expression.js";

/** The time as of which the plan reads, in microseconds since 1970; null: all rows count. */
export function asOfMicroseconds(plan: MomentPlan): bigint | null {
  const { asOf = null } = plan.exposure;
  if (asOf === null) return null;
  return (
    isoMicroseconds(asOf) ??
    fail(
      "PLAN_INVALID",
      `${JSON.stringify(asOf)} is not a time.`,
      "Write an ISO 8601 time in UTC.",
      {},
    )
  );
}

/** The column that says when a row of the source happened; among exposures, if no other, their own. */
export function timeColumn(plan: MomentPlan, source: SourceSpec): string | null {
  if (source.time !== null) return source.time;
  return source.id === plan.exposure.source ? plan.exposure.time : null;
}
