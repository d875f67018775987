/** The `guardrail_policy:` key of a registration: a rule by name, or a rule with its numbers. */
import { z } from "zod";
import { openUnit } from "./fields.js";

const RULES = ["harm_test", "non_inferiority", "risk_aware", "posterior_breach"] as const;
export type PolicyRule = (typeof RULES)[number];

export const guardrailPolicy = z.union(
  [
    z.enum(RULES),
    z.strictObject({
      rule: z.enum(RULES).meta({ description: "How guardrails decide." }),
      correction: z.enum(["none", "bonferroni", "holm"]).optional().meta({
        description: "Of harm_test: for the number of guardrails; default none.",
      }),
      deterioration_alpha: openUnit.optional().meta({
        description:
          "Of risk_aware: one-sided level that all tests of deterioration and quality share; default 0.05.",
      }),
      posterior_limit: z
        .number()
        .gt(0, "must be greater than 0")
        .lt(0.5, "must be less than 0.5")
        .optional()
        .meta({
          description:
            "Of posterior_breach: largest tolerated probability of harm past a limit; default 0.05.",
        }),
    }),
  ],
  {
    error: `expected ${RULES.join(", ")}, or a rule with its numbers, such as {rule: harm_test, correction: holm}, {rule: risk_aware, deterioration_alpha: 0.05} or {rule: posterior_breach, posterior_limit: 0.05}`,
  },
);
export type PolicyField = z.output<typeof guardrailPolicy>;

/** The rule that is written; undefined: none is. */
export const ruleOf = (field: PolicyField | undefined): PolicyRule | undefined =>
  typeof field === "string" ? field : field?.rule;
