/** The part of the readout document that says what the other guardrail policies make of the same evidence. */
import { z } from "zod";

const entry = z.strictObject({
  policy: z.enum(["harm_test", "non_inferiority", "risk_aware", "posterior_breach"]),
  correction: z.enum(["none", "bonferroni", "holm"]).nullable(),
  deterioration_alpha: z.number().nullable(),
  posterior_limit: z.number().nullable(),
  label: z.string(),
  declared: z.boolean(),
  verdict: z.enum(["ship", "veto", "no_ship", "invalid", "continue"]),
  treatment: z.string().nullable(),
  stopped_at: z.string().nullable(),
  code: z.string().nullable(),
  reason: z.string(),
});

const falseVeto = z.strictObject({
  tests: z.number(),
  upper_bound: z.number().nullable(),
  harmful_side: z.number().nullable(),
  at_these_errors: z.number().nullable(),
  not_passed: z.number().nullable(),
  with_cohorts: z.number().nullable(),
  sentence: z.string(),
});

export const policiesSchema = z.strictObject({
  sentence: z.string(),
  entries: z.array(entry),
  false_veto: falseVeto.nullable(),
});

export type ReadoutPolicies = z.infer<typeof policiesSchema>;
export type ReadoutPolicy = z.infer<typeof entry>;
