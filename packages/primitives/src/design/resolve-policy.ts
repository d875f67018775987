/** The guardrail policy with its numbers, the metrics that only risk_aware has, and the policies told beside it. */
import type {
  GuardrailPolicy,
  Study,
  StudyMetric,
  StudyPrimary,
  StudySuccess,
} from "../shared/vocabulary.js";
import type { Collector } from "./collector.js";
import { DEFAULTS } from "./defaults.js";
import { type PolicyRule, ruleOf } from "./policy.js";
import type { Registration, RegistrationSuccess } from "./registration.js";
import { type MetricContext, resolveMetric } from "./resolve-metrics.js";

export interface ResolvedPolicy {
  readonly policy: GuardrailPolicy;
  readonly stakes: Study["stakes"];
  /** Every policy with its default numbers, for comparison. */
  readonly otherPolicies: readonly GuardrailPolicy[];
}

/** Rules under which each guardrail must be shown to hold by a test. */
const PROOFS: readonly PolicyRule[] = ["non_inferiority", "risk_aware"];

const OTHER_POLICIES: readonly GuardrailPolicy[] = [
  { kind: "harm_test", correction: "none" },
  { kind: "harm_test", correction: "bonferroni" },
  { kind: "harm_test", correction: "holm" },
  { kind: "non_inferiority" },
  { kind: "risk_aware", deteriorationAlpha: DEFAULTS.deteriorationAlpha.value },
  { kind: "posterior_breach", limit: DEFAULTS.posteriorLimit.value },
];

/** Keys of the policy that mean something under one rule only. */
const OWN_FIELDS = {
  correction: {
    rule: "harm_test",
    message: "A correction lowers the level of a harm test, and this rule is none.",
  },
  deterioration_alpha: {
    rule: "risk_aware",
    message: "Only risk_aware tests every metric for deterioration.",
  },
  posterior_limit: {
    rule: "posterior_breach",
    message: "Only posterior_breach holds a probability against a limit.",
  },
} as const;

function checkFields(
  { guardrail_policy: given, ...registration }: Registration,
  rule: PolicyRule,
  collector: Collector,
): void {
  const unsuited = (path: (string | number)[], message: string, owner: PolicyRule): void =>
    collector.error(
      "registration",
      "POLICY_FIELD_UNSUITED",
      path,
      message,
      `Remove ${path.at(-1)}, or write rule: ${owner}.`,
    );
  for (const [key, { rule: owner, message }] of Object.entries(OWN_FIELDS)) {
    const written = typeof given === "object" && Object.hasOwn(given, key);
    if (written && owner !== rule) unsuited(["guardrail_policy", key], message, owner);
  }
  for (const key of ["success_metrics", "deterioration_metrics"] as const) {
    if (registration[key] === undefined || rule === "risk_aware") continue;
    const message = `Under ${rule} one primary metric decides and guardrails veto; ${key} would decide nothing.`;
    unsuited([key], message, "risk_aware");
  }
}

export function resolvePolicy(
  registration: Registration,
  collector: Collector,
  power: number,
): ResolvedPolicy {
  const stakes = collector.choose("stakes", registration.stakes, undefined, DEFAULTS.stakes);
  const given = registration.guardrail_policy;
  const rule = ruleOf(given);
  if (stakes === "high" && rule !== undefined && !PROOFS.includes(rule)) {
    collector.error(
      "registration",
      "STAKES_POLICY",
      ["guardrail_policy"],
      rule === "harm_test"
        ? "With high stakes a guardrail must be shown to hold; a harm test only fails to show that it does not."
        : "With high stakes a guardrail must be shown to hold by a test; a posterior probability rests on its prior as well.",
      "Write guardrail_policy: non_inferiority or risk_aware, or lower the stakes.",
    );
  }
  const fallback = stakes === "high" ? DEFAULTS.guardrailRuleHighStakes : DEFAULTS.guardrailRule;
  const chosen = collector.choose("guardrail_policy", rule, undefined, fallback);
  checkFields(registration, chosen, collector);
  const policy = policyOf(chosen, typeof given === "object" ? given : {}, collector);
  if (policy.kind === "risk_aware") checkPower(policy.deteriorationAlpha, power, collector);
  return { policy, stakes, otherPolicies: OTHER_POLICIES };
}

type Numbers = Partial<Exclude<Registration["guardrail_policy"], string | undefined>>;

function policyOf(rule: PolicyRule, given: Numbers, collector: Collector): GuardrailPolicy {
  if (rule === "non_inferiority") return { kind: rule };
  if (rule === "harm_test") {
    const { name } = DEFAULTS.guardrailCorrection;
    const fallback = DEFAULTS.guardrailCorrection;
    return {
      kind: rule,
      correction: collector.choose(name, given.correction, undefined, fallback),
    };
  }
  const fallback = rule === "risk_aware" ? DEFAULTS.deteriorationAlpha : DEFAULTS.posteriorLimit;
  const own = rule === "risk_aware" ? given.deterioration_alpha : given.posterior_limit;
  const value = collector.choose(fallback.name, own, undefined, fallback);
  return rule === "risk_aware"
    ? { kind: rule, deteriorationAlpha: value }
    : { kind: rule, limit: value };
}

/** The deterioration tests turn down a good launch as often as their level says: what is left of beta must be something. */
function checkPower(level: number, power: number, collector: Collector): void {
  if (level < 1 - power) return;
  collector.error(
    "registration",
    "POLICY_WITHOUT_POWER",
    ["guardrail_policy"],
    `Tests of deterioration at ${level} leave nothing of a beta of ${Number((1 - power).toPrecision(6))} (power ${power}).`,
    "Lower guardrail_policy.deterioration_alpha, or the power.",
  );
}

function mdeOf(
  { collector }: MetricContext,
  given: RegistrationSuccess,
  metric: StudyMetric,
  rule: StudyPrimary["rule"],
  path: (string | number)[],
): StudySuccess["mde"] {
  const { mde_relative: relative, mde_absolute: absolute } = given;
  for (const [key, value] of Object.entries({ mde_relative: relative, mde_absolute: absolute })) {
    if (value === undefined) continue;
    if (value !== 0 && (value > 0 || metric.direction === "lower_is_better")) continue;
    collector.error(
      "registration",
      "MDE_DIRECTION",
      [...path, key],
      `${key} ${value} is no improvement: "${metric.name}" is ${metric.direction}.`,
      "Write the size of the smallest improvement worth shipping, e.g. 0.03 for 3 %.",
    );
  }
  if (rule === "significant_and_mde" && relative === undefined && absolute === undefined) {
    collector.error(
      "registration",
      "MDE_MISSING",
      path,
      `The smallest effect of "${metric.name}" worth shipping is not declared.`,
      "Add mde_relative or mde_absolute, or primary_rule: significant.",
    );
  }
  const size = (value: number | undefined) => (value === undefined ? null : Math.abs(value));
  return { relative: size(relative), absolute: size(absolute) };
}

export function resolveSuccess(context: MetricContext, rule: StudyPrimary["rule"]): StudySuccess[] {
  return (context.registration.success_metrics ?? []).map((given, at) => {
    const path = ["success_metrics", at];
    const metric = resolveMetric(context, given, path, "success");
    return { metric, mde: mdeOf(context, given, metric, rule, path) };
  });
}

export function resolveDeterioration(context: MetricContext): StudyMetric[] {
  return (context.registration.deterioration_metrics ?? []).map((reference, at) =>
    resolveMetric(context, reference, ["deterioration_metrics", at], "guardrail"),
  );
}
