/**
 * How much of a catalogue a run shows, and how evenly.
 *
 * Method: exposure of a document = queries that show it within the top k. Coverage = shown documents over the
 * size of the catalogue; entropy = -sum p ln p over shares of exposure, in nats; evenness = entropy over the
 * logarithm of the catalogue, 1 when every document is shown equally often; effective size = exp(entropy).
 * No judgements are needed, so every query of the run counts.
 */
import { requireDomain } from "../errors.js";
import { orderRun } from "./order.js";
import { type RankingRun, requireDistinct, requirePairs } from "./rows.js";

export interface DiversityInput {
  readonly run: RankingRun;
  readonly queries: number;
  readonly documents: readonly string[];
  /** Documents that could have been shown; at least as many as the run shows. */
  readonly catalogueSize: number;
  readonly k: number;
}

export interface Diversity {
  readonly shown: number;
  readonly coverage: number;
  readonly entropy: number;
  /** Null for a catalogue of one document. */
  readonly evenness: number | null;
  readonly effectiveSize: number;
}

/** @throws StatsError DOMAIN for an empty run, a bad k, or a catalogue smaller than what is shown. */
export function rankingDiversity(input: DiversityInput): Diversity {
  const { run, queries, documents, catalogueSize, k } = input;
  requireDomain(Number.isInteger(k) && k >= 1, `A cut-off k is a whole number from 1, not ${k}.`);
  requirePairs(run, run.score, { queries, documents: documents.length }, "the run");
  const ranked = orderRun(run, queries, documents);
  requireDistinct(run.document, ranked, documents, "the run");
  const exposure = new Float64Array(documents.length);
  let total = 0;
  for (let q = 0; q < queries; q++) {
    const from = ranked.start[q] as number;
    const to = Math.min(from + k, ranked.start[q + 1] as number);
    for (let at = from; at < to; at++) {
      const d = run.document[ranked.rows[at] as number] as number;
      exposure[d] = (exposure[d] as number) + 1;
    }
    total += to - from;
  }
  requireDomain(total > 0, "The run shows no document.", "Give at least one ranked document.");
  const shown = exposure.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  requireDomain(
    Number.isInteger(catalogueSize) && catalogueSize >= shown,
    `The catalogue has ${catalogueSize} documents, yet the run shows ${shown}.`,
    "Give the number of documents that could have been shown.",
  );
  let entropy = 0;
  for (const value of exposure) {
    if (value > 0) entropy -= (value / total) * Math.log(value / total);
  }
  return {
    shown,
    coverage: shown / catalogueSize,
    entropy,
    evenness: catalogueSize === 1 ? null : entropy / Math.log(catalogueSize),
    effectiveSize: Math.exp(entropy),
  };
}
