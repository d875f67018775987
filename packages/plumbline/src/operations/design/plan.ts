import { BOUNDARIES, BOUNDARY_NAMES, parameterFault } from "@plumbline/primitives";
import {
  type BoundaryFamily,
  type CustomPlanError,
  calibrateLastLevel,
  customPlanError,
  customPlanPower,
  designGroupSequential,
  type FutilityRule,
  type GroupSequentialDesign,
  isSpending,
  StatsError,
} from "@plumbline/stats";
import { z } from "zod";
import { renderPlan } from "../../report/design/plan-terminal.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";

/** As many as the boundaries are computed for. */
const MOST_LOOKS = 50;

/** "4,7,11" -> numbers; an empty or foreign part is refused, never read as 0. */
const numbers = (what: string) =>
  z.string().transform((text, context) => {
    const parts = text.split(",").map((part) => part.trim());
    const values = parts.map((part) => (part === "" ? Number.NaN : Number(part)));
    if (values.every(Number.isFinite)) return values;
    context.addIssue({ code: "custom", message: `write ${what}, separated by commas` });
    return z.NEVER;
  });

const looks = numbers("days or fractions").superRefine((given, context) => {
  const ordered = given.every((value, k) => value > (k === 0 ? 0 : (given[k - 1] ?? 0)));
  if (!ordered) {
    context.addIssue({ code: "custom", message: "looks go up, from above 0" });
  }
  if (given.length > MOST_LOOKS) {
    context.addIssue({ code: "custom", message: `at most ${MOST_LOOKS} looks` });
  }
});

const input = z
  .strictObject({
    looks: z.string({ error: "give the looks, e.g. --looks 4,7,11,14" }).pipe(looks),
    alpha: z.coerce.number().gt(0).lt(1).default(0.05),
    sided: z.coerce
      .number()
      .pipe(z.union([z.literal(1), z.literal(2)]))
      .default(2),
    power: z.coerce.number().gt(0).lt(1).default(0.8),
    spending: z
      .enum(BOUNDARY_NAMES, { error: `choose one of ${BOUNDARY_NAMES.join(", ")}` })
      .default("obrien_fleming"),
    parameter: z.coerce.number().optional(),
    futility: z.string().min(1).optional(),
    levels: numbers("nominal levels").optional(),
    json: z.boolean().default(false),
  })
  .superRefine((given, context) => {
    const { levels, futility } = given;
    const fault = parameterFault(given.spending, given.parameter);
    if (fault !== null) {
      context.addIssue({
        code: "custom",
        path: ["parameter"],
        message: `${fault.message} ${fault.mend}`.replace(/\.$/, ""),
      });
    }
    if (levels !== undefined && levels.length !== given.looks.length) {
      context.addIssue({
        code: "custom",
        path: ["levels"],
        message: `there are ${given.looks.length} looks and ${levels.length} levels`,
      });
    }
    if (levels !== undefined && futility !== undefined) {
      context.addIssue({
        code: "custom",
        path: ["futility"],
        message: "levels of your own have no futility rule; leave one of the two out",
      });
    }
  });

type PlanInput = z.output<typeof input>;

export interface OwnLevels {
  readonly levels: readonly number[];
  readonly error: CustomPlanError;
  /** Power where the spending plan has its registered power. */
  readonly power: number;
  /** Last level with which the earlier ones spend exactly alpha; null when they alone overspend. */
  readonly validLast: number | null;
}

export interface PlanOutput {
  readonly looks: readonly number[];
  readonly rates: readonly number[];
  readonly design: GroupSequentialDesign;
  readonly own: OwnLevels | null;
}

function futilityOf(given: PlanInput, boundary: BoundaryFamily): FutilityRule | null {
  const { futility } = given;
  if (futility === undefined) return null;
  if (futility === "beta") {
    if (!isSpending(boundary)) {
      throw new StatsError(
        "DOMAIN",
        `Futility by beta follows a spending function, and ${given.spending} is none.`,
        "Name a spending function with --spending, or write one z for each look before the last.",
      );
    }
    return { rule: "beta_spending", spending: boundary, binding: false };
  }
  const bounds = futility.split(",").map((part) => {
    const text = part.trim();
    return text === "none" ? null : Number(text === "" ? Number.NaN : text);
  });
  if (bounds.some((bound) => bound !== null && !Number.isFinite(bound))) {
    throw new StatsError(
      "DOMAIN",
      `"${futility}" is no futility rule.`,
      'Write beta, or one z for each look before the last, e.g. 0,0.5,1, with "none" to leave one out.',
    );
  }
  return { rule: "fixed", bounds, binding: false };
}

function ownLevels(given: PlanInput, rates: readonly number[], drift: number): OwnLevels | null {
  const { levels, sided, alpha } = given;
  if (levels === undefined) return null;
  const plan = { sided, informationRates: rates, nominalLevels: levels };
  const error = customPlanError(plan);
  let validLast: number | null = null;
  try {
    validLast = calibrateLastLevel(plan, alpha).nominalLevels.at(-1) ?? null;
  } catch (problem) {
    if (!(problem instanceof StatsError)) throw problem;
  }
  return { levels, error, power: customPlanPower(plan, drift).powerUpper, validLast };
}

async function run(_context: OperationContext, given: PlanInput): Promise<PlanOutput> {
  const { alpha, sided, power } = given;
  const last = given.looks.at(-1) ?? 1;
  const rates = given.looks.map((look) => look / last);
  const boundary = BOUNDARIES[given.spending].family(given.parameter);
  const design = designGroupSequential({
    sided,
    alpha,
    power,
    informationRates: rates,
    boundary,
    futility: futilityOf(given, boundary),
  });
  return { looks: given.looks, rates, design, own: ownLevels(given, rates, design.drift) };
}

function document({ looks, rates, design, own }: PlanOutput) {
  const { futilityBoundary: futility } = design;
  return {
    schema: "plumbline.design_plan/1",
    looks,
    information_rates: rates,
    sided: design.sided,
    alpha: design.alpha,
    power: design.power,
    formula: design.formula,
    critical_values: design.criticalValues,
    nominal_levels: design.nominalLevels,
    cumulative_alpha: design.cumulativeAlpha,
    cumulative_power: design.cumulativePower,
    futility: futility && {
      formula: futility.formula,
      binding: futility.binding,
      bounds: futility.bounds,
      alpha_if_obeyed: futility.alphaIfObeyed,
    },
    inflation: design.inflation,
    expected_information: design.expectedInformation,
    own_levels: own && {
      nominal_levels: own.levels,
      critical_values: own.error.criticalValues,
      cumulative_alpha: own.error.cumulativeAlpha,
      overall_alpha: own.error.overallAlpha,
      power: own.power,
      valid_last_level: own.validLast,
    },
  };
}

function render(output: PlanOutput, given: PlanInput, rendering: Rendering): Rendered {
  const stdout = given.json
    ? `${JSON.stringify(document(output), null, 2)}\n`
    : renderPlan(output, rendering);
  return { stdout, stderr: "", exitCode: 0 };
}

export const planOperation: OperationBody<PlanInput, PlanOutput> = { input, run, render };
