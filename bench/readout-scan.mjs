/**
 * One readout against one scan.
 *
 * Question: what does a whole readout (every metric, arm and cohort, exact moments, quality counts)
 * cost beside DuckDB's own `GROUP BY user` over the same columns of the same files?
 *
 * Data: 20 million events of 400,000 users over 28 days in random order of users, 400,000 exposures
 * spread over two days, three cohort dimensions a user. All from hashes of row numbers: no seed to lose.
 * Baseline: SELECT user, count(*), min and max time, sum and count of every metric column GROUP BY
 * user, its result reduced to one row so that nothing is pruned and nothing is fetched; grouped by
 * hash, as DuckDB comes. The readout joins and groups whole-number ids below 2^20 by array.
 *
 * node bench/readout-scan.mjs [--rounds N] [--threads N] [--memory-limit 1GB] [--data DIR]
 *   [--events N] [--users N] [--enforce] [--explain]
 * PLUMBLINE_BENCH_DATA keeps the data between runs. --enforce exits 1 when the ratio is over 1.5.
 */
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { compile, explainPlan, openDuckDb, readMoments } from "@plumbline/warehouse";

const LIMIT = 1.5;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: "2" },
    "memory-limit": { type: "string" },
    data: { type: "string" },
    events: { type: "string", default: "20000000" },
    users: { type: "string", default: "400000" },
    enforce: { type: "boolean", default: false },
    explain: { type: "boolean", default: false },
  },
});

const events = Number(options.events);
const users = Number(options.users);
const directory = resolve(
  options.data ?? process.env.PLUMBLINE_BENCH_DATA ?? join(tmpdir(), "plumbline-bench"),
  `scan-${events}-${users}`,
);
const files = {
  events: join(directory, "events.parquet"),
  exposures: join(directory, "exposures.parquet"),
  users: join(directory, "users.parquet"),
};

async function generate() {
  if (Object.values(files).every((file) => existsSync(file))) return;
  mkdirSync(directory, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const micros = Math.floor((28 * 86_400_000_000) / events);
  const level = (salt, names) =>
    `[${names.map((name) => `'${name}'`).join(", ")}][1 + CAST(hash(u * ${salt} + 1) % ${names.length} AS INTEGER)]`;
  const write = (sql, file) => connection.run(`COPY (${sql}) TO '${file}' (FORMAT parquet)`);
  await write(
    `SELECT CAST(hash(i) % ${users} AS BIGINT) AS user_id,
       TIMESTAMP '2024-01-01' + to_microseconds(CAST(i * ${micros} AS BIGINT)) AS ts,
       CAST(hash(i + 1000000000) % 1000 AS DOUBLE) / 100 AS revenue,
       CAST(hash(i * 3 + 5) % 5 AS INTEGER) AS items,
       hash(i * 7 + 5) % 10 < 6 AS useful,
       CAST(hash(i * 19 + 2) % 4 + 1 AS INTEGER) AS turns,
       100 + CAST(hash(i * 11 + 3) % 90000 AS DOUBLE) / 100 AS latency_ms,
       hash(i * 17 + 5) % 100 < 3 AS escalated
     FROM range(${events}) t(i)`,
    files.events,
  );
  await write(
    `SELECT CAST(u AS BIGINT) AS user_id,
       CASE WHEN hash(u + 17) % 2 = 0 THEN 'control' ELSE 'treatment' END AS arm,
       TIMESTAMP '2024-01-14' + to_microseconds(CAST(hash(u * 5) % 172800000000 AS BIGINT)) AS exposed_at
     FROM range(${users}) t(u)`,
    files.exposures,
  );
  await write(
    `SELECT CAST(u AS BIGINT) AS user_id,
       ${level(3, ["EN", "JP", "DE", "FR"])} AS locale,
       ${level(11, ["ios", "android", "web"])} AS device,
       ${level(13, ["new", "returning"])} AS tenure
     FROM range(${users}) t(u)`,
    files.users,
  );
  connection.closeSync();
  instance.closeSync();
}

const column = (name) => ({ kind: "column", name });
const value = (name, aggregate, scale, more = {}) => ({
  source: "events",
  value: name === null ? null : column(name),
  aggregate,
  filter: null,
  window: { fromDays: 0, toDays: 14 },
  empty: "zero",
  cap: null,
  transform: "identity",
  scale,
  range: null,
  ...more,
});
const metric = (id, numerator, more = {}) => ({
  id,
  shape: "univariate",
  value: numerator,
  denominator: null,
  covariate: null,
  cohort: [],
  order: null,
  ...more,
});
const source = (id, grain, time) => ({
  id,
  format: "parquet",
  files: [files[id]],
  grain,
  unit: "user_id",
  time,
});

const plan = {
  sources: [
    source("exposures", "unit", "exposed_at"),
    source("events", "event", "ts"),
    source("users", "unit", null),
  ],
  exposure: {
    source: "exposures",
    arm: "arm",
    time: "exposed_at",
    run: { start: null, end: null },
    filter: null,
  },
  arms: ["control", "treatment"].map((id) => ({ id, value: id })),
  dimensions: [
    ["locale", ["EN", "JP", "DE", "FR"]],
    ["device", ["ios", "android", "web"]],
    ["tenure", ["new", "returning"]],
  ].map(([id, levels]) => ({ id, source: "users", value: column(id), levels, measuredAt: null })),
  metrics: [
    metric("revenue", value("revenue", "sum", 2), {
      covariate: value("revenue", "sum", 2, { window: { fromDays: -14, toDays: 0 } }),
    }),
    metric("items", value("items", "sum", 0)),
    metric("useful_rate", value("useful", "sum", 0), {
      shape: "ratio",
      denominator: value("turns", "sum", 0, { empty: "exclude" }),
    }),
    metric("latency", value("latency_ms", "avg", 3, { empty: "exclude" })),
    metric("escalated", value("escalated", "any", 0)),
    metric("events", value(null, "count", 0)),
  ],
};

const metricColumns = ["revenue", "items", "useful", "turns", "latency_ms", "escalated"];
const baseline = `
SELECT count(*) AS users, sum(COLUMNS(* EXCLUDE user_id))
FROM (
  SELECT user_id, count(*) AS n, epoch_us(min(ts)) AS first, epoch_us(max(ts)) AS last,
    ${metricColumns.map((name) => `sum(${name}) AS sum_${name}, count(${name}) AS count_${name}`).join(",\n    ")}
  FROM read_parquet('${files.events}')
  GROUP BY user_id
)`;

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function timed(work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const used = process.cpuUsage(cpu);
  return { wall, cpu: (used.user + used.system) / 1000 };
}

await generate();
const engine = await openDuckDb({
  threads: Number(options.threads),
  tempDirectory: join(directory, "tmp"),
  allowedDirectories: [directory],
  ...(options["memory-limit"] === undefined ? {} : { memoryLimit: options["memory-limit"] }),
});
if (options.explain) {
  const columns = {};
  for (const spec of plan.sources) columns[spec.id] = await engine.describe(spec);
  console.log(explainPlan(compile(plan, columns)).join("\n\n"));
}
const scans = [];
const readouts = [];
// One round to warm the file cache; then alternating, so that other load hits both alike.
for (let round = 0; round <= Number(options.rounds); round += 1) {
  const scan = await timed(() => engine.run(baseline, []));
  const readout = await timed(() => readMoments(engine, plan));
  if (round === 0) continue;
  scans.push(scan);
  readouts.push(readout);
}
engine.close();
const wall = median(readouts.map((entry, index) => entry.wall / scans[index].wall));
const cpu = median(readouts.map((entry, index) => entry.cpu / scans[index].cpu));
const show = (name, entries) =>
  console.log(
    `${name.padEnd(28)} wall ${median(entries.map((entry) => entry.wall))
      .toFixed(0)
      .padStart(6)} ms   cpu ${median(entries.map((entry) => entry.cpu))
      .toFixed(0)
      .padStart(6)} ms`,
  );
console.log(
  `${events} events, ${users} users, ${plan.metrics.length} metrics, ${plan.dimensions.length} dimensions, ` +
    `${options.threads} threads, memory limit ${options["memory-limit"] ?? "default"}, median of ${scans.length} rounds`,
);
show("GROUP BY user, one scan", scans);
show("readMoments, whole", readouts);
console.log(
  `ratio (median of rounds)     wall ${wall.toFixed(2)}   cpu ${cpu.toFixed(2)}   limit ${LIMIT}`,
);
if (options.enforce && wall > LIMIT) process.exitCode = 1;
