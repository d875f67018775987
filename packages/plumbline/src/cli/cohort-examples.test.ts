/** Real data in which cohorts, units or their mix mislead. Expectations: the READMEs beside the datasets. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readoutSchema } from "../report/readout-schema.js";
import { runPlumb } from "./testing/run-plumb.js";

const path = (relative: string) =>
  fileURLToPath(new URL(`../../../../${relative}`, import.meta.url));
const datasets = path("../shared/datasets");
const present = existsSync(datasets);

async function read(example: string, registration: string) {
  const ran = await runPlumb(["readout", registration, "--json"], path(`examples/${example}`));
  return { ...ran, document: readoutSchema.parse(JSON.parse(ran.stdout)) };
}

describe("Berkeley admissions: the average goes the other way than the departments", () => {
  it("is split into +3.6 points within and -17.8 points of mix, and called Simpson's paradox", async () => {
    const { document, exitCode } = await read("ucb-admissions", "experiments/admissions.yaml");
    const [mix] = document.cohort_mix;
    expect(mix?.aggregate).toBeCloseTo(-0.1416, 4);
    expect(mix?.within).toBeCloseTo(0.036, 3);
    expect(mix?.mix).toBeCloseTo(-0.1777, 4);
    expect(mix?.reversal).toBe("on_average");
    expect(mix?.sentence).toContain("Simpson's paradox");
    expect([document.verdict, exitCode]).toEqual(["no_ship", 3]);
  });

  it.skipIf(!present)("has the figures of the data (skipped without ../shared/datasets)", () => {
    const data = readFileSync(`${datasets}/ucb-admissions/ucb_admissions.csv`, "utf8");
    const evidence = readFileSync(
      path("examples/ucb-admissions/experiments/admissions.evidence.yaml"),
      "utf8",
    );
    const cells = data
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.replaceAll('"', "").split(","));
    const count = (admit: string, sex: string, department: string) =>
      Number(cells.find(([a, g, d]) => a === admit && g === sex && d === department)?.[3]);
    for (const department of ["A", "B", "C", "D", "E", "F"]) {
      const figures = (sex: string) => {
        const successes = count("Admitted", sex, department);
        return `{ n: ${successes + count("Rejected", sex, department)}, successes: ${successes} }`;
      };
      expect(evidence).toContain(
        `{ department: ${department} }, by_arm: { men: ${figures("Male")}, women: ${figures("Female")} }`,
      );
    }
  });
});

describe.skipIf(!present)("SmartAd (skipped without ../shared/datasets)", () => {
  it("has a fair split of all users, and unfair ones by day and hour: the data are invalid", async () => {
    const { document, exitCode } = await read("adsmart", "experiments/brand_lift.yaml");
    const ratio = (subject: string | null) =>
      document.quality.find(
        (finding) => finding.code.startsWith("srm") && finding.subject === subject,
      );
    expect(ratio(null)?.status).toBe("ok");
    expect(ratio(null)?.numbers.chi_square).toBeCloseTo(0.52309, 5);
    expect(ratio("date=2020-03-07")?.status).toBe("fatal");
    expect(ratio("date=2020-03-07")?.numbers.units).toBe(1545 + 470);
    expect(ratio("time_of_day=three o clock")?.status).toBe("fatal");
    expect(ratio("time_of_day=three o clock")?.numbers.units).toBe(1673 + 222);
    expect([document.verdict, exitCode]).toEqual(["invalid", 4]);
  });

  it("shows no pooled effect of data that are invalid", async () => {
    const ran = await runPlumb(
      ["readout", "experiments/brand_lift.yaml"],
      path("examples/adsmart"),
    );
    expect(ran.stdout).not.toContain("Cohorts together");
  });
});

describe.skipIf(!present)("Fast-food promotions (skipped without ../shared/datasets)", () => {
  it("are read by store: Welch on totals, and sales a week by the delta method over stores", async () => {
    const { document } = await read("fast-food", "experiments/promotion.yaml");
    const result = (metric: string, arm: string) =>
      document.metrics
        .find(({ name }) => name === metric)
        ?.comparisons.find(({ treatment }) => treatment === arm)?.analysis;
    expect(document.arms.map(({ units }) => units)).toEqual([43, 47, 47]);
    const two = result("sales", "promotion_2");
    expect(two?.statistic?.value).toBeCloseTo(-3.33213, 5);
    expect(two?.statistic?.df).toBeCloseTo(84.9488, 3);
    expect(two?.p_value?.value).toBeCloseTo(0.0012777, 6);
    expect(result("sales", "promotion_3")?.p_value?.value).toBeCloseTo(0.425912, 5);
    const week = result("sales_a_week", "promotion_2");
    expect(week?.control.n).toBe(43);
    expect(week?.control.value).toBeCloseTo(58.09901, 4);
    expect(week?.treatment.value).toBeCloseTo(47.32941, 4);
  });
});
