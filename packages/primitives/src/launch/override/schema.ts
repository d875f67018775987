/**
 * The review that a human override of the gate takes: written like the review of an incident, signed like a registration, and
 * for a stated time. It changes no verdict; it stands beside it for good.
 *
 * ```yaml
 * kind: override_review
 * experiment_id: us_mle_02_reranker_l6_to_l12_2026q3
 * overrides: ["guardrail:chat_csat_proxy_per_user_14d"]
 * what_happened: CSAT fell 1.43 % against a limit of 1 %; the survey ran in one locale only after 9 July.
 * who_is_affected: About 1.3 % of users answer the survey; all users see the new ranking.
 * why_overridden: The fall is confined to a survey whose wording changed on 9 July, in the treatment arm only.
 * watched:
 *   - { what: chat_csat_proxy_per_user_14d, limit: below 4.10 over 3 days, by: Ada }
 * expires: 2026-09-01
 * ```
 */
import { z } from "zod";
import { instant, name, text } from "../../design/fields.js";

/** Shorter than this nobody has explained anything. */
const LEAST_TEXT = 20;

const account = text.refine(
  (given) => given.trim().length >= LEAST_TEXT,
  `say it in a sentence of at least ${LEAST_TEXT} characters`,
);

const watch = z.strictObject({
  what: name.meta({
    description: "Metric or sign that is watched while the override is in force.",
  }),
  limit: text
    .min(1, "say at which value the override ends")
    .meta({ description: "At which value the override ends before its time." }),
  by: name.meta({ description: "Who watches it." }),
});

export const overrideReviewSchema = z
  .strictObject({
    kind: z.literal("override_review").meta({ description: "Says that this is such a review." }),
    experiment_id: name.meta({ description: "The experiment whose gate is overridden." }),
    overrides: z
      .array(name)
      .min(1, "name at least one check")
      .max(200, "at most 200 checks")
      .refine((given) => new Set(given).size === given.length, "a check is named twice")
      .meta({ description: "Ids of the checks that are overridden, as the readout shows them." }),
    what_happened: account.meta({ description: "What was seen, when, and by whom." }),
    who_is_affected: account.meta({ description: "Which users, how many, and how." }),
    why_overridden: account.meta({ description: "Why the registered rule does not hold here." }),
    watched: z
      .array(watch)
      .min(1, "name at least one sign that is watched")
      .max(50, "at most 50 signs")
      .meta({ description: "What is watched meanwhile, its limit, and who watches." }),
    expires: instant.meta({ description: "When the override ends, ISO 8601." }),
    roles: z.array(name).max(20, "at most 20 roles").optional().meta({
      description: "Roles that sign beside those that signed the registration.",
    }),
    incident: text.optional().meta({ description: "Where the incident is kept." }),
  })
  .meta({ title: "Plumbline override review" });

export type OverrideReview = z.output<typeof overrideReviewSchema>;
