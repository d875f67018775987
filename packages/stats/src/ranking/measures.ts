/**
 * Measures of one ranked list against its judgements.
 *
 * Definitions as in trec_eval 9 (NIST): discount 1/log2(rank + 1); the ideal list holds all judged grades,
 * retrieved or not; precision divides by k even when fewer documents were retrieved; recall, average
 * precision and R-precision divide by all judged relevant documents and are 0 when there is none; unjudged
 * documents are not relevant. Gain: the grade (`linear`, trec_eval's) or 2^grade - 1 (`exponential`, Burges
 * et al., ICML 2005). A cut-off inside average precision keeps the full divisor (trec_eval's map_cut).
 */
import { requireDomain } from "../errors.js";

export type RankingMeasureName =
  | "ndcg_linear"
  | "ndcg_exponential"
  | "recall"
  | "precision"
  | "reciprocal_rank"
  | "hit_rate"
  | "average_precision"
  | "r_precision";

export interface RankingMeasure {
  readonly name: RankingMeasureName;
  /** Ranks looked at; null takes the whole list, and is the only choice for R-precision. */
  readonly k: number | null;
}

/** One query's list, in buffers that are larger than the list. */
export interface JudgedList {
  /** Grade by rank, best rank first; 0 for what is not judged or negative. */
  readonly grades: Float64Array;
  retrieved: number;
  /** Judged grades above 0, descending. */
  ideal: Float64Array;
  /** Judged documents that count as relevant, retrieved or not. */
  relevant: number;
  /** Least grade that counts as relevant. */
  readonly relevantFrom: number;
}

/** The value of a measure for one list; `depth` is k, or the length of the list. */
export type MeasureFunction = (list: JudgedList, depth: number) => number;

let discounts = new Float64Array(0);

/** 1/log2(rank + 1) by rank - 1. */
function discountsUpTo(depth: number): Float64Array {
  if (discounts.length < depth) {
    discounts = Float64Array.from(
      { length: Math.max(1024, 2 * depth) },
      (_, i) => 1 / Math.log2(i + 2),
    );
  }
  return discounts;
}

function discountedGain(grades: Float64Array, count: number, isExponential: boolean): number {
  const weights = discountsUpTo(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const grade = grades[i] as number;
    if (grade > 0) sum += (isExponential ? 2 ** grade - 1 : grade) * (weights[i] as number);
  }
  return sum;
}

function normalisedGain(list: JudgedList, depth: number, isExponential: boolean): number {
  const best = discountedGain(list.ideal, Math.min(depth, list.ideal.length), isExponential);
  if (best === 0) return 0;
  return discountedGain(list.grades, Math.min(depth, list.retrieved), isExponential) / best;
}

function relevantWithin(list: JudgedList, depth: number): number {
  const end = Math.min(depth, list.retrieved);
  let count = 0;
  for (let i = 0; i < end; i++) {
    if ((list.grades[i] as number) >= list.relevantFrom) count += 1;
  }
  return count;
}

/** Rank of the first relevant document within `depth`; 0 when there is none. */
function firstRelevantRank(list: JudgedList, depth: number): number {
  const end = Math.min(depth, list.retrieved);
  for (let i = 0; i < end; i++) {
    if ((list.grades[i] as number) >= list.relevantFrom) return i + 1;
  }
  return 0;
}

function averagePrecision(list: JudgedList, depth: number): number {
  if (list.relevant === 0) return 0;
  const end = Math.min(depth, list.retrieved);
  let found = 0;
  let sum = 0;
  for (let i = 0; i < end; i++) {
    if ((list.grades[i] as number) >= list.relevantFrom) {
      found += 1;
      sum += found / (i + 1);
    }
  }
  return sum / list.relevant;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** A new measure is a new row. */
const MEASURES: Readonly<Record<RankingMeasureName, MeasureFunction>> = {
  ndcg_linear: (list, depth) => normalisedGain(list, depth, false),
  ndcg_exponential: (list, depth) => normalisedGain(list, depth, true),
  recall: (list, depth) => share(relevantWithin(list, depth), list.relevant),
  precision: (list, depth) => share(relevantWithin(list, depth), depth),
  reciprocal_rank: (list, depth) => share(1, firstRelevantRank(list, depth)),
  hit_rate: (list, depth) => (firstRelevantRank(list, depth) > 0 ? 1 : 0),
  average_precision: averagePrecision,
  r_precision: (list) => share(relevantWithin(list, list.relevant), list.relevant),
};

/** Of one list, whatever its length. @throws StatsError DOMAIN for a k that is not a whole number from 1. */
export function measureFunction({ name, k }: RankingMeasure): (list: JudgedList) => number {
  const measure = MEASURES[name];
  if (k === null) {
    // NDCG over the whole list is against the whole ideal, also when fewer documents were retrieved.
    const isGain = name === "ndcg_linear" || name === "ndcg_exponential";
    return (list) => measure(list, isGain ? Number.POSITIVE_INFINITY : list.retrieved);
  }
  requireDomain(name !== "r_precision", "R-precision has no cut-off.", "Leave k out (null).");
  requireDomain(
    Number.isInteger(k) && k >= 1,
    `A cut-off k is a whole number from 1, not ${k}.`,
    "Use a whole number of ranks.",
  );
  return (list) => measure(list, k);
}
