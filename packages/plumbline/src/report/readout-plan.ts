/** The plan, its moment and the registration's standing as the readout document holds them. */
import type {
  ArmLook,
  Evidence,
  PlanVerdict,
  StageWiseResult,
  Study,
  StudyMetric,
} from "@plumbline/primitives";
import type {
  IntervalKind,
  ReadoutArmLook,
  ReadoutPlan,
  ReadoutStageWise,
} from "./readout-plan-schema.js";
import type { Readout } from "./readout-schema.js";
import { absoluteUnit, RELATIVE_UNIT } from "./units.js";

export function planDocument(plan: PlanVerdict | undefined, study: Study): ReadoutPlan | null {
  if (plan === undefined) return null;
  return {
    kind: plan.kind,
    label: plan.label,
    moment: plan.moment,
    day: plan.day,
    next_day: plan.nextDay,
    last_day: plan.lastDay,
    sentence: plan.sentence,
    arms: plan.arms.map((arm) => armDocument(arm, study.primary.metric)),
  };
}

function armDocument(arm: ArmLook, metric: StudyMetric): ReadoutArmLook {
  const unit = absoluteUnit(metric);
  return {
    treatment: arm.treatment,
    decision: arm.decision,
    z: arm.z,
    information: arm.information,
    information_unit: unit === null ? null : `1 / (${unit})²`,
    fraction: arm.fraction,
    information_basis: arm.informationBasis,
    nominal_level: arm.nominalLevel,
    futility_bound: arm.futilityBound,
    looks: arm.looks.map(({ day, fraction, criticalValue, nominalLevel, z, state }) => ({
      day,
      fraction,
      critical_value: criticalValue,
      nominal_level: nominalLevel,
      z,
      state,
    })),
    stage_wise: arm.stageWise && stageWiseDocument(arm.stageWise, metric),
    predictive_power: arm.predictivePower,
    conditional_power_at_mde: arm.conditionalPowerAtMde,
  };
}

function stageWiseDocument(result: StageWiseResult, metric: StudyMetric): ReadoutStageWise {
  return {
    p_value: result.pValue,
    estimate: result.estimate,
    interval: { ...result.interval },
    scale: result.scale,
    unit: result.scale === "relative" ? RELATIVE_UNIT : absoluteUnit(metric),
  };
}

/** What the intervals of a readout hold for; an arm that has no boundary keeps its ordinary intervals. */
export function intervalKind(plan: PlanVerdict | undefined): IntervalKind {
  if (plan === undefined) return "fixed";
  if (plan.moment === "not_a_look" || plan.moment === "any_time") return "always_valid";
  const sequential = plan.kind === "group_sequential" || plan.kind === "custom_levels";
  const several = plan.arms.every(({ looks }) => looks.length > 1);
  return sequential && several ? "repeated" : "fixed";
}

export function timingDocument({ timing }: Evidence): Readout["timing"] {
  if (timing === undefined) return null;
  return {
    day: timing.day,
    first_exposure: timing.firstExposure,
    last_exposure: timing.lastExposure,
  };
}

export function registrationState({ registration }: Evidence): Readout["registration_state"] {
  if (registration === undefined) return null;
  const { locked, sentence, failures } = registration;
  return { locked, sentence, failures: [...failures] };
}
