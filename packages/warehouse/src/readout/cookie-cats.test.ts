import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DuckDbEngine, openDuckDb } from "../engines/duckdb/engine.js";
import { moment, planOf, rowValue } from "../testing/plans.js";
import { readMoments } from "./read-moments.js";

const directory = fileURLToPath(
  new URL("../../../../../shared/datasets/cookie-cats", import.meta.url),
);
const present = existsSync(directory);

// Figures: the data set's README (published analyses, recomputed independently).
describe.skipIf(!present)("Cookie Cats (skipped where ../shared is absent)", () => {
  let engine: DuckDbEngine;
  beforeAll(async () => {
    engine = await openDuckDb({ allowedDirectories: [directory] });
  });
  afterAll(() => {
    engine.close();
  });

  const plan = planOf({
    sources: [
      {
        id: "players",
        format: "csv",
        files: [`${directory}/cookie_cats.csv.gz`],
        grain: "unit",
        unit: "userid",
        time: null,
      },
    ],
    arm: "version",
    arms: ["gate_30", "gate_40"],
    metrics: [
      moment("retention_1", rowValue("players", "retention_1")),
      moment("retention_7", rowValue("players", "retention_7")),
      moment("rounds", rowValue("players", "sum_gamerounds")),
      moment("rounds_rank", rowValue("players", "sum_gamerounds"), { shape: "rank" }),
    ],
  });

  it("counts players and returns as published", async () => {
    const { result, statements } = await readMoments(engine, plan);
    const [control, treatment] = result.cells;
    expect(control).toMatchObject({ arm: "gate_30", units: 44_700n });
    expect(treatment).toMatchObject({ arm: "gate_40", units: 45_489n });
    expect(control?.metrics.retention_1).toMatchObject({ n: 44_700n, sx: 20_034n, sxx: 20_034n });
    expect(control?.metrics.retention_7?.sx).toBe(8_502n);
    expect(treatment?.metrics.retention_1?.sx).toBe(20_119n);
    expect(treatment?.metrics.retention_7?.sx).toBe(8_279n);
    expect(Number(control?.metrics.rounds?.sx) / 44_700).toBeCloseTo(52.4563, 4);
    expect(statements).toHaveLength(2);
  });

  it("ranks rounds as published: U 1009027049.5", async () => {
    const { result } = await readMoments(engine, plan);
    const [rank] = result.ranks;
    expect(rank?.nTreatment).toBe(45_489n);
    // The README's U is that of the arm for which it is given; the two sum to the number of pairs.
    const pairs = 2n * 44_700n * 45_489n;
    expect([rank?.twiceU, pairs - (rank?.twiceU ?? 0n)]).toContain(2_018_054_099n);
  });
});
