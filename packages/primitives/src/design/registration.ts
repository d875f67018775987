/**
 * The registration of an experiment: what would convince us, declared before anybody looks. The
 * reranker document of the source (Primitive 3) is valid as it stands, every key; all other keys are
 * optional, with the defaults of `defaults.ts`.
 */
import { z } from "zod";
import { fairness, intersections } from "./cohort-fields.js";
import {
  alternative,
  column,
  count,
  dataValue,
  direction,
  expression,
  instant,
  key,
  name,
  openUnit,
  refuse,
  text,
  thresholdFields,
  WHEN_SOUND,
} from "./fields.js";
import { holdbackSchema } from "./holdback-schema.js";
import { guardrailPolicy } from "./policy.js";
import { LAUNCH_KINDS, sizingSchema } from "./sizing/schema.js";
import { stopRule } from "./stop-rule.js";

const positive = z.number().positive("must be greater than 0");

const arm = z.strictObject({
  name: name.meta({ description: "Name of the arm in documents and reports." }),
  value: dataValue
    .optional()
    .meta({ description: "Value of the arm column that stands for it; default: its name." }),
  share: openUnit.optional().meta({
    description: "Intended share of exposed units, a fraction; default: equal shares.",
  }),
});

const arms = z.strictObject({
  control: arm.meta({ description: "The arm the others are compared with." }),
  treatments: z
    .array(arm)
    .min(1, "name at least one treatment arm")
    .max(20, "at most 20 treatment arms")
    .meta({ description: "One or more arms that may ship." }),
});

const exposure = z.strictObject({
  source: name.meta({
    description: "Source of the metric library that says who was in which arm.",
  }),
  arm: column.meta({ description: "Column holding the arm." }),
  time: column.optional().meta({
    description:
      "Column holding the time of exposure; the first one counts. Default: the source's.",
  }),
  filter: expression
    .optional()
    .meta({ description: "Only rows for which this holds, e.g. experiment = 'us_mle_02'." }),
  start: instant.optional().meta({ description: "Start of the run, ISO 8601, inclusive." }),
  end: instant.optional().meta({ description: "End of the run, ISO 8601, exclusive." }),
});

const dimension = z
  .strictObject({
    levels: z
      .array(dataValue)
      .min(1, "declare at least one level")
      .max(200, "at most 200 levels")
      .meta({ description: "The levels that are checked, as they stand in the data." }),
    column: column.optional().meta({ description: "Column holding the level; default: the name." }),
    value: expression.optional().meta({
      description: "Instead of column: an expression, e.g. if(days < 30, 'new', 'returning').",
    }),
    source: name.optional().meta({
      description: "Source holding it, one row a unit; default: the exposure source.",
    }),
    measured: z.enum(["before_exposure", "at_exposure", "after_exposure"]).optional().meta({
      description:
        "When the value was fixed. A cohort measured after exposure is refused: treatment may move units between cohorts.",
    }),
    measured_at: column.optional().meta({
      description: "Column with the time of measurement; values from after exposure are counted.",
    }),
  })
  .superRefine((given, context) => {
    if (given.column !== undefined && given.value !== undefined) {
      refuse(
        context,
        "FIELD_INVALID",
        ["value"],
        "A dimension has a column or a value, not both.",
        "Remove one of the two.",
      );
    }
    if (given.measured === "after_exposure") {
      refuse(
        context,
        "COHORT_AFTER_EXPOSURE",
        ["measured"],
        "A cohort measured after exposure cannot be compared: treatment may decide who is in it.",
        "Use a value known before exposure, or remove the dimension.",
      );
    }
    const repeated = given.levels.findIndex((level, at) => given.levels.indexOf(level) !== at);
    if (repeated >= 0) {
      refuse(
        context,
        "NAME_DUPLICATE",
        ["levels", repeated],
        `The level ${given.levels[repeated]} is listed twice.`,
        "Remove one of the two.",
      );
    }
  }, WHEN_SOUND);

const cohorts = z.strictObject({
  dimensions: z.record(key, dimension).meta({ description: "Cohort dimensions by name." }),
  threshold_relative: thresholdFields.threshold_relative.meta({
    description:
      "Harm limit of the primary metric in each level, a fraction; default -0.03 (+0.03 when lower is better).",
  }),
  threshold_absolute: thresholdFields.threshold_absolute.meta({
    description: "The same in the metric's unit, instead of threshold_relative.",
  }),
  alpha: openUnit
    .optional()
    .meta({ description: "Level at which harm in a cohort counts as shown; default: alpha." }),
  intersections: intersections.optional(),
  fairness: fairness.optional(),
  accept_blindness: z.array(text).optional().meta({
    description: 'Cohorts, as "dimension=level", whose lack of power the signatories accept.',
  }),
});

const metricReference = {
  name: name.meta({ description: "Name of the metric in the metric library." }),
  direction: direction
    .optional()
    .meta({ description: "Which way is good; default: what the metric library says." }),
  unit: text
    .optional()
    .meta({ description: 'Unit of one value, for display ("ms"); default: the library\'s.' }),
  alternative: alternative.optional().meta({
    description:
      "Of the test, treatment against control; greater: treatment > control. Default two_sided.",
  }),
};

const guardrail = z.strictObject({
  ...metricReference,
  ...thresholdFields,
  alpha: openUnit
    .optional()
    .meta({ description: "Level at which harm counts as shown; default: the document's alpha." }),
  cohorts: z
    .record(key, z.record(name, z.strictObject(thresholdFields)))
    .optional()
    .meta({
      description:
        "Its limits in single cohorts, where it is judged as well: locale: {JP: {threshold_relative: -0.02}}.",
    }),
  prior: z
    .strictObject({
      mean: z.number().meta({ description: "Expected effect, on the scale of the threshold." }),
      sd: positive.meta({ description: "Its standard deviation, on the same scale." }),
    })
    .optional()
    .meta({
      description:
        "Of posterior_breach: normal belief about the effect before the data; default: flat.",
    }),
});

const successMetric = z.strictObject({
  ...metricReference,
  mde_relative: z.number().optional().meta({
    description: "Smallest effect worth shipping, a fraction of the control's value.",
  }),
  mde_absolute: z.number().optional().meta({ description: "The same in the metric's unit." }),
});

const preRegistration = z.strictObject({
  document_hash: text.optional().meta({ description: "Hash of the signed document." }),
  registered_at: instant.optional().meta({ description: "When it was registered, ISO 8601." }),
  signed_off_by: z.array(name).optional().meta({ description: "Roles that signed." }),
});

export const TESTS = [
  "welch_t_two_sided",
  "welch_t_one_sided",
  "two_proportion_z",
  "delta_method",
  "mann_whitney",
  "clustered_quantile",
] as const;
export type TestName = (typeof TESTS)[number];

export const registrationSchema = z
  .strictObject({
    kind: z.literal("registration").optional().meta({
      description: "Says that this is a registration; it is also known by its shape.",
    }),
    experiment_id: name.meta({ description: "Unique name of the experiment." }),
    title: text.optional().meta({ description: "One line for people." }),
    hypothesis: z.strictObject({
      h0: text.meta({ description: "What is assumed until the data say otherwise." }),
      h1: text.meta({ description: "What the experiment is meant to show." }),
    }),
    primary_metric: z.strictObject({
      ...metricReference,
      baseline_estimate: z.number().optional().meta({
        description: "Value before the experiment, in the metric's unit.",
      }),
      baseline_std: z.number().nonnegative("a standard deviation is not negative").optional().meta({
        description: "Standard deviation over units before the experiment, in the metric's unit.",
      }),
    }),
    primary_rule: z.enum(["significant_and_mde", "significant"]).optional().meta({
      description: "What clears the primary metric; default significant_and_mde.",
    }),
    mde_relative: z.number().optional().meta({
      description: "Smallest effect worth shipping, a fraction of the control's value.",
    }),
    mde_absolute: z.number().optional().meta({ description: "The same in the metric's unit." }),
    power: openUnit
      .optional()
      .meta({ description: "Probability of showing the MDE; default 0.8." }),
    alpha: openUnit.optional().meta({
      description: "Level of the primary test, and of harm unless said otherwise; default 0.05.",
    }),
    interval_level: openUnit
      .optional()
      .meta({ description: "Coverage of the intervals shown; default 0.95." }),
    test: z.enum(TESTS).optional().meta({
      description: "Test of the primary metric; must suit its kind. Default: the one of its kind.",
    }),
    cuped: z
      .strictObject({
        enabled: z
          .boolean()
          .meta({ description: "Whether metrics are adjusted for their covariates." }),
        covariate: name.optional().meta({
          description: "Metric from before exposure that adjusts the primary metric.",
        }),
      })
      .optional(),
    sample_size_per_arm: count.optional().meta({ description: "Planned units an arm." }),
    sample_size_per_arm_post_cuped: count.optional().meta({
      description: "Planned units an arm, variance reduction taken into account.",
    }),
    runtime_days: positive.optional().meta({ description: "Planned length of the run, days." }),
    randomization_unit: name.meta({ description: "What is assigned to an arm, e.g. user_id." }),
    eligibility: z.array(text).optional().meta({ description: "Who can be in it, for people." }),
    arms: arms.optional(),
    exposure: exposure.optional(),
    guardrails: z.array(guardrail).max(200, "at most 200 guardrails").optional(),
    guardrail_policy: guardrailPolicy.optional().meta({
      description:
        "How guardrails decide; default harm_test, and non_inferiority when stakes are high.",
    }),
    success_metrics: z.array(successMetric).max(20, "at most 20 success metrics").optional().meta({
      description:
        "Of risk_aware: metrics beside the primary one, any of which may carry the launch; they share alpha.",
    }),
    deterioration_metrics: z
      .array(z.strictObject(metricReference))
      .max(200, "at most 200 metrics")
      .optional()
      .meta({ description: "Of risk_aware: further metrics that must not get worse." }),
    stakes: z.enum(["low", "medium", "high"]).optional().meta({ description: "Default medium." }),
    cohorts: cohorts.optional(),
    holdback: holdbackSchema.optional().meta({
      description: "Units that go on without the change after launch; read by plumb holdback.",
    }),
    mature_share: z
      .number()
      .gt(0, "must be greater than 0")
      .max(1, "must be at most 1")
      .optional()
      .meta({
        description:
          "Share of the exposed units that must have had their whole time before a guardrail or cohort can clear; default 1.",
      }),
    secondary_metrics: z
      .array(z.strictObject(metricReference))
      .max(200, "at most 200 secondary metrics")
      .optional()
      .meta({ description: "Shown, and never part of the gate." }),
    stop_rule: stopRule.optional(),
    launch_kind: z.enum(LAUNCH_KINDS).optional().meta({
      description: "What is launched; the audit asks for guardrails against its known failures.",
    }),
    sizing: sizingSchema.optional().meta({
      description: "What the sample size was computed from; read by plumb design size and audit.",
    }),
    pre_registration: preRegistration.optional(),
  })
  .meta({ title: "Plumbline registration" });

export type RegistrationInput = z.input<typeof registrationSchema>;
export type Registration = z.output<typeof registrationSchema>;
export type RegistrationGuardrail = NonNullable<Registration["guardrails"]>[number];
export type RegistrationSuccess = NonNullable<Registration["success_metrics"]>[number];
export type RegistrationCohorts = NonNullable<Registration["cohorts"]>;
export type RegistrationDimension = RegistrationCohorts["dimensions"][string];
