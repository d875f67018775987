/** Documents that the tests of study design share. */
import type { ProblemCode } from "../../shared/problems.js";
import {
  type MetricLibrary,
  metricLibrarySchema,
  parseDocument,
  type Registration,
  registrationSchema,
  resolveStudy,
} from "../index.js";

/** The `experiment_id` document of the foundations (Primitive 3), as data, every key. */
export const source = () => ({
  experiment_id: "us_mle_02_reranker_l6_to_l12_2026q3",
  hypothesis: { h0: "same or worse", h1: "at least 3 % better" },
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
  eligibility: ["has_at_least_one_search_in_pre14d", "locale in [JP, EN, MIXED]"],
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
  pre_registration: {
    document_hash: "sha256:7e3a...",
    registered_at: "2026-04-15T09:00:00Z",
    signed_off_by: ["pm", "applied_ml_eng", "ds_partner", "eng_manager"],
  },
});

export const libraryDocument = () => ({
  sources: {
    exposures: {
      files: "exposures/*.parquet",
      grain: "unit",
      unit: "user_id",
      time: "exposed_at",
    },
    turns: { files: "turns/*.parquet", grain: "event", unit: "user_id", time: "at" },
  },
  metrics: {
    useful_answer_rate_per_user_14d: {
      kind: "mean",
      source: "turns",
      value: "useful",
      aggregate: "avg",
      window: "14d",
      direction: "higher_is_better",
    },
    useful_answer_rate_per_user_pre14d: {
      kind: "mean",
      source: "turns",
      value: "useful",
      aggregate: "avg",
      window: "-14d",
    },
    p95_chatbot_turn_latency_ms: {
      kind: "quantile",
      order: 0.95,
      source: "turns",
      value: "latency_ms",
      window: "14d",
      unit: "ms",
      direction: "lower_is_better",
    },
    chat_csat_proxy_per_user_14d: {
      kind: "ratio",
      source: "turns",
      value: "if(is_null(csat), 0, csat)",
      aggregate: "sum",
      denominator: { value: "not is_null(csat)", aggregate: "sum" },
      window: "14d",
    },
    jp_cohort_useful_answer_rate: {
      kind: "mean",
      source: "turns",
      value: "useful",
      aggregate: "avg",
      window: "14d",
      cohort: { locale: "JP" },
      covariate: "useful_answer_rate_per_user_pre14d",
    },
  },
});

export const withData = () => ({
  ...source(),
  exposure: { source: "exposures", arm: "arm", filter: "experiment = 'us_mle_02'" },
  cohorts: { dimensions: { locale: { levels: ["EN", "JP", "MIXED"] } } },
});

export function registration(value: unknown): Registration {
  const parsed = parseDocument(registrationSchema, "registration", value);
  if (parsed.value === null) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

export function library(value: unknown): MetricLibrary {
  const parsed = parseDocument(metricLibrarySchema, "library", value);
  if (parsed.value === null) throw new Error(JSON.stringify(parsed.problems));
  return { sources: parsed.value.sources ?? {}, metrics: parsed.value.metrics ?? {} };
}

export const resolveFiles = (files: readonly string[]) => files.map((file) => `/data/${file}`);

export const resolve = (value: unknown, metrics: unknown = libraryDocument()) =>
  resolveStudy({
    registration: registration(value),
    library: metrics === null ? null : library(metrics),
    resolveFiles,
  });

/** Codes with their paths, errors and warnings alike. */
export const found = (problems: readonly { code: ProblemCode; path: readonly unknown[] }[]) =>
  problems.map(({ code, path }) => `${code} ${path.join(".")}`);

/** A registration as given, changed by a merge at the top. */
export const changed = (change: Record<string, unknown>) => ({ ...withData(), ...change });
