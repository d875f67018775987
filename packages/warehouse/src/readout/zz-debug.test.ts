import fc from "fast-check";
import { it } from "vitest";
import { randomCase, tableOf } from "../testing/random-plans.js";
import { referenceResult } from "../testing/reference-model.js";
import { Workbench, bytes } from "../testing/workbench.js";
import { readMoments } from "./read-moments.js";
it("d", async () => {
  const bench = await Workbench.open();
  const engine = await bench.engine();
  const file = (source: string) => `${bench.directory}/${source}.parquet`;
  const cases = fc.sample(randomCase(file), { seed: 20240101, numRuns: 1, path: "36" } as never);
  const { data, plan } = cases[0]!;
  for (const [s, rows] of Object.entries(data)) await bench.write(`${s}.parquet`, tableOf(s, rows));
  // shrink rows greedily
  console.log(JSON.stringify(plan.metrics.filter(m => m.id === "m2")), JSON.stringify(plan.exposure), JSON.stringify(plan.dimensions));
  const exp = referenceResult(plan, data); const { result, statements } = await readMoments(engine, plan);
  console.log(bytes({...exp, cells: []}), "\n", bytes({...result, cells: []}));
  console.log(JSON.stringify(data.exposures!.filter(r => r.key==="a")), JSON.stringify(data.events), JSON.stringify(data.profile));
  await bench.close();
});
