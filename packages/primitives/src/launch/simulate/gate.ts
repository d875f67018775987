/**
 * The gate on numbers: what `decide` says of the evidence that these moments would be, and nothing else of it. Kept equal to
 * `decide` by a property test over studies, plans, policies and moments.
 */
import { improvementSign } from "../../shared/effects.js";
import type { VerdictWord } from "../../shared/vocabulary.js";
import type { NumericRule } from "./compile.js";
import type { ExperimentDraw } from "./draw.js";
import { effectReader } from "./effects.js";
import { judgeFloorAt, judgeParetoAt } from "./fairness.js";
import {
  BREACH,
  type Effects,
  isBeyondLimit,
  judgeHarm,
  judgeWorse,
  type LimitReading,
  NOT_EVALUABLE,
  type NumericLimit,
  type NumericTest,
  type Status,
} from "./limit.js";
import { judgeRatio } from "./ratio.js";
import type { ArmRule, NumericClaim, ReadingRule } from "./rule.js";

/** What a success metric says at a reading; `shared` names follow the codes of the gate. */
type Claim = "passed" | "failed" | "harmed" | "not_yet" | "open";

export interface NumericGate {
  /** The verdict at reading `at` on the moments that `draw` holds. */
  readonly judge: (at: number, draw: ExperimentDraw) => VerdictWord;
  /** Statuses of the limits at the last reading judged, treatment by treatment. */
  readonly statuses: readonly Uint8Array[];
}

/** The effect of a success metric on the scale of its MDE, and the MDE with the sign of an improvement. */
function onMdeScale({ slot, of }: NumericClaim, effects: Effects) {
  const sign = improvementSign(of.metric.direction);
  const { relative, absolute } = of.mde;
  const change = effects.relative[slot] ?? Number.NaN;
  if (!Number.isNaN(change) && (relative !== null || absolute === null)) {
    return { estimate: change, mde: relative === null ? null : sign * relative };
  }
  if (absolute === null && relative !== null) return null;
  return { estimate: effects.difference[slot] ?? 0, mde: absolute && sign * absolute };
}

function claimAt(
  claim: NumericClaim,
  test: NumericTest,
  { kind, futility }: Pick<ArmRule, "kind" | "futility">,
  effects: Effects,
): Claim {
  const read = onMdeScale(claim, effects);
  const { metric, rule } = claim.of;
  if (read === null) return "open";
  if (kind === "peek") return "not_yet";
  if (rule === "significant_and_mde" && read.mde === null) return "open";
  if (!test.known) return "open";
  const sign = improvementSign(metric.direction);
  const z = (sign * (effects.difference[claim.slot] ?? 0)) / (effects.error[claim.slot] ?? 1);
  if (z > test.critical) {
    const below = read.mde !== null && isBeyondLimit(read.estimate, read.mde, sign);
    if (rule !== "significant_and_mde" || !below) return "passed";
    return kind === "interim" ? "not_yet" : "failed";
  }
  if (-z > test.critical) return "harmed";
  if (kind === "last") return "failed";
  return futility !== null && z < futility ? "failed" : "not_yet";
}

/** What stops the arm on its success metrics; null: nothing does. `waived`: another metric carries the launch. */
interface Success {
  readonly running: boolean;
  readonly open: boolean;
  readonly failed: boolean;
}

function successOf(
  rule: NumericRule,
  arm: ArmRule,
  effects: Effects,
  ripe: readonly boolean[],
): Success {
  let [running, open, failed, passed, waiting] = [false, false, false, false, false];
  const { kind } = arm;
  rule.claims.forEach((claim, index) => {
    const test = arm.claims[index];
    if (test === undefined) return;
    const futility = index === 0 ? arm.futility : null;
    const judged = claimAt(claim, test, { kind, futility }, effects);
    const waits = ripe[index] === false && kind !== "peek" && judged !== "harmed";
    if (waits) {
      waiting = true;
      return;
    }
    passed ||= judged === "passed";
    running ||= judged === "not_yet";
    failed ||= judged === "failed" || judged === "harmed";
    open ||= judged === "open";
  });
  // What was not shown is waived by another metric's win; what has not had its time is not.
  return passed
    ? { running: waiting, open: open || waiting, failed: false }
    : { running: running || waiting, open: open || running || waiting, failed };
}

function readLimits(rule: NumericRule, effects: Effects, readings: readonly LimitReading[]): void {
  rule.limits.forEach(({ slot, scale, sign, threshold, unusable }, i) => {
    const reading = readings[i];
    if (reading === undefined) return;
    if (scale === "level") {
      reading.estimate = effects.value[slot] ?? 0;
      reading.error = effects.valueError[slot] ?? 1;
      reading.z = ((threshold - reading.estimate) * sign) / reading.error;
      reading.readable = true;
      return;
    }
    const [difference, error] = [effects.difference[slot] ?? 0, effects.error[slot] ?? 1];
    reading.z = (-sign * difference) / error;
    const relative = scale === "relative";
    reading.estimate = relative ? (effects.relative[slot] ?? Number.NaN) : difference;
    reading.error = relative ? (effects.relativeError[slot] ?? Number.NaN) : error;
    reading.readable = !unusable && !Number.isNaN(reading.estimate);
  });
}

interface AllTests {
  readonly tests: readonly NumericTest[];
  readonly limits: readonly NumericLimit[];
  /** Number of the limit that is judged. */
  readonly at: number;
  readonly effects: Effects;
}

/** A limit other than a guardrail's. */
function judgeOther(
  limit: NumericLimit,
  test: NumericTest,
  reading: LimitReading,
  { tests, limits, at, effects }: AllTests,
): Status {
  const { family, fairness } = limit;
  if (family === "deterioration") return judgeWorse(test, reading);
  if (fairness === undefined || fairness.rule === "regression") {
    return judgeHarm(limit, test, reading);
  }
  if (fairness.rule === "floor") return judgeFloorAt(limit, fairness, test, effects);
  // The levels of a dimension stand one after the other; the first one's own place is where this one's slot is first.
  const first = at - fairness.slots.indexOf(limit.slot);
  const own = limits.slice(first, first + fairness.slots.length).map((_, k) => tests[first + k]);
  return judgeParetoAt(
    limit,
    fairness,
    own.filter((each) => each !== undefined),
    effects,
  );
}

interface ArmJudge {
  readonly statuses: Uint8Array;
  readonly judge: (
    arm: ArmRule,
    reading: ReadingRule,
    effects: Effects,
    waits: boolean,
  ) => VerdictWord;
}

function armJudge(rule: NumericRule): ArmJudge {
  const { policy, limits, guardrails, abort } = rule;
  const first = limits.slice(0, guardrails);
  const readings = limits.map(
    (): LimitReading => ({ readable: false, estimate: 0, error: 1, z: 0 }),
  );
  const statuses = new Uint8Array(limits.length);
  const judgeLimits = (
    tests: readonly NumericTest[],
    ripe: readonly boolean[],
    effects: Effects,
  ): void => {
    policy.judge(first, tests, readings, statuses);
    for (let i = guardrails; i < limits.length; i++) {
      const [limit, test, reading] = [limits[i], tests[i], readings[i]];
      if (limit && test && reading) {
        statuses[i] = judgeOther(limit, test, reading, { tests, at: i, limits, effects });
      }
    }
    // Before its time harm that is shown stands, and everything else waits.
    for (let i = 0; i < limits.length; i++) {
      if (ripe[i] === false && statuses[i] !== BREACH) statuses[i] = NOT_EVALUABLE;
    }
  };
  const judge: ArmJudge["judge"] = (arm, { ripeClaims, ripeLimits }, effects, waits) => {
    const success = successOf(rule, arm, effects, ripeClaims);
    readLimits(rule, effects, readings);
    judgeLimits(success.running ? arm.running : arm.whole, ripeLimits, effects);
    const breach = statuses.includes(BREACH);
    if (abort && success.running && breach) return "veto";
    if (success.open) return "continue";
    if (success.failed) return "no_ship";
    if (breach) return "veto";
    const blocked = limits.some(({ blocking }, i) => blocking[statuses[i] ?? 0] === true);
    return waits || blocked ? "continue" : "ship";
  };
  return { statuses, judge };
}

/** Verdicts over several arms: the first word that any arm has speaks for the launch, as in `decide`. */
const PRECEDENCE: readonly VerdictWord[] = ["ship", "veto", "continue", "no_ship"];

/** Whether a plan that ended early for an arm had shown a benefit then; that look stays its last. */
function rememberedEnds(rule: NumericRule) {
  const shown = rule.study.treatments.map(() => false);
  const [claim] = rule.claims;
  const sign = claim === undefined ? 1 : improvementSign(claim.of.metric.direction);
  return {
    ruleOf: (arm: ArmRule, index: number): ArmRule =>
      arm.afterBenefit !== null && shown[index] === true ? arm.afterBenefit : arm,
    note: (arm: ArmRule, index: number, effects: Effects): void => {
      const [test] = arm.claims;
      if (!arm.ends || arm.afterBenefit !== null || claim === undefined || !test) return;
      const { difference, error } = effects;
      const z = (sign * (difference[claim.slot] ?? 0)) / (error[claim.slot] ?? 1);
      shown[index] = z > test.critical;
    },
  };
}

export function numericGate(rule: NumericRule): NumericGate {
  const arms = rule.study.treatments.map(() => armJudge(rule));
  const read = effectReader(rule);
  const words: VerdictWord[] = arms.map(() => "continue");
  const ends = rememberedEnds(rule);
  const judge = (at: number, draw: ExperimentDraw): VerdictWord => {
    const reading = rule.readings[at];
    if (reading === undefined) throw new RangeError(`There is no reading ${at} in the plan.`);
    const chosen = reading.arms.map(ends.ruleOf);
    const sequential = reading.running && !chosen.every(({ final }) => final);
    const ratio = judgeRatio(rule, reading, draw.counts, sequential);
    if (ratio === "invalid") {
      for (const { statuses } of arms) statuses.fill(0);
      return "invalid";
    }
    arms.forEach((arm, index) => {
      const [planned, own] = [reading.arms[index], chosen[index]];
      if (planned === undefined || own === undefined) return;
      const effects = read(at, index + 1, draw.means);
      words[index] = arm.judge(own, reading, effects, ratio === "waits");
      ends.note(planned, index, effects);
    });
    return PRECEDENCE.find((word) => words.includes(word)) ?? "continue";
  };
  return { judge, statuses: arms.map(({ statuses }) => statuses) };
}
