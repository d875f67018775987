/** The part of the readout document that reads the declared cohorts together. No check rests on it. */
import { z } from "zod";

const scale = z.enum(["relative", "absolute"]);

const range = z.strictObject({ estimate: z.number(), lower: z.number(), upper: z.number() });

const level = z.strictObject({
  level: z.string(),
  raw: range.extend({ standard_error: z.number() }),
  pooled: range.nullable(),
  /** Share of the distance to the common mean that pooling leaves. */
  kept: z.number().nullable(),
  /** P(effect beyond the limit | data), neighbours considered. */
  probability_beyond_threshold: z.number().nullable(),
  differs_p_value: z.number().nullable(),
});

const heterogeneity = z.strictObject({
  q: z.number(),
  df: z.number(),
  p_value: z.number(),
  i2: z.number(),
  tau: range,
  mean: range,
  crossing_p_value: z.number(),
  any_harm_p_value: z.number(),
});

const model = z.strictObject({
  mean: range.extend({ standard_error: z.number() }),
  sd_slope: z.number(),
  sd_intercept: z.number(),
  sd_residual: z.number(),
  correlation: z.number().nullable(),
  singular: z.boolean(),
  reml_criterion: z.number(),
  unit: z.string().nullable(),
  levels: z.array(range.extend({ level: z.string(), raw: z.number().nullable() })),
});

export const poolingSchema = z.strictObject({
  dimension: z.string(),
  metric: z.string(),
  treatment: z.string(),
  scale,
  /** Of every effect but those of the model. */
  unit: z.string().nullable(),
  method: z.enum(["hierarchical", "reml", "none"]),
  finding: z.enum(["real", "compatible_with_noise"]).nullable(),
  furthest: z.strictObject({ level: z.string(), p_value: z.number() }).nullable(),
  levels: z.array(level),
  heterogeneity: heterogeneity.nullable(),
  model: model.nullable(),
  sentence: z.string(),
});

export const mixSchema = z.strictObject({
  dimension: z.string(),
  metric: z.string(),
  treatment: z.string(),
  unit: z.string().nullable(),
  aggregate: z.number(),
  within: z.number(),
  mix: z.number(),
  mix_p_value: z.number().nullable(),
  reversal: z.enum(["none", "on_average", "every_cohort"]),
  masked_harm: z.array(
    z.strictObject({ level: z.string(), effect: z.number(), p_value: z.number() }),
  ),
  levels: z.array(
    z.strictObject({
      /** Null: the units at levels that are not declared. */
      level: z.string().nullable(),
      effect: z.number().nullable(),
      treatment_share: z.number(),
      control_share: z.number(),
      within: z.number(),
      mix: z.number(),
    }),
  ),
  sentence: z.string(),
});

export type ReadoutPooling = z.infer<typeof poolingSchema>;
export type ReadoutMix = z.infer<typeof mixSchema>;
