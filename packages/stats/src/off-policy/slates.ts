/**
 * Off-policy evaluation of rankings: several positions shown together, a reward at each.
 *
 * With w_k = target / logged probability of the document at position k (given those above it) and the value of
 * a slate the sum of its rewards: `standard` w_1..w_K sum r_k; `cascade` (reward interaction IPS) sum w_1..w_k
 * r_k (McInerney et al., KDD 2020), right when a reward depends on what stands above and at k; `independent`
 * sum w_k r_k (Li et al., KDD 2018), right when it depends on position k alone; `cascade_dr` corrects a model
 * of the rewards from k down (Kiyohara et al., WSDM 2022). Position-based click model: weights
 * sum_k p_k pi(a at k) over the same of the log, p_k the chance that position k is examined (Li et al. 2018).
 * Each term is of one slate, so positions of a slate may depend on each other. Show all three: where they
 * disagree, the assumption decides and not the data.
 */
import { requireDomain, StatsError } from "../errors.js";
import { type TermSums, termSums, type WeightedSums, weightedSums } from "./sums.js";

export interface SlateRows {
  /** Rows of slate s stand from start[s] up to start[s + 1], first position first. */
  readonly start: ArrayLike<number>;
  /** w_k per row (`importanceWeights`, `positionBasedWeights`). */
  readonly weights: ArrayLike<number>;
  readonly reward: ArrayLike<number>;
  /** For `cascade_dr`, per row; predictions from other slates. */
  readonly model?: SlateModel;
}

export interface SlateModel {
  /** Rewards expected from position k to the end, given the slate shown down to k. */
  readonly taken: ArrayLike<number>;
  /** The same, averaged over what the target policy would put at k. */
  readonly expected: ArrayLike<number>;
}

export type SlateEstimator = "standard" | "cascade" | "independent" | "cascade_dr";

export interface SlateSums {
  readonly terms: TermSums;
  /** One weight a slate (a position for `independent`), for `weightProblems`. */
  readonly weights: WeightedSums;
}

/** Value per slate: give `terms` to `meanOfTerms`. @throws StatsError DOMAIN for slates without rows or unequal lengths. */
export function slateSums(rows: SlateRows, estimator: SlateEstimator): SlateSums {
  const { start, weights, reward, model } = rows;
  const slates = start.length - 1;
  requireDomain(
    slates >= 1 && start[0] === 0 && start[slates] === weights.length,
    "The slates do not cover the rows of the log.",
  );
  requireDomain(weights.length === reward.length, "The columns of a log differ in length.");
  if (estimator === "cascade_dr" && model === undefined) {
    throw new StatsError("DOMAIN", "The doubly robust estimate of slates needs a model.");
  }
  const terms = new Float64Array(slates);
  const products = new Float64Array(slates);
  const totals = new Float64Array(slates);
  for (let s = 0; s < slates; s++) {
    const slate = readSlate(rows, start[s] as number, start[s + 1] as number, s);
    terms[s] = slate[estimator];
    products[s] = slate.product;
    totals[s] = slate.total;
  }
  const isByPosition = estimator === "independent";
  return {
    terms: termSums(terms),
    weights: isByPosition ? weightedSums(weights, reward) : weightedSums(products, totals),
  };
}

interface Slate extends Record<SlateEstimator, number> {
  /** w_1 to w_K multiplied. */
  readonly product: number;
  /** Sum of the rewards. */
  readonly total: number;
}

function readSlate(rows: SlateRows, from: number, to: number, slate: number): Slate {
  requireDomain(to > from, `Slate ${slate + 1} shows nothing.`, "Leave empty slates out.");
  const { weights, reward, model } = rows;
  let [product, total, cascade, independent, robust] = [1, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const r = reward[i] as number;
    const above = product;
    product *= weights[i] as number;
    total += r;
    cascade += product * r;
    independent += (weights[i] as number) * r;
    if (model !== undefined) {
      // What the model expects further down enters at the next position, so the sum telescopes.
      robust += product * (r - (model.taken[i] as number)) + above * (model.expected[i] as number);
    }
  }
  return { standard: product * total, cascade, independent, cascade_dr: robust, product, total };
}

/** Probability of a document at each position, per row: row i stands from i * positions on. */
export interface PositionTable {
  readonly positions: number;
  readonly values: Float64Array;
}

/**
 * Weights of clicks under the position-based click model: how much likelier the target policy is to have the
 * document examined.
 * @param examination chance that each position is looked at, in (0, 1]; estimated from randomised positions.
 * @throws StatsError UNIDENTIFIED where the log could never have the document examined; DOMAIN for bad shapes.
 */
export function positionBasedWeights(
  examination: ArrayLike<number>,
  target: PositionTable,
  logging: PositionTable,
): Float64Array {
  const { positions } = target;
  requireDomain(
    examination.length === positions &&
      logging.positions === positions &&
      logging.values.length === target.values.length,
    "Examination, target and logging probabilities differ in shape.",
  );
  for (let k = 0; k < positions; k++) {
    const p = examination[k] as number;
    requireDomain(
      p > 0 && p <= 1,
      `The chance that position ${k + 1} is examined is ${p}.`,
      "A chance lies above 0 and is at most 1.",
    );
  }
  const examined = (table: PositionTable, row: number) => {
    let sum = 0;
    for (let k = 0; k < positions; k++) {
      const p = table.values[row * positions + k] as number;
      requireDomain(
        p >= 0 && p <= 1,
        `Row ${row + 1} has the probability ${p} at position ${k + 1}.`,
      );
      sum += (examination[k] as number) * p;
    }
    return sum;
  };
  return Float64Array.from({ length: target.values.length / Math.max(1, positions) }, (_, i) => {
    const logged = examined(logging, i);
    if (logged === 0) {
      throw new StatsError(
        "UNIDENTIFIED",
        `The logging policy could not have shown the document of row ${i + 1}.`,
        "Check the logged probabilities: a shown document has one above 0.",
      );
    }
    return examined(target, i) / logged;
  });
}
