import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMoments } from "../../readout/read-moments.js";
import { moment, planOf, rowValue } from "../../testing/plans.js";
import { bytes, refusal, sourceOf, Workbench } from "../../testing/workbench.js";

const LIMIT = "100MB";

describe("a small memory limit", () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await Workbench.open();
  });
  afterAll(() => bench.close());

  async function plan(units: number, rows: number) {
    const users = await bench.copy(
      "users.parquet",
      `SELECT 'a rather long name of a unit ' || i AS unit,
        CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm FROM range(${units}) AS r(i)`,
    );
    const events = await bench.copy(
      "events.parquet",
      `SELECT 'a rather long name of a unit ' || (i * 7919) % ${units} AS unit, i % 101 AS x FROM range(${rows}) AS r(i)`,
    );
    const sum = rowValue("events", "x", { aggregate: "sum", empty: "zero" });
    return planOf({
      sources: [sourceOf("users", users), sourceOf("events", events, { grain: "event" })],
      metrics: [
        moment("sum", sum),
        moment("max", rowValue("events", "x", { aggregate: "max" })),
        moment("ratio", sum, {
          shape: "ratio",
          denominator: rowValue("events", null, { aggregate: "count", empty: "zero" }),
        }),
        moment("rank", sum, { shape: "rank" }),
      ],
    });
  }

  it("of 100 MB gives the same bytes as none", async () => {
    const query = await plan(300_000, 1_200_000);
    const free = await readMoments(await bench.engine({ threads: 2 }), query);
    const narrow = await bench.engine({ threads: 2, memoryLimit: LIMIT });
    const small = await readMoments(narrow, query);
    expect(bytes(small.result)).toBe(bytes(free.result));
    expect(small.result.cells[0]?.units).toBe(150_000n);
    // It spilled: where nothing can be written, the same readout stops at the temporary directory.
    const blocked = join(bench.directory, "users.parquet", "no-directory");
    const stuck = await bench.engine({ threads: 2, memoryLimit: LIMIT, tempDirectory: blocked });
    expect(String((await refusal(stuck, query)).cause)).toContain("no-directory");
  });

  it("that no spilling can meet is OUT_OF_MEMORY, and leaves no file behind", async () => {
    const spill = join(bench.directory, "narrow");
    const engine = await bench.engine({ threads: 1, memoryLimit: "4MB", tempDirectory: spill });
    const error = await refusal(engine, await plan(100_000, 200_000));
    expect(error.code).toBe("OUT_OF_MEMORY");
    expect(error.mend).toContain("memory limit");
    expect(await readdir(spill).catch(() => [])).toEqual([]);
  });
});
