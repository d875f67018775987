/** The stop rule of a registration as a plan: which boundary its name stands for, and what it was sized on. */
import { type BoundaryFamily, type FutilityRule, isSpending } from "@plumbline/stats";
import type { StoppingPlan, StudyPrimary, StudyStopping } from "../shared/vocabulary.js";
import type { Collector } from "./collector.js";
import type { Registration } from "./registration.js";
import { knownMetric, primaryReduction } from "./sizing/figures.js";
import type { BoundaryName } from "./stop-rule.js";

type StopRule = NonNullable<Registration["stop_rule"]>;

/** Close to O'Brien-Fleming; the parameters that the field takes when none is named. */
const DEFAULT_GAMMA = -4;
const DEFAULT_RHO = 3;
const DEFAULT_DELTA = 0.25;

interface NamedBoundary {
  readonly family: (parameter: number | undefined) => BoundaryFamily;
  /** What `parameter` is called and takes when it is not given; null: the boundary has none. */
  readonly parameter: { readonly name: string; readonly otherwise: number } | null;
}

export const BOUNDARIES: Readonly<Record<BoundaryName, NamedBoundary>> = {
  obrien_fleming: {
    family: () => ({ family: "lan_demets_obrien_fleming" }),
    parameter: null,
  },
  pocock: {
    family: () => ({ family: "lan_demets_pocock" }),
    parameter: null,
  },
  hwang_shih_decani: {
    family: (gamma = DEFAULT_GAMMA) => ({ family: "hwang_shih_decani", gamma }),
    parameter: { name: "gamma", otherwise: DEFAULT_GAMMA },
  },
  kim_demets: {
    family: (rho = DEFAULT_RHO) => ({ family: "kim_demets", rho }),
    parameter: { name: "rho", otherwise: DEFAULT_RHO },
  },
  obrien_fleming_constant: {
    family: () => ({ family: "obrien_fleming" }),
    parameter: null,
  },
  pocock_constant: {
    family: () => ({ family: "pocock" }),
    parameter: null,
  },
  wang_tsiatis: {
    family: (delta = DEFAULT_DELTA) => ({ family: "wang_tsiatis", delta }),
    parameter: { name: "delta", otherwise: DEFAULT_DELTA },
  },
};

export const isBoundary = (type: StopRule["type"]): type is BoundaryName =>
  Object.hasOwn(BOUNDARIES, type);

function futilityOf(rule: StopRule): FutilityRule | null {
  const { futility } = rule;
  if (futility === undefined || !isBoundary(futility.spending)) return null;
  const spending = BOUNDARIES[futility.spending].family(futility.parameter);
  if (!isSpending(spending)) return null;
  return { rule: "beta_spending", spending, binding: futility.binding ?? false };
}

/** The plan that a stop rule names; without one, a single test at the end of the run. */
export function stoppingPlan(
  registration: Pick<Registration, "stop_rule" | "runtime_days">,
): StoppingPlan {
  const { stop_rule: rule, runtime_days: runtime } = registration;
  const looks = rule?.looks ?? [];
  const day = looks.at(-1) ?? runtime ?? null;
  if (rule === undefined || rule.type === "fixed_horizon") return { kind: "fixed_horizon", day };
  if (rule.type === "always_valid") return { kind: "always_valid", day };
  if (looks.length < 2) return { kind: "fixed_horizon", day };
  const levels = rule.early_stop_alpha_at_look;
  if (levels !== undefined) return { kind: "custom_levels", looks, levels };
  const boundary = BOUNDARIES[rule.type].family(rule.parameter);
  return { kind: "group_sequential", looks, boundary, futility: futilityOf(rule) };
}

/** Standard deviation that the registered size was computed with; null where the documents do not say. */
function plannedDeviation(registration: Registration, { metric }: StudyPrimary): number | null {
  const { shape } = knownMetric(registration, metric);
  const reduction = primaryReduction(registration.sizing, metric);
  if (shape?.kind !== "mean" || reduction === null) return null;
  return shape.sd * Math.sqrt(1 - reduction);
}

function checkFutility(
  registration: Registration,
  primary: StudyPrimary,
  collector: Collector,
): void {
  if (registration.stop_rule?.futility === undefined) return;
  if (primary.metric.alternative !== "two_sided") return;
  collector.error(
    "registration",
    "FUTILITY_TWO_SIDED",
    ["stop_rule", "futility"],
    "A futility rule needs to know which direction is hoped for, and the test of the primary metric is two-sided.",
    "Set primary_metric.alternative to greater or less, or remove futility.",
  );
}

/** The run's plan with what it was sized on; every choice that nobody made is recorded as a default. */
export function resolveStopping(
  registration: Registration,
  primary: StudyPrimary,
  collector: Collector,
): StudyStopping {
  checkFutility(registration, primary, collector);
  const plan = stoppingPlan(registration);
  const rule = registration.stop_rule;
  const abort = rule?.abort_on_guardrail_breach;
  if (rule === undefined) {
    const note = "no stop rule is registered: one test, at the end of the run";
    collector.record("stop_rule.type", "fixed_horizon", "default", null, note);
  } else {
    collector.record("stop_rule.type", rule.type, "given");
    recordParameter(rule, plan, collector);
  }
  if (plan.kind !== "fixed_horizon") {
    const note = abort === undefined ? "harm that is shown ends the run" : null;
    const origin = abort === undefined ? "default" : "given";
    collector.record("stop_rule.abort_on_guardrail_breach", abort ?? true, origin, null, note);
  }
  return {
    plan,
    start: registration.exposure?.start ?? null,
    plannedUnitsPerArm:
      registration.sample_size_per_arm_post_cuped ?? registration.sample_size_per_arm ?? null,
    plannedDeviation: plannedDeviation(registration, primary),
    baseline: registration.primary_metric.baseline_estimate ?? null,
    abortOnBreach: abort ?? true,
  };
}

function recordParameter(rule: StopRule, plan: StoppingPlan, collector: Collector): void {
  if (plan.kind !== "group_sequential" || !isBoundary(rule.type)) return;
  const { parameter } = BOUNDARIES[rule.type];
  if (parameter === null) return;
  const note = rule.parameter === undefined ? `${parameter.name}, as is usual` : parameter.name;
  const origin = rule.parameter === undefined ? "default" : "given";
  const value = rule.parameter ?? parameter.otherwise;
  collector.record("stop_rule.parameter", value, origin, null, note);
}
