// Gail & Simon, Biometrics 41 (1985), table 1; worked examples of the R packages biostatUZH and QualInt (inputs);
// kidney stones (Charig et al., BMJ 292 (1986) 879); Berkeley admissions (Bickel et al., Science 187 (1975) 398).
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededNormal } from "../sequential/testing/random.js";
import {
  type CohortArms,
  qualitativeInteraction,
  qualitativeInteractionCritical,
  simpsonDecomposition,
} from "./index.js";

const domain = expect.objectContaining({ name: "StatsError", code: "DOMAIN" });
const zip = (estimates: number[], ses: number[]) =>
  estimates.map((estimate, i) => ({ estimate, se: ses[i] as number }));

describe("qualitative interaction", () => {
  it.each([
    [0.05, [2.71, 4.23, 5.43, 6.5, 7.48, 8.41, 9.29, 10.15, 10.99]],
    [0.1, [1.64, 2.95, 4.01, 4.96, 5.84, 6.67, 7.48, 8.26, 9.02]],
    [0.01, [5.41, 7.29, 8.75, 10.02, 11.18]],
  ])("critical values at %d, from 2 cohorts on", (alpha, expected) => {
    const got = expected.map((_, i) => qualitativeInteractionCritical(i + 2, alpha).toFixed(2));
    expect(got).toEqual(expected.map((x) => x.toFixed(2)));
  });

  it.each([
    [12, 12.6],
    [16, 15.66],
    [20, 18.57],
    [30, 25.5],
  ])("critical value at .05 of %i cohorts: %d", (cohorts, expected) => {
    expect(qualitativeInteractionCritical(cohorts, 0.05)).toBeCloseTo(expected, 2);
  });

  it("one-sided, any cohort harmed: one cohort further on in the same table", () => {
    const got = [2, 3, 4, 5, 6].map((k) => qualitativeInteractionCritical(k, 0.05, "any_harm"));
    expect(got.map((x) => x.toFixed(2))).toEqual(["4.23", "5.43", "6.50", "7.48", "8.41"]);
  });

  it("worked examples", () => {
    const four = qualitativeInteraction(
      zip([0.163, -0.114, -0.047, -0.151], [0.0788, 0.0689, 0.0614, 0.0547]),
    );
    expect(four.qPositive).toBeCloseTo(4.279, 3);
    expect(four.qNegative).toBeCloseTo(10.944, 3);
    expect(four.pValue).toBeCloseTo(0.0877, 4);
    const three = qualitativeInteraction(zip([1, 0.5, -2], [0.86, 0.64, 0.32]));
    expect(three.statistic).toBeCloseTo(1.962, 3);
    expect(three.qNegative).toBeCloseTo(39.06, 2);
    expect(three.pValue).toBeCloseTo(0.1743, 4);
  });

  it("effects of one sign never cross", () => {
    const result = qualitativeInteraction(zip([1, 2, 0], [0.1, 0.2, 0.3]));
    expect([result.statistic, result.pValue, result.pAnyHarm]).toEqual([0, 1, 1]);
  });

  it("rejects at most alpha at the least favourable point: one effect 0, the others far away", () => {
    let [crossing, harm] = [0, 0];
    const runs = 20_000;
    const normal = seededNormal(4);
    for (let i = 0; i < runs; i++) {
      // Crossing: three cohorts far above 0 would leave one; the bound is reached by K - 1 effects at 0, one far.
      const far = zip([50, normal(), normal(), normal()], [1, 1, 1, 1]);
      if (qualitativeInteraction(far).pValue < 0.05) crossing += 1;
      const nil = zip([normal(), normal(), normal(), normal()], [1, 1, 1, 1]);
      if (qualitativeInteraction(nil).pAnyHarm < 0.05) harm += 1;
    }
    expect(Math.abs(crossing / runs - 0.05)).toBeLessThan(0.005);
    expect(Math.abs(harm / runs - 0.05)).toBeLessThan(0.005);
  });

  it("refuses one cohort and an alpha that no value of the statistic has", () => {
    expect(() => qualitativeInteraction(zip([1], [1]))).toThrowError(domain);
    expect(() => qualitativeInteractionCritical(1, 0.05)).toThrowError(domain);
    expect(() => qualitativeInteractionCritical(2, 0.6)).toThrowError(domain);
  });
});

const rate = (successes: number, n: number) => ({ n, mean: successes / n });

describe("Simpson's decomposition", () => {
  it("the launch of the source: 10.8 to 10.9 % on the whole, and the JP cohort loses a quarter", () => {
    const result = simpsonDecomposition([
      { cohort: "EN", treatment: { n: 70_000, mean: 0.13 }, control: { n: 70_000, mean: 0.12 } },
      { cohort: "JP", treatment: { n: 30_000, mean: 0.06 }, control: { n: 30_000, mean: 0.08 } },
    ]);
    expect(result.controlMean).toBeCloseTo(0.108, 12);
    expect(result.treatmentMean).toBeCloseTo(0.109, 12);
    expect(result.within).toBeCloseTo(0.001, 12);
    // Equal shares: this is masked harm, not Simpson's reversal.
    expect(result.mix).toBe(0);
    expect(result.reversal).toBe("none");
    expect(result.maskedHarm).toEqual(["JP"]);
    expect(result.mixTest.pValue).toBe(1);
  });

  it("kidney stones: worse on the whole by .0457, better within by .0537", () => {
    const result = simpsonDecomposition([
      { cohort: "small", treatment: rate(81, 87), control: rate(234, 270) },
      { cohort: "large", treatment: rate(192, 263), control: rate(55, 80) },
    ]);
    expect(result.aggregate).toBeCloseTo(-0.0457, 4);
    expect(result.within).toBeCloseTo(0.0537, 4);
    expect(result.mix).toBeCloseTo(-0.0994, 4);
    expect(result.reversal).toBe("every_cohort");
    expect(result.mixTest.pValue).toBeLessThan(1e-30);
  });

  it("names the harmed cohorts from the worst on, and takes empty arms as mix", () => {
    const result = simpsonDecomposition([
      { cohort: "a", treatment: { n: 900, mean: 2 }, control: { n: 900, mean: 1 } },
      { cohort: "b", treatment: { n: 50, mean: 0.9 }, control: { n: 50, mean: 1 } },
      { cohort: "c", treatment: { n: 50, mean: 0.5 }, control: { n: 50, mean: 1 } },
      { cohort: "d", treatment: { n: 10, mean: 5 }, control: { n: 0, mean: Number.NaN } },
    ]);
    expect(result.maskedHarm).toEqual(["c", "b"]);
    expect(result.cohorts[3]).toMatchObject({ effect: null, within: 0 });
    expect(result.within + result.mix).toBeCloseTo(result.aggregate, 12);
  });

  it("adds up, and with equal shares never reverses", () => {
    const arm = fc.record({
      n: fc.integer({ min: 1, max: 100_000 }),
      mean: fc.double({ min: -3, max: 3, noNaN: true }),
    });
    const rows = fc.array(fc.tuple(arm, arm), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, (list) => {
        const cohorts: CohortArms[] = list.map(([treatment, control], i) => ({
          cohort: `c${i}`,
          treatment,
          control,
        }));
        const { aggregate, within, mix } = simpsonDecomposition(cohorts);
        expect(within + mix).toBeCloseTo(aggregate, 10);
        const equal = cohorts.map((c) => ({ ...c, control: { ...c.control, n: c.treatment.n } }));
        const balanced = simpsonDecomposition(equal);
        expect(Math.abs(balanced.mix)).toBeLessThan(1e-12);
        if (Math.abs(balanced.aggregate) > 1e-9) expect(balanced.reversal).toBe("none");
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("refuses an arm without units, a name twice, and means that are no numbers", () => {
    const arm = { n: 10, mean: 1 };
    const bad: CohortArms[][] = [
      [],
      [{ cohort: "a", treatment: arm, control: { n: 0, mean: 0 } }],
      [
        { cohort: "a", treatment: arm, control: arm },
        { cohort: "a", treatment: arm, control: arm },
      ],
      [{ cohort: "a", treatment: { n: 10, mean: Number.NaN }, control: arm }],
      [{ cohort: "a", treatment: { n: -1, mean: 1 }, control: arm }],
    ];
    for (const cohorts of bad) expect(() => simpsonDecomposition(cohorts)).toThrowError(domain);
  });
});

const file = new URL(
  "../../../../../shared/datasets/ucb-admissions/ucb_admissions.csv",
  import.meta.url,
);
const present = existsSync(file);
describe.skipIf(!present)(
  `Berkeley 1973, women against men (../shared/datasets/ucb-admissions ${present ? "present" : "ABSENT, skipped"})`,
  () => {
    it("-.1416 on the whole is +.0360 within departments and -.1777 mix; Mantel-Haenszel +.0184", () => {
      const rows = readFileSync(file, "utf8").trim().replaceAll('"', "").split("\n").slice(1);
      const count = (admit: string, gender: string, dept: string) =>
        Number(rows.find((row) => row.startsWith(`${admit},${gender},${dept},`))?.split(",")[3]);
      const arm = (gender: string, dept: string) => {
        const admitted = count("Admitted", gender, dept);
        return rate(admitted, admitted + count("Rejected", gender, dept));
      };
      const result = simpsonDecomposition(
        ["A", "B", "C", "D", "E", "F"].map((dept) => ({
          cohort: dept,
          treatment: arm("Female", dept),
          control: arm("Male", dept),
        })),
      );
      expect(result.controlMean).toBeCloseTo(0.4452, 4);
      expect(result.treatmentMean).toBeCloseTo(0.3035, 4);
      expect(result.aggregate).toBeCloseTo(-0.1416, 4);
      expect(result.within).toBeCloseTo(0.036, 4);
      expect(result.mix).toBeCloseTo(-0.1777, 4);
      expect(result.mantelHaenszel).toBeCloseTo(0.0184, 4);
      expect(result.reversal).toBe("on_average");
      expect(result.cohorts.filter((c) => (c.effect ?? 0) > 0).map((c) => c.cohort)).toEqual([
        "A",
        "B",
        "D",
        "F",
      ]);
    });
  },
);
