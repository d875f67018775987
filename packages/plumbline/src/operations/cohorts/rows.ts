import type { OperationRow } from "../operation.js";

/** What people do after a cohort stopped a launch. */
export const cohortOperations: readonly OperationRow[] = [
  {
    id: "cohorts decide",
    summary: "record which way was chosen after a cohort stopped a launch, and why",
    help: `After a recorded look that a cohort or a fairness rule stopped, there are three ways on: fix_and_rerun (mend the cohort, run a
new registered test), restricted_launch (launch without it: name every cohort in breach with --without) and redesign. The decision
is signed by a person for a role and kept in the ledger; it changes no verdict, and every later status and readout repeats it
(docs/cohorts.md).`,
    arguments: [
      { field: "registration", required: true, description: "the registration, a YAML file" },
    ],
    options: [
      {
        field: "choice",
        flags: "--choice <choice>",
        description: "fix_and_rerun, restricted_launch or redesign",
      },
      { field: "reason", flags: "--reason <text>", description: "why, in a sentence" },
      {
        field: "without",
        flags: "--without <cohorts>",
        description: "cohorts that a restricted launch leaves out: locale=JP,tenure=new",
      },
      { field: "role", flags: "--role <role>", description: "the role decided for, e.g. pm" },
      {
        field: "as",
        flags: "--as <name>",
        description: "who signs, as in people.yaml (default: the only person whose key is here)",
      },
      { field: "json", flags: "--json", description: "print the result as JSON" },
    ],
    load: async () => (await import("./decide.js")).decideCohortsOperation,
  },
];
