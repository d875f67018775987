/**
 * Watching a run: the limits of guardrails and cohorts by always-valid tests, at any moment and as often as one likes. Over
 * all moments together, a limit whose metric does not move is called breached with a probability of at most its alpha
 * (normal-mixture confidence sequence; `plan/intervals.ts`). The primary metric is not judged.
 */
import type { Check, Evidence, Study, StudyMetric } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { shownEvidence } from "./plan/index.js";

export interface Watched {
  /** Data that cannot be read: nothing is judged, and these say why. */
  readonly invalid: readonly Check[];
  /** Guardrails and cohorts of every treatment arm. */
  readonly checks: readonly Check[];
  readonly breaches: readonly Check[];
  /** The evidence with the always-valid intervals and p-values that the checks were made from. */
  readonly evidence: Evidence;
}

/** While watching nothing counts as kept, so nothing waits for its time: what the data show so far is tested. */
function soFar({ maturity: _, ...metric }: StudyMetric): StudyMetric {
  return metric;
}

/** The study with harm tests, valid at any moment, in place of its looks and of its policy. */
function alwaysValid(study: Study): Study {
  const { stopping, policy, otherPolicies: _others, ...rest } = study;
  const correction = policy.kind === "harm_test" ? policy.correction : "none";
  const day = stopping === null ? null : lastDay(stopping.plan);
  return {
    ...rest,
    primary: { ...study.primary, metric: soFar(study.primary.metric) },
    guardrails: study.guardrails.map((each) => ({ ...each, metric: soFar(each.metric) })),
    policy: { kind: "harm_test", correction },
    stopping: {
      start: stopping?.start ?? null,
      plannedUnitsPerArm: stopping?.plannedUnitsPerArm ?? null,
      plannedDeviation: stopping?.plannedDeviation ?? null,
      baseline: stopping?.baseline ?? null,
      abortOnBreach: true,
      plan: { kind: "always_valid", day },
    },
  };
}

function lastDay(plan: NonNullable<Study["stopping"]>["plan"]): number | null {
  return "looks" in plan ? (plan.looks.at(-1) ?? null) : plan.day;
}

export function watchLimits(study: Study, evidence: Evidence): Watched {
  const watching = alwaysValid(study);
  const { checks } = decide(watching, evidence);
  const limits = checks.filter(({ kind }) => kind === "guardrail" || kind === "cohort");
  return {
    invalid: checks.filter(({ kind, status }) => kind === "quality" && status === "breach"),
    checks: limits,
    breaches: limits.filter(({ status }) => status === "breach"),
    evidence: shownEvidence(watching, evidence),
  };
}
