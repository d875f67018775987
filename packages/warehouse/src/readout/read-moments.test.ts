import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DuckDbEngine, openDuckDb } from "../engines/duckdb/engine.js";
import { oddExperiment, oddPlan, TYPES } from "../testing/experiment.js";
import { DataDirectory, generator, shuffled } from "../testing/files.js";
import {
  referenceCells,
  referenceQuantiles,
  referenceRanks,
  referenceUnits,
} from "../testing/reference.js";
import { readMoments } from "./read-moments.js";

const NAMES = ["exposures", "events", "users"] as const;

function bytes(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `${item}n` : item));
}

// The expected values come from testing/reference.ts: plain loops over the same rows, no shared code.
describe("readMoments against plain loops over the rows", () => {
  const data = new DataDirectory();
  const tables = oddExperiment(600, 20_240_301);
  const files = { exposures: "", events: "", users: "" };
  let engine: DuckDbEngine;

  beforeAll(async () => {
    for (const name of NAMES)
      files[name] = await data.parquet(`${name}.parquet`, TYPES[name], tables[name]);
    engine = await openDuckDb({ allowedDirectories: [data.path] });
  });
  afterAll(() => {
    engine.close();
    data.remove();
  });

  it("gives the same units and sums in every cell", async () => {
    const plan = oddPlan(files);
    const { result } = await readMoments(engine, plan);
    expect(result.cells).toEqual(referenceCells(plan, referenceUnits(plan, tables)));
  });

  it("gives the same quantile cells", async () => {
    const plan = oddPlan(files);
    const { result } = await readMoments(engine, plan);
    expect(result.quantiles).toEqual(referenceQuantiles(plan, referenceUnits(plan, tables)));
  });

  it("gives the same rank cells", async () => {
    const plan = oddPlan(files);
    const { result } = await readMoments(engine, plan);
    expect(result.ranks).toEqual(referenceRanks(plan, referenceUnits(plan, tables)));
  });

  it("counts what was excluded or looks wrong", async () => {
    const plan = oddPlan(files);
    const { result } = await readMoments(engine, plan);
    const ours = tables.exposures.filter((row) => row.key === "ours");
    const start = Date.parse("2024-03-01T00:00:00Z");
    const end = Date.parse("2024-03-04T00:00:00Z");
    const inside = ours.filter((row) => {
      const at = Date.parse(`${String(row.seen_at).replace(" ", "T")}Z`);
      return at >= start && at < end;
    });
    const arms = new Map<unknown, Set<unknown>>();
    for (const row of inside) {
      if (row.user_id === null) continue;
      arms.set(row.user_id, (arms.get(row.user_id) ?? new Set()).add(row.variant));
    }
    const sets = [...arms.values()];
    const single = new Set(
      [...arms]
        .filter(([, set]) => set.has("control") !== set.has("treatment"))
        .map(([user]) => user),
    );
    const profiles = new Map<unknown, number>();
    for (const row of tables.users) profiles.set(row.user_id, (profiles.get(row.user_id) ?? 0) + 1);
    expect(result.quality).toMatchObject({
      exposureRows: BigInt(ours.length),
      nullUnits: BigInt(ours.filter((row) => row.user_id === null).length),
      nullArms: BigInt(ours.filter((row) => row.variant === null).length),
      outsideRun: BigInt(ours.length - inside.length),
      units: BigInt(sets.length),
      multiArmUnits: BigInt(
        sets.filter((set) => set.has("control") && set.has("treatment")).length,
      ),
      unknownArms: [
        { value: "ghost", units: BigInt(sets.filter((set) => set.has("ghost")).length) },
      ],
      duplicateUnits: {
        users: BigInt([...single].filter((user) => (profiles.get(user) ?? 0) > 1).length),
      },
    });
    expect(result.quality.multiArmUnits).toBeGreaterThan(0n);
    expect(result.quality.duplicateUnits.users).toBeGreaterThan(0n);
    expect(result.quality.eventsBeforeExposure.events).toBeGreaterThan(0n);
    expect(result.quality.dimensions[0]?.levels.map((level) => level.level)).toEqual([
      "DE",
      "EN",
      "JP",
      "XX",
      null,
    ]);
    expect(result.quality.metrics[0]?.nulls).toBeGreaterThan(0n);
    expect(result.quality.metrics[0]?.outOfRange).toBeGreaterThan(0n);
  });

  it("returns the same bytes for 1, 2 and 4 threads, shuffled rows, Parquet, CSV and CSV.gz", async () => {
    const { result } = await readMoments(engine, oddPlan(files));
    const expected = bytes(result);
    const random = generator(7);
    const variants: Record<string, typeof files> = { parquet: files };
    for (const extension of ["csv", "csv.gz"]) {
      const written = { exposures: "", events: "", users: "" };
      for (const name of NAMES) {
        written[name] = data.csv(
          `shuffled-${name}.${extension}`,
          Object.keys(TYPES[name]),
          shuffled(tables[name], random),
        );
      }
      variants[extension] = written;
    }
    for (const threads of [1, 2, 4]) {
      const other = await openDuckDb({ threads, allowedDirectories: [data.path] });
      for (const [name, at] of Object.entries(variants)) {
        const again = await readMoments(other, oddPlan(at));
        expect(bytes(again.result), `${name}, ${threads} threads`).toBe(expected);
      }
      other.close();
    }
  });
});
