/** How the guardrail policies judge numbers: one row a policy, the numeric twin of `guardrails/policies.ts`. */
import { correctedLevels } from "../../guardrails/correction.js";
import { probabilityBeyond } from "../../guardrails/index.js";
import type { Direction, GuardrailPolicy } from "../../shared/vocabulary.js";
import {
  BREACH,
  CLEAR,
  judgeHarm,
  judgeProof,
  type LimitReading,
  NEAR,
  NOT_EVALUABLE,
  type NumericLimit,
  type NumericTest,
  type Status,
  UNDERPOWERED,
} from "./limit.js";

/** Judges the guardrail tests of one arm together, in registered order, into `statuses`. */
type Judge = (
  limits: readonly NumericLimit[],
  tests: readonly NumericTest[],
  readings: readonly LimitReading[],
  statuses: Uint8Array,
) => void;

export interface NumericPolicy {
  /** Statuses that keep a launch from shipping. */
  readonly blocking: readonly Status[];
  /** The level of one test among `count`, where the policy changes it beforehand. */
  readonly levelAmong: (alpha: number, count: number) => number;
  readonly judge: Judge;
}

const ALL_BUT_CLEAR: readonly Status[] = [BREACH, NEAR, UNDERPOWERED, NOT_EVALUABLE];
const unchanged = (alpha: number): number => alpha;

/** Each test by itself. */
function eachBy(
  judge: (limit: NumericLimit, test: NumericTest, reading: LimitReading) => Status,
): Judge {
  return (limits, tests, readings, statuses) => {
    for (let i = 0; i < limits.length; i++) {
      const [limit, test, reading] = [limits[i], tests[i], readings[i]];
      if (limit && test && reading) statuses[i] = judge(limit, test, reading);
    }
  };
}

const holm: Judge = (limits, tests, readings, statuses) => {
  const family = limits.map((_, i) => {
    const [test, reading] = [tests[i], readings[i]];
    const pValue = test && reading?.readable ? test.pValueOf(reading.z) : null;
    return { alpha: test?.alpha ?? 0, pValue };
  });
  const levels = correctedLevels("holm", family);
  limits.forEach((limit, i) => {
    const [test, reading, level] = [tests[i], readings[i], levels[i]];
    if (test && reading && level !== undefined) {
      statuses[i] = judgeHarm(limit, test.at(level), reading);
    }
  });
};

const directionOf = (sign: 1 | -1): Direction =>
  sign > 0 ? "higher_is_better" : "lower_is_better";

/** See `testPosterior`. */
function judgeBelief(chanceLimit: number) {
  return (limit: NumericLimit, _test: NumericTest, reading: LimitReading): Status => {
    if (!reading.readable) return NOT_EVALUABLE;
    const chance = probabilityBeyond(
      { estimate: reading.estimate, standardError: reading.error },
      limit.prior,
      limit.threshold,
      directionOf(limit.sign),
    );
    if (chance < chanceLimit) return CLEAR;
    if (chance >= 1 - chanceLimit) return BREACH;
    return chance >= 0.5 ? NEAR : UNDERPOWERED;
  };
}

type Rows = {
  readonly [Kind in GuardrailPolicy["kind"]]?: (
    policy: Extract<GuardrailPolicy, { kind: Kind }>,
  ) => NumericPolicy;
};

const POLICIES: Rows = {
  harm_test: ({ correction }) => ({
    blocking: [BREACH, NOT_EVALUABLE],
    levelAmong: correction === "bonferroni" ? (alpha, count) => alpha / count : unchanged,
    judge: correction === "holm" ? holm : eachBy(judgeHarm),
  }),
  non_inferiority: () => ({
    blocking: ALL_BUT_CLEAR,
    levelAmong: unchanged,
    judge: eachBy((limit, test, reading) => judgeProof(limit, test, reading, true)),
  }),
  risk_aware: () => ({
    blocking: ALL_BUT_CLEAR,
    levelAmong: unchanged,
    judge: eachBy((limit, test, reading) => judgeProof(limit, test, reading, false)),
  }),
  posterior_breach: ({ limit }) => ({
    blocking: ALL_BUT_CLEAR,
    levelAmong: unchanged,
    judge: eachBy(judgeBelief(limit)),
  }),
};

/** Null: the simulation has no row for the policy. */
export function numericPolicy(policy: GuardrailPolicy): NumericPolicy | null {
  const row = POLICIES[policy.kind] as ((policy: GuardrailPolicy) => NumericPolicy) | undefined;
  return row?.(policy) ?? null;
}
