/** The optional `sizing:` block of a registration: what was known of traffic and variance before the run. */
import { z } from "zod";
import { key, name, refuse, WHEN_SOUND } from "../fields.js";

const positive = z.number().positive("must be greater than 0");
const share = z.number().gt(0, "must be greater than 0").max(1, "must be at most 1");
const reduction = z.number().min(0, "must be at least 0").lt(1, "must be less than 1");

const traffic = z.strictObject({
  weekly_units: positive.meta({ description: "Different eligible units in one week." }),
  returning_share: z
    .number()
    .min(0, "must be at least 0")
    .max(1, "must be at most 1")
    .meta({ description: "Share of a week's units that were also there the week before, 0 to 1." }),
  new_units_per_week: z.number().nonnegative("must not be negative").optional().meta({
    description: "Units a week that were never seen before and come once; default 0.",
  }),
  exposed_share: share.optional().meta({
    description: "Share of the traffic that enters the experiment; default 1.",
  }),
});

const ratio = z.strictObject({
  mean_numerator: z.number().meta({ description: "Mean over units of the numerator." }),
  mean_denominator: z.number().meta({ description: "Mean over units of the denominator." }),
  sd_numerator: positive.meta({ description: "Standard deviation over units of the numerator." }),
  sd_denominator: positive.meta({ description: "The same of the denominator." }),
  correlation: z
    .number()
    .gt(-1, "must be greater than -1")
    .lt(1, "must be less than 1")
    .meta({ description: "Correlation over units of the two." }),
});

const figures = z
  .strictObject({
    baseline: z.number().optional().meta({
      description: "Value before the experiment, in the metric's unit.",
    }),
    sd: positive.optional().meta({
      description:
        "Standard deviation of one unit; from a past readout: standard error of an arm times the root of its units. Of the logs for a metric compared by logs.",
    }),
    ratio: ratio.optional().meta({ description: "Kind ratio, instead of sd: moments per unit." }),
    density: positive.optional().meta({
      description: "Kind quantile, instead of sd: probability density at the quantile.",
    }),
    observations_per_unit: positive.optional().meta({
      description: "Kind quantile, with density: observations of one unit; default 1.",
    }),
    cluster_correction: positive.optional().meta({
      description: "Kind quantile, with density: clustered over independent sd; default 1.",
    }),
    variance_reduction: reduction.optional().meta({
      description: "Share of the variance that the metric's covariate is expected to remove.",
    }),
    fraction: share.optional().meta({
      description: "Share of the experiment's units that have the metric; default 1.",
    }),
  })
  .superRefine((given, context) => {
    const ways = [given.sd, given.ratio, given.density].filter((way) => way !== undefined);
    if (ways.length < 2) return;
    refuse(
      context,
      "FIELD_INVALID",
      [],
      "The variance of a unit is given in more than one way.",
      "Keep one of sd, ratio and density.",
    );
  }, WHEN_SOUND);

const correlation = z.number().gt(-1, "must be greater than -1").lt(1, "must be less than 1");

const cohort = z.union(
  [
    share,
    z.strictObject({
      fraction: share.meta({ description: "Share of the units that belong to the level." }),
      baseline: z.number().optional().meta({
        description: "Primary metric in the level before the experiment; default: everybody's.",
      }),
      sd: positive.optional().meta({
        description: "Standard deviation in the level; default: everybody's.",
      }),
    }),
  ],
  { error: "expected the level's share of the units, or {fraction, baseline, sd}" },
);

export const sizingSchema = z
  .strictObject({
    traffic: traffic.optional().meta({ description: "From what the runtime follows." }),
    variance_reduction: reduction.optional().meta({
      description:
        "Share of the primary metric's variance that its covariate is expected to remove, e.g. 0.5.",
    }),
    covariate_correlation: z
      .number()
      .gt(-1, "must be greater than -1")
      .lt(1, "must be less than 1")
      .optional()
      .meta({
        description: "Instead of variance_reduction: correlation with the covariate.",
      }),
    covariate_coverage: share.optional().meta({
      description: "With covariate_correlation: share of units that have the covariate; default 1.",
    }),
    clusters: z
      .strictObject({
        mean_size: z.number().min(1, "must be at least 1"),
        intracluster_correlation: z.number().min(0, "must be at least 0").max(1, "at most 1"),
        size_variation: z.number().nonnegative("must not be negative").optional(),
      })
      .optional()
      .meta({ description: "Units come in clusters: mean size, correlation, sd/mean of sizes." }),
    metrics: z.record(name, figures).optional().meta({
      description: "Figures from before the experiment, by metric; guardrails above all.",
    }),
    cohorts: z.record(key, z.record(name, cohort)).optional().meta({
      description: "Share of the units in each level, by dimension: locale: {EN: 0.55, JP: 0.3}.",
    }),
    correlation: z
      .union([correlation, z.record(name, z.record(name, correlation))], {
        error: "expected one correlation, or correlations by metric: {csat: {retention: 0.4}}",
      })
      .optional()
      .meta({
        description:
          "For simulations, correlation between estimates of different metrics; one for every pair, counted towards improvement, or pair by pair as measured: csat: {latency: -0.2}. Default 0.",
      }),
  })
  .superRefine((given, context) => {
    if (given.variance_reduction === undefined || given.covariate_correlation === undefined) return;
    refuse(
      context,
      "FIELD_INVALID",
      ["covariate_correlation"],
      "The variance reduction is given twice: directly, and by a correlation.",
      "Keep one of the two.",
    );
  }, WHEN_SOUND);

export type Sizing = z.output<typeof sizingSchema>;
export type SizingFigures = NonNullable<Sizing["metrics"]>[string];

/** What is launched; it says which known failures a guardrail must watch for. */
export const LAUNCH_KINDS = [
  "reranker",
  "recommender",
  "search_ranking",
  "retrieval",
  "language_model",
  "prompt",
  "infrastructure",
  "user_interface",
  "other",
] as const;
export type LaunchKind = (typeof LAUNCH_KINDS)[number];
