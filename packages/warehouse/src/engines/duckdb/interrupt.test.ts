import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMoments } from "../../readout/read-moments.js";
import { moment, planOf, rowValue } from "../../testing/plans.js";
import { errorOf, refusal, sourceOf, Workbench } from "../../testing/workbench.js";
import type { DuckDbEngine } from "./engine.js";

describe("interrupting", () => {
  let bench: Workbench;
  let engine: DuckDbEngine;
  beforeAll(async () => {
    bench = await Workbench.open();
    engine = await bench.engine();
  });
  afterAll(() => bench.close());

  // Pairs of a billion: minutes, were it not interrupted.
  const endless =
    "SELECT sum(a.i * b.i) AS total FROM range(1000000) AS a(i), range(1000000) AS b(i)";

  it("a running statement ends with INTERRUPTED, and quickly", async () => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 150);
    const started = performance.now();
    const error = await errorOf(engine.run(endless, [], { signal: abort.signal }));
    clearTimeout(timer);
    expect(error.code).toBe("INTERRUPTED");
    expect(error.mend).not.toBe("");
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("a signal that was given before does not start a statement", async () => {
    const started = performance.now();
    const error = await errorOf(engine.run(endless, [], { signal: AbortSignal.abort() }));
    expect(error.code).toBe("INTERRUPTED");
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("leaves the engine fit for the next readout, and reports progress up to the whole", async () => {
    const file = await bench.copy(
      "users.csv.gz",
      "SELECT i AS unit, CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm, i AS x FROM range(20000) AS r(i)",
    );
    const plan = planOf({
      sources: [sourceOf("users", file)],
      metrics: [
        moment("x", rowValue("users", "x")),
        moment("rank", rowValue("users", "x"), { shape: "rank" }),
      ],
    });
    const stopped = await refusal(engine, plan, { signal: AbortSignal.abort() });
    expect(stopped.code).toBe("INTERRUPTED");
    const shares: number[] = [];
    const { result } = await readMoments(engine, plan, {
      signal: new AbortController().signal,
      onProgress: (share) => shares.push(share),
    });
    expect(result.cells.map((cell) => cell.units)).toEqual([10_000n, 10_000n]);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it("stops a whole readout while it runs", async () => {
    const file = await bench.copy(
      "wide.parquet",
      "SELECT i AS unit, CASE i % 2 WHEN 0 THEN 'control' ELSE 'treatment' END AS arm, hash(i) % 1000003 AS x FROM range(1500000) AS r(i)",
    );
    const plan = planOf({
      sources: [sourceOf("users", file)],
      metrics: [moment("x", rowValue("users", "x"), { shape: "rank" })],
    });
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 60);
    const error = await refusal(engine, plan, { signal: abort.signal });
    clearTimeout(timer);
    expect(error.code).toBe("INTERRUPTED");
  });
});
