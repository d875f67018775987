import { StatsError } from "../errors.js";
import { unscale } from "../moments/centre.js";
import type { QuantileCell } from "../moments/plan.js";
import { bigintRatioToNumber } from "../moments/rational.js";
import { type Alternative, normalTest } from "../tests/inference.js";
import { requireOrder } from "./clustered.js";

/**
 * The clustered quantile from a warehouse cell, and the difference of two.
 *
 * Method: order-statistic interval at ranks n(p -+ z sqrt(p(1-p)/n)), its width over 2z, times the
 * cluster correction sqrt(Var_cluster / Var_iid) of the share of observations at or below the
 * quantile (outer interval, post-adjustment). Source: Deng, Knoblich & Lu, KDD 2018. The clustered
 * variance is centred exactly in BigInt. Domain: two or more units with observations.
 */
export interface QuantileEstimate {
  /** Observations, and units with at least one. */
  readonly n: number;
  readonly units: number;
  readonly quantile: number;
  /** Post-adjusted; 0 when the interval's order statistics coincide. */
  readonly se: number;
  readonly ecdfAtQuantile: number;
  readonly clusterCorrection: number;
}

/** The z of the ranks at which `lower` and `upper` of a cell stand, fixed by the contract of the cell. */
const CELL_Z = 1.959963984540054;

/**
 * @param order of the quantile; `scale` decimal digits of the cell's integers.
 * @throws StatsError DOMAIN for fewer than two units or counts that cannot come from any data.
 */
export function clusteredQuantileFromCell(
  cell: QuantileCell,
  order: number,
  scale: number,
): QuantileEstimate {
  requireOrder(order);
  const { units, sN, sNN, sY, sYY, sYN } = cell;
  if (units < 2n || sN < units || sN !== cell.n) {
    throw new StatsError(
      "DOMAIN",
      "A quantile over users needs at least two users with observations.",
      "Wait for more users, or check the unit column of the source.",
    );
  }
  // Residuals Y sN - N sY sum to zero over users, so their squares are already centred.
  const squares = sN * sN * sYY - 2n * sN * sY * sYN + sY * sY * sNN;
  if (squares < 0n || cell.lower > cell.upper) {
    throw new StatsError("DOMAIN", "These counts cannot come from any data.");
  }
  const clusterVariance = bigintRatioToNumber(squares * units, (units - 1n) * sN ** 4n);
  const clusterCorrection = Math.sqrt((clusterVariance * Number(cell.n)) / (order * (1 - order)));
  return {
    n: Number(cell.n),
    units: Number(units),
    quantile: unscale(cell.quantile, scale),
    se: (unscale(cell.upper - cell.lower, scale) / (2 * CELL_Z)) * clusterCorrection,
    ecdfAtQuantile: bigintRatioToNumber(sY, sN),
    clusterCorrection,
  };
}

export interface QuantileDifferenceInput {
  readonly treatment: { readonly quantile: number; readonly se: number };
  readonly control: { readonly quantile: number; readonly se: number };
  readonly alpha: number;
  readonly alternative?: Alternative;
}

export interface QuantileDifference {
  /** Treatment quantile minus control quantile. */
  readonly difference: number;
  readonly se: number;
  readonly z: number;
  readonly pValue: number;
  /** Null: unbounded on that side (one-sided alternatives). */
  readonly ciLower: number | null;
  readonly ciUpper: number | null;
}

/**
 * Difference of two independent quantiles, normal reference.
 * @throws StatsError DOMAIN when neither standard error is above 0, or for a bad alpha.
 */
export function quantileDifference(input: QuantileDifferenceInput): QuantileDifference {
  const { treatment, control, alpha, alternative = "two_sided" } = input;
  const difference = treatment.quantile - control.quantile;
  const se = Math.hypot(treatment.se, control.se);
  const { statistic, ...test } = normalTest({ estimate: difference, se, alpha, alternative });
  return { difference, se, z: statistic, ...test };
}
