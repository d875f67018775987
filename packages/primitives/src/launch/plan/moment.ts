/** Which moment of the registered plan a day of the run is. */
import type { LookMoment, StoppingPlan } from "../../shared/vocabulary.js";

export interface Moment {
  readonly moment: LookMoment;
  readonly day: number | null;
  readonly nextDay: number | null;
  readonly lastDay: number | null;
}

/** The planned looks in days; a plan without interim looks has the end only. */
export function lookDays(plan: StoppingPlan): readonly number[] {
  if (plan.kind === "group_sequential" || plan.kind === "custom_levels") return plan.looks;
  return plan.day === null ? [] : [plan.day];
}

/** The day that ends the plan; null: none is registered. */
export const lastDayOf = (plan: StoppingPlan): number | null => lookDays(plan).at(-1) ?? null;

/** `day`: whole days of the run that had passed. Null: not known, and the evidence is taken for the final one. */
export function momentOf(plan: StoppingPlan, day: number | null): Moment {
  const days = lookDays(plan);
  const lastDay = lastDayOf(plan);
  const nextDay = day === null ? null : (days.find((look) => look > day) ?? null);
  const known = { day, nextDay, lastDay };
  if (plan.kind === "always_valid") return { moment: "any_time", ...known };
  if (day === null || lastDay === null || day >= lastDay) {
    return { moment: "final_look", ...known, nextDay: null };
  }
  return { moment: days.includes(day) ? "planned_look" : "not_a_look", ...known };
}
