/** The shipped examples over real files. Expectations: the READMEs beside the datasets. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Readout, readoutSchema } from "../report/readout-schema.js";
import { runPlumb } from "./testing/run-plumb.js";

const path = (relative: string) =>
  fileURLToPath(new URL(`../../../../${relative}`, import.meta.url));
const datasets = path("../shared/datasets");
const present = existsSync(datasets);

async function read(example: string, registration: string) {
  const ran = await runPlumb(["readout", registration, "--json"], path(`examples/${example}`));
  return { ...ran, document: readoutSchema.parse(JSON.parse(ran.stdout)) };
}

function comparison(document: Readout, metric: string, treatment: string) {
  const found = document.metrics
    .find((each) => each.name === metric)
    ?.comparisons.find((each) => each.treatment === treatment);
  if (!found?.analysis) throw new Error(`no result of ${metric} for ${treatment}`);
  return { ...found, analysis: found.analysis };
}

describe.skipIf(!present)("Hillstrom's e-mails (skipped without ../shared/datasets)", () => {
  it.each([
    ["mens_email", "visit", 0.0765896, 0.0699535, 0.0832256, 22.486],
    ["mens_email", "conversion", 0.006805, 0.0050002, 0.0086098, 7.3851],
    ["womens_email", "visit", 0.0452331, 0.0388938, 0.0515724, 13.9492],
    ["womens_email", "conversion", 0.0031111, 0.0014987, 0.0047234, 3.7796],
  ])("%s moves %s by %d", async (arm, metric, difference, lower, upper, z) => {
    const { document } = await read("hillstrom", "experiments/email.yaml");
    const { analysis } = comparison(document, metric, arm);
    expect(analysis.absolute?.estimate).toBeCloseTo(difference, 7);
    expect(analysis.absolute?.interval?.lower).toBeCloseTo(lower, 7);
    expect(analysis.absolute?.interval?.upper).toBeCloseTo(upper, 7);
    expect(analysis.statistic?.value).toBeCloseTo(z, 3);
  });

  it.each([
    ["mens_email", 0.769827, 5.30014, 36671.16, 1.164e-7],
    ["womens_email", 0.424412, 3.25637, 40064.88, 1.1294e-3],
  ])("%s: spend unadjusted, and adjusted beside it", async (arm, difference, t, df, p) => {
    const { document } = await read("hillstrom", "experiments/email.yaml");
    const { analysis, unadjusted, cuped } = comparison(document, "spend", arm);
    expect(unadjusted?.absolute?.estimate).toBeCloseTo(difference, 6);
    expect(unadjusted?.statistic?.value).toBeCloseTo(t, 5);
    expect(unadjusted?.statistic?.df).toBeCloseTo(df, 2);
    expect((unadjusted?.p_value?.value ?? 0) / p).toBeCloseTo(1, 3);
    expect(analysis.method).toBe("Welch t, CUPED");
    expect(cuped?.coverage).toEqual({ control: 1, treatment: 1 });
  });

  it("finds no sample-ratio mismatch among three arms, and reads three cohort dimensions and an intersection", async () => {
    const { document, exitCode } = await read("hillstrom", "experiments/email.yaml");
    const srm = document.quality.find((finding) => finding.code === "srm");
    expect(srm?.numbers.chi_square).toBeCloseTo(0.20253, 5);
    expect(srm?.numbers.p_value).toBeCloseTo(0.90369, 5);
    expect(document.arms).toHaveLength(3);
    expect(new Set(document.cohorts.map((cohort) => cohort.dimension))).toEqual(
      new Set(["zip_code", "channel", "newbie", "zip_code:newbie"]),
    );
    // Everything passes, and nothing ships: nobody registered it before its run of 2008.
    expect([document.verdict, exitCode]).toEqual(["continue", 5]);
    expect(document.arms[1]?.stopped_at).toBe("registration:lock");
  });
});

describe.skipIf(!present)("Cookie Cats (skipped without ../shared/datasets)", () => {
  it("does not ship the later gate: seven-day retention falls", async () => {
    const { document, exitCode } = await read("cookie-cats", "experiments/gate_40.yaml");
    const { analysis } = comparison(document, "retention_7", "gate_40");
    expect(analysis.absolute?.estimate).toBeCloseTo(-0.0082013, 7);
    expect(analysis.p_value?.value).toBeCloseTo(0.00155425, 8);
    expect([document.verdict, exitCode]).toEqual(["no_ship", 3]);
  });

  it("keeps the player with 49,854 rounds, and says so", async () => {
    const { document } = await read("cookie-cats", "experiments/gate_40.yaml");
    const { analysis } = comparison(document, "rounds", "gate_40");
    expect(analysis.statistic?.value).toBeCloseTo(-0.88544, 5);
    expect(analysis.statistic?.df).toBeCloseTo(58595.48, 2);
    expect(document.quality.find((f) => f.code === "out_of_range")?.sentence).toContain("rounds");
  });

  it("ranks the rounds with ties: Mann-Whitney p 0.05021", async () => {
    const { document } = await read("cookie-cats", "experiments/gate_40.yaml");
    const { analysis } = comparison(document, "rounds_rank", "gate_40");
    expect(analysis.p_value?.value).toBeCloseTo(0.05021, 5);
  });

  it("reports the borderline sample ratio, p 0.008608, without calling the data invalid", async () => {
    const { document } = await read("cookie-cats", "experiments/gate_40.yaml");
    const srm = document.quality.find((finding) => finding.code === "srm");
    expect(srm?.numbers.p_value).toBeCloseTo(0.008608, 6);
    expect(srm?.status).not.toBe("fatal");
  });
});

it.skipIf(present)("says how to get the files when they are absent", async () => {
  const ran = await runPlumb(["readout", "experiments/email.yaml"], path("examples/hillstrom"));
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toMatch(/metrics\/shop\.yaml:\d+:\d+ {2}FILE_MISSING.*MineThatData/);
});
