/** The part of the readout document that says where the run stands in its plan. */
import { z } from "zod";

const interval = z.strictObject({
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  level: z.number(),
});

const look = z.strictObject({
  day: z.number().nullable(),
  fraction: z.number(),
  critical_value: z.number(),
  nominal_level: z.number(),
  z: z.number().nullable(),
  state: z.enum(["taken", "assumed", "now", "to_come"]),
});

const stageWise = z.strictObject({
  p_value: z.number(),
  estimate: z.number(),
  interval,
  scale: z.enum(["relative", "absolute"]),
  unit: z.string().nullable(),
});

const armLook = z.strictObject({
  treatment: z.string(),
  decision: z.enum([
    "stop_for_benefit",
    "stop_for_harm",
    "stop_for_futility",
    "continue",
    "not_shown",
    "not_judged",
  ]),
  z: z.number().nullable(),
  information: z.number().nullable(),
  information_unit: z.string().nullable(),
  fraction: z.number().nullable(),
  information_basis: z.string().nullable(),
  nominal_level: z.number().nullable(),
  futility_bound: z.number().nullable(),
  looks: z.array(look),
  stage_wise: stageWise.nullable(),
  predictive_power: z.number().nullable(),
  conditional_power_at_mde: z.number().nullable(),
});

export const planSchema = z.strictObject({
  kind: z.enum(["fixed_horizon", "group_sequential", "custom_levels", "always_valid"]),
  label: z.string(),
  moment: z.enum(["planned_look", "final_look", "not_a_look", "any_time"]),
  day: z.number().nullable(),
  next_day: z.number().nullable(),
  last_day: z.number().nullable(),
  sentence: z.string(),
  arms: z.array(armLook),
});

/**
 * fixed: at one reading of the data. repeated: over all looks of the plan together. always_valid: at whatever
 * moment the data are read.
 */
export const intervalKindSchema = z.enum(["fixed", "repeated", "always_valid"]);

export const timingSchema = z.strictObject({
  day: z.number().nullable(),
  first_exposure: z.string().nullable(),
  last_exposure: z.string().nullable(),
});

export const registrationStateSchema = z.strictObject({
  locked: z.boolean(),
  sentence: z.string(),
  failures: z.array(z.string()),
});

export type ReadoutPlan = z.infer<typeof planSchema>;
export type ReadoutArmLook = z.infer<typeof armLook>;
export type ReadoutLook = z.infer<typeof look>;
export type ReadoutStageWise = z.infer<typeof stageWise>;
export type IntervalKind = z.infer<typeof intervalKindSchema>;
