/** Sizes, power, MDE and runtime of a registered study, and which question decides. */
import {
  type ArmSizes,
  cohortTotal,
  designMde,
  designPower,
  designSampleSize,
  runtimeWeeks,
  StatsError,
  type Traffic,
  uniqueUnits,
} from "@plumbline/stats";
import { guardrailTests } from "../../shared/policy-levels.js";
import type { Study } from "../../shared/vocabulary.js";
import type { Registration } from "../registration.js";
import { primaryReduction } from "./figures.js";
import type { PlanFacts } from "./plan.js";
import {
  type Requirement,
  type Requirements,
  requirementsOf,
  type SizingInput,
  type Unsized,
} from "./requirements.js";

/** What a covariate from the same metric before the experiment typically removes; used as an example, never silently. */
export const EXAMPLE_REDUCTION = 0.5;

const DAYS_PER_WEEK = 7;

export interface SizedRequirement extends Requirement {
  /** Units in which the metric is measured. */
  readonly sizes: ArmSizes;
  /** Units of the smallest comparison: one arm of equal arms. */
  readonly perArm: number;
  /** Units of the whole experiment, all arms. */
  readonly total: number;
  /** Whole weeks; null without traffic, or when the traffic never brings so many. */
  readonly weeks: number | null;
  /** With the planned size; null when none is registered. */
  readonly planned: PlannedFigures | null;
}

export interface PlannedFigures {
  /** Units of the experiment, and of the part in which the metric is measured. */
  readonly total: number;
  readonly measured: number;
  /** Probability to show the effect, or to exclude the harm. */
  readonly power: number;
  /**
   * Smallest effect (or smallest margin) that reaches the power, in the metric's unit; null when none does.
   */
  readonly effect: number | null;
}

export interface PlannedSize {
  /** Units of one arm, as registered, or the total over the arms where it follows from traffic and runtime. */
  readonly perArm: number;
  readonly total: number;
  readonly from: "sample_size_per_arm_post_cuped" | "sample_size_per_arm" | "traffic";
}

export interface SizingReport {
  readonly experimentId: string;
  readonly randomizationUnit: string;
  readonly alpha: number;
  readonly power: number;
  readonly policy: Study["policy"]["kind"];
  readonly guardrails: number;
  readonly betaPerTest: number;
  readonly shared: boolean;
  readonly plan: PlanFacts;
  readonly traffic: Traffic | null;
  readonly planned: PlannedSize | null;
  readonly runtimeDays: number | null;
  readonly requirements: readonly SizedRequirement[];
  readonly unsized: readonly Unsized[];
  /** The primary metric under other assumptions, each with a word on which. */
  readonly alternatives: readonly { readonly label: string; readonly size: SizedRequirement }[];
  readonly bottleneck: string | null;
  readonly total: number | null;
  readonly weeks: number | null;
  readonly notes: readonly string[];
}

export function trafficOf(registration: Pick<Registration, "sizing">): Traffic | null {
  const given = registration.sizing?.traffic;
  if (given === undefined) return null;
  return {
    weeklyUnits: given.weekly_units,
    returningShare: given.returning_share,
    newUnitsPerWeek: given.new_units_per_week ?? 0,
    exposedShare: given.exposed_share ?? 1,
  };
}

/** The registered size; without one, what the traffic brings in the registered runtime. */
export function plannedSize({ registration, study }: SizingInput): PlannedSize | null {
  const arms = 1 + study.treatments.length;
  for (const from of ["sample_size_per_arm_post_cuped", "sample_size_per_arm"] as const) {
    const perArm = registration[from];
    if (perArm !== undefined) return { perArm, total: perArm * arms, from };
  }
  const traffic = trafficOf(registration);
  const days = registration.runtime_days;
  if (traffic === null || days === undefined) return null;
  const total = Math.floor(uniqueUnits(days / DAYS_PER_WEEK, traffic));
  return { perArm: Math.floor(total / arms), total, from: "traffic" };
}

/** Null where no answer exists: the statistics refuse rather than guess. */
function orNull<Value>(compute: () => Value): Value | null {
  try {
    return compute();
  } catch (error) {
    if (error instanceof StatsError) return null;
    throw error;
  }
}

export function weeksFor(total: number, traffic: Traffic | null): number | null {
  return traffic === null ? null : orNull(() => runtimeWeeks(total, traffic));
}

/** Power of a requirement when the whole experiment has `total` units. */
export function powerAtTotal(requirement: Requirement, total: number): number | null {
  const effect = requirement.question === "non_inferiority" ? 0 : requirement.effect;
  return orNull(() => designPower(requirement.design, total * requirement.fraction, effect));
}

/**
 * Smallest effect, or smallest margin, with the requirement's power; null when there is none. `tolerance`: relative, of the search;
 * to the last digits unless given.
 */
export function effectAtTotal(
  requirement: Requirement,
  total: number,
  tolerance?: number,
): number | null {
  const { design, fraction, power, question, effect } = requirement;
  const measured = total * fraction;
  if (question !== "non_inferiority")
    return orNull(() => designMde(design, measured, power, tolerance));
  // The smallest provable margin is the registered one less the harm that would still be excluded.
  const slack = orNull(() => designMde(design, measured, power, tolerance));
  return slack === null ? null : effect + slack;
}

export function sizeRequirement(
  requirement: Requirement,
  traffic: Traffic | null,
  planned: PlannedSize | null,
): SizedRequirement {
  const { design, power, question, effect, fraction } = requirement;
  const sizes = designSampleSize(design, power, question === "non_inferiority" ? 0 : effect);
  const total = cohortTotal(sizes.total, fraction);
  return {
    ...requirement,
    sizes,
    perArm: Math.max(sizes.control, ...sizes.treatments),
    total,
    weeks: weeksFor(total, traffic),
    planned:
      planned === null
        ? null
        : {
            total: planned.total,
            measured: planned.total * fraction,
            power: powerAtTotal(requirement, planned.total) ?? 0,
            effect: effectAtTotal(requirement, planned.total),
          },
  };
}

function alternativesOf(input: SizingInput, base: Requirements): SizingReport["alternatives"] {
  const { registration, study } = input;
  const traffic = trafficOf(registration);
  const planned = plannedSize(input);
  const primary = base.sized.find(({ role }) => role === "primary");
  if (primary === undefined) return [];
  const list: { label: string; size: SizedRequirement }[] = [];
  const add = (label: string, changed: Requirement | undefined) => {
    if (changed) list.push({ label, size: sizeRequirement(changed, traffic, planned) });
  };
  if (primaryReduction(registration.sizing, study.primary.metric) === null) {
    const halved = requirementsOf(input, EXAMPLE_REDUCTION, base.plan);
    add(
      "with 50 % variance reduction",
      halved.sized.find(({ role }) => role === "primary"),
    );
  } else if (primary.varianceReduction > 0) {
    const none = requirementsOf(input, 0, base.plan);
    add(
      "without variance reduction",
      none.sized.find(({ role }) => role === "primary"),
    );
  }
  if (primary.inflation > 1) {
    const fixed = { ...primary, inflation: 1, design: { ...primary.design, inflation: 1 } };
    add("without looks before the end", fixed);
  }
  return list;
}

function sharedNote({ policy, guardrails }: Study, beta: number): string {
  const each = Number(beta.toPrecision(3));
  const tests = guardrailTests({ guardrails }).length + 1;
  const first =
    policy.kind === "risk_aware"
      ? `, after ${policy.deteriorationAlpha} of it for the tests of deterioration and quality`
      : "";
  return `Every guardrail must be shown to hold, so primary and guardrails share beta${first}: ${each} for each of ${tests} tests.`;
}

function notesOf(input: SizingInput, base: Requirements): string[] {
  const { registration, study } = input;
  const notes: string[] = [];
  if (primaryReduction(registration.sizing, study.primary.metric) === null) {
    notes.push(
      "CUPED is enabled and no variance reduction is declared, so sizes are without it; add sizing.variance_reduction.",
    );
  }
  if (base.shared) notes.push(sharedNote(study, base.betaPerTest));
  if (registration.sizing?.traffic === undefined) {
    notes.push("No traffic is declared, so there is no runtime; add sizing.traffic.");
  }
  return notes;
}

/**
 * Sizes of every question of a study.
 *
 * @throws StatsError DOMAIN when the figures of the registration allow no size at all, e.g. a power below alpha.
 */
export function sizeRegistration(input: SizingInput): SizingReport {
  const { registration, study } = input;
  const base = requirementsOf(input);
  const traffic = trafficOf(registration);
  const planned = plannedSize(input);
  const requirements = base.sized.map((each) => sizeRequirement(each, traffic, planned));
  const most = requirements.reduce<SizedRequirement | null>(
    (found, one) => (found === null || one.total > found.total ? one : found),
    null,
  );
  return {
    experimentId: study.experimentId,
    randomizationUnit: study.unit,
    alpha: study.primary.alpha,
    power: study.power,
    policy: study.policy.kind,
    guardrails: study.guardrails.length,
    betaPerTest: base.betaPerTest,
    shared: base.shared,
    plan: base.plan,
    traffic,
    planned,
    runtimeDays: registration.runtime_days ?? null,
    requirements,
    unsized: base.unsized,
    alternatives: alternativesOf(input, base),
    bottleneck: most?.id ?? null,
    total: most?.total ?? null,
    weeks: most?.weeks ?? null,
    notes: notesOf(input, base),
  };
}
