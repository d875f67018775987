/** Drafts of documents over a data file: valid at once, with the reason of each guess beside it. */
import { relative } from "node:path";
import { type Files, readmeText, workspaceYaml } from "./init-example.js";
import {
  type ColumnProfile,
  type DataProfile,
  type Guess,
  guess,
  isSkewed,
  observedShares,
  orderedArms,
} from "./init-profile.js";

/** Any text as YAML: JSON strings are YAML. Comments must not end early. */
const quoted = (text: string): string => JSON.stringify(text);
const comment = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, " ");

const KEYWORD = /^(and|or|not|in|true|false|null)$/i;

/** A column as an expression: a bare word where it can be one. */
function expression(name: string): string {
  const bare = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORD.test(name);
  return bare ? name : quoted(`\`${name}\``);
}

/** A column name as the name of a metric or dimension; documents refuse names like these. */
function named(column: ColumnProfile): string {
  const name = column.name.trim();
  return ["", "__proto__", "constructor", "prototype"].includes(name) ? `column_${name}` : name;
}

function metricYaml(column: ColumnProfile, kind: "mean" | "proportion", found: Guess): string {
  const range = `${column.min} to ${column.max}`;
  const lines = [
    kind === "proportion"
      ? `  # ${comment(column.type)}, only 0 and 1: a proportion.`
      : `  # ${comment(column.type)}, ${comment(range)}: a mean.`,
    `  ${quoted(named(column))}:`,
    `    kind: ${kind}`,
    "    source: data",
    `    value: ${expression(column.name)}`,
  ];
  if (found.grain === "event") {
    const aggregate = kind === "proportion" ? "any" : "sum";
    lines.push(`    aggregate: ${aggregate}   # many rows a unit; say how they become one number`);
  }
  lines.push("    direction: higher_is_better   # a guess: turn it round where less is better");
  if (kind === "mean" && isSkewed(column)) {
    lines.push(
      `    # The largest value is far beyond the 99th percentile. To limit its weight, before looking:`,
    );
    lines.push(`    # cap: ${column.p99}`);
  }
  if (column.nulls > 0) lines.push(`    # ${column.nulls} rows have no value.`);
  return lines.join("\n");
}

function libraryYaml(profile: DataProfile, found: Guess, root: string): string {
  const unit = found.unit
    ? `    unit: ${quoted(found.unit.name)}   # ${found.unit.distinct} distinct values in ${profile.rows} rows`
    : "    # No column looks like an id that is unique: every row is taken as a unit.\n    # unit: user_id";
  const time = found.time ? `\n    time: ${quoted(found.time.name)}` : "";
  const path = relative(root, profile.file).split("\\").join("/");
  const metrics = [
    ...found.proportions.map((column) => metricYaml(column, "proportion", found)),
    ...found.means.map((column) => metricYaml(column, "mean", found)),
  ];
  const ignored = found.ignored.map(
    ({ name, reason }) => `# Left out: ${comment(name)} (${comment(reason)}).`,
  );
  return `# Drafted from the columns of the file. Read every line: these are guesses.
kind: metrics

sources:
  data:
    files: ${quoted(path)}
    grain: ${found.grain}   # ${found.grain === "unit" ? "one row a unit" : "many rows a unit"}
${unit}${time}

# A column that was known before exposure is no outcome: give its metric
#   measured: before_exposure
# and name it as the covariate of an outcome to make that one sharper.
metrics:${metrics.length > 0 ? `\n${metrics.join("\n\n")}` : " {}"}
${ignored.length > 0 ? `\n${ignored.join("\n")}\n` : ""}`;
}

/** Observed shares this close to equal are taken as an equal split. */
const EQUAL_SPLIT = 0.02;

function armsYaml(arm: ColumnProfile): string {
  const arms = orderedArms(arm);
  const shares = observedShares(arm);
  const equal = shares.every((share) => Math.abs(share - 1 / arms.length) < EQUAL_SPLIT);
  const seen = arms
    .map(({ value }, at) => `${value} ${(100 * (shares[at] ?? 0)).toFixed(2)} %`)
    .join(", ");
  const entry = (value: string): string =>
    `{ name: ${quoted(value.trim() || "blank")}, value: ${quoted(value)} }`;
  const split = equal
    ? "# Without shares, an equal split is what was intended."
    : "# The observed split is not equal. Add share: to each arm with the split you INTENDED,\n# not the one you see: the difference is what the sample-ratio check is for.";
  return `# Seen in column ${comment(arm.name)}: ${comment(seen)}.
${split}
arms:
  control: ${entry(arms[0]?.value ?? "control")}   # a guess
  treatments:
${arms
  .slice(1)
  .map(({ value }) => `    - ${entry(value)}`)
  .join("\n")}`;
}

function exposureYaml(found: Guess): string {
  if (found.arm === null) {
    return `# No column looks like an arm (2 to 5 values, named arm, variant, group, ...). Name it here,
# with its values under arms:, and plumb readout will read the data:
# exposure:
#   source: data
#   arm: variant`;
  }
  const time = found.time
    ? `\n  time: ${quoted(found.time.name)}   # a guess: the time of exposure`
    : "";
  return `exposure:\n  source: data\n  arm: ${quoted(found.arm.name)}${time}`;
}

function cohortsYaml(found: Guess): string {
  if (found.cohorts.length === 0) return "";
  const dimension = (column: ColumnProfile): string => {
    const levels = column.top
      .slice(0, column.distinct)
      .map(({ value }) => quoted(value))
      .sort();
    return `    ${quoted(named(column))}:\n      column: ${quoted(column.name)}\n      levels: [${levels.join(", ")}]`;
  };
  return `
# Columns with few values. Keep those that were known before exposure; remove the others.
cohorts:
  dimensions:
${found.cohorts.map(dimension).join("\n")}
`;
}

function guardrailsYaml(columns: readonly ColumnProfile[]): string {
  const first = columns[0];
  if (first === undefined) return "";
  return `
# What must not get worse, and by how much at most. One is drafted; add those that matter.
guardrails:
  - name: ${quoted(named(first))}
    threshold_relative: -0.01
`;
}

function registrationYaml(
  found: Guess,
  primary: ColumnProfile,
  others: readonly ColumnProfile[],
): string {
  return `# Drafted from the columns of the file. A registration is written before anybody looks at results;
# edit every line, then have it signed.
experiment_id: first_experiment
hypothesis:
  h0: "The treatment changes nothing, or makes it worse"
  h1: "The treatment improves the primary metric by at least the MDE"

primary_metric:
  name: ${quoted(named(primary))}
mde_relative: 0.02   # the smallest effect worth shipping: yours to decide

randomization_unit: ${quoted(found.unit?.name ?? "row")}

${found.arm ? `${armsYaml(found.arm)}\n\n` : ""}${exposureYaml(found)}
${guardrailsYaml(others)}${cohortsYaml(found)}`;
}

/** Null when no column can be measured. `root` is the folder the workspace will stand in. */
export function draftFiles(name: string, profile: DataProfile, root: string): Files | null {
  const found = guess(profile);
  const [primary, ...others] = [...found.proportions, ...found.means];
  if (primary === undefined) return null;
  return new Map([
    ["plumbline.yaml", workspaceYaml(name)],
    ["metrics/data.yaml", libraryYaml(profile, found, root)],
    ["experiments/first.yaml", registrationYaml(found, primary, others)],
    ["README.md", readmeText(name, "experiments/first.yaml")],
  ]);
}
