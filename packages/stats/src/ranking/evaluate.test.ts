import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankingDiversity } from "./diversity.js";
import { evaluateRanking, meanScores } from "./evaluate.js";
import type { RankingMeasure } from "./measures.js";
import { compareBytes, orderRun } from "./order.js";
import { CodeBook } from "./rows.js";
import { columnsOf, type Scores } from "./testing/columns.js";

const runs = { seed: 1, numRuns: 200 };
const domain = expect.objectContaining({ code: "DOMAIN" });

const value = (run: Scores, qrels: Scores, measure: RankingMeasure): number =>
  meanScores(evaluateRanking(columnsOf(run, qrels), [measure]))[0] as number;

/** Runs over few documents with few distinct scores, so that ties are common, and graded judgements. */
const ids = fc.constantFrom("a", "b", "aa", "Z", "é", "\u{1F600}", "\uFB01", "10", "9");
const run = fc.dictionary(ids, fc.integer({ min: -2, max: 2 }), { minKeys: 1 });
const qrels = fc.dictionary(ids, fc.integer({ min: -1, max: 3 }), { minKeys: 1 });

describe("the order of a run", () => {
  it("is by score, then by the bytes of the id, both descending, whatever the order of the rows", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(run, fc.constant(0)), { minLength: 1 }), (queries) => {
        const scores = Object.fromEntries(queries.map(([documents], q) => [`q${q}`, documents]));
        const input = columnsOf(scores, {});
        const { rows, start } = orderRun(input.run, input.queries, input.documents);
        queries.forEach(([documents], q) => {
          const expected = Object.entries(documents)
            .sort(([a, x], [b, y]) => y - x || Buffer.compare(Buffer.from(b), Buffer.from(a)))
            .map(([id]) => id);
          const got = [...rows.subarray(start[q], start[q + 1])].map(
            (row) => input.documents[input.run.document[row] as number],
          );
          expect(got).toEqual(expected);
        });
      }),
      runs,
    );
  });

  it("holds for lists longer than a stretch of the sort", () => {
    const size = 1000;
    const score = Float64Array.from({ length: size }, (_, i) => (i * 7919) % 97);
    const documents = Array.from({ length: size }, (_, i) => `d${i}`);
    const columns = {
      query: new Int32Array(size),
      document: Int32Array.from({ length: size }, (_, i) => i),
    };
    const { rows } = orderRun({ ...columns, score }, 1, documents);
    const expected = [...columns.document].sort(
      (a, b) =>
        (score[b] as number) - (score[a] as number) ||
        compareBytes(documents[b] as string, documents[a] as string),
    );
    expect([...rows]).toEqual(expected);
  });

  it("compares ids as UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareBytes(a, b))).toBe(bytes);
      }),
      runs,
    );
    // The UTF-16 units of the first sort below the second, its bytes above.
    expect(compareBytes("\u{1F600}", "\uFB01")).toBeGreaterThan(0);
  });
});

describe("evaluateRanking", () => {
  it("agrees with the definitions, written out plainly", () => {
    fc.assert(
      fc.property(run, qrels, fc.integer({ min: 1, max: 12 }), (scores, judged, k) => {
        const ranked = Object.keys(scores).sort(
          (a, b) =>
            (scores[b] as number) - (scores[a] as number) ||
            Buffer.compare(Buffer.from(b), Buffer.from(a)),
        );
        const grade = (id: string) => Math.max(0, judged[id] ?? 0);
        const gains = ranked.map(grade);
        const ideal = Object.keys(judged).map(grade);
        ideal.sort((a, b) => b - a);
        const dcg = (list: number[], gain: (g: number) => number) =>
          list.slice(0, k).reduce((sum, g, i) => sum + gain(g) / Math.log2(i + 2), 0);
        const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);
        const exp = (g: number) => 2 ** g - 1;
        const hits = gains.slice(0, k).filter((g) => g >= 1).length;
        const relevant = ideal.filter((g) => g >= 1).length;
        const precisions = gains.map((g, i) =>
          g >= 1 ? gains.slice(0, i + 1).filter((h) => h >= 1).length / (i + 1) : 0,
        );
        const first = gains.slice(0, k).findIndex((g) => g >= 1);
        const expected = {
          ndcg_linear: ratio(
            dcg(gains, (g) => g),
            dcg(ideal, (g) => g),
          ),
          ndcg_exponential: ratio(dcg(gains, exp), dcg(ideal, exp)),
          recall: ratio(hits, relevant),
          precision: hits / k,
          reciprocal_rank: first < 0 ? 0 : 1 / (first + 1),
          hit_rate: hits > 0 ? 1 : 0,
          average_precision: ratio(
            precisions.slice(0, k).reduce((a, b) => a + b, 0),
            relevant,
          ),
        } as const;
        for (const [name, wanted] of Object.entries(expected)) {
          const measure = { name: name as keyof typeof expected, k };
          expect(value({ q: scores }, { q: judged }, measure), name).toBeCloseTo(wanted, 12);
        }
      }),
      runs,
    );
  });

  it("keeps to the worked example: the discount of 3, 2, 3, 0, 1, 2", () => {
    // The common textbook example: DCG@6 6.861 over the ideal 7.141 of 3, 3, 2, 2, 1, 0 is 0.961.
    const grades = [3, 2, 3, 0, 1, 2];
    const run = Object.fromEntries(grades.map((_, i) => [`d${i}`, -i]));
    const judged = Object.fromEntries(grades.map((grade, i) => [`d${i}`, grade]));
    const got = value({ q: run }, { q: judged }, { name: "ndcg_linear", k: 6 });
    expect(got).toBeCloseTo(0.961, 3);
  });

  it("leaves unjudged queries out, counts missing ones only on request, and scores empty ones 0", () => {
    const input = columnsOf(
      { q1: { a: 2, b: 1 }, extra: { a: 1 }, empty: { a: 1 } },
      { q1: { a: 1 }, missing: { a: 1 }, empty: { a: 0 } },
    );
    const scores = evaluateRanking(input, [{ name: "precision", k: 1 }]);
    const names = (codes: Int32Array) => [...codes].map((code) => input.queryBook.names[code]);
    expect(names(scores.queries)).toEqual(["q1", "empty"]);
    expect(names(scores.missingQueries)).toEqual(["missing"]);
    expect(names(scores.unjudgedQueries)).toEqual(["extra"]);
    expect([...scores.relevant]).toEqual([1, 0]);
    expect(meanScores(scores)).toEqual([0.5]);
    expect(meanScores(scores, "all_judged")[0]).toBeCloseTo(1 / 3, 15);
  });

  it("does not carry judgements from one query to the next", () => {
    const input = columnsOf(
      { q1: { a: 1 }, q2: { a: 1, b: 2 } },
      { q1: { a: 3 }, q2: { b: 1, c: 1 } },
    );
    const scores = evaluateRanking(input, [
      { name: "recall", k: null },
      { name: "average_precision", k: null },
    ]);
    expect(scores.values.map((column) => [...column])).toEqual([
      [1, 0.5],
      [1, 0.5],
    ]);
  });

  it("takes another least relevant grade", () => {
    const input = columnsOf({ q: { a: 2, b: 1 } }, { q: { a: 1, b: 2 } });
    const measures = [{ name: "reciprocal_rank", k: null }] as const;
    expect(meanScores(evaluateRanking(input, measures))).toEqual([1]);
    expect(meanScores(evaluateRanking({ ...input, relevantFrom: 2 }, measures))).toEqual([0.5]);
  });

  it("refuses what has no ranking: NaN scores, duplicates, no judged query, foreign codes, bad cut-offs", () => {
    const input = columnsOf({ q: { a: 1, b: 2 } }, { q: { a: 1 } });
    const { run: rows, judgements } = input;
    const measures = [{ name: "recall", k: 1 }] as const;
    const evaluate = (change: object) => () => evaluateRanking({ ...input, ...change }, measures);
    expect(evaluate({ run: { ...rows, score: Float64Array.of(1, Number.NaN) } })).toThrow(domain);
    expect(evaluate({ run: { ...rows, document: Int32Array.of(0, 0) } })).toThrow(/stands twice/);
    expect(evaluate({ run: { ...rows, document: Int32Array.of(0, 7) } })).toThrow(domain);
    expect(evaluate({ run: { ...rows, score: Float64Array.of(1) } })).toThrow(domain);
    expect(evaluate({ judgements: { ...judgements, relevance: Float64Array.of(1e9) } })).toThrow(
      domain,
    );
    const nothing = { query: new Int32Array(0), document: new Int32Array(0) };
    expect(evaluate({ judgements: { ...nothing, relevance: new Float64Array(0) } })).toThrow(
      /no judged query/,
    );
    expect(() => evaluateRanking(columnsOf({ q: { a: 1 } }, { p: { a: 1 } }), measures)).toThrow(
      /none of the judged queries/,
    );
    for (const measure of [
      { name: "recall", k: 0 },
      { name: "recall", k: 1.5 },
      { name: "r_precision", k: 3 },
    ] as const) {
      expect(() => evaluateRanking(input, [measure])).toThrow(domain);
    }
  });
});

describe("rankingDiversity", () => {
  const input = columnsOf({ q1: { a: 3, b: 2, c: 1 }, q2: { a: 3, d: 2, e: 1 } }, {});

  it("counts what the top k shows and how evenly", () => {
    const result = rankingDiversity({ ...input, catalogueSize: 10, k: 2 });
    // Shares 1/2, 1/4, 1/4: entropy 1.5 ln 2.
    expect(result.shown).toBe(3);
    expect(result.coverage).toBe(0.3);
    expect(result.entropy).toBeCloseTo(1.5 * Math.LN2, 14);
    expect(result.effectiveSize).toBeCloseTo(2 ** 1.5, 13);
    expect(result.evenness).toBeCloseTo((1.5 * Math.LN2) / Math.log(10), 14);
  });

  it("is 1 for a run that shows each of the catalogue once, 0 for one document", () => {
    const all = columnsOf({ q: { a: 1, b: 2, c: 3, d: 4 } }, {});
    expect(rankingDiversity({ ...all, catalogueSize: 4, k: 9 }).evenness).toBeCloseTo(1, 14);
    const one = rankingDiversity({ ...all, catalogueSize: 4, k: 1 });
    expect([one.entropy, one.effectiveSize]).toEqual([0, 1]);
  });

  it("refuses a catalogue smaller than what is shown, and an empty run", () => {
    expect(() => rankingDiversity({ ...input, catalogueSize: 4, k: 9 })).toThrow(domain);
    expect(() => rankingDiversity({ ...columnsOf({}, {}), catalogueSize: 4, k: 1 })).toThrow(
      domain,
    );
  });
});

describe("CodeBook", () => {
  it("gives each name one code, in the order of meeting", () => {
    const book = new CodeBook();
    expect([...book.encodeAll(["b", "a", "b"])]).toEqual([0, 1, 0]);
    expect(book.names).toEqual(["b", "a"]);
    expect([book.codeOf("a"), book.codeOf("z")]).toEqual([1, null]);
  });
});
