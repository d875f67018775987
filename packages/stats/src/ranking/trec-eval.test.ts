import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluateRanking, meanScores, type RankingInput } from "./evaluate.js";
import type { RankingMeasure, RankingMeasureName } from "./measures.js";
import { CodeBook } from "./rows.js";

const folder = new URL("../../../../../shared/datasets/trec-eval-basic/", import.meta.url);
const present = existsSync(folder);
const fields = (name: string) =>
  readFileSync(new URL(name, folder), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));

const CUTS = [5, 10, 15, 20, 30, 100, 200, 500, 1000];
/** trec_eval's name of a measure, and ours. */
const NAMES: Readonly<Record<string, RankingMeasure>> = {
  map: { name: "average_precision", k: null },
  recip_rank: { name: "reciprocal_rank", k: null },
  ndcg: { name: "ndcg_linear", k: null },
  Rprec: { name: "r_precision", k: null },
  set_P: { name: "precision", k: null },
  set_recall: { name: "recall", k: null },
  ...cut("P", "precision", CUTS),
  ...cut("recall", "recall", CUTS),
  ...cut("ndcg_cut", "ndcg_linear", CUTS),
  ...cut("map_cut", "average_precision", CUTS),
  ...cut("success", "hit_rate", [1, 5, 10]),
};

function cut(theirs: string, name: RankingMeasureName, cuts: readonly number[]) {
  return Object.fromEntries(cuts.map((k) => [`${theirs}_${k}`, { name, k }]));
}

function read(): RankingInput & { queryBook: CodeBook } {
  const [queryBook, documentBook] = [new CodeBook(), new CodeBook()];
  const pairs = (rows: string[][]) => ({
    query: queryBook.encodeAll(rows.map((row) => row[0] as string)),
    document: documentBook.encodeAll(rows.map((row) => row[2] as string)),
  });
  const [results, qrels] = [fields("results.test"), fields("qrels.test")];
  return {
    run: { ...pairs(results), score: Float64Array.from(results, (row) => Number(row[4])) },
    judgements: { ...pairs(qrels), relevance: Float64Array.from(qrels, (row) => Number(row[3])) },
    queries: queryBook.names.length,
    documents: documentBook.names,
    queryBook,
  };
}

describe.skipIf(!present)(
  `trec_eval's own test (../shared/datasets/trec-eval-basic ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    it("gives every value that trec_eval prints, per topic and in the mean, to its four digits", () => {
      const input = read();
      const scores = evaluateRanking(input, Object.values(NAMES));
      const ours = Object.keys(NAMES);
      const mean = meanScores(scores);
      let compared = 0;
      for (const [name, topic, printed] of fields("out.test.aq")) {
        const m = ours.indexOf(name as string);
        if (m < 0) continue;
        const code = input.queryBook.codeOf(topic as string);
        const at = code === null ? -1 : scores.queries.indexOf(code);
        const value = topic === "all" ? mean[m] : scores.values[m]?.[at];
        expect(value?.toFixed(4), `${name} ${topic}`).toBe(printed);
        compared += 1;
      }
      // Three topics and the mean, 45 measures; trec_eval prints set_P and set_recall too.
      expect(compared).toBe(4 * ours.length);
    });

    it("counts what trec_eval counts", () => {
      const scores = evaluateRanking(read(), []);
      const total = (counts: Int32Array) => counts.reduce((sum, n) => sum + n, 0);
      expect(scores.queries).toHaveLength(3);
      expect(total(scores.retrieved)).toBe(1500);
      expect(total(scores.relevant)).toBe(561);
      expect(total(scores.relevantRetrieved)).toBe(131);
    });
  },
);
