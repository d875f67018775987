import type { OperationRow, OptionRow } from "../operation.js";

const json: OptionRow = { field: "json", flags: "--json", description: "print the result as JSON" };
const portfolio = { field: "portfolio", required: true, description: "the portfolio, a YAML file" };

/** Which of the candidates of a quarter. */
export const portfolioOperations: readonly OperationRow[] = [
  {
    id: "portfolio rank",
    summary: "candidates by RICE, with detectability computed and claims held against the record",
    help: `A ranking, not a verdict. On paper: reach x impact x evidence x detectability / effort. Calibrated: the believed
chance and the effort with the usual overrun in their place (docs/portfolio.md).`,
    arguments: [portfolio],
    options: [json],
    load: async () => (await import("./rank.js")).rankOperation,
  },
  {
    id: "portfolio choose",
    summary: "the best set under engineer-weeks and slots, proved best, and a decision for each",
    help: `Exact: every set up to 20 candidates, a mixed-integer programme up to 200. Shows the runners-up, what one more
engineer-week would bring, and at which impact each candidate would come in or fall out (docs/portfolio.md).`,
    arguments: [portfolio],
    options: [
      json,
      {
        field: "record",
        flags: "--record",
        description: "record the choice in the ledger: the document, what is chosen, each reason",
      },
      {
        field: "open",
        flags: "--open <folder>",
        description:
          "open the launches: draft a registration for each chosen one that has none there",
      },
      {
        field: "html",
        flags: "--html <file>",
        description: "also write the page: matrix, ranking, choice, sensitivity",
      },
    ],
    load: async () => (await import("./choose.js")).chooseOperation,
  },
  {
    id: "portfolio explain",
    summary: "the numbers that lead to one candidate's decision, step by step",
    help: "",
    arguments: [
      portfolio,
      { field: "candidate", required: true, description: "id of the candidate" },
    ],
    options: [json],
    load: async () => (await import("./explain.js")).explainOperation,
  },
];
