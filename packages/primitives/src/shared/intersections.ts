/**
 * Names of intersections, as in the models of the field: that of locale and tenure is `locale:tenure`, its level of JP and new
 * is `JP:new`.
 */
import type { CohortRef, StudyDimension } from "./vocabulary.js";

/** Of dimensions, or of their levels in the same order. */
export const intersectionName = (parts: readonly string[]): string => parts.join(":");

/** The cohort that `{locale: JP}` or `{locale: JP, tenure: new}` means, declared or not; null: nobody is named. */
export function cohortNamed(
  given: Readonly<Record<string, string>>,
  dimensions: readonly StudyDimension[],
): CohortRef | null {
  const names = Object.keys(given);
  if (names.length === 0) return null;
  const declared = dimensions.find(
    ({ of = [] }) => of.length === names.length && of.every((name) => names.includes(name)),
  );
  const order = names.length === 1 ? names : (declared?.of ?? names);
  return {
    dimension: intersectionName(order),
    level: intersectionName(order.map((name) => given[name] ?? "")),
  };
}
