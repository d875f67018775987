import type { OperationRow, OptionRow } from "../operation.js";

const json: OptionRow = { field: "json", flags: "--json", description: "print the result as JSON" };
const asOf: OptionRow = {
  field: "asOf",
  flags: "--as-of <when>",
  description: 'read the data as they were then: "day_21" or a date',
};
const registration = {
  field: "registration",
  required: true,
  description: "the registration, a YAML file",
};

/** What becomes of an effect over time. */
export const timeOperations: readonly OperationRow[] = [
  {
    id: "novelty",
    summary: "the effect by day since first exposure: its trend, and where it would go",
    help: `After the end of the run. Takes the units that have had every one of the days, so that no day is made of other people.
For means and proportions over events (docs/time.md).`,
    arguments: [registration],
    options: [
      {
        field: "metric",
        flags: "--metric <name>",
        description: "metric of the registration (default: the primary one)",
      },
      {
        field: "days",
        flags: "--days <n>",
        description:
          "days since first exposure (default: whole weeks of the window that most units have had)",
      },
      asOf,
      json,
      {
        field: "html",
        flags: "--html <file>",
        description: "also write the figure, one self-contained page",
      },
    ],
    load: async () => (await import("./novelty.js")).noveltyOperation,
  },
  {
    id: "holdback",
    summary: "the lift of a launch against those held back, beside the lift that was booked",
    help: `Reads the registration's holdback: block on the exposures after the launch. The launch is the newest recorded look that
ships; its lift comes from the ledger (docs/time.md).`,
    arguments: [registration],
    options: [
      {
        field: "launched",
        flags: "--launched <date>",
        description:
          "when the change went out to all but the holdback (default: the look that ships)",
      },
      asOf,
      json,
    ],
    load: async () => (await import("./holdback.js")).holdbackOperation,
  },
];
