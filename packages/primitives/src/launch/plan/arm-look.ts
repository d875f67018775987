/** What the plan says of an arm once its primary metric is judged: decision, boundary, and estimates after a stop. */
import {
  conditionalPower,
  predictivePower,
  StatsError,
  stageWiseInference,
} from "@plumbline/stats";
import { improvementSign } from "../../shared/effects.js";
import type {
  ArmLook,
  PlanDecision,
  PlanLook,
  StageWiseResult,
  Study,
} from "../../shared/vocabulary.js";
import type { PrimaryCode, PrimaryFinding } from "../primary.js";
import type { ArmMoment } from "./arm-moment.js";

const DECISIONS: Readonly<Record<PrimaryCode, PlanDecision>> = {
  primary_passed: "stop_for_benefit",
  // The boundary was crossed; that the effect is too small to ship is for the gate to say.
  primary_below_mde: "stop_for_benefit",
  primary_harmed: "stop_for_harm",
  primary_futile: "stop_for_futility",
  primary_not_yet: "continue",
  primary_not_yet_at_mde: "continue",
  primary_not_a_look: "not_judged",
  primary_not_significant: "not_shown",
  primary_no_result: "not_judged",
  primary_effect_not_on_scale: "not_judged",
  primary_no_p_value: "not_judged",
  primary_no_mde: "not_judged",
  primary_carried: "stop_for_benefit",
  not_mature: "not_judged",
};

function planLooks({ past, days, boundary, z }: ArmMoment): PlanLook[] {
  if (boundary === null) return [];
  return days.map((day, at): PlanLook => {
    const known = past[at];
    const state =
      known !== undefined
        ? known.z === null
          ? "assumed"
          : "taken"
        : at === past.length
          ? "now"
          : "to_come";
    return {
      day,
      fraction: boundary.fractions[at] ?? 1,
      criticalValue: boundary.criticalValues[at] ?? 0,
      nominalLevel: boundary.nominalLevels[at] ?? 0,
      z: state === "now" ? z : (known?.z ?? null),
      state,
    };
  });
}

/** Standard error of the effect on the primary's scale, from the z and the estimate that were judged. */
const errorOf = (estimate: number, z: number): number => Math.abs(estimate / z);

/**
 * The looks that were taken, this one last, with their boundary; null where the order of stops does not fit them: a look that had
 * crossed and went on. A planned look that nobody took is no place where the run could have stopped.
 */
function takenLooks({ boundary, past, test }: ArmMoment): {
  readonly informationRates: readonly number[];
  readonly criticalValues: readonly number[];
} | null {
  if (boundary === null) return null;
  const criticalAt = (at: number) => boundary.criticalValues[at] ?? 0;
  const crossed = past.some(({ z }, at) => {
    if (z === null) return false;
    return (test.sided === 2 ? Math.abs(z) : z) >= criticalAt(at);
  });
  const taken = [...past.map(({ z }) => z !== null), true].flatMap((was, at) => (was ? [at] : []));
  if (crossed || taken.length < 2) return null;
  return {
    informationRates: taken.map((at) => boundary.fractions[at] ?? 1),
    criticalValues: taken.map(criticalAt),
  };
}

function stageWise(
  study: Study,
  moment: ArmMoment,
  finding: PrimaryFinding,
): StageWiseResult | null {
  const { z, test } = moment;
  const { estimate, scale } = finding;
  const taken = takenLooks(moment);
  if (taken === null || z === null || z === 0) return null;
  if (estimate === null || scale === null || estimate === 0) return null;
  const sign = improvementSign(study.primary.metric.direction);
  const standardError = errorOf(estimate, z);
  try {
    const found = stageWiseInference(
      { sided: test.sided, alpha: test.alpha, ...taken },
      taken.criticalValues.length,
      { estimate: z * standardError, standardError },
    );
    const ends = [sign * found.ciLower, sign * found.ciUpper];
    return {
      pValue: found.pValue,
      estimate: sign * found.medianUnbiasedEstimate,
      interval: {
        lower: Math.min(...ends),
        upper: Math.max(...ends),
        level: 1 - (test.sided === 1 ? 2 : 1) * test.alpha,
      },
      scale,
    };
  } catch (error) {
    // An estimate dozens of standard errors out has no stage-wise interval in double precision; none is better than a wrong one.
    if (!(error instanceof StatsError)) throw error;
    return null;
  }
}

function outlook(
  moment: ArmMoment,
  finding: PrimaryFinding,
): Pick<ArmLook, "predictivePower" | "conditionalPowerAtMde"> {
  const none = { predictivePower: null, conditionalPowerAtMde: null };
  const { boundary, past, z, test } = moment;
  const look = past.length + 1;
  if (boundary === null || z === null || boundary.fractions.length <= look) return none;
  const plan = {
    sided: test.sided,
    alpha: test.alpha,
    informationRates: boundary.fractions,
    criticalValues: boundary.criticalValues,
  };
  const { estimate, threshold } = finding;
  const fraction = boundary.fractions[look - 1] ?? 1;
  try {
    const drift =
      estimate === null || estimate === 0 || threshold === null || z === 0
        ? null
        : Math.abs(threshold) / errorOf(estimate, z) / Math.sqrt(fraction);
    return {
      predictivePower: predictivePower(plan, look, z),
      conditionalPowerAtMde:
        drift === null ? null : (conditionalPower(plan, look, z, drift).at(-1) ?? null),
    };
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    return none;
  }
}

export function armLook(study: Study, moment: ArmMoment, finding: PrimaryFinding): ArmLook {
  const { treatment, z, information, boundary, past, level, mode } = moment;
  const decision = DECISIONS[finding.code];
  // Where another metric or an earlier look stopped the run, the place of these data in the order of stops says nothing.
  const carried = finding.code === "primary_carried" || moment.endedOn !== null;
  const stopped = decision !== "continue" && decision !== "not_judged" && !carried;
  // A single test at the end needs no share of information.
  const share = study.stopping?.plan.kind === "fixed_horizon" ? null : information;
  return {
    treatment,
    decision,
    z,
    information: information?.now ?? null,
    fraction: share?.fraction ?? null,
    informationBasis: share?.basis ?? null,
    nominalLevel: mode === "peek" ? null : level,
    futilityBound: boundary?.futilityBounds[past.length] ?? null,
    looks: planLooks(moment),
    stageWise: stopped ? stageWise(study, moment, finding) : null,
    ...(decision === "continue"
      ? outlook(moment, finding)
      : { predictivePower: null, conditionalPowerAtMde: null }),
  };
}
