/** Policies by name, in the one order in which they are told. */
import type { GuardrailPolicy } from "../../shared/vocabulary.js";

const CORRECTIONS = { none: "", bonferroni: " (Bonferroni)", holm: " (Holm)" } as const;

export function policyLabel(policy: GuardrailPolicy): string {
  switch (policy.kind) {
    case "harm_test":
      return `harm test${CORRECTIONS[policy.correction]}`;
    case "non_inferiority":
      return "non-inferiority";
    case "risk_aware":
      return "risk-aware";
    case "posterior_breach":
      return "posterior breach";
  }
}

const ORDER = [
  "harm test",
  "harm test (Bonferroni)",
  "harm test (Holm)",
  "non-inferiority",
  "risk-aware",
  "posterior breach",
];

/** The declared policy and the others, each kind once, in the fixed order. */
export function everyPolicy(
  declared: GuardrailPolicy,
  others: readonly GuardrailPolicy[],
): GuardrailPolicy[] {
  const place = (policy: GuardrailPolicy) => ORDER.indexOf(policyLabel(policy));
  const own = policyLabel(declared);
  return [declared, ...others.filter((policy) => policyLabel(policy) !== own)].sort(
    (a, b) => place(a) - place(b),
  );
}
