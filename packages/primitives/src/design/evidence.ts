/**
 * The evidence file: what another platform found, as summary statistics, so that the gate works
 * without our warehouse. Each result is about one metric, over everybody or in one cohort, and says
 * what it knows in one of two forms (or both): figures per arm (`by_arm`), or the effect of one
 * treatment arm (`estimate_*`, `interval_*`, `p_value`).
 *
 * ```yaml
 * kind: evidence
 * experiment_id: us_mle_02_reranker_l6_to_l12_2026q3
 * platform: in-house dashboard
 * arms:
 *   control: { n: 18420 }
 *   treatment: { n: 18431 }
 * results:
 *   - metric: useful_answer_rate_per_user_14d
 *     by_arm:
 *       control: { n: 18420, mean: 0.183, sd: 0.142 }
 *       treatment: { n: 18431, mean: 0.194, sd: 0.143 }
 *   - metric: retention_28d
 *     estimate_relative: -0.006
 *     p_value: 0.18
 *   - metric: useful_answer_rate_per_user_14d
 *     cohort: { locale: JP }
 *     estimate_relative: 0.018
 *     interval_relative: [0.001, 0.035]
 *     p_value: "<0.05"
 * ```
 */
import { z } from "zod";
import {
  count,
  dataValue,
  key,
  name,
  openUnit,
  refuse as refuseWithCode,
  text,
  WHEN_SOUND,
} from "./fields.js";

const FIGURES_MEND = "Write {n, mean, sd}, {n, successes} or {value} for each arm.";
const RESULT_MEND =
  "Write by_arm with the figures of each arm, or estimate_relative or estimate_absolute with interval and p_value.";

/** What one arm showed. Complete for a test: n, mean and sd; or n and successes. */
const armFigures = z
  .strictObject({
    n: count.optional().meta({ description: "Units with a value (for a quantile: observations)." }),
    mean: z.number().optional().meta({ description: "Mean over units, in the metric's unit." }),
    sd: z.number().nonnegative("a standard deviation is not negative").optional().meta({
      description: "Standard deviation over units (divisor n - 1), in the metric's unit.",
    }),
    successes: count
      .optional()
      .meta({ description: "For a proportion: units for which the metric is true." }),
    value: z.number().optional().meta({
      description:
        "For a ratio, quantile or any figure that is not a mean: the arm's value, in the metric's unit. It carries no uncertainty.",
    }),
  })
  .superRefine((arm, context) => {
    const refuse = (message: string, path: string[]): void =>
      refuseWithCode(context, "FIELD_INVALID", path, message, FIGURES_MEND);
    if (arm.successes !== undefined && (arm.mean !== undefined || arm.sd !== undefined)) {
      refuse("Give either successes or mean and sd, not both.", ["successes"]);
    }
    if (arm.value !== undefined && (arm.mean !== undefined || arm.successes !== undefined)) {
      refuse("Give either value, or mean, or successes.", ["value"]);
    }
    if (arm.successes !== undefined && arm.n === undefined) {
      refuse("Successes need n, the number of units.", ["successes"]);
    }
    if (arm.n !== undefined && arm.successes !== undefined && arm.successes > arm.n) {
      refuse("There cannot be more successes than units.", ["successes"]);
    }
    if (arm.sd !== undefined && (arm.mean === undefined || arm.n === undefined)) {
      refuse("A standard deviation needs mean and n beside it.", ["sd"]);
    }
    if (arm.mean === undefined && arm.successes === undefined && arm.value === undefined) {
      refuse("Give mean (with sd and n), successes (with n) or value.", []);
    }
  }, WHEN_SOUND);

const interval = z
  .tuple([z.number(), z.number()], { error: "expected two numbers: [lower, upper]" })
  .refine(([lower, upper]) => lower <= upper, "the lower end comes first");

const P_BOUND = /^\s*<\s*(\d+(?:\.\d+)?(?:e-?\d+)?|\.\d+)\s*$/i;

/** A p-value, or "<0.001" when only a bound is known. */
const pValue = z
  .union([z.number(), z.string()], { error: 'expected a number, or a bound such as "<0.001"' })
  .transform((given, context) => {
    const bound = typeof given === "string" ? P_BOUND.exec(given)?.[1] : undefined;
    const value = typeof given === "number" ? given : Number(bound ?? Number.NaN);
    if (!(value >= 0 && value <= 1)) {
      context.addIssue({
        code: "custom",
        message: 'a p-value is a number from 0 to 1, or a bound such as "<0.001"',
      });
      return z.NEVER;
    }
    return { value, bound: bound !== undefined };
  });

const effect = {
  treatment_arm: name.optional().meta({
    description:
      "Which treatment arm the estimate is about; may be left out when the registration has one.",
  }),
  estimate_relative: z.number().optional().meta({
    description: "(treatment - control) / control as a fraction: -0.0143 is a fall of 1.43 %.",
  }),
  interval_relative: interval
    .optional()
    .meta({ description: "[lower, upper] of the relative change, fractions." }),
  estimate_absolute: z
    .number()
    .optional()
    .meta({ description: "treatment - control, in the metric's unit." }),
  interval_absolute: interval
    .optional()
    .meta({ description: "[lower, upper] of the absolute change, in the metric's unit." }),
  interval_level: openUnit
    .optional()
    .meta({ description: "Coverage of this result's intervals; default: the document's." }),
  p_value: pValue.optional().meta({
    description:
      'p-value of "no effect" for the alternative the registration declares (two-sided by default), or a bound such as "<0.001".',
  }),
  method: text.optional().meta({ description: 'How it was computed, e.g. "Welch t, CUPED".' }),
};

const result = z
  .strictObject({
    metric: name.meta({ description: "Name of the metric, as in the registration." }),
    cohort: z
      .record(key, dataValue)
      .refine((cohort) => Object.keys(cohort).length > 0, "name a dimension and its level")
      .optional()
      .meta({
        description:
          "A dimension and its level, e.g. {locale: JP}, or those of a declared intersection, {locale: JP, tenure: new}; absent: everybody.",
      }),
    by_arm: z
      .record(key, armFigures)
      .optional()
      .meta({ description: "Figures by arm name; the control arm and at least one treatment." }),
    ...effect,
  })
  .superRefine((given, context) => {
    const refuse = (message: string, path: string[]): void =>
      refuseWithCode(context, "FIELD_INVALID", path, message, RESULT_MEND);
    const has = (name: keyof typeof given): boolean => given[name] !== undefined;
    const estimated = has("estimate_relative") || has("estimate_absolute");
    if (given.by_arm !== undefined && Object.keys(given.by_arm).length < 2) {
      refuse("Give the control arm and at least one treatment arm.", ["by_arm"]);
    }
    if (!estimated && !has("by_arm")) {
      refuse("A result needs figures by_arm, or estimate_relative, or estimate_absolute.", []);
    }
    for (const scale of ["relative", "absolute"] as const) {
      const estimate = given[`estimate_${scale}`];
      const bounds = given[`interval_${scale}`];
      if (bounds === undefined) continue;
      if (estimate === undefined) {
        refuse(`"interval_${scale}" needs estimate_${scale} beside it.`, [`interval_${scale}`]);
      } else if (estimate < bounds[0] || estimate > bounds[1]) {
        refuse("The estimate lies outside its own interval.", [`interval_${scale}`]);
      }
    }
    if (has("p_value") && !estimated && !has("by_arm")) {
      refuse("A p-value needs the estimate it belongs to.", ["p_value"]);
    }
    if (has("interval_level") && !has("interval_relative") && !has("interval_absolute")) {
      refuse("interval_level without an interval means nothing.", ["interval_level"]);
    }
  }, WHEN_SOUND);

export const evidenceSchema = z
  .strictObject({
    kind: z
      .literal("evidence")
      .optional()
      .meta({ description: "Says that this document is evidence; it is also known by its shape." }),
    experiment_id: name.meta({ description: "The registration this evidence is for." }),
    platform: text.optional().meta({ description: "Where the figures come from, for the report." }),
    arms: z
      .record(key, z.strictObject({ n: count.meta({ description: "Units assigned to the arm." }) }))
      .meta({
        description: "Units assigned to each arm, by arm name; the sample ratio is tested on them.",
      }),
    day: count.optional().meta({
      description:
        "Whole days of the run that the figures cover; default: those of the end of the run.",
    }),
    interval_level: openUnit
      .default(0.95)
      .meta({ description: "Coverage of the intervals in this document; default 0.95." }),
    results: z.array(result).min(1, "give at least one result"),
  })
  .meta({ title: "Plumbline evidence file" });

/** As written in the file. */
export type EvidenceInput = z.input<typeof evidenceSchema>;
/** Parsed: p-values are `{ value, bound }`, `interval_level` is resolved at document level. */
export type EvidenceDocument = z.output<typeof evidenceSchema>;
export type EvidenceResult = EvidenceDocument["results"][number];
export type EvidenceArmFigures = z.output<typeof armFigures>;
