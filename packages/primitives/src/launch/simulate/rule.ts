/**
 * The registered rule as numbers, computed once: at each reading and for each treatment arm the critical values of every
 * test of the gate. Levels come from the plan itself (`armMoment`), so that there is one implementation of them; variances
 * are the planned ones, so nothing here depends on what will be drawn.
 */
import type { SimulatedReading, SimulationModel } from "../../design/simulate/model.js";
import { furtherSuccess, superiorityAlpha } from "../../shared/policy-levels.js";
import type {
  Analysis,
  Comparison,
  EarlierLook,
  Evidence,
  EvidenceTiming,
  Study,
  StudyMaturity,
  StudyPrimary,
} from "../../shared/vocabulary.js";
import { isAlwaysValid, proofReading } from "../arm-scope.js";
import { awaited } from "../maturity.js";
import { type ArmMoment, armMoment } from "../plan/arm-moment.js";
import { hasEnded, studyAt } from "../plan/index.js";
import { momentOf } from "../plan/moment.js";
import type { NumericLimit, NumericTest } from "./limit.js";
import type { NumericPolicy } from "./policies.js";
import type { DrawShape, Slot } from "./shape.js";
import { testAt } from "./tests-at.js";
import { plannedTiming } from "./timing.js";

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
  /** All the planned information is here before the last day: this look ends the plan for the arm. */
  readonly ends: boolean;
  /** Nothing of the plan is to come for the arm. */
  readonly final: boolean;
  /** After such a look: the rule where that look had shown a benefit; null: the plan goes on. */
  readonly afterBenefit: ArmRule | null;
}

export interface ReadingRule {
  readonly day: number | null;
  /** No later reading follows. */
  readonly over: boolean;
  /** The day of the end has come. */
  readonly ended: boolean;
  /** The plan goes on by its days. */
  readonly running: boolean;
  /** Whether the values of each claim and limit are complete enough to be judged. */
  readonly ripeClaims: readonly boolean[];
  readonly ripeLimits: readonly boolean[];
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

function probeEvidence(frame: RuleFrame, t: number, timing: EvidenceTiming): Evidence {
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
  return { origin: "planned", counts: [], quality: [], comparisons, timing };
}

function kindOf(moment: ArmMoment | null, ended: boolean): ArmRule["kind"] {
  if (moment === null) return "last";
  if (moment.mode === "peek" || moment.mode === "interim") return moment.mode;
  return moment.mode === "any_time" && !ended ? "interim" : "last";
}

const isFinal = (moment: ArmMoment | null): boolean => moment === null || moment.mode === "final";

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
      proof: proofReading({ study: now, moment }, limit.alpha),
    };
    return testAt(setting, alpha);
  });
}

function armRule(place: Place, ended: boolean, afterBenefit: ArmMoment | null): ArmRule {
  const { moment } = place;
  return {
    claims: claimTests(place),
    futility: futilityOf(moment),
    kind: kindOf(moment, ended),
    whole: limitTests(place, false),
    running: limitTests(place, true),
    ends: moment?.mode === "final" && !ended,
    final: isFinal(moment),
    afterBenefit:
      afterBenefit === null ? null : armRule({ ...place, moment: afterBenefit }, ended, null),
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

/** A z beyond every boundary: what a look recorded that had shown a benefit. */
const BENEFIT = 37;

interface ReadingInput {
  readonly frame: RuleFrame;
  readonly reading: SimulatedReading;
  readonly earlier: readonly EarlierLook[];
}

/** Where every arm stands; `z`: of the primary metric at the looks before. */
function armMoments({ frame, reading, earlier }: ReadingInput, z: number): (ArmMoment | null)[] {
  const { study } = frame;
  const { stopping } = study;
  if (stopping === null) return study.treatments.map(() => null);
  const looks = earlier.map((look) => ({ ...look, z }));
  const timing = plannedTiming(study, reading, looks);
  const evidence = probeEvidence(frame, reading.share, timing);
  const moment = momentOf(stopping.plan, reading.day);
  return study.treatments.map(({ name }) => armMoment(study, stopping, evidence, name, moment));
}

function readingRule(input: ReadingInput): Omit<ReadingRule, "over"> & { allFinal: boolean } {
  const { frame, reading } = input;
  const { study } = frame;
  const { day, share: t } = reading;
  const moment = study.stopping === null ? null : momentOf(study.stopping.plan, day);
  const ended = moment === null || hasEnded(moment);
  const arms = armMoments(input, 0);
  const won = armMoments(input, BENEFIT);
  const allFinal = arms.every(isFinal);
  const timing = plannedTiming(study, reading, []);
  const ripe = (maturity: StudyMaturity | undefined, role: "success" | "limit") =>
    awaited(study, timing, maturity, role) === null;
  return {
    day,
    ended,
    allFinal,
    running: !ended && moment?.moment !== "final_look",
    ripeClaims: frame.claims.map(({ of }) => ripe(of.metric.maturity, "success")),
    ripeLimits: frame.limits.map(({ maturity }) => ripe(maturity ?? undefined, "limit")),
    arms: arms.map((arm, index) => {
      const after = arm !== null && arm.endedOn !== null ? (won[index] ?? null) : null;
      return armRule({ frame, moment: arm, arm: index + 1, t }, ended, after);
    }),
  };
}

/** The rule at every reading of the model, in order. */
export function readingRules(frame: RuleFrame): ReadingRule[] {
  const { study, model } = frame;
  const earlier: EarlierLook[] = [];
  return model.readings.map((reading, at): ReadingRule => {
    const { allFinal, ...rule } = readingRule({ frame, reading, earlier: [...earlier] });
    const { day } = reading;
    // From the last day on the same numbers are read again, which is the same look.
    if (day !== null && !rule.ended) {
      for (const arm of armMoments({ frame, reading, earlier }, 0)) {
        if (arm === null || arm.information === null) continue;
        const { fraction } = arm.information;
        earlier.push({ day, treatment: arm.treatment, z: 0, fraction });
      }
    }
    const last = at === model.readings.length - 1;
    const settled = [...rule.ripeClaims, ...rule.ripeLimits].every(Boolean);
    return { ...rule, over: last || (study.stopping !== null && allFinal && settled) };
  });
}
