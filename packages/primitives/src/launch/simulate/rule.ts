/**
 * The registered rule as numbers, computed once: at each reading and for each treatment arm the critical values of every
 * test of the gate. Levels come from the plan itself (`armMoment`), so that there is one implementation of them; variances
 * are the planned ones, so nothing here depends on what will be drawn.
 */
import type { SimulationModel } from "../../design/simulate/model.js";
import { furtherSuccess, superiorityAlpha } from "../../shared/policy-levels.js";
import type {
  Analysis,
  Comparison,
  EarlierLook,
  Evidence,
  Study,
  StudyPrimary,
} from "../../shared/vocabulary.js";
import { isAlwaysValid, proofReading } from "../arm-scope.js";
import { type ArmMoment, armMoment, hasEnded, studyAt } from "../plan/index.js";
import { momentOf } from "../plan/moment.js";
import type { NumericLimit, NumericTest } from "./limit.js";
import type { NumericPolicy } from "./policies.js";
import type { DrawShape, Slot } from "./shape.js";
import { testAt } from "./tests-at.js";

/** What one treatment arm is held against at one reading. */
export interface ArmRule {
  /** Of the success metrics, the primary first. */
  readonly claims: readonly NumericTest[];
  /** z of the primary metric below which the plan advises to give up; null: it does not. */
  readonly futility: number | null;
  /** last: the end. interim: not crossing is no end. peek: nothing is claimed. */
  readonly kind: "last" | "interim" | "peek";
  /** Of the limits, in their order: at their whole level, and at that of this look while the run goes on. */
  readonly whole: readonly NumericTest[];
  readonly running: readonly NumericTest[];
}

export interface ReadingRule {
  readonly day: number | null;
  /** No later reading follows. */
  readonly over: boolean;
  /** The day of the end has come. */
  readonly ended: boolean;
  /** A mismatch of the arms is fatal by the sequential test only. */
  readonly sequentialRatio: boolean;
  readonly arms: readonly ArmRule[];
}

/** A success metric as the gate claims it. */
export interface NumericClaim {
  readonly slot: number;
  readonly of: Pick<StudyPrimary, "metric" | "mde" | "rule">;
}

export interface RuleFrame {
  readonly study: Study;
  readonly model: SimulationModel;
  readonly shape: DrawShape;
  readonly policy: NumericPolicy;
  readonly claims: readonly NumericClaim[];
  readonly limits: readonly NumericLimit[];
  /** How many of the limits are guardrail tests; they come first. */
  readonly guardrails: number;
}

interface Place {
  readonly frame: RuleFrame;
  readonly moment: ArmMoment | null;
  /** Treatment, from 1. */
  readonly arm: number;
  /** Share of the units that are there. */
  readonly t: number;
}

/** An analysis that knows the precision of a slot, and nothing of the effect. */
function probe({ frame, arm, t }: Omit<Place, "moment">, slot: Slot): Analysis {
  const { units } = frame.model;
  const [n, m] = [arm, 0].map((index) => (units[index] ?? 1) * slot.share * t) as [number, number];
  const value = slot.baseline;
  const standardError = slot.deviation * Math.sqrt(1 / n + 1 / m);
  return {
    method: "planned",
    absolute: { estimate: 0, standardError, interval: null },
    relative: null,
    relativeMethod: null,
    statistic: null,
    pValue: { value: 1, bound: false },
    control: { n: m, value, standardDeviation: slot.deviation },
    treatment: { n, value, standardDeviation: slot.deviation },
  };
}

function slotOf({ shape }: RuleFrame, at: number): Slot {
  const slot = shape.slots[at];
  if (slot === undefined) throw new RangeError("A test without a slot to draw it from.");
  return slot;
}

function probeEvidence(
  frame: RuleFrame,
  day: number | null,
  t: number,
  earlier: readonly EarlierLook[],
): Evidence {
  const comparisons = frame.study.treatments.map(
    ({ name }, at): Comparison => ({
      metric: frame.study.primary.metric.name,
      treatment: name,
      cohort: null,
      analysis: probe({ frame, arm: at + 1, t }, slotOf(frame, 0)),
      unadjusted: null,
      cuped: null,
      missing: null,
    }),
  );
  const timing = { day, firstExposure: null, lastExposure: null, earlier };
  return { origin: "planned", counts: [], quality: [], comparisons, timing };
}

function kindOf(moment: ArmMoment | null, ended: boolean): ArmRule["kind"] {
  if (moment === null) return "last";
  if (moment.mode === "peek" || moment.mode === "interim") return moment.mode;
  return moment.mode === "any_time" && !ended ? "interim" : "last";
}

function futilityOf(moment: ArmMoment | null): number | null {
  if (moment?.mode !== "interim") return null;
  return moment.boundary?.futilityBounds[moment.past.length] ?? null;
}

function claimTests(place: Place): NumericTest[] {
  const { frame, moment } = place;
  const { study } = frame;
  const alone = superiorityAlpha(study);
  return frame.claims.map(({ slot, of }, at) => {
    const twoSided = of.metric.alternative === "two_sided" || isAlwaysValid(moment);
    const own = at === 0 ? (moment?.level ?? alone) : (moment?.harmLevel(alone, twoSided) ?? alone);
    const setting = {
      study,
      moment,
      probe: probe(place, slotOf(frame, slot)),
      twoSided,
      ownValue: false,
      proof: { proofAlpha: own, alwaysValid: false },
    };
    return testAt(setting, own);
  });
}

function limitTests(place: Place, running: boolean): NumericTest[] {
  const { frame, moment } = place;
  const { study, policy, guardrails } = frame;
  const now = studyAt(study, moment);
  const primaryTwoSided = now.primary.metric.alternative === "two_sided";
  const scope = {
    study: now,
    moment,
    evidence: probeEvidence(frame, null, place.t, []),
    treatment: "",
    ended: false,
    suffix: "",
    label: "",
  };
  return frame.limits.map((limit, at) => {
    const registered = isAlwaysValid(moment) ? limit.anyTimeAlpha : limit.alpha;
    const level = running
      ? (moment?.harmLevel(registered, primaryTwoSided) ?? registered)
      : registered;
    const alpha = at < guardrails ? policy.levelAmong(level, guardrails) : level;
    const setting = {
      study: now,
      moment,
      probe: probe(place, slotOf(frame, limit.slot)),
      twoSided: limit.twoSided || isAlwaysValid(moment),
      ownValue: limit.scale === "level",
      proof: proofReading(scope, limit.alpha),
    };
    return testAt(setting, alpha);
  });
}

function armRule(place: Place, ended: boolean): ArmRule {
  return {
    claims: claimTests(place),
    futility: futilityOf(place.moment),
    kind: kindOf(place.moment, ended),
    whole: limitTests(place, false),
    running: limitTests(place, true),
  };
}

/** The claims of a study: the primary metric, and under `risk_aware` the further success metrics. */
export function claimsOf(study: Study, slotOfMetric: (name: string) => number): NumericClaim[] {
  const { rule } = study.primary;
  return [study.primary, ...furtherSuccess(study)].map(({ metric, mde }) => ({
    slot: slotOfMetric(metric.name),
    of: { metric, mde, rule },
  }));
}

/** The rule at every reading of the model, in order. */
export function readingRules(frame: RuleFrame): ReadingRule[] {
  const { study, model } = frame;
  const { stopping } = study;
  const earlier: EarlierLook[] = [];
  return model.readings.map(({ day, share: t }, at): ReadingRule => {
    const moment = stopping === null ? null : momentOf(stopping.plan, day);
    const evidence = probeEvidence(frame, day, t, [...earlier]);
    const arms = study.treatments.map(({ name }) =>
      stopping === null || moment === null
        ? null
        : armMoment(study, stopping, evidence, name, moment),
    );
    for (const arm of arms) {
      if (arm === null || arm.information === null || day === null) continue;
      const { fraction } = arm.information;
      earlier.push({ day, treatment: arm.treatment, z: 0, fraction });
    }
    const ended = moment === null || hasEnded(moment);
    const allFinal = arms.every((arm) => arm === null || arm.mode === "final");
    return {
      day,
      over: at === model.readings.length - 1 || allFinal,
      ended,
      sequentialRatio: !ended && moment?.moment !== "final_look" && !allFinal,
      arms: arms.map((arm, index) => armRule({ frame, moment: arm, arm: index + 1, t }, ended)),
    };
  });
}
