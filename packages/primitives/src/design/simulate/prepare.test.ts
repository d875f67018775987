/** What a registration must say to be simulated, and the experiment that follows from it. */
import { describe, expect, it } from "vitest";
import type { StudyMaturity } from "../../shared/vocabulary.js";
import type { RegistrationInput } from "../registration.js";
import { registration, resolve } from "../testing/documents.js";
import { correlationFactor, correlationMatrix } from "./correlation.js";
import type { SimulationFinding } from "./finding.js";
import { type PreparedModel, prepareModel } from "./prepare.js";
import { scenariosOf } from "./scenarios.js";

const complete = (): RegistrationInput => ({
  experiment_id: "x",
  hypothesis: { h0: "no", h1: "yes" },
  primary_metric: {
    name: "m",
    direction: "higher_is_better",
    baseline_estimate: 0.2,
    baseline_std: 0.4,
  },
  mde_relative: 0.05,
  sample_size_per_arm: 10_000,
  runtime_days: 14,
  randomization_unit: "user_id",
  guardrails: [
    { name: "csat", direction: "higher_is_better", threshold_relative: -0.01 },
    { name: "latency", direction: "lower_is_better", threshold: 800 },
  ],
  cohorts: { dimensions: { locale: { levels: ["EN", "JP"] } }, threshold_relative: -0.03 },
  stop_rule: { type: "pocock", looks: ["day_7", "day_14"] },
  sizing: {
    metrics: { csat: { baseline: 4, sd: 1 }, latency: { baseline: 700, sd: 300 } },
    cohorts: { locale: { EN: 0.7, JP: { fraction: 0.3, baseline: 0.1, sd: 0.5 } } },
  },
});

function input(change: Partial<RegistrationInput> = {}) {
  const document = { ...complete(), ...change };
  const { study, problems } = resolve(document, null);
  if (study === null) throw new Error(JSON.stringify(problems));
  return { registration: registration(document), study, library: null };
}

function ready(change: Partial<RegistrationInput> = {}, correlation: number | null = null) {
  const prepared = prepareModel(input(change), correlation);
  if (prepared.kind !== "ready") throw new Error(JSON.stringify(prepared.findings));
  return prepared;
}

function lacking(change: Partial<RegistrationInput>, correlation: number | null = null) {
  const prepared: PreparedModel = prepareModel(input(change), correlation);
  const findings: readonly SimulationFinding[] =
    prepared.kind === "lacking" ? prepared.findings : [];
  return findings.map(({ code, path, mend }) => `${code} ${path.join(".")} | ${mend}`);
}

describe("a complete registration", () => {
  it("becomes metrics, levels, units and readings", () => {
    const { model, correlation } = ready();
    expect(
      model.metrics.map(({ name, baseline, deviation }) => [name, baseline, deviation]),
    ).toEqual([
      ["m", 0.2, 0.4],
      ["csat", 4, 1],
      ["latency", 700, 300],
    ]);
    expect(model.dimensions[0]?.levels).toEqual([
      {
        name: "locale=EN",
        level: "EN",
        parts: { locale: "EN" },
        share: 0.7,
        baseline: 0.2,
        deviation: 0.4,
      },
      {
        name: "locale=JP",
        level: "JP",
        parts: { locale: "JP" },
        share: 0.3,
        baseline: 0.1,
        deviation: 0.5,
      },
    ]);
    expect(model.units).toEqual([10_000, 10_000]);
    expect(model.readings).toEqual([
      { day: 7, share: 0.5, mature: [] },
      { day: 14, share: 1, mature: [] },
    ]);
    expect(correlation).toBe("default");
  });

  it("has units come as the declared traffic brings them", () => {
    const sizing = complete().sizing as object;
    const traffic = { weekly_units: 10_000, returning_share: 1 };
    const { model } = ready({ sizing: { ...sizing, traffic } });
    // Everybody who ever comes has come in the first week.
    expect(model.readings.map(({ share }) => share)).toEqual([1, 1]);
  });

  it("is read every day where any time is allowed, and once at a fixed horizon", () => {
    const always = ready({ stop_rule: { type: "always_valid" } }).model.readings;
    expect(always).toHaveLength(14);
    expect(always[6]).toEqual({ day: 7, share: 0.5, mature: [] });
    const fixed = ready({ stop_rule: { type: "fixed_horizon" } }).model.readings;
    expect(fixed).toEqual([{ day: 14, share: 1, mature: [] }]);
  });

  it("reduces the variance of the primary metric in the levels too", () => {
    const sizing = complete().sizing as object;
    const studied = input({ sizing: { ...sizing, variance_reduction: 0.75 } });
    const primary = {
      ...studied.study.primary,
      metric: { ...studied.study.primary.metric, cuped: true },
    };
    const reduced = prepareModel({ ...studied, study: { ...studied.study, primary } });
    if (reduced.kind !== "ready") throw new Error("lacking");
    expect(reduced.model.metrics[0]?.deviation).toBeCloseTo(0.2, 12);
    expect(reduced.model.dimensions[0]?.levels[1]?.deviation).toBeCloseTo(0.25, 12);
  });
});

describe("values that are complete later", () => {
  function readings(maturity: StudyMaturity, matureShare: number) {
    const given = input();
    const primary = { ...given.study.primary };
    const guardrails = given.study.guardrails.map((each, at) =>
      at === 0 ? { ...each, metric: { ...each.metric, maturity } } : each,
    );
    const study = { ...given.study, primary, guardrails, matureShare };
    const prepared = prepareModel({ ...given, study });
    if (prepared.kind !== "ready") throw new Error("lacking");
    return prepared.model.readings;
  }

  it("are read once more when all units have had their days", () => {
    const found = readings({ days: 28, kind: "late" }, 1);
    expect(found.map(({ day, share }) => [day, share])).toEqual([
      [7, 0.5],
      [14, 1],
      [42, 1],
    ]);
    expect(found.map(({ mature }) => mature[0]?.share)).toEqual([0, 0, 1]);
  });

  it("are read as soon as the share asked for has had its days, and not again where it has by the end", () => {
    // On day 14 the units of ten of the fourteen days have had four days.
    expect(readings({ days: 4, kind: "open" }, 10 / 14).map(({ day }) => day)).toEqual([7, 14]);
    expect(readings({ days: 4, kind: "open" }, 11 / 14).map(({ day }) => day)).toEqual([7, 14, 15]);
  });
});

describe("intersections", () => {
  const cohorts = {
    dimensions: { locale: { levels: ["EN", "JP"] }, tenure: { levels: ["new", "old"] } },
    intersections: [["locale", "tenure"]],
    threshold_relative: -0.03,
  };
  const base = complete().sizing as { metrics: object; cohorts: { locale: object } };
  const sizing = {
    ...base,
    cohorts: { ...base.cohorts, tenure: { new: 0.25, old: 0.75 } },
  } as RegistrationInput["sizing"];
  const { model } = ready({ cohorts, sizing });

  it("hold the product of the shares, and differ from everybody as their levels do", () => {
    expect(model.dimensions.map(({ name, of }) => [name, of])).toEqual([
      ["locale", ["locale"]],
      ["tenure", ["tenure"]],
      ["locale:tenure", ["locale", "tenure"]],
    ]);
    const cell = model.dimensions[2]?.levels[2];
    expect(cell).toMatchObject({
      name: "locale:tenure=JP:new",
      level: "JP:new",
      parts: { locale: "JP", tenure: "new" },
    });
    expect(cell?.share).toBeCloseTo(0.075, 12);
    expect(cell?.baseline).toBeCloseTo(0.1, 12);
    expect(cell?.deviation).toBeCloseTo(0.5, 12);
  });

  it("that are harmed harm the levels that they belong to by their share of them", () => {
    const { study } = input({ cohorts, sizing });
    const scenario = scenariosOf(study, model).find(
      ({ id }) => id === "cohort:locale:tenure=JP:new",
    );
    const effect = (dimension: number, level: number) =>
      scenario?.levels[dimension]?.[level]?.[0] as number;
    const [harm, others] = [-0.003, (0.01 + 0.075 * 0.003) / 0.925];
    expect(effect(2, 2)).toBeCloseTo(harm, 12);
    expect(effect(2, 3)).toBeCloseTo(others, 12);
    expect(effect(0, 0)).toBeCloseTo(others, 12);
    expect(effect(0, 1)).toBeCloseTo(0.25 * harm + 0.75 * others, 12);
    expect(effect(1, 0)).toBeCloseTo(0.3 * harm + 0.7 * others, 12);
    expect(scenario?.effects[0]).toBeCloseTo(0.01, 12);
  });

  it("of too many cells are refused", () => {
    const levels = Array.from({ length: 72 }, (_, k) => `l${k}`);
    const shares = Object.fromEntries(levels.map((level) => [level, 1 / 80]));
    const names = ["a", "b", "c"];
    const many = {
      dimensions: Object.fromEntries(
        names.map((name) => [name, { levels: name === "b" ? ["x"] : levels }]),
      ),
      intersections: [
        ["a", "b"],
        ["b", "c"],
      ],
    };
    const own = { a: shares, b: { x: 0.5 }, c: shares };
    const given = { ...base, cohorts: own } as RegistrationInput["sizing"];
    // 73 x 2 x 73, the units of no declared level among them.
    expect(lacking({ cohorts: many, sizing: given })).toEqual([
      "SIMULATION_COHORTS cohorts.intersections | Combine fewer dimensions, or simulate with fewer intersections.",
    ]);
  });
});

describe("what is missing", () => {
  const sizing = complete().sizing as Record<string, unknown>;

  it("is said all at once, each with where to write it", () => {
    const { sample_size_per_arm: _size, sizing: _sizing, ...bare } = complete();
    const { study } = resolve(bare, null);
    if (study === null) throw new Error("the registration is sound");
    const prepared = prepareModel({ registration: registration(bare), study, library: null });
    if (prepared.kind !== "lacking") throw new Error("nothing is missing");
    expect(prepared.findings.map(({ code, path }) => `${code} ${path.join(".")}`)).toEqual([
      "SIMULATION_SIZE ",
      "SIMULATION_FIGURES guardrails.0",
      "SIMULATION_FIGURES guardrails.1",
      "SIMULATION_FIGURES cohorts.dimensions.locale",
      "SIMULATION_FIGURES cohorts.dimensions.locale",
    ]);
    expect(prepared.findings[1]?.mend).toBe("Add sizing.metrics.csat: {baseline: ..., sd: ...}.");
    expect(prepared.findings[3]?.mend).toBe("Add sizing.cohorts.locale: {EN: ...}.");
  });

  it("is a level that the control is already beyond", () => {
    const metrics = { csat: { baseline: 4, sd: 1 }, latency: { baseline: 900, sd: 300 } };
    expect(lacking({ sizing: { ...sizing, metrics } })).toEqual([
      "SIMULATION_FIGURES guardrails.1 | Choose a limit that the control keeps, or a change against control.",
    ]);
  });

  it("is an end of an always-valid run", () => {
    const { runtime_days: _days, ...open } = complete();
    const document = { ...open, stop_rule: { type: "always_valid" as const } };
    const { study } = resolve(document, null);
    if (study === null) throw new Error("the registration is sound");
    const prepared = prepareModel({ registration: registration(document), study, library: null });
    expect(prepared.kind === "lacking" && prepared.findings.map(({ code }) => code)).toEqual([
      "SIMULATION_RUNTIME",
    ]);
  });
});

describe("correlations", () => {
  const sizing = complete().sizing as Record<string, unknown>;
  const matrixOf = (correlation: unknown, asked: number | null = null) =>
    ready({ sizing: { ...sizing, correlation } as RegistrationInput["sizing"] }, asked).model
      .correlation;

  it("of one number are counted towards improvement: latency falls where csat rises", () => {
    expect(matrixOf(0.3)).toEqual([
      [1, 0.3, -0.3],
      [0.3, 1, -0.3],
      [-0.3, -0.3, 1],
    ]);
    expect(matrixOf(0.3, 0.1)[0]).toEqual([1, 0.1, -0.1]);
  });

  it("of pairs are as measured, and none where none is named", () => {
    expect(matrixOf({ csat: { latency: -0.2 }, m: { csat: 0.5 } })).toEqual([
      [1, 0.5, 0],
      [0.5, 1, -0.2],
      [0, -0.2, 1],
    ]);
  });

  it.each([
    [{ csat: { nothing: 0.1 } }, "sizing.correlation.csat.nothing"],
    [{ csat: { csat: 0.1 } }, "sizing.correlation.csat.csat"],
    [{ csat: { m: 0.1 }, m: { csat: 0.2 } }, "sizing.correlation.m.csat"],
    [{ csat: { m: 0.9, latency: 0.9 }, m: { latency: -0.9 } }, "sizing.correlation"],
    [-0.6, "sizing.correlation"],
  ])("that cannot be are refused: %j", (correlation, path) => {
    const given = { ...sizing, correlation } as RegistrationInput["sizing"];
    expect(lacking({ sizing: given }).map((line) => line.split(" | ")[0])).toEqual([
      `SIMULATION_CORRELATION ${path}`,
    ]);
  });

  it("have a factor whose square is the matrix", () => {
    const metrics = input().study.guardrails.map(({ metric }) => metric);
    const { matrix } = correlationMatrix(metrics, { csat: { latency: 0.7 } }, null);
    const factor = correlationFactor(matrix) as number[][];
    matrix.forEach((row, i) => {
      row.forEach((value, j) => {
        const product = (factor[i] as number[]).reduce(
          (sum, each, k) => sum + each * ((factor[j] as number[])[k] as number),
          0,
        );
        expect(product).toBeCloseTo(value, 14);
      });
    });
  });
});

describe("the truths", () => {
  const given = input();
  const prepared = ready();
  const scenarios = scenariosOf(given.study, prepared.model);

  it("are nothing, the lift, each guardrail and each cohort at its limit", () => {
    expect(scenarios.map(({ id }) => id)).toEqual([
      "nothing",
      "lift",
      "guardrail:csat",
      "guardrail:latency",
      "cohort:locale=EN",
      "cohort:locale=JP",
    ]);
    const effects = scenarios.map((each) => each.effects.map((value) => Number(value.toFixed(9))));
    expect(effects).toEqual([
      [0, 0, 0],
      [0.01, 0, 0],
      [0.01, -0.04, 0],
      [0.01, 0, 100],
      [0.01, 0, 0],
      [0.01, 0, 0],
    ]);
  });

  it("keep the average where one level is harmed, by its own value", () => {
    const harmed = scenarios.at(-1)?.levels[0]?.map((level) => level[0] as number) as number[];
    // JP stands at 0.1, so -3 % of it.
    expect(harmed[1]).toBeCloseTo(-0.003, 12);
    expect(0.7 * (harmed[0] as number) + 0.3 * (harmed[1] as number)).toBeCloseTo(0.01, 12);
  });
});
