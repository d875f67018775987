import { CONFIDENCE_SEQUENCE_KINDS } from "./confidence-sequence.js";
import { CUPED_SHAPE } from "./cuped.js";
import { CUSTOM_BOUNDARY_SHAPE } from "./custom-boundary.js";
import { CUSUM_KINDS } from "./cusum.js";
import { DIVERGENCE_KINDS } from "./divergence.js";
import { EVSI_KINDS } from "./evsi.js";
import { GROUP_SEQUENTIAL_SHAPE } from "./group-sequential.js";
import { KNAPSACK_SHAPE } from "./knapsack.js";
import { LMM_SHAPE } from "./lmm.js";
import { OFF_POLICY_SHAPE } from "./off-policy.js";
import { POWER_PROPORTION_KINDS } from "./power-proportion.js";
import { POWER_T_KINDS } from "./power-t.js";
import { QUANTILE_SHAPE } from "./quantile.js";
import { RANKING_SHAPE } from "./ranking.js";
import { SEQUENTIAL_INFERENCE_SHAPE } from "./sequential-inference.js";
import type { KindTable, ShapeRow } from "./table.js";
import { FIXED_TEST_KINDS } from "./tests-fixed.js";

/** Every kind of reference case that has a kernel; one file per reference file. */
export const KINDS: KindTable = {
  ...FIXED_TEST_KINDS,
  ...POWER_T_KINDS,
  ...POWER_PROPORTION_KINDS,
  ...CONFIDENCE_SEQUENCE_KINDS,
  ...EVSI_KINDS,
  ...DIVERGENCE_KINDS,
  ...CUSUM_KINDS,
};

/** Reference files without kinds; the first row whose fields are all present runs the case. */
export const SHAPES: readonly ShapeRow[] = [
  CUPED_SHAPE,
  QUANTILE_SHAPE,
  SEQUENTIAL_INFERENCE_SHAPE,
  GROUP_SEQUENTIAL_SHAPE,
  CUSTOM_BOUNDARY_SHAPE,
  RANKING_SHAPE,
  OFF_POLICY_SHAPE,
  LMM_SHAPE,
  KNAPSACK_SHAPE,
];
