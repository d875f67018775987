import type { OperationRow } from "../operation.js";

/** The commands of the group `plumb design`. */
export const designOperations: readonly OperationRow[] = [
  {
    id: "design size",
    summary: "how many units a registration needs, for how long, and which question decides",
    help: `Sizes the primary metric, every guardrail and every cohort. Figures beyond baseline_estimate and
baseline_std stand in the registration's sizing: block (docs/design.md).`,
    arguments: [
      { field: "registration", required: true, description: "the registration, a YAML file" },
    ],
    options: [
      {
        field: "solve",
        flags: "--solve <what>",
        description: "n (default), mde, power or runtime: the last three at the planned size",
      },
      { field: "json", flags: "--json", description: "print the sizes as JSON" },
      {
        field: "html",
        flags: "--html <file>",
        description: "also write a page with the curves: power against n, MDE against days",
      },
    ],
    load: async () => (await import("./size.js")).sizeOperation,
  },
  {
    id: "design audit",
    summary: "judge a registration before anybody is exposed",
    help: "Prints where each finding stands, its code, what is wrong and how to mend it. Exit codes: 0 no error, 1 errors.",
    arguments: [
      { field: "registration", required: true, description: "the registration, a YAML file" },
    ],
    options: [{ field: "json", flags: "--json", description: "print the findings as JSON" }],
    load: async () => (await import("./audit.js")).auditOperation,
  },
  {
    id: "design plan",
    summary: "boundaries of a sequential plan, or the true error of levels of your own",
    help: `Looks are days (4,7,11,14) or information fractions that end in 1 (0.25,0.5,1).
Futility: "beta" spends beta by the same family; or one z a look before the last, e.g. 0,0.5,1
("none" leaves a look out). Non-binding; needs --sided 1.`,
    arguments: [],
    options: [
      { field: "looks", flags: "--looks <list>", description: "days or fractions, e.g. 4,7,11,14" },
      { field: "alpha", flags: "--alpha <level>", description: "total error (default 0.05)" },
      { field: "sided", flags: "--sided <1|2>", description: "directions tested (default 2)" },
      { field: "power", flags: "--power <share>", description: "power (default 0.8)" },
      {
        field: "spending",
        flags: "--spending <family>",
        description: "as stop_rule.type of a registration (default obrien_fleming)",
      },
      {
        field: "parameter",
        flags: "--parameter <number>",
        description:
          "gamma of hwang_shih_decani (default -4), rho of kim_demets (3), delta of wang_tsiatis (0.25)",
      },
      { field: "futility", flags: "--futility <rule>", description: "beta, or z bounds" },
      {
        field: "levels",
        flags: "--levels <list>",
        description: "nominal levels of your own: prints what they truly spend",
      },
      { field: "json", flags: "--json", description: "print the plan as JSON" },
    ],
    load: async () => (await import("./plan.js")).planOperation,
  },
  {
    id: "design simulate",
    summary: "how often the whole registered rule ships, vetoes and stops, before any data",
    help: `Draws experiments as the registration plans them and judges each as \`plumb readout\` would: primary metric,
guardrails, cohorts, looks, sample ratio. Truths: nothing; a lift at the MDE without harm; the same with one
guardrail, or one cohort, exactly at its limit. Figures stand in the registration's sizing: block
(docs/simulation.md). Ctrl-C stops without a result.`,
    arguments: [
      { field: "registration", required: true, description: "the registration, a YAML file" },
    ],
    options: [
      {
        field: "experiments",
        flags: "--experiments <n>",
        description: "simulated experiments for each truth (default 10000)",
      },
      { field: "seed", flags: "--seed <n>", description: "seed of the draws (default 2026)" },
      {
        field: "correlation",
        flags: "--correlation <r>",
        description:
          "one correlation for every pair of metrics, counted towards improvement (default: sizing.correlation, else 0)",
      },
      { field: "json", flags: "--json", description: "print the simulation as JSON" },
    ],
    load: async () => (await import("./simulate.js")).simulateOperation,
  },
  {
    id: "design replay",
    summary:
      "where each plan would have stopped real experiments, and what peeking would have claimed",
    help: `The data set is a CSV (or .csv.gz) of cumulative checkpoints with the columns of the ASOS data:
experiment_id, variant_id, metric_id, time_since_start, count_c, count_t, mean_c, mean_t,
variance_c, variance_t; or a folder that holds one such file.`,
    arguments: [
      { field: "dataset", required: true, description: "the CSV file, or the folder it is in" },
    ],
    options: [
      { field: "alpha", flags: "--alpha <level>", description: "two-sided error (default 0.05)" },
      {
        field: "summary",
        flags: "--summary",
        description: "print the summary only, not every series",
      },
      { field: "json", flags: "--json", description: "print the series and the summary as JSON" },
    ],
    load: async () => (await import("./replay.js")).replayOperation,
  },
];
