import {
  CodeBook,
  evaluateRanking,
  meanScores,
  orderRun,
  type RankingInput,
  type RankingMeasure,
} from "@plumbline/stats";
import type { Fields } from "../fields.js";
import type { ShapeRow } from "./table.js";

/** `qrels` and `run` by query and document, measured at every k of `ks`. */
export const RANKING_SHAPE: ShapeRow = {
  name: "ranking",
  fields: ["qrels", "run", "ks"],
  run: (input) => {
    const [queries, documents] = [new CodeBook(), new CodeBook()];
    const run = columns(input.object("run"), queries, documents);
    const judged = columns(input.object("qrels"), queries, documents);
    const ranking: RankingInput = {
      run: { ...run, score: run.value },
      judgements: { ...judged, relevance: judged.value },
      queries: queries.names.length,
      documents: documents.names,
    };
    const measures = measuresAt(input.numbers("ks"));
    const scores = evaluateRanking(ranking, Object.values(measures));
    const names = Object.keys(measures);
    const named = (values: readonly (number | undefined)[]) =>
      Object.fromEntries(names.map((name, m) => [name, values[m]]));
    const { rows, start } = orderRun(ranking.run, ranking.queries, documents.names);
    const perQuery = [...scores.queries].map((query, i) => [
      queries.names[query],
      {
        ranking: [...rows.subarray(start[query], start[query + 1])].map(
          (row) => documents.names[run.document[row] ?? -1],
        ),
        num_rel: scores.relevant[i],
        ...named(scores.values.map((column) => column[i])),
      },
    ]);
    return {
      per_query: Object.fromEntries(perQuery),
      mean_over_queries_in_both: named(meanScores(scores)),
      mean_over_all_judged_queries: named(meanScores(scores, "all_judged")),
    };
  },
};

function measuresAt(ks: readonly number[]): Readonly<Record<string, RankingMeasure>> {
  const cut = ks.map((k) => ({
    [`ndcg_linear@${k}`]: { name: "ndcg_linear", k } as const,
    [`ndcg_exp@${k}`]: { name: "ndcg_exponential", k } as const,
    [`recall@${k}`]: { name: "recall", k } as const,
    [`precision@${k}`]: { name: "precision", k } as const,
    [`mrr@${k}`]: { name: "reciprocal_rank", k } as const,
  }));
  return Object.assign({ ap: { name: "average_precision", k: null } as const }, ...cut);
}

function columns(pairs: Fields, queries: CodeBook, documents: CodeBook) {
  const rows = pairs.keys().flatMap((query) => {
    const values = pairs.object(query);
    return values.keys().map((document) => ({
      query: queries.encode(query),
      document: documents.encode(document),
      value: values.number(document),
    }));
  });
  return {
    query: Int32Array.from(rows, (row) => row.query),
    document: Int32Array.from(rows, (row) => row.document),
    value: Float64Array.from(rows, (row) => row.value),
  };
}
