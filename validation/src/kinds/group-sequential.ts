import { designGroupSequential, normalSf, operatingCharacteristics } from "@plumbline/stats";
import { readFamily, readFutility, readSided } from "./sequential-plan.js";
import type { ShapeRow } from "./table.js";

export const GROUP_SEQUENTIAL_SHAPE: ShapeRow = {
  name: "group_sequential",
  fields: ["type", "looks", "information_rates", "sided", "alpha", "beta", "futility"],
  run: (input) => {
    const design = designGroupSequential({
      sided: readSided(input),
      alpha: input.number("alpha"),
      power: 1 - input.number("beta"),
      informationRates: input.numbers("information_rates"),
      boundary: readFamily(input),
      futility: readFutility(input),
    });
    const futility = design.futilityBoundary;
    const atDrift = operatingCharacteristics(design, design.drift);
    return {
      critical_values_z: design.criticalValues,
      local_one_sided_p: design.criticalValues.map(normalSf),
      nominal_p: design.nominalLevels,
      cumulative_alpha_spent: design.cumulativeAlpha,
      futility_bounds_z: futility?.bounds ?? null,
      cumulative_beta_spent: futility?.cumulativeBeta ?? null,
      n_fixed: design.fixedDriftSquared,
      drift_squared: design.drift * design.drift,
      inflation_factor: design.inflation,
      cumulative_power: design.cumulativePower,
      stage_rejection_probabilities_h1: atDrift.stageRejection,
      stage_futility_probabilities_h1: atDrift.stageFutility,
      asn_ratio_h1: design.expectedInformation.h1,
      asn_ratio_h01: design.expectedInformation.h01,
      asn_ratio_h0: design.expectedInformation.h0,
    };
  },
};
