/**
 * Off-policy evaluation of a policy that takes one action at a time, from rows.
 *
 * Every estimate is formed from the sums of `sums.ts`, so that a scan in an engine gives the same numbers.
 * Direct method: mean of sum_a pi(a|x) q(x, a); its error is that of a known q, so it is as biased as the
 * model. Doubly robust: mean of dm + w (r - q) (Dudik, Langford & Li, ICML 2011); unbiased when either the
 * propensities or the model is right; predictions must come from rows other than the row itself
 * (`crossFitted`).
 */
import { requireDomain, StatsError } from "../errors.js";
import {
  requireSupport,
  WEIGHT_LIMITS,
  type WeightDiagnostics,
  type WeightLimits,
  weightDiagnostics,
} from "./diagnostics.js";
import {
  ipsFromSums,
  meanOfTerms,
  type PolicyInterval,
  type PolicyValue,
  policyInterval,
  snipsFromSums,
} from "./estimates.js";
import { type TermSums, termSums, type WeightedSums, weightedSums } from "./sums.js";
import {
  type ActionTable,
  atActions,
  importanceWeights,
  missingSupport,
  modelTerms,
  requirePolicy,
  ruledWeight,
  type WeightRule,
} from "./weights.js";

/** Probabilities written with few digits do not add up exactly. */
const ROUNDING = 1e-9;

export interface LoggedActions {
  /** Action taken, 0 to actions - 1, per row. */
  readonly action: ArrayLike<number>;
  readonly reward: ArrayLike<number>;
  /** Probability of the action taken, as logged when it was shown. */
  readonly propensity: ArrayLike<number>;
}

export interface OffPolicyInput extends LoggedActions {
  /** pi(a|x) of the target policy, rows by actions. */
  readonly policy: ActionTable;
  /** q(x, a), rows by actions; without them there is neither direct method nor doubly robust. */
  readonly predictions?: ActionTable;
  /** Largest weight of the clipped estimates; without it there are none. */
  readonly clip?: number;
  /** The logging policy's probabilities of every action, where they were logged: missing support then shows. */
  readonly logging?: ActionTable;
}

/** The sums of one log; an engine may give the same. */
export interface OffPolicySums {
  readonly weighted: WeightedSums;
  readonly clipped?: ClippedSums;
  readonly direct?: TermSums;
  readonly doublyRobust?: TermSums;
  readonly clippedDoublyRobust?: TermSums;
  /** Share of the target policy on actions that are never logged; known where `logging` was given. */
  readonly missingSupport?: number;
}

export interface ClippedSums {
  readonly terms: TermSums;
  /** Rows whose weight lies above the clip. */
  readonly clippedRows: number;
}

/** @throws StatsError UNIDENTIFIED for propensities missing, 0 or above 1; DOMAIN for bad shapes or values. */
export function offPolicySums(input: OffPolicyInput): OffPolicySums {
  const { action, reward, propensity, policy, predictions, clip, logging } = input;
  requirePolicy(policy);
  const weights = importanceWeights(atActions(policy, action), propensity);
  const sums = {
    weighted: weightedSums(weights, reward),
    ...(logging && { missingSupport: missingSupport(policy, logging) }),
  };
  const model = predictions === undefined ? {} : modelSums(input, predictions, weights);
  if (clip === undefined) return { ...sums, ...model };
  const rule = ruledWeight({ kind: "clip", at: clip });
  const terms = weights.map((w, i) => rule(w) * (reward[i] as number));
  const clippedRows = weights.reduce((count, w) => count + (w > clip ? 1 : 0), 0);
  return { ...sums, ...model, clipped: { terms: termSums(terms), clippedRows } };
}

function modelSums(input: OffPolicyInput, predictions: ActionTable, weights: Float64Array) {
  const { action, reward, policy, clip } = input;
  const direct = modelTerms(policy, predictions);
  const taken = atActions(predictions, action);
  const corrected = (rule: WeightRule) =>
    termSums(doublyRobustTerms({ direct, taken, weights, reward }, rule));
  return {
    direct: termSums(direct),
    doublyRobust: corrected({ kind: "plain" }),
    ...(clip === undefined ? {} : { clippedDoublyRobust: corrected({ kind: "clip", at: clip }) }),
  };
}

export interface DoublyRobustRows {
  /** sum_a pi(a|x) q(x, a). */
  readonly direct: Float64Array;
  /** q of the action taken. */
  readonly taken: Float64Array;
  readonly weights: Float64Array;
  readonly reward: ArrayLike<number>;
}

/** dm + w' (r - q) with the weights under a rule: plain, clipped, switched or shrunk. */
export function doublyRobustTerms(rows: DoublyRobustRows, rule: WeightRule): Float64Array {
  const { direct, taken, weights, reward } = rows;
  requireDomain(
    [taken, weights, reward].every((column) => column.length === direct.length),
    "The columns of a log differ in length.",
  );
  const weigh = ruledWeight(rule);
  return direct.map(
    (term, i) =>
      term + weigh(weights[i] as number) * ((reward[i] as number) - (taken[i] as number)),
  );
}

export type OffPolicyEstimator =
  | "ips"
  | "snips"
  | "clippedIps"
  | "direct"
  | "doublyRobust"
  | "clippedDoublyRobust";

export interface OffPolicyEstimates {
  readonly diagnostics: WeightDiagnostics;
  /** Share of rows above the clip; null without a clip. */
  readonly clippedShare: number | null;
  /** Those that the sums allow; no direct method where its terms are all alike. */
  readonly estimates: Readonly<Partial<Record<OffPolicyEstimator, PolicyInterval>>>;
}

/** Every estimate the sums allow, whatever the weights. @throws StatsError DOMAIN without variation. */
export function offPolicyEstimates(sums: OffPolicySums, alpha: number): OffPolicyEstimates {
  const { weighted, clipped, direct, doublyRobust, clippedDoublyRobust } = sums;
  const values: Partial<Record<OffPolicyEstimator, PolicyValue>> = {
    ips: ipsFromSums(weighted),
    snips: snipsFromSums(weighted),
    ...(clipped && { clippedIps: meanOfTerms(clipped.terms) }),
    ...(direct && directValue(direct)),
    ...(doublyRobust && { doublyRobust: meanOfTerms(doublyRobust) }),
    ...(clippedDoublyRobust && { clippedDoublyRobust: meanOfTerms(clippedDoublyRobust) }),
  };
  return {
    diagnostics: weightDiagnostics(weighted),
    clippedShare: clipped === undefined ? null : clipped.clippedRows / weighted.n,
    estimates: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, policyInterval(value, alpha)]),
    ),
  };
}

/** A model without context predicts the same for every row: it has a value and no error to give. */
function directValue(direct: TermSums): { direct?: PolicyValue } {
  try {
    return { direct: meanOfTerms(direct) };
  } catch (error) {
    if (error instanceof StatsError && error.code === "DOMAIN") return {};
    throw error;
  }
}

/**
 * The estimates of weights that may carry them.
 * @throws StatsError UNIDENTIFIED with every reason when they may not (`WEIGHT_LIMITS`), else as above.
 */
export function trustedOffPolicyEstimates(
  sums: OffPolicySums,
  alpha: number,
  limits: WeightLimits = WEIGHT_LIMITS,
): OffPolicyEstimates {
  const missing = sums.missingSupport ?? 0;
  if (missing > ROUNDING) {
    throw new StatsError(
      "UNIDENTIFIED",
      `The target policy puts ${(100 * missing).toPrecision(2)} % of its choices on actions that were never logged.`,
      "Log a policy that takes every action of the target now and then.",
    );
  }
  requireSupport(sums.weighted, limits);
  return offPolicyEstimates(sums, alpha);
}
