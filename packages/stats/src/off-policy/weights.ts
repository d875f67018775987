/**
 * Weights and terms, row by row, from what was logged.
 *
 * w = target probability of the action taken / its logged propensity. Clipping (Ionides 2008), switching
 * (Wang, Agarwal & Dudik, ICML 2017) and shrinkage (Su et al., ICML 2020) change the weight of the correction
 * in the doubly robust term dm + w (r - q); they trade bias for variance. Domain: propensities in (0, 1],
 * target probabilities in [0, 1]; a propensity of 0 cannot be of an action that was taken.
 */
import { requireDomain, StatsError } from "../errors.js";

/** How a weight enters an estimate. */
export type WeightRule =
  | { readonly kind: "plain" }
  /** min(w, at). */
  | { readonly kind: "clip"; readonly at: number }
  /** w where it is at most `at`, else 0: the model alone speaks for that row. */
  | { readonly kind: "switch"; readonly at: number }
  /** lambda w / (w^2 + lambda). */
  | { readonly kind: "shrink"; readonly lambda: number };

/**
 * @param target probability with which the target policy takes the logged action, per row.
 * @param propensity probability with which the logging policy took it, as logged.
 * @throws StatsError UNIDENTIFIED for a missing, zero or impossible propensity; DOMAIN for a bad target.
 */
export function importanceWeights(
  target: ArrayLike<number>,
  propensity: ArrayLike<number>,
): Float64Array {
  if (propensity.length === 0 && target.length > 0) {
    throw new StatsError(
      "UNIDENTIFIED",
      "The log holds no propensities of its policy, so no policy can be valued from it.",
      "Log the probability of each shown action at the time of showing; it cannot be made up afterwards.",
    );
  }
  requireDomain(
    target.length === propensity.length,
    `There are ${target.length} target probabilities and ${propensity.length} propensities.`,
    "Give one of each a row.",
  );
  const weights = new Float64Array(target.length);
  for (let i = 0; i < target.length; i++) {
    const p = propensity[i] as number;
    if (!(p > 0 && p <= 1)) {
      throw new StatsError(
        "UNIDENTIFIED",
        `Row ${i + 1} was logged with the propensity ${p}; it must lie above 0 and be at most 1.`,
        "Leave out logs whose propensities were not recorded when the action was shown.",
      );
    }
    requireTarget(target[i] as number, i);
    weights[i] = (target[i] as number) / p;
  }
  return weights;
}

function requireTarget(probability: number, row: number): void {
  requireDomain(
    probability >= 0 && probability <= 1,
    `The target probability of row ${row + 1} is ${probability}.`,
    "A probability lies from 0 to 1.",
  );
}

/** @throws StatsError DOMAIN for a threshold that is not a finite number above 0. */
export function ruledWeight(rule: WeightRule): (weight: number) => number {
  if (rule.kind === "plain") return (w) => w;
  const bound = rule.kind === "shrink" ? rule.lambda : rule.at;
  requireDomain(
    Number.isFinite(bound) && bound > 0,
    `A threshold of weights is a finite number above 0, not ${bound}.`,
  );
  return {
    clip: (w: number) => Math.min(w, bound),
    switch: (w: number) => (w <= bound ? w : 0),
    shrink: (w: number) => (bound * w) / (w * w + bound),
  }[rule.kind];
}

/** A table of rows by actions; row i stands from i * actions on. */
export interface ActionTable {
  readonly actions: number;
  readonly values: Float64Array;
}

/** @throws StatsError DOMAIN for rows of unequal length. */
export function actionTable(rows: readonly ArrayLike<number>[]): ActionTable {
  const actions = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * actions);
  rows.forEach((row, i) => {
    requireDomain(
      row.length === actions,
      `Row ${i + 1} has ${row.length} actions, not ${actions}.`,
    );
    values.set(Array.from(row), i * actions);
  });
  return { actions, values };
}

/** How far the probabilities of a row may be from adding up to 1. */
const ROUNDING = 1e-3;

/** @throws StatsError DOMAIN for probabilities outside [0, 1] or rows that do not add up to 1. */
export function requirePolicy({ actions, values }: ActionTable): void {
  for (let i = 0; i * actions < values.length; i++) {
    let sum = 0;
    for (let a = 0; a < actions; a++) {
      const p = values[i * actions + a] as number;
      requireTarget(p, i);
      sum += p;
    }
    requireDomain(
      Math.abs(sum - 1) <= ROUNDING,
      `The target probabilities of row ${i + 1} add up to ${sum}, not 1.`,
      "Give a probability for every action.",
    );
  }
}

/** Entry of the action taken, per row. @throws StatsError DOMAIN for an action outside the table. */
export function atActions(table: ActionTable, action: ArrayLike<number>): Float64Array {
  const { actions, values } = table;
  requireDomain(
    action.length * actions === values.length,
    `There are ${action.length} actions taken for ${values.length / Math.max(1, actions)} rows.`,
  );
  return Float64Array.from({ length: action.length }, (_, i) => {
    const a = action[i] as number;
    requireDomain(
      Number.isInteger(a) && a >= 0 && a < actions,
      `Row ${i + 1} took the action ${a}; there are actions 0 to ${actions - 1}.`,
    );
    return values[i * actions + a] as number;
  });
}

/** sum over a of pi(a|x) q(x, a), per row. @throws StatsError DOMAIN for tables of unequal shape. */
export function modelTerms(policy: ActionTable, predictions: ActionTable): Float64Array {
  requireDomain(
    policy.actions === predictions.actions && policy.values.length === predictions.values.length,
    "Target probabilities and reward predictions differ in shape.",
    "Give both for every row and action.",
  );
  const { actions, values } = policy;
  return Float64Array.from({ length: values.length / Math.max(1, actions) }, (_, i) => {
    let sum = 0;
    for (let at = i * actions; at < (i + 1) * actions; at++) {
      sum += (values[at] as number) * (predictions.values[at] as number);
    }
    return sum;
  });
}

/**
 * Share of the target policy, mean over rows, on actions that the logging policy never takes there.
 * Above 0, no estimate without a model is unbiased.
 */
export function missingSupport(policy: ActionTable, logging: ActionTable): number {
  requireDomain(
    policy.actions === logging.actions && policy.values.length === logging.values.length,
    "Target and logging probabilities differ in shape.",
  );
  let mass = 0;
  for (let i = 0; i < policy.values.length; i++) {
    if (!((logging.values[i] as number) > 0)) mass += policy.values[i] as number;
  }
  return (mass * policy.actions) / policy.values.length;
}

/**
 * Predictions for cross-fitting: each row's come from the model that was fitted without its fold.
 * @param fold of each row, 0 to folds - 1.
 * @param byFold predictions of each fold's model for all rows; byFold[f] was fitted without fold f.
 * @throws StatsError DOMAIN for fewer than two folds, a fold without a row, or tables of unequal shape.
 */
export function crossFitted(fold: ArrayLike<number>, byFold: readonly ActionTable[]): ActionTable {
  const actions = byFold[0]?.actions ?? 0;
  requireDomain(byFold.length >= 2, "Cross-fitting needs at least two folds.", "Use five.");
  const values = new Float64Array(fold.length * actions);
  const used = new Array<boolean>(byFold.length).fill(false);
  for (let i = 0; i < fold.length; i++) {
    const table = byFold[fold[i] as number];
    requireDomain(
      table !== undefined && table.actions === actions && table.values.length === values.length,
      `Row ${i + 1} lies in fold ${fold[i]}, which has no predictions for every row and action.`,
    );
    used[fold[i] as number] = true;
    values.set(table.values.subarray(i * actions, (i + 1) * actions), i * actions);
  }
  requireDomain(used.every(Boolean), "A fold holds no row.", "Spread the rows over all folds.");
  return { actions, values };
}
