/**
 * The three fairness rules on numbers: one limit a level for the floor and for large regressions, one a dimension for Pareto. What
 * they say together is what `fairnessChecks` says in one check a rule.
 */
import { normalSf, qualitativeInteraction } from "@plumbline/stats";
import { cohortName, declaredLevels, floorError, floorLimit } from "../../cohorts/index.js";
import type { Study, StudyCohorts } from "../../shared/vocabulary.js";
import {
  BREACH,
  CLEAR,
  type Effects,
  type FairnessPart,
  isBeyondLimit,
  NEAR,
  NOT_EVALUABLE,
  type NumericLimit,
  type NumericTest,
  type Status,
  UNDERPOWERED,
} from "./limit.js";

type LimitOf = (
  id: string,
  slot: number,
  relative: number,
  blocking: readonly Status[],
) => NumericLimit;

interface Places {
  readonly find: (cohort: string | null) => number;
  readonly shareOf: (slot: number) => number;
}

/** Limits of the rules that are on, in the order of their checks. `limitOf`: of the primary metric at the level of the cohorts. */
export function fairnessLimits(study: Study, limitOf: LimitOf, places: Places): NumericLimit[] {
  const { cohorts } = study;
  const rules = cohorts?.fairness;
  if (cohorts === null || rules === undefined) return [];
  const { find, shareOf } = places;
  const none = { whole: find(null), floor: 1, share: 0, slots: [] };
  const accepted = (name: string) => cohorts.acceptBlindness.includes(name);
  const perLevel = (rule: "floor" | "regression", id: string, limit: number, blind: Status[]) =>
    declaredLevels(cohorts).map((cohort) => {
      const name = cohortName(cohort);
      const slot = find(name);
      const blocking = [BREACH, NOT_EVALUABLE, ...(accepted(name) ? [] : blind)] as Status[];
      const share =
        study.primary.metric.kind === "quantile" ? 0 : shareOf(slot) / shareOf(none.whole);
      const part: FairnessPart = { ...none, rule, floor: limit, share };
      return { ...limitOf(`fairness:${id}:${name}`, slot, limit, blocking), fairness: part };
    });
  return [
    ...(rules.floor === null ? [] : perLevel("floor", "floor", rules.floor, [NEAR])),
    ...(rules.noLargeRegression === null
      ? []
      : perLevel("regression", "no_large_regression", rules.noLargeRegression, [
          NEAR,
          UNDERPOWERED,
        ])),
    ...(rules.pareto ? paretoLimits(cohorts, limitOf, find, none) : []),
  ];
}

/** A limit for each level, so that each has its own always-valid test; all of a dimension say the same. */
function paretoLimits(
  { dimensions }: StudyCohorts,
  limitOf: LimitOf,
  find: Places["find"],
  none: Omit<FairnessPart, "rule">,
): NumericLimit[] {
  return dimensions.flatMap(({ name, levels }) => {
    const slots = levels.map((level) => find(cohortName({ dimension: name, level })));
    return slots.map((slot, at) => {
      const id = `fairness:pareto:${name}=${levels[at] ?? ""}`;
      const part: FairnessPart = { ...none, rule: "pareto", slots };
      return { ...limitOf(id, slot, 0, [BREACH, NOT_EVALUABLE]), fairness: part };
    });
  });
}

/** As `judgeFloor`: value_c - f value_all, with the level's part in the whole taken into account. */
export function judgeFloorAt(
  { slot, sign }: NumericLimit,
  { whole, floor, share }: FairnessPart,
  test: NumericTest,
  { value, valueError }: Effects,
): Status {
  const own = value[slot] ?? Number.NaN;
  const limit = floorLimit(
    floor,
    value[whole] ?? Number.NaN,
    sign === 1 ? "higher_is_better" : "lower_is_better",
  );
  if (!isBeyondLimit(own, limit, sign)) return CLEAR;
  const factor = sign === 1 ? floor : 1 / floor;
  const error = floorError(
    factor,
    valueError[slot] ?? 0,
    valueError[whole] ?? 0,
    Math.min(1, share),
  );
  if (error === null) return NOT_EVALUABLE;
  const z = ((limit - own) * sign) / error;
  return !test.anyTime && z > test.critical ? BREACH : NEAR;
}

/** As `paretoCheck` of one dimension; `tests`: of its levels, in their order. */
export function judgeParetoAt(
  { sign, twoSided }: NumericLimit,
  { slots }: FairnessPart,
  tests: readonly NumericTest[],
  { difference, error }: Effects,
): Status {
  const [first] = tests;
  if (first === undefined) return NOT_EVALUABLE;
  const z = slots.map((slot) => (-sign * (difference[slot] ?? 0)) / (error[slot] ?? 1));
  const level = twoSided && !first.anyTime ? first.alpha / 2 : first.alpha;
  if (first.anyTime) {
    const least = Math.min(...z.map((each, at) => tests[at]?.pValueOf(each) ?? 1));
    return Math.min(1, slots.length * least) < level ? BREACH : CLEAR;
  }
  const [only = 0] = z;
  const pValue =
    slots.length === 1
      ? normalSf(only)
      : qualitativeInteraction(
          slots.map((slot) => ({
            estimate: sign * (difference[slot] ?? 0),
            se: error[slot] ?? 1,
          })),
        ).pAnyHarm;
  return pValue < level ? BREACH : CLEAR;
}
