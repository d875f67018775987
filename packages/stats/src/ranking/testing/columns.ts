import type { RankingInput } from "../evaluate.js";
import { CodeBook } from "../rows.js";

export type Scores = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The columns of runs and judgements written as objects, query by query. */
export function columnsOf(run: Scores, qrels: Scores): RankingInput & { queryBook: CodeBook } {
  const [queryBook, documentBook] = [new CodeBook(), new CodeBook()];
  const columns = (pairs: Scores) => {
    const rows = Object.entries(pairs).flatMap(([query, documents]) =>
      Object.entries(documents).map(([document, value]) => ({ query, document, value })),
    );
    return {
      query: queryBook.encodeAll(rows.map((row) => row.query)),
      document: documentBook.encodeAll(rows.map((row) => row.document)),
      values: Float64Array.from(rows, (row) => row.value),
    };
  };
  const { values: score, ...runColumns } = columns(run);
  const { values: relevance, ...judgedColumns } = columns(qrels);
  return {
    run: { ...runColumns, score },
    judgements: { ...judgedColumns, relevance },
    queries: queryBook.names.length,
    documents: documentBook.names,
    queryBook,
  };
}
