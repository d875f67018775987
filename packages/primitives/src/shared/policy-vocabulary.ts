/** The words of guardrail policies: the rule declared, and what the same evidence says under the others. Plain data only. */

export type VerdictWord = "ship" | "veto" | "no_ship" | "invalid" | "continue";

export type GuardrailPolicy =
  | { readonly kind: "harm_test"; readonly correction: "none" | "bonferroni" | "holm" }
  | { readonly kind: "non_inferiority" }
  /** `deteriorationAlpha`: one-sided level of all deterioration and quality tests together. */
  | { readonly kind: "risk_aware"; readonly deteriorationAlpha: number }
  /** `limit`: largest tolerated P(effect beyond the threshold | data). */
  | { readonly kind: "posterior_breach"; readonly limit: number };

/** On the scale of the guardrail's limit. */
export interface NormalPrior {
  readonly mean: number;
  readonly sd: number;
}

/** What one policy says of the evidence. */
export interface PolicyVerdict {
  readonly policy: GuardrailPolicy;
  /** "harm test (Holm)". */
  readonly label: string;
  readonly declared: boolean;
  readonly verdict: VerdictWord;
  /** The arm that speaks for the launch; null when the study has none. */
  readonly treatment: string | null;
  /** Id and code of the check at which the path stops; null when it reaches ship. */
  readonly stoppedAt: string | null;
  readonly code: string | null;
  readonly reason: string;
}

/** How often the declared policy turns down a launch that changes nothing, by its guardrails. */
export interface FalseVeto {
  /** Tests that can veto: guardrails, each of their own cohorts, and deterioration tests. */
  readonly tests: number;
  /**
   * Upper bound of the chance of at least one false veto: independent tests, each rejecting at its full level. A veto needs
   * the estimate beyond its limit as well, which this leaves out. Null: the policy's prior is not flat, so no level bounds it.
   */
  readonly upperBound: number | null;
  /** The same where a two-sided test counts with its harmful side only. */
  readonly harmfulSide: number | null;
  /** With the limits and standard errors seen; null where one is not known. */
  readonly atTheseErrors: number | null;
  /** Chance that not every guardrail passes, by veto or for want of proof; null where a standard error is not known. */
  readonly notPassed: number | null;
  /** `upperBound` with the declared cohorts, each a harm test of its own. */
  readonly withCohorts: number | null;
  readonly sentence: string;
}

export interface PoliciesVerdict {
  /** Every policy, in one fixed order; exactly one is declared. */
  readonly entries: readonly PolicyVerdict[];
  /** Of the declared policy; null without guardrails. */
  readonly falseVeto: FalseVeto | null;
  /** For a PM: what the others would have said. */
  readonly sentence: string;
}
