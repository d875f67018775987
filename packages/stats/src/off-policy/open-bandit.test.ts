import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { requireSupport, weightProblems } from "./diagnostics.js";
import { ipsFromSums, meanOfTerms, snipsFromSums } from "./estimates.js";
import { termSums, weightedSums } from "./sums.js";
import { importanceWeights, ruledWeight } from "./weights.js";

const folder = new URL("../../../../../shared/datasets/open-bandit-men/", import.meta.url);
const present = existsSync(folder);

/** Click and propensity columns of one policy's log. */
function readLog(name: string) {
  const text = gunzipSync(readFileSync(new URL(`${name}_men.csv.gz`, folder))).toString("utf8");
  const [head = "", ...lines] = text.trim().split("\n");
  const names = head.split(",");
  const column = (field: string) =>
    Float64Array.from(lines, (line) => Number(line.split(",")[names.indexOf(field)]));
  return { click: column("click"), propensity: column("propensity_score") };
}

describe.skipIf(!present)(
  `Open Bandit, men (../shared/datasets/open-bandit-men ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    const uniform = (n: number) => new Float64Array(n).fill(1 / 34);

    it("values the uniform policy from the Thompson log as computed independently beside the data", () => {
      const { click, propensity } = readLog("bts");
      const sums = weightedSums(importanceWeights(uniform(click.length), propensity), click);
      const [ips, snips] = [ipsFromSums(sums), snipsFromSums(sums)];
      const diagnostics = requireSupport(sums);
      expect(ips.value).toBeCloseTo(0.003008626, 9);
      expect(ips.se).toBeCloseTo(0.00077394, 8);
      expect(snips.value).toBeCloseTo(0.003189423, 9);
      expect(snips.se).toBeCloseTo(0.00082782, 8);
      expect(diagnostics.meanWeight).toBeCloseTo(0.94331, 5);
      expect(diagnostics.maxWeight).toBeCloseTo(178.253, 3);
      expect(diagnostics.effectiveSampleSize).toBeCloseTo(655.7, 1);
    });

    it("agrees with what the uniform policy earned when it ran, within twice the error of both", () => {
      const truth = meanOfTerms(termSums(readLog("random").click));
      expect(truth.value).toBeCloseTo(0.0046, 12);
      // The README's binomial error has divisor n, ours n - 1.
      expect(truth.se).toBeCloseTo(0.00067671, 7);
      const { click, propensity } = readLog("bts");
      const weights = importanceWeights(uniform(click.length), propensity);
      const sums = weightedSums(weights, click);
      for (const estimate of [ipsFromSums(sums), snipsFromSums(sums)]) {
        const gap = Math.abs(estimate.value - truth.value);
        expect(gap).toBeLessThan(2 * Math.hypot(estimate.se, truth.se));
      }
      for (const at of [10, 100]) {
        const clip = ruledWeight({ kind: "clip", at });
        const terms = weights.map((w, i) => clip(w) * (click[i] as number));
        expect(meanOfTerms(termSums(terms)).value).toBeCloseTo(0.003008626, 9);
      }
    });

    it("finds nothing wrong with the log of the policy itself", () => {
      const { click, propensity } = readLog("random");
      const sums = weightedSums(importanceWeights(uniform(click.length), propensity), click);
      expect(weightProblems(requireSupport(sums))).toEqual([]);
      expect(ipsFromSums(sums).value).toBeCloseTo(0.0046, 6);
    });

    it("finds propensities wrong when they are another policy's", () => {
      const { click, propensity } = readLog("bts");
      const recomputed = propensity.map((p) => Math.sqrt(p));
      const sums = weightedSums(importanceWeights(uniform(click.length), recomputed), click);
      expect(() => requireSupport(sums)).toThrow(/average/);
    });
  },
);
