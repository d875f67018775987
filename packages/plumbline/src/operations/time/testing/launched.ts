/** A registered experiment with a holdback over data of which every user's value is made here; `ship` records the look that ships. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomNormal, seededRandom } from "@plumbline/stats";
import { locked, type TestWorkspace, testWorkspace } from "../../ledger/testing/workspace.js";

export const FILE = "experiments/h.yaml";
export const SHIPPED = "2026-07-20T00:00:00.000Z";
/** After the 30 days of the holdback. */
export const READ = "2026-08-19T00:00:00.000Z";
export const DAY = 86_400_000;
const START = Date.parse("2026-07-01T00:00:00Z");

export interface User {
  readonly id: string;
  readonly arm: "old" | "new";
  readonly at: number;
  readonly value: number;
}

/** `share` of them old; a mean of 10 and sd 1 there, and `lift` more among the new. */
export function users(
  prefix: string,
  count: number,
  share: number,
  from: number,
  lift: number,
): User[] {
  const random = seededRandom(31, prefix.length);
  return Array.from({ length: count }, (_, at) => {
    const arm = at < count * share ? "old" : "new";
    const mean = arm === "new" ? 10 * (1 + lift) : 10;
    const value = Number((mean + randomNormal(random)).toFixed(4));
    return { id: `${prefix}${at}`, arm, at: from + Math.floor(random() * 13 * DAY), value };
  });
}

export const during = users("a", 4000, 0.5, START, 0.1);

export const holdbackRegistration = (more: string) => `
experiment_id: h
hypothesis: { h0: "no", h1: "yes" }
primary_metric: { name: h_spend, baseline_estimate: 10, baseline_std: 1 }
mde_relative: 0.05
sample_size_per_arm: 2000
randomization_unit: user
runtime_days: 14
arms: { control: { name: old }, treatments: [{ name: new }] }
exposure: { source: h_exposures, arm: arm, start: 2026-07-01, end: 2026-07-15 }
${more}
`;

export async function launched(
  after: readonly User[],
  more = "holdback: { share: 0.1, days: 30 }",
  metrics = "",
): Promise<TestWorkspace> {
  const workspace = await testWorkspace(["Ada", "Ben", "Cleo", "Dev"]);
  const { root } = workspace;
  const all = [...during, ...after];
  const time = (at: number) => new Date(at).toISOString();
  mkdirSync(join(root, "data"), { recursive: true });
  const write = (path: string, head: string, rows: readonly string[]) =>
    writeFileSync(join(root, path), `${head}\n${rows.join("\n")}\n`);
  write(
    "data/he.csv",
    "user,arm,at",
    all.map(({ id, arm, at }) => `${id},${arm},${time(at)}`),
  );
  write(
    "data/hs.csv",
    "user,at,amount",
    all.map(({ id, at, value }) => `${id},${time(at + 3600e3)},${value}`),
  );
  writeFileSync(
    join(root, "metrics/h.yaml"),
    `
sources:
  h_exposures: { files: data/he.csv, grain: unit, unit: user, time: at }
  h_sales: { files: data/hs.csv, grain: event, unit: user, time: at }
metrics:
  h_spend: { kind: mean, source: h_sales, value: amount, aggregate: sum, window: 1d, direction: higher_is_better }
  h_orders: { kind: mean, source: h_sales, aggregate: count, window: 1d, direction: higher_is_better }
${metrics}`,
  );
  writeFileSync(join(root, FILE), holdbackRegistration(more));
  await locked(workspace, FILE);
  return workspace;
}

export async function ship(
  workspace: TestWorkspace,
  asOf = "2026-07-17",
  at = SHIPPED,
): Promise<void> {
  const { stdout, stderr, exitCode } = await workspace.run(
    "readout",
    { registration: FILE, asOf },
    at,
  );
  if (exitCode === 0 && stderr.includes("recorded") && stdout.includes("SHIP")) return;
  throw new Error(`the look does not ship: ${stderr}${stdout}`);
}

/** Users after the launch, among whom the change still lifts by `lift`. */
export const later = (lift: number, share = 0.1): User[] =>
  users("bb", 5000, share, Date.parse(SHIPPED) + DAY, lift);
