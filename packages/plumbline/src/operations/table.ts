import { serverOperations } from "../http/rows.js";
import { cohortOperations } from "./cohorts/rows.js";
import { designOperations } from "./design/rows.js";
import { guardrailOperations } from "./guardrails/rows.js";
import { ledgerOperations } from "./ledger/rows.js";
import type { OperationRow } from "./operation.js";
import { portfolioOperations } from "./portfolio/rows.js";
import { timeOperations } from "./time/rows.js";

/**
 * The one table of operations. A command is a row here; its help, its arguments and its page in
 * docs/commands.md come from the row. Bodies load lazily: `plumb --version` must not load an engine.
 */
export const operations: readonly OperationRow[] = [
  {
    id: "readout",
    summary: "read an experiment and decide: ship, veto, no ship, invalid or continue",
    help: `Exit codes: 0 ship, 2 veto, 3 no ship, 4 invalid, 5 continue, 1 error in documents or data.
Without --evidence the data come from the registration's exposure source; where it declares none,
from the file beside it named like it (x.yaml, x.evidence.yaml).`,
    arguments: [
      { field: "registration", required: true, description: "the registration, a YAML file" },
    ],
    options: [
      {
        field: "json",
        flags: "--json",
        description: "print the readout as JSON (docs/readout-json.md)",
      },
      {
        field: "html",
        flags: "--html <file>",
        description: "also write the report, one self-contained page",
      },
      {
        field: "evidence",
        flags: "--evidence <file>",
        description: "take summary statistics from this file, not from the data",
      },
      {
        field: "explain",
        flags: "--explain",
        description: "print the SQL that would run, and stop",
      },
      {
        field: "record",
        flags: "--record",
        description:
          "record this look though the experiment is not registered (else it is recorded anyway)",
      },
      {
        field: "asOf",
        flags: "--as-of <when>",
        description: 'read the data as they were then: "day_7" or a date',
      },
      {
        field: "explore",
        flags: "--explore <columns>",
        description:
          'also show effects by undeclared columns, e.g. "country,country*device": exploratory, never judged',
      },
      { field: "threads", flags: "--threads <n>", description: "threads of the engine" },
      {
        field: "memoryLimit",
        flags: "--memory-limit <size>",
        description: 'memory of the engine, e.g. "1GB"',
      },
    ],
    load: async () => (await import("./readout/operation.js")).readoutOperation,
  },
  {
    id: "check",
    summary: "check documents: schema, references, lint",
    help: "Prints `file:line:column  code  sentence  how to mend` for every problem. Exit codes: 0 no error, 1 errors.",
    arguments: [
      {
        field: "path",
        required: false,
        description: "a workspace, a folder in one, or one document (default: here)",
      },
    ],
    options: [{ field: "json", flags: "--json", description: "print the problems as JSON" }],
    load: async () => (await import("./check.js")).checkOperation,
  },
  {
    id: "init",
    summary: "make a workspace, with one commented example of each document",
    help: "Never overwrites: the folder must not exist, or be empty.",
    arguments: [{ field: "directory", required: true, description: "the folder to make" }],
    options: [
      {
        field: "from",
        flags: "--from <file>",
        description: "read the columns of this CSV or Parquet file and draft documents over it",
      },
    ],
    load: async () => (await import("./init.js")).initOperation,
  },
  {
    id: "schema",
    summary: "print the JSON Schema of a document, for editors",
    help: "Documents: registration, metrics, evidence, workspace, override_review, portfolio, readout.",
    arguments: [{ field: "document", required: true, description: "which document" }],
    options: [],
    load: async () => (await import("./schema.js")).schemaOperation,
  },
  {
    id: "demo",
    summary: "generate the MangaAssist demo data, read its reranker experiment, write the report",
    help: "The same seed gives the same data. Ends with exit code 0 when the demo ran, whatever its verdict.",
    arguments: [],
    options: [
      { field: "users", flags: "--users <n>", description: "number of users (default 400000)" },
      { field: "seed", flags: "--seed <n>", description: "seed of the data (default 2026)" },
      {
        field: "directory",
        flags: "--directory <folder>",
        description: "where to make the workspace (default: demo/mangaassist)",
      },
    ],
    load: async () => (await import("./demo.js")).demoOperation,
  },
  ...designOperations,
  ...guardrailOperations,
  ...cohortOperations,
  ...timeOperations,
  ...portfolioOperations,
  ...ledgerOperations,
  ...serverOperations(() => operations),
];
