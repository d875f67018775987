// The designer says what the commands say of the registration it writes.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../../documents/testing/folder.js";
import { operations } from "../../operations/table.js";
import { type DesignFigures, designOf, lookDays } from "./designer.js";

const FIGURES: DesignFigures = {
  experiment: "e",
  metric: "m",
  kind: "amount",
  baseline: 0.183,
  sd: 0.142,
  mde: 0.03,
  alpha: 0.05,
  power: 0.8,
  weeklyUnits: 100_000,
  returningShare: 0.4,
  exposedShare: 1,
  days: 14,
  looks: 4,
  boundary: "obrien_fleming",
  cohorts: [
    { name: "EN", share: 0.6 },
    { name: "JP", share: 0.25 },
  ],
};

async function command(id: string, root: string, given: Record<string, unknown>) {
  const body = await operations.find((row) => row.id === id)?.load();
  if (body === undefined) throw new Error(`there is no row ${id}`);
  const context = {
    workingDirectory: root,
    now: () => new Date("2026-07-01T00:00:00Z"),
    signal: new AbortController().signal,
    progress: () => {},
  };
  const input = body.input.parse({ ...given, json: true }) as never;
  const output = (await body.run(context, input)) as never;
  return JSON.parse(body.render(output, input, { color: false, width: 100 }).stdout);
}

function saved(yaml: string): string {
  const root = temporaryFolder();
  mkdirSync(join(root, "experiments"));
  writeFileSync(join(root, "plumbline.yaml"), "name: team\n");
  writeFileSync(join(root, "experiments/e.yaml"), yaml);
  return root;
}

const registration = "experiments/e.yaml";

describe("a design", () => {
  it("is a registration that plumb check accepts, with the sizes, curves and findings of the commands", async () => {
    const design = designOf(FIGURES);
    expect(design.problems).toEqual([]);
    const root = saved(design.yaml);
    const checked = await command("check", root, { path: registration });
    expect(
      checked.problems.filter((each: { severity: string }) => each.severity === "error"),
    ).toEqual([]);
    const size = await command("design size", root, { registration });
    expect(size.requirements.map((each: { total: number }) => each.total)).toEqual(
      design.report?.requirements.map(({ total }) => total),
    );
    expect(design.report?.requirements.length).toBe(3);
    const curve = size.curves.power_against_total[0];
    expect(curve.points.length).toBe(design.power[0]?.points.length);
    const audit = await command("design audit", root, { registration });
    expect(audit.findings.map((each: { code: string }) => each.code)).toEqual(
      design.findings.map(({ code }) => code),
    );
  });

  it("writes down the figures that were asked for", () => {
    expect(parse(designOf(FIGURES).yaml)).toMatchObject({
      experiment_id: "e",
      primary_metric: { name: "m", baseline_estimate: 0.183, baseline_std: 0.142 },
      mde_relative: 0.03,
      alpha: 0.05,
      power: 0.8,
      runtime_days: 14,
      stop_rule: { type: "obrien_fleming", looks: ["day_4", "day_7", "day_11", "day_14"] },
      sizing: {
        traffic: { weekly_units: 100_000, returning_share: 0.4, exposed_share: 1 },
        cohorts: { cohort: { EN: 0.6, JP: 0.25 } },
      },
    });
  });

  it("has the boundary of design plan", async () => {
    const plan = await command("design plan", temporaryFolder(), { looks: "4,7,11,14" });
    expect(designOf(FIGURES).days).toEqual([4, 7, 11, 14]);
    expect(designOf(FIGURES).plan?.criticalValues).toEqual(plan.critical_values);
  });

  it("of a share takes its deviation from the share", () => {
    const design = designOf({ ...FIGURES, kind: "share", baseline: 0.2 });
    expect(design.yaml).toContain("baseline_std: 0.4\n");
  });

  it.each([
    [{ kind: "share", baseline: 1.2 }, "A share lies between 0 and 1"],
    [{ mde: 0 }, ""],
    [{ alpha: 2 }, ""],
    [{ experiment: "" }, ""],
    [{ days: 0 }, ""],
    [{ weeklyUnits: -5 }, ""],
    [
      {
        cohorts: [
          { name: "EN", share: 0.9 },
          { name: "JP", share: 0.4 },
        ],
      },
      "add up to more than 1",
    ],
    [{ cohorts: [{ name: "EN", share: 3 }] }, ""],
    [{ baseline: Number.NaN }, ""],
  ] as const)("of %j is refused in words, without a number", (part, sentence) => {
    const design = designOf({ ...FIGURES, ...part } as DesignFigures);
    expect(design.report).toBeNull();
    expect(design.problems.map(({ message }) => message).join(" ")).toContain(sentence);
    expect(design.problems.length).toBeGreaterThan(0);
  });

  it("spreads its looks over whole days, each once", () => {
    expect(lookDays(14, 4)).toEqual([4, 7, 11, 14]);
    expect(lookDays(2, 5)).toEqual([1, 2]);
    expect(lookDays(28, 1)).toEqual([28]);
  });
});
