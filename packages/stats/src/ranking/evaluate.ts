/**
 * Ranked runs against judgements, query by query.
 *
 * Conventions as trec_eval 9: a query is scored when it stands in the run and is judged; queries of the run
 * without judgements are left out; judged queries missing from the run are left out of the mean, or count 0
 * in the mean over all judged queries (trec_eval -c). A judged query without a relevant document is scored
 * 0 and counted. Accuracy: sums over ranks in double precision, about 1e-15 relative.
 */
import { requireDomain, StatsError } from "../errors.js";
import { type JudgedList, measureFunction, type RankingMeasure } from "./measures.js";
import { orderRun } from "./order.js";
import {
  groupByQuery,
  type Judgements,
  type RankingRun,
  type RowsByQuery,
  requireDistinct,
  requirePairs,
} from "./rows.js";

/** 2^grade stays a number up to here. */
const LARGEST_GRADE = 1000;

export interface RankingInput {
  readonly run: RankingRun;
  readonly judgements: Judgements;
  /** Number of query codes. */
  readonly queries: number;
  /** Id of each document code; equal scores are ordered by it. */
  readonly documents: readonly string[];
  /** Least grade that counts as relevant where a measure knows only relevant or not; 1 when absent. */
  readonly relevantFrom?: number;
}

export interface RankingScores {
  readonly measures: readonly RankingMeasure[];
  /** Codes of the scored queries, ascending. */
  readonly queries: Int32Array;
  /** One column a measure; values[m][i] is of queries[i]. */
  readonly values: readonly Float64Array[];
  /** Per scored query: judged relevant, retrieved, and relevant retrieved documents. */
  readonly relevant: Int32Array;
  readonly retrieved: Int32Array;
  readonly relevantRetrieved: Int32Array;
  /** Judged queries that the run does not answer. */
  readonly missingQueries: Int32Array;
  /** Queries of the run that nobody judged. */
  readonly unjudgedQueries: Int32Array;
}

/**
 * @throws StatsError DOMAIN for a document that stands twice under a query, a value that is not a number,
 * judgements without any query, no query in common, or a bad cut-off.
 */
export function evaluateRanking(
  input: RankingInput,
  measures: readonly RankingMeasure[],
): RankingScores {
  const { run, judgements, queries, documents } = input;
  const universe = { queries, documents: documents.length };
  requirePairs(run, run.score, universe, "the run");
  requirePairs(judgements, judgements.relevance, universe, "the judgements");
  const functions = measures.map(measureFunction);
  const ranked = orderRun(run, queries, documents);
  const judged = groupByQuery(judgements.query, queries);
  requireDistinct(run.document, ranked, documents, "the run");
  requireDistinct(judgements.document, judged, documents, "the judgements");
  const { both, missingQueries, unjudgedQueries } = matchQueries(ranked, judged);
  const values = measures.map(() => new Float64Array(both.length));
  const relevant = new Int32Array(both.length);
  const retrieved = new Int32Array(both.length);
  const relevantRetrieved = new Int32Array(both.length);
  const lists = listReader(input, ranked, judged);
  for (let i = 0; i < both.length; i++) {
    const list = lists(both[i] as number);
    for (let m = 0; m < functions.length; m++) {
      (values[m] as Float64Array)[i] = (functions[m] as (list: JudgedList) => number)(list);
    }
    relevant[i] = list.relevant;
    retrieved[i] = list.retrieved;
    relevantRetrieved[i] = countRelevant(list);
  }
  const counts = { relevant, retrieved, relevantRetrieved };
  return { measures, queries: both, values, ...counts, missingQueries, unjudgedQueries };
}

/** Over the queries in both, or over all judged queries with 0 for those that the run misses. */
export type QueryScope = "in_both" | "all_judged";

/** Mean of each measure, in order. MRR, MAP and so on are means over queries of their measure. */
export function meanScores(scores: RankingScores, scope: QueryScope = "in_both"): number[] {
  const missing = scope === "all_judged" ? scores.missingQueries.length : 0;
  const count = scores.queries.length + missing;
  return scores.values.map((column) => column.reduce((sum, value) => sum + value, 0) / count);
}

function countRelevant(list: JudgedList): number {
  let count = 0;
  for (let i = 0; i < list.retrieved; i++) {
    if ((list.grades[i] as number) >= list.relevantFrom) count += 1;
  }
  return count;
}

function matchQueries(ranked: RowsByQuery, judged: RowsByQuery) {
  const both: number[] = [];
  const missing: number[] = [];
  const unjudged: number[] = [];
  for (let q = 0; q + 1 < judged.start.length; q++) {
    const isRun = ranked.start[q] !== ranked.start[q + 1];
    const isJudged = judged.start[q] !== judged.start[q + 1];
    if (isRun && isJudged) both.push(q);
    else if (isJudged) missing.push(q);
    else if (isRun) unjudged.push(q);
  }
  if (both.length + missing.length === 0) {
    throw new StatsError(
      "DOMAIN",
      "The judgements hold no judged query.",
      "Give at least one judged document for each query of the evaluation set.",
    );
  }
  requireDomain(
    both.length > 0,
    "The run answers none of the judged queries.",
    "Check that run and judgements use the same query ids.",
  );
  return {
    both: Int32Array.from(both),
    missingQueries: Int32Array.from(missing),
    unjudgedQueries: Int32Array.from(unjudged),
  };
}

/** Fills one set of buffers again and again: a list is valid until the next one is read. */
function listReader(
  { run, judgements, documents, relevantFrom = 1 }: RankingInput,
  ranked: RowsByQuery,
  judged: RowsByQuery,
): (query: number) => JudgedList {
  requireDomain(relevantFrom > 0, "The least relevant grade is above 0.", "Use 1 or more.");
  const gradeOf = new Float64Array(documents.length);
  const ideal = new Float64Array(longest(judged));
  const list: JudgedList = {
    grades: new Float64Array(longest(ranked)),
    retrieved: 0,
    ideal,
    relevant: 0,
    relevantFrom,
  };
  return (query) => {
    const [from, to] = [judged.start[query] as number, judged.start[query + 1] as number];
    let graded = 0;
    list.relevant = 0;
    for (let at = from; at < to; at++) {
      const row = judged.rows[at] as number;
      const grade = judgements.relevance[row] as number;
      if (grade <= 0) continue;
      requireDomain(
        grade <= LARGEST_GRADE,
        `A grade of ${grade} is too large.`,
        `Use grades up to ${LARGEST_GRADE}; 0 to 4 is usual.`,
      );
      gradeOf[judgements.document[row] as number] = grade;
      // Negated: typed arrays sort ascending.
      ideal[graded] = -grade;
      graded += 1;
      if (grade >= relevantFrom) list.relevant += 1;
    }
    list.ideal = ideal.subarray(0, graded).sort();
    for (let i = 0; i < graded; i++) list.ideal[i] = -(list.ideal[i] as number);
    const start = ranked.start[query] as number;
    list.retrieved = (ranked.start[query + 1] as number) - start;
    for (let i = 0; i < list.retrieved; i++) {
      const row = ranked.rows[start + i] as number;
      list.grades[i] = gradeOf[run.document[row] as number] as number;
    }
    for (let at = from; at < to; at++) {
      gradeOf[judgements.document[judged.rows[at] as number] as number] = 0;
    }
    return list;
  };
}

function longest({ start }: RowsByQuery): number {
  let most = 0;
  for (let q = 0; q + 1 < start.length; q++) {
    most = Math.max(most, (start[q + 1] as number) - (start[q] as number));
  }
  return most;
}
