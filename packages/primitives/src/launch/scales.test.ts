// Arithmetic in the comments; quantile cells as in the contract of `QuantileCell`.
import type { QuantileCell } from "@plumbline/stats";
import { expect, it } from "vitest";
import { analyseQuantile } from "./quantile.js";
import { logLift } from "./relative.js";

it("both arms' quantiles are read at the declared decimal digits", () => {
  const cell = (arm: string, quantile: bigint): QuantileCell => ({
    ...{ arm, dimension: null, level: null, metric: "m", n: 100n, units: 50n },
    ...{ quantile, lower: quantile - 10n, upper: quantile + 10n },
    ...{ sN: 100n, sNN: 220n, sY: 95n, sYY: 201n, sYN: 209n },
  });
  const cells = { treatment: cell("t", 1250n), control: cell("c", 1000n) };
  const settings = { alternative: "two_sided", transform: "identity", alpha: 0.05 } as const;
  const found = analyseQuantile(cells, 0.95, 2, settings);
  expect([found.treatment.value, found.control.value]).toEqual([12.5, 10]);
  expect(found.absolute?.estimate).toBe(2.5);
  expect(found.control.standardError).toBe(found.treatment.standardError);
});

it("the standard error of a lift from logs is that of the ratio: (1 + lift) se", () => {
  const effect = { difference: Math.log(1.5), ciLower: null, ciUpper: null };
  expect(logLift(effect, 0.1, 0.05).relative?.standardError).toBeCloseTo(0.15, 12);
});
