import { customPlanError, customPlanPower } from "@plumbline/stats";
import type { ShapeRow } from "./table.js";

export const CUSTOM_BOUNDARY_SHAPE: ShapeRow = {
  name: "custom_boundary_alpha",
  fields: ["information_fractions", "nominal_two_sided_alpha"],
  run: (input) => {
    const plan = {
      sided: 2,
      informationRates: input.numbers("information_fractions"),
      nominalLevels: input.numbers("nominal_two_sided_alpha"),
    } as const;
    const error = customPlanError(plan);
    const result = {
      overall_alpha: error.overallAlpha,
      cumulative_alpha: error.cumulativeAlpha,
      stage_alpha: error.stageAlpha,
      boundary_z: error.criticalValues,
    };
    if (!input.has("drift") || input.isNull("drift")) return result;
    const power = customPlanPower(plan, input.number("drift"));
    return {
      ...result,
      stage_upper: power.stageUpper,
      power_upper: power.powerUpper,
      power_total: power.powerTotal,
    };
  },
};
