/**
 * The readout document, version 1: everything a report shows, as plain JSON. Numbers are in full
 * precision; relative effects are fractions of the control (0.06 is +6 %). A reader of version 1 may
 * rely on every key below being present. docs/readout-json.md describes each key.
 */
import { z } from "zod";
import { mixSchema, poolingSchema } from "./readout-cohorts-schema.js";
import {
  intervalKindSchema,
  planSchema,
  registrationStateSchema,
  timingSchema,
} from "./readout-plan-schema.js";
import { policiesSchema } from "./readout-policies-schema.js";

export const READOUT_SCHEMA = "plumbline.readout/1";

const unit = z.string().nullable();
const verdictWord = z.enum(["ship", "veto", "no_ship", "invalid", "continue"]);
const direction = z.enum(["higher_is_better", "lower_is_better"]);

const interval = z.strictObject({
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  level: z.number(),
});

const effect = z.strictObject({
  estimate: z.number(),
  standard_error: z.number().nullable(),
  interval: interval.nullable(),
  unit,
});

const armSummary = z.strictObject({
  n: z.number().nullable(),
  value: z.number().nullable(),
  standard_deviation: z.number().nullable(),
  standard_error: z.number().nullable(),
  unit,
});

const analysis = z.strictObject({
  method: z.string(),
  absolute: effect.nullable(),
  relative: effect.nullable(),
  relative_method: z.string().nullable(),
  statistic: z
    .strictObject({ name: z.string(), value: z.number(), df: z.number().nullable() })
    .nullable(),
  p_value: z.strictObject({ value: z.number(), is_bound: z.boolean() }).nullable(),
  control: armSummary,
  treatment: armSummary,
});

const cohortRef = z.strictObject({ dimension: z.string(), level: z.string() });

const comparison = z.strictObject({
  treatment: z.string(),
  analysis: analysis.nullable(),
  unadjusted: analysis.nullable(),
  cuped: z
    .strictObject({
      theta: z.number(),
      variance_ratio: z.number(),
      coverage: z.strictObject({ control: z.number(), treatment: z.number() }),
    })
    .nullable(),
  /** The harm limit as a relative change of this comparison's control; null where it has none. */
  threshold_relative_equivalent: z.number().nullable(),
  /** The smallest effect worth shipping, signed, as a relative change; null where none is declared. */
  mde_relative_equivalent: z.number().nullable(),
  missing: z.string().nullable(),
});

const threshold = z.strictObject({
  scale: z.enum(["relative", "absolute", "level"]),
  value: z.number(),
  unit,
  harm_side: z.enum(["below", "above"]),
});

const metric = z.strictObject({
  name: z.string(),
  role: z.enum(["primary", "success", "guardrail", "deterioration", "secondary"]),
  kind: z.enum(["mean", "proportion", "ratio", "quantile", "rank"]),
  direction,
  unit,
  alternative: z.enum(["two_sided", "greater", "less"]),
  transform: z.enum(["identity", "log"]),
  order: z.number().nullable(),
  alpha: z.number().nullable(),
  threshold: threshold.nullable(),
  mde: z
    .strictObject({ relative: z.number().nullable(), absolute: z.number().nullable(), unit })
    .nullable(),
  comparisons: z.array(comparison),
});

const cohort = comparison.extend({
  dimension: z.string(),
  level: z.string(),
  metric: z.string(),
  direction,
  threshold: threshold.nullable(),
});

const arm = z.strictObject({
  name: z.string(),
  value: z.string(),
  role: z.enum(["control", "treatment"]),
  intended_share: z.number(),
  units: z.number().nullable(),
  observed_share: z.number().nullable(),
  verdict: verdictWord.nullable(),
  reason: z.string().nullable(),
  stopped_at: z.string().nullable(),
});

const check = z.strictObject({
  id: z.string(),
  kind: z.enum(["quality", "primary", "guardrail", "cohort", "registration"]),
  status: z.enum(["clear", "near", "breach", "underpowered", "not_evaluable"]),
  blocks: z.boolean(),
  metric: z.string().nullable(),
  treatment: z.string().nullable(),
  cohort: cohortRef.nullable(),
  estimate: z.number().nullable(),
  scale: z.enum(["relative", "absolute", "level", "count"]).nullable(),
  /** Of estimate, interval and threshold. */
  unit,
  interval: interval.nullable(),
  p_value: z.number().nullable(),
  p_value_is_bound: z.boolean(),
  alpha: z.number().nullable(),
  threshold: z.number().nullable(),
  power_at_threshold: z.number().nullable(),
  /** P(effect beyond the threshold | data), under a policy that judges by it. */
  probability_beyond_threshold: z.number().nullable(),
  code: z.string(),
  sentence: z.string(),
});

const qualityFinding = z.strictObject({
  code: z.string(),
  status: z.enum(["ok", "note", "warning", "fatal", "not_evaluable"]),
  sentence: z.string(),
  subject: z.string().nullable(),
  numbers: z.record(z.string(), z.number()),
});

const parameter = z.strictObject({
  name: z.string(),
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  unit,
  origin: z.enum(["given", "default", "derived"]),
  note: z.string().nullable(),
});

export const readoutSchema = z.strictObject({
  schema: z.literal(READOUT_SCHEMA),
  generator: z.strictObject({ name: z.literal("plumbline"), version: z.string() }),
  generated_at: z.iso.datetime(),
  experiment_id: z.string(),
  hypothesis: z.strictObject({ h0: z.string(), h1: z.string() }),
  randomization_unit: z.string(),
  verdict: verdictWord,
  exit_code: z.number().int(),
  reason: z.string(),
  next: z.string(),
  shippable_arm: z.string().nullable(),
  /** False when the data are invalid: then no effect in this document may be read as a result. */
  effects_evaluable: z.boolean(),
  data: z.strictObject({ origin: z.string(), description: z.string() }),
  interval_level: z.number(),
  interval_kind: intervalKindSchema,
  /** Null when the evidence does not say when it was read. */
  timing: timingSchema.nullable(),
  /** Where the run stands in its plan; null when none is known. */
  plan: planSchema.nullable(),
  /** The same evidence under every policy; null when none is compared. */
  policies: policiesSchema.nullable(),
  arms: z.array(arm),
  checks: z.array(check),
  metrics: z.array(metric),
  cohorts: z.array(cohort),
  /** The declared cohorts read together; empty where none are, or for evidence recorded without it. */
  cohort_pooling: z.array(poolingSchema),
  cohort_mix: z.array(mixSchema),
  /** Cuts that the registration does not declare; absent unless asked for. Nothing else in here rests on them. */
  exploratory: z
    .strictObject({
      caveat: z.string(),
      cuts: z.array(
        z.strictObject({
          name: z.string(),
          columns: z.array(z.string()),
          levels: z.number().int(),
          /** Units that have no value of the column; null for a combination of columns. */
          units_without_value: z.number().int().nullable(),
        }),
      ),
      results: z.array(cohort),
    })
    .optional(),
  quality: z.array(qualityFinding),
  parameters: z.array(parameter),
  sql: z.array(z.strictObject({ purpose: z.string(), sql: z.string() })),
  registration: z.strictObject({ path: z.string(), text: z.string() }),
  /** Null when the readout was made without a ledger. */
  registration_state: registrationStateSchema.nullable(),
});

export type Readout = z.infer<typeof readoutSchema>;
export type ReadoutMetric = z.infer<typeof metric>;
export type ReadoutCohort = z.infer<typeof cohort>;
export type ReadoutComparison = z.infer<typeof comparison>;
export type ReadoutAnalysis = z.infer<typeof analysis>;
export type ReadoutEffect = z.infer<typeof effect>;
export type ReadoutCheck = z.infer<typeof check>;
export type ReadoutArm = z.infer<typeof arm>;
export type ReadoutQuality = z.infer<typeof qualityFinding>;
export type ReadoutParameter = z.infer<typeof parameter>;
export type ReadoutThreshold = z.infer<typeof threshold>;
export type ReadoutStatus = ReadoutCheck["status"];
