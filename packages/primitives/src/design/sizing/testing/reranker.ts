/** The reranker registration of the source (Primitive 3), key by key, and how a study is made of a document. */
import type { Study } from "../../../shared/vocabulary.js";
import type { MetricLibrary } from "../../metrics.js";
import {
  type Registration,
  type RegistrationInput,
  registrationSchema,
} from "../../registration.js";
import { resolveStudy } from "../../resolve.js";

export const RERANKER: RegistrationInput = {
  experiment_id: "us_mle_02_reranker_l6_to_l12_2026q3",
  hypothesis: { h0: "L12 ranks no better than L6", h1: "L12 lifts the useful-answer rate by 3 %" },
  primary_metric: {
    name: "useful_answer_rate_per_user_14d",
    baseline_estimate: 0.183,
    baseline_std: 0.142,
  },
  mde_relative: 0.03,
  mde_absolute: 0.00549,
  power: 0.8,
  alpha: 0.05,
  test: "welch_t_two_sided",
  cuped: { enabled: true, covariate: "useful_answer_rate_per_user_pre14d" },
  sample_size_per_arm_post_cuped: 18420,
  runtime_days: 14,
  randomization_unit: "user_id",
  guardrails: [
    { name: "p95_chatbot_turn_latency_ms", threshold: 800, direction: "lower_is_better" },
    {
      name: "chat_csat_proxy_per_user_14d",
      threshold_relative: -0.005,
      direction: "higher_is_better",
    },
    {
      name: "jp_cohort_useful_answer_rate",
      threshold_relative: -0.03,
      direction: "higher_is_better",
    },
  ],
  stop_rule: {
    type: "obrien_fleming",
    looks: ["day_4", "day_7", "day_11", "day_14"],
    early_stop_alpha_at_look: [0.0001, 0.001, 0.01, 0.05],
    abort_on_guardrail_breach: true,
  },
};

export function resolved(
  input: RegistrationInput,
  library: MetricLibrary | null = null,
): { registration: Registration; study: Study; library: MetricLibrary | null } {
  const registration = registrationSchema.parse(input);
  const { study, problems } = resolveStudy({ registration, library, resolveFiles: (f) => f });
  if (study === null) throw new Error(JSON.stringify(problems, null, 1));
  return { registration, study, library };
}
