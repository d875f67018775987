import type { MomentPlan, SourceSpec } from "@plumbline/stats";
import { generator } from "./files.js";
import { column, dimension, moment, planOf, rowValue } from "./plans.js";
import type { Row } from "./reference.js";

export const TYPES = {
  exposures: { user_id: "BIGINT", variant: "VARCHAR", seen_at: "TIMESTAMP", key: "VARCHAR" },
  events: {
    user_id: "BIGINT",
    ts: "TIMESTAMP",
    amount: "DOUBLE",
    items: "INTEGER",
    useful: "BOOLEAN",
    kind: "VARCHAR",
  },
  users: { user_id: "BIGINT", locale: "VARCHAR", tenure: "VARCHAR", history: "DOUBLE" },
} as const;

function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

const START = Date.parse("2024-03-01T00:00:00Z");
const DAY = 86_400_000;

/** An experiment with every oddity: repeats, two arms, unknown arms, nulls, late and early events. */
export function oddExperiment(
  users: number,
  seed: number,
): Record<"exposures" | "events" | "users", Row[]> {
  const random = generator(seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const exposures: Row[] = [];
  const events: Row[] = [];
  const profiles: Row[] = [];
  for (let user = 0; user < users; user += 1) {
    const arm = random() < 0.02 ? "ghost" : random() < 0.5 ? "control" : "treatment";
    const seen = START + random() * 3 * DAY - 0.2 * DAY;
    exposures.push({
      user_id: random() < 0.01 ? null : user,
      variant: random() < 0.01 ? null : arm,
      seen_at: stamp(seen),
      key: "ours",
    });
    if (random() < 0.05)
      exposures.push({ user_id: user, variant: arm, seen_at: stamp(seen + DAY), key: "ours" });
    if (random() < 0.04)
      exposures.push({
        user_id: user,
        variant: "treatment",
        seen_at: stamp(seen + DAY),
        key: "ours",
      });
    if (random() < 0.1)
      exposures.push({ user_id: user, variant: "treatment", seen_at: stamp(seen), key: "other" });
    if (random() < 0.95) {
      profiles.push({
        user_id: user,
        locale: random() < 0.03 ? null : pick(["EN", "JP", "DE", "XX"]),
        tenure: pick(["new", "old"]),
        history: random() < 0.3 ? null : Math.round(random() * 1e6) / 1e3,
      });
      if (random() < 0.03)
        profiles.push({ user_id: user, locale: "JP", tenure: "old", history: 1 });
    }
    const count = Math.floor(random() * 8);
    for (let event = 0; event < count; event += 1) {
      events.push({
        user_id: user,
        ts: stamp(seen + (random() * 24 - 8) * DAY),
        amount: random() < 0.05 ? null : Math.round((random() * 400 - 40) * 1000) / 1000,
        items: random() < 0.05 ? null : Math.floor(random() * 6),
        useful: random() < 0.05 ? null : random() < 0.6,
        kind: pick(["view", "buy", "turn"]),
      });
    }
  }
  return { exposures, events, users: profiles };
}

export function oddPlan(
  files: Readonly<Record<"exposures" | "events" | "users", string>>,
): MomentPlan {
  const format = (file: string) => (file.endsWith(".parquet") ? "parquet" : "csv");
  const source = (
    id: "exposures" | "events" | "users",
    grain: "unit" | "event",
    time: string | null,
  ): SourceSpec => ({
    id,
    format: format(files[id]),
    files: [files[id]],
    grain,
    unit: "user_id",
    time,
  });
  const week = { fromDays: 0, toDays: 7 };
  const before = { fromDays: -7, toDays: 0 };
  const sum = (name: string | null) =>
    rowValue("events", name, { aggregate: "sum", empty: "zero", window: week });
  return planOf({
    sources: [
      source("exposures", "event", "seen_at"),
      source("events", "event", "ts"),
      source("users", "unit", null),
    ],
    arm: "variant",
    exposure: {
      time: "seen_at",
      run: { start: "2024-03-01T00:00:00Z", end: "2024-03-04T00:00:00Z" },
      filter: {
        kind: "binary",
        op: "=",
        left: column("key"),
        right: { kind: "string", value: "ours" },
      },
    },
    dimensions: [
      dimension("locale", "users", ["EN", "JP", "DE"]),
      dimension("tenure", "users", ["new", "old"]),
    ],
    metrics: [
      moment(
        "revenue",
        { ...sum("amount"), scale: 3, range: { lower: 0, upper: 300 } },
        {
          covariate: rowValue("events", "amount", { aggregate: "sum", window: before, scale: 3 }),
        },
      ),
      moment("purchases", {
        ...sum(null),
        aggregate: "count",
        filter: {
          kind: "in",
          operand: column("kind"),
          values: [{ kind: "string", value: "buy" }],
          negated: false,
        },
      }),
      moment("useful_rate", sum("useful"), {
        shape: "ratio",
        denominator: rowValue("events", null, { aggregate: "count", window: week }),
        covariate: rowValue("users", "history", { scale: 3, empty: "zero" }),
      }),
      moment("average", { ...sum("amount"), aggregate: "avg", empty: "exclude", scale: 2 }),
      moment("any_useful", { ...sum("useful"), aggregate: "any" }),
      moment("most", {
        ...sum("items"),
        aggregate: "max",
        empty: "exclude",
        cap: { lower: 1, upper: 4 },
      }),
      moment(
        "log_history",
        rowValue("users", "history", {
          transform: "log",
          scale: 6,
          cap: { lower: 0.5, upper: null },
        }),
      ),
      moment(
        "japan",
        { ...sum("items"), window: null },
        { cohort: [{ dimension: "locale", level: "JP" }] },
      ),
      moment("p90", rowValue("events", "amount", { window: week, scale: 2 }), {
        shape: "quantile",
        order: 0.9,
      }),
      moment("median_history", rowValue("users", "history", { scale: 1 }), {
        shape: "quantile",
        order: 0.5,
      }),
      moment("rank_items", { ...sum("items"), window: null }, { shape: "rank" }),
      moment(
        "rank_japan",
        { ...sum("items"), empty: "exclude" },
        { shape: "rank", cohort: [{ dimension: "locale", level: "JP" }] },
      ),
    ],
  });
}
