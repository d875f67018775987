/** The stop rule as written in a registration: when the data may be looked at, and at what price. */
import { z } from "zod";
import { openUnit, refuse, WHEN_SOUND } from "./fields.js";

/** `day_4`, or 4. */
const look = z
  .union([z.string(), z.number()], { error: "expected a day such as day_4" })
  .transform((given, context) => {
    const day = typeof given === "number" ? given : Number(/^day_(\d{1,5})$/.exec(given)?.[1]);
    if (Number.isInteger(day) && day > 0) return day;
    refuse(
      context,
      "LOOKS_INVALID",
      [],
      `"${given}" is not a day of the run.`,
      "Write day_4 for the end of the fourth day.",
    );
    return z.NEVER;
  });

const SPENDING_NAMES = ["obrien_fleming", "pocock", "hwang_shih_decani", "kim_demets"] as const;
export const BOUNDARY_NAMES = [
  ...SPENDING_NAMES,
  "obrien_fleming_constant",
  "pocock_constant",
  "wang_tsiatis",
] as const;
export type BoundaryName = (typeof BOUNDARY_NAMES)[number];
const STOP_RULES = ["fixed_horizon", ...BOUNDARY_NAMES, "always_valid"] as const;
type StopRuleName = (typeof STOP_RULES)[number];

/** Whether a boundary takes a parameter, and which values it may have. */
const PARAMETERS: Readonly<
  Partial<Record<StopRuleName, { fits: (value: number) => boolean; words: string }>>
> = {
  hwang_shih_decani: { fits: (gamma) => Math.abs(gamma) <= 40, words: "gamma from -40 to 40" },
  kim_demets: { fits: (rho) => rho > 0 && rho <= 50, words: "rho above 0, at most 50" },
  wang_tsiatis: { fits: (delta) => Math.abs(delta) <= 1, words: "delta from -1 to 1" },
};

/** Why a boundary cannot have this parameter, and the way out; null: it can. */
export function parameterFault(
  name: StopRuleName,
  parameter: number | undefined,
): { readonly message: string; readonly mend: string } | null {
  const allowed = PARAMETERS[name];
  if (parameter === undefined || allowed?.fits(parameter)) return null;
  return allowed === undefined
    ? { message: `${name} has no parameter.`, mend: "Remove it." }
    : {
        message: `${parameter} is no parameter of ${name}.`,
        mend: `Write ${allowed.words}, or leave it out.`,
      };
}

function checkParameter(
  given: { readonly name: StopRuleName; readonly parameter: number | undefined },
  path: readonly string[],
  context: z.RefinementCtx,
): void {
  const fault = parameterFault(given.name, given.parameter);
  if (fault === null) return;
  refuse(context, "FIELD_INVALID", [...path, "parameter"], fault.message, fault.mend);
}

const futility = z.strictObject({
  spending: z.enum(SPENDING_NAMES).meta({ description: "How the type II error is spent." }),
  parameter: z.number().optional().meta({
    description: "gamma of hwang_shih_decani, rho of kim_demets.",
  }),
  binding: z.boolean().optional().meta({
    description: "Whether the stop must be obeyed; default false, which keeps alpha either way.",
  }),
});

export const stopRule = z
  .strictObject({
    type: z.enum(STOP_RULES).meta({
      description:
        "How looks before the end are allowed for: spending functions, classical constants, or always valid.",
    }),
    parameter: z.number().optional().meta({
      description:
        "gamma of hwang_shih_decani (default -4), rho of kim_demets (3), delta of wang_tsiatis (0.25).",
    }),
    futility: futility.optional().meta({
      description: "Stop early when success has become unlikely; needs a one-sided primary test.",
    }),
    looks: z.array(look).max(50, "at most 50 looks").optional().meta({
      description:
        "Days of the run at whose end the data are looked at; the last is the final one.",
    }),
    early_stop_alpha_at_look: z
      .array(openUnit)
      .optional()
      .meta({ description: "Nominal level at each look, one for each." }),
    abort_on_guardrail_breach: z
      .boolean()
      .optional()
      .meta({ description: "Whether a breached guardrail ends the run at a look." }),
  })
  .superRefine((rule, context) => {
    const looks = rule.looks ?? [];
    const alphas = rule.early_stop_alpha_at_look;
    if (alphas !== undefined && alphas.length !== looks.length) {
      refuse(
        context,
        "LOOKS_INVALID",
        ["early_stop_alpha_at_look"],
        `There are ${looks.length} looks and ${alphas.length} levels.`,
        "Give one level for each look.",
      );
    }
    checkParameter({ name: rule.type, parameter: rule.parameter }, [], context);
    if (rule.futility !== undefined) {
      const { spending, parameter } = rule.futility;
      checkParameter({ name: spending, parameter }, ["futility"], context);
      const lone = rule.type === "fixed_horizon" || rule.type === "always_valid";
      if (lone || alphas !== undefined || looks.length < 2) {
        refuse(
          context,
          "FIELD_INVALID",
          ["futility"],
          "A futility rule belongs to a boundary with interim looks.",
          "Name a spending function and at least two looks, without levels of your own; or remove futility.",
        );
      }
    }
    const late = looks.findIndex((day, at) => at > 0 && day <= (looks[at - 1] ?? 0));
    if (late > 0) {
      refuse(
        context,
        "LOOKS_INVALID",
        ["looks", late],
        "The looks are not in order of time.",
        "List the days from first to last.",
      );
    }
    if (rule.type === "fixed_horizon" && looks.length > 1) {
      refuse(
        context,
        "LOOKS_INVALID",
        ["looks"],
        "A fixed horizon has one look, at the end.",
        "Name a sequential type, or remove the earlier looks.",
      );
    }
  }, WHEN_SOUND);
