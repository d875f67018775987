/**
 * Six known ways to win the metric and lose the customer, what would have seen each, and which launches are prone to
 * it. Metrics are recognised by words of their names; a cohort block watches cohorts.
 */
import type { Registration } from "../registration.js";
import type { LaunchKind } from "../sizing/schema.js";

export interface Pattern {
  readonly name: string;
  /** What goes wrong, in a sentence. */
  readonly failure: string;
  /** All of these must be watched; each by any metric whose name matches. */
  readonly watched: readonly { readonly what: string; readonly names: RegExp }[];
  readonly launches: readonly LaunchKind[];
}

const RANKING: readonly LaunchKind[] = ["reranker", "recommender", "search_ranking"];
const EVERY_MODEL: readonly LaunchKind[] = [...RANKING, "retrieval", "language_model", "prompt"];

export const PATTERNS: readonly Pattern[] = [
  {
    name: "engagement bait",
    failure: "clicks rise on what disappoints, and people leave weeks later",
    watched: [
      { what: "satisfaction", names: /csat|satisf|nps|rating|complain/ },
      { what: "28-day retention", names: /retention|retained|churn|return_rate|active_day/ },
    ],
    launches: [...RANKING, "language_model", "prompt", "user_interface"],
  },
  {
    name: "latency trade",
    failure: "better answers come later, and people abandon the slower turn",
    watched: [
      {
        what: "p95 latency",
        names: /latency|response_time|duration|p9\d|ttft|time_to_first|_ms(_|$)/,
      },
    ],
    launches: [...EVERY_MODEL, "infrastructure", "user_interface"],
  },
  {
    name: "diversity collapse",
    failure: "a few popular titles crowd out the catalogue",
    watched: [
      {
        what: "catalogue coverage or long-tail share",
        names: /coverage|entropy|diversity|long_?tail|gini|distinct|unique_items/,
      },
    ],
    launches: RANKING,
  },
  {
    name: "cohort trade",
    failure: "the average rises while one market is harmed",
    watched: [
      { what: "the primary metric in each cohort", names: /cohort|locale|_(jp|en)(_|$)|^(jp|en)_/ },
    ],
    launches: [...EVERY_MODEL, "user_interface"],
  },
  {
    name: "spam amplification",
    failure: "the model learns from spam clicks and shows more of it",
    watched: [
      {
        what: "spam-report or low-quality rate",
        names: /spam|low_?quality|abuse|flag|report_rate/,
      },
    ],
    launches: ["recommender", "search_ranking"],
  },
  {
    name: "hallucination",
    failure: "answers read better and are wrong more often",
    watched: [
      {
        what: "customer corrections or citation accuracy",
        names: /hallucinat|correction|citation|ground|factual|faithful|accuracy/,
      },
    ],
    launches: ["retrieval", "language_model", "prompt"],
  },
];

/** Words of a registration that name its kind, the more specific first. */
const KIND_WORDS: readonly { readonly kind: LaunchKind; readonly words: RegExp }[] = [
  { kind: "reranker", words: /re-?rank/i },
  { kind: "recommender", words: /recommend|recsys|two-tower/i },
  { kind: "retrieval", words: /\brag\b|retriev|embedding/i },
  { kind: "search_ranking", words: /search[ _-]?rank|ranking/i },
  { kind: "prompt", words: /\bprompt/i },
  { kind: "language_model", words: /\bllm\b|language model|chat ?model|fine-?tun/i },
];

/** What is launched by the words of title, id and hypothesis; null when they do not say. */
export function launchKindFromWords(registration: Registration): LaunchKind | null {
  const { experiment_id: id, title = "", hypothesis } = registration;
  const text = [id.replaceAll("_", " "), title, hypothesis.h1, hypothesis.h0].join(" ");
  return KIND_WORDS.find(({ words }) => words.test(text))?.kind ?? null;
}
