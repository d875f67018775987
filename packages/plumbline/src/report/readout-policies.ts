/** What the other policies say, as the readout document holds it. */
import type { PoliciesVerdict, PolicyVerdict } from "@plumbline/primitives";
import type { ReadoutPolicies, ReadoutPolicy } from "./readout-policies-schema.js";

/** Null: the study asks for no comparison, as those registered before there was one. */
export function policiesDocument(policies: PoliciesVerdict | undefined): ReadoutPolicies | null {
  if (policies === undefined) return null;
  const { entries, falseVeto, sentence } = policies;
  return {
    sentence,
    entries: entries.map(entryDocument),
    false_veto: falseVeto && {
      tests: falseVeto.tests,
      upper_bound: falseVeto.upperBound,
      harmful_side: falseVeto.harmfulSide,
      at_these_errors: falseVeto.atTheseErrors,
      not_passed: falseVeto.notPassed,
      with_cohorts: falseVeto.withCohorts,
      sentence: falseVeto.sentence,
    },
  };
}

function entryDocument(entry: PolicyVerdict): ReadoutPolicy {
  const { policy } = entry;
  return {
    policy: policy.kind,
    correction: policy.kind === "harm_test" ? policy.correction : null,
    deterioration_alpha: policy.kind === "risk_aware" ? policy.deteriorationAlpha : null,
    posterior_limit: policy.kind === "posterior_breach" ? policy.limit : null,
    label: entry.label,
    declared: entry.declared,
    verdict: entry.verdict,
    treatment: entry.treatment,
    stopped_at: entry.stoppedAt,
    code: entry.code,
    reason: entry.reason,
  };
}
