import type { OperationRow, OptionRow } from "../operation.js";

const json: OptionRow = { field: "json", flags: "--json", description: "print the result as JSON" };
const registration = {
  field: "registration",
  required: true,
  description: "the registration, a YAML file",
};

/** Guardrails while a run goes on, and when people set their rule aside. */
export const guardrailOperations: readonly OperationRow[] = [
  {
    id: "guardrails suggest",
    summary:
      "guardrails against the known failures of a launch, with thresholds and the arithmetic",
    help: `Prints YAML to paste into the registration. Thresholds follow from the cost of a regression where --customers, --tolerated-loss
and a cost are given, else from the catalogue; base levels, noise and planned units are the registration's (docs/guardrails.md).
Kinds: reranker, recommender, search_ranking (or ranking), retrieval, language_model (or generation), prompt, infrastructure
(or latency), user_interface, other; recommendation stands for recommender.`,
    arguments: [
      { field: "registration", required: false, description: "the registration, a YAML file" },
    ],
    options: [
      {
        field: "kind",
        flags: "--kind <kind>",
        description: "what is launched (default: the registration's launch_kind, or its words)",
      },
      {
        field: "customers",
        flags: "--customers <n>",
        description: "customers whom the launch will reach",
      },
      {
        field: "valuePerCustomer",
        flags: "--value-per-customer <amount>",
        description: "what one customer brings in a year; the cost of losing one",
      },
      {
        field: "toleratedLoss",
        flags: "--tolerated-loss <amount>",
        description: "largest loss a year that one guardrail may let through",
      },
      {
        field: "costs",
        flags: "--costs <list>",
        description: "what a metric worse by one costs a customer a year: tickets=6,csat=2.5",
      },
      json,
    ],
    load: async () => (await import("./suggest.js")).suggestOperation,
  },
  {
    id: "watch",
    summary:
      "hold the limits of a running experiment against always-valid tests; pause on a breach",
    help: `Run it as often as you like: over all times together, a metric that does not move is called in breach with a
probability of at most its alpha. It shows guardrails and cohorts, never the primary metric, and is no look. A breach that is not
on record yet is written into the ledger as paused (docs/time.md). Exit codes: 0 no breach, 2 breach, 4 data invalid, 1 error.`,
    arguments: [registration],
    options: [
      {
        field: "evidence",
        flags: "--evidence <file>",
        description: "take summary statistics from this file, not from the data",
      },
      {
        field: "asOf",
        flags: "--as-of <when>",
        description: 'read the data as they were then: "day_7" or a date',
      },
      json,
    ],
    load: async () => (await import("./watch.js")).watchOperation,
  },
  {
    id: "override",
    summary: "sign an incident-style review that sets a guardrail or cohort aside for a time",
    help: `The review says what happened, who is affected, why the rule does not hold here, what is watched, and when it ends
(plumb schema override_review; docs/time.md). All roles of the registration sign it, each by another person; then it is in force
until it expires. It changes no verdict: every later status and readout says that people set the rule aside.`,
    arguments: [registration],
    options: [
      { field: "review", flags: "--review <file>", description: "the review, a YAML file" },
      { field: "role", flags: "--role <role>", description: "the role signed for, e.g. pm" },
      {
        field: "as",
        flags: "--as <name>",
        description: "who signs, as in people.yaml (default: the only person whose key is here)",
      },
      json,
    ],
    load: async () => (await import("./override.js")).overrideOperation,
  },
];
