/**
 * The three fairness rules over the declared cohorts: operational limits, no philosophy.
 *
 * floor: the value in each cohort against a share of the value over everybody, both under treatment. Tested as
 * value_c - f value_all with the cohort's part in the whole taken into account: with share s of the whole,
 * Var = se_c^2 (1 - 2 f s) + f^2 se_all^2.
 * pareto: is any cohort of a dimension harmed at all? Gail and Simon's one-sided test (Biometrics 41 (1985) 361), which holds
 * its level over all levels of the dimension together; of one level, the normal test.
 */
import { normalSf, qualitativeInteraction } from "@plumbline/stats";
import { improvementSign, isBeyond } from "../shared/effects.js";
import type { CheckStatus, CohortRef, Direction } from "../shared/vocabulary.js";

/** One arm's value in a cohort or over everybody. */
export interface FloorValue {
  readonly value: number;
  /** Null: not known. */
  readonly standardError: number | null;
  /** What the value is a mean over; null: not known, or the value is no mean. */
  readonly weight: number | null;
}

export interface FloorFinding {
  readonly status: CheckStatus;
  /** Least value that the rule allows (largest, where smaller is better). */
  readonly limit: number;
  readonly value: number;
  readonly standardError: number | null;
  /** Two-sided when the metric's test is. */
  readonly pValue: number | null;
}

export interface FloorQuestion {
  readonly floor: number;
  readonly direction: Direction;
  readonly alpha: number;
  readonly twoSided: boolean;
  /** False between looks, when no plain p-value holds: then nothing counts as shown. */
  readonly settled: boolean;
}

/** The value that a cohort must keep: f times that of everybody, or divided by f where smaller is better. */
export function floorLimit(floor: number, everybody: number, direction: Direction): number {
  return direction === "higher_is_better" ? floor * everybody : everybody / floor;
}

/** One cohort against the floor. A value that is not finite is no value. */
export function judgeFloor(
  { floor, direction, alpha, twoSided, settled }: FloorQuestion,
  cohort: FloorValue,
  everybody: FloorValue,
): FloorFinding {
  const limit = floorLimit(floor, everybody.value, direction);
  const factor = direction === "higher_is_better" ? floor : 1 / floor;
  const error = contrastError(factor, cohort, everybody);
  const tail =
    error === null ? null : normalSf(((limit - cohort.value) * improvementSign(direction)) / error);
  const pValue = tail === null ? null : Math.min(1, twoSided ? 2 * tail : tail);
  const { value, standardError } = cohort;
  const found = { limit, value, standardError, pValue };
  if (!isBeyond(value, limit, direction)) return { ...found, status: "clear" };
  if (pValue === null) return { ...found, status: "not_evaluable" };
  return { ...found, status: settled && pValue < alpha ? "breach" : "near" };
}

function contrastError(factor: number, cohort: FloorValue, everybody: FloorValue): number | null {
  const { standardError: own } = cohort;
  const { standardError: whole } = everybody;
  if (own === null || whole === null || !(own > 0) || !(whole > 0)) return null;
  const known = cohort.weight !== null && everybody.weight !== null && everybody.weight > 0;
  // Without the share the two count as independent, which makes the error larger.
  const share = known ? Math.min(1, (cohort.weight ?? 0) / (everybody.weight ?? 1)) : 0;
  return floorError(factor, own, whole, share);
}

/** Standard error of value_c - factor value_all; `share`: of the cohort in the whole. Null: the two cannot be told apart. */
export function floorError(
  factor: number,
  own: number,
  whole: number,
  share: number,
): number | null {
  const variance = own * own * (1 - 2 * factor * share) + (factor * whole) ** 2;
  return variance > 0 ? Math.sqrt(variance) : null;
}

/** An effect of one cohort, on any one scale. */
export interface ParetoLevel {
  readonly cohort: CohortRef;
  readonly estimate: number;
  readonly standardError: number;
}

export interface ParetoFinding {
  /** P of harm this clear in some level, if none were harmed. */
  readonly pValue: number;
  /** The level with the clearest harm, or the least clear gain. */
  readonly worst: ParetoLevel;
}

/** The levels of one dimension; null without any. `sign`: +1 where larger is better. */
export function judgePareto(levels: readonly ParetoLevel[], sign: 1 | -1): ParetoFinding | null {
  const score = ({ estimate, standardError }: ParetoLevel) => (sign * estimate) / standardError;
  const worst = levels.reduce<ParetoLevel | null>(
    (least, level) => (least === null || score(level) < score(least) ? level : least),
    null,
  );
  if (worst === null) return null;
  if (levels.length === 1) return { pValue: normalSf(-score(worst)), worst };
  const oriented = levels.map(({ estimate, standardError }) => ({
    estimate: sign * estimate,
    se: standardError,
  }));
  return { pValue: qualitativeInteraction(oriented).pAnyHarm, worst };
}
