// Effects by age from rows, against the same computed here user by user: with every user on every day the slope is the mean of
// one contrast a user, so its standard error is Welch's of that contrast, days of one user being as correlated as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomNormal, seededRandom } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import { runPlumb } from "../../cli/testing/run-plumb.js";
import { temporaryFolder } from "../../documents/testing/folder.js";

const UNITS = 400;
const DAYS = 14;
const START = Date.parse("2026-03-01T00:00:00Z");
const DAY = 86_400_000;
const iso = (time: number) => new Date(time).toISOString().slice(0, 19).replace("T", " ");

interface Unit {
  readonly id: number;
  readonly arm: "old" | "new";
  readonly exposed: number;
  /** By day since exposure. */
  readonly spent: readonly number[];
}

/** A benefit of 1 + 4 e^(-t/3) on a level of 10; half of a day's variance is the user's. */
function drawUnits(): Unit[] {
  const random = seededRandom(9);
  return Array.from({ length: UNITS }, (_, id) => {
    const arm = id % 2 === 0 ? "old" : "new";
    const own = randomNormal(random);
    const exposed = START + Math.floor(random() * 7 * DAY);
    const spent = Array.from({ length: DAYS }, (__, day) => {
      const lift = arm === "new" ? 1 + 4 * Math.exp(-day / 3) : 0;
      return Number((10 + own + randomNormal(random) + lift).toFixed(3));
    });
    return { id, arm, exposed, spent };
  });
}

const units = drawUnits();

function workspace(): string {
  const exposures = units.map(({ id, arm, exposed }) => `${id},${arm},${iso(exposed)}`);
  const events = units.flatMap(({ id, exposed, spent }) =>
    spent.flatMap((value, day) =>
      // In two parts, so that the day's value is made of several events.
      [0.25, 0.75].map((share) => `${id},${iso(exposed + (day + share) * DAY)},${value * share}`),
    ),
  );
  return temporaryFolder({
    "plumbline.yaml": "name: test\n",
    "data/exposures.csv": `user,arm,at\n${exposures.join("\n")}\n`,
    "data/events.csv": `user,at,amount\n${events.join("\n")}\n`,
    "metrics/m.yaml": `
sources:
  exposures: { files: data/exposures.csv, grain: unit, unit: user, time: at }
  events: { files: data/events.csv, grain: event, unit: user, time: at }
metrics:
  spend: { kind: mean, source: events, value: amount, aggregate: sum, window: 14d, decimals: 6 }
  p90: { kind: quantile, source: events, value: amount, order: 0.9, direction: lower_is_better }
`,
    "experiments/x.yaml": `
experiment_id: x
hypothesis: { h0: "no", h1: "yes" }
primary_metric: { name: spend }
mde_relative: 0.01
randomization_unit: user
runtime_days: 7
arms: { control: { name: old }, treatments: [{ name: new }] }
exposure: { source: exposures, arm: arm, start: 2026-03-01, end: 2026-03-08 }
secondary_metrics: [{ name: p90 }]
`,
  });
}

/** The same with users that come on some days only, and the mean of their days as the metric. */
function activeOn(came: (unit: Unit, day: number) => boolean): string {
  const root = workspace();
  const events = join(root, "data/events.csv");
  const rows = readFileSync(events, "utf8").split("\n");
  const kept = rows.filter((row, at) => {
    const [user, time] = row.split(",");
    const unit = units[Number(user)];
    if (at === 0 || unit === undefined) return true;
    const since = Date.parse(`${time?.replace(" ", "T")}Z`) - unit.exposed;
    return came(unit, Math.floor(since / DAY));
  });
  writeFileSync(events, kept.join("\n"));
  const library = join(root, "metrics/m.yaml");
  const text = readFileSync(library, "utf8");
  writeFileSync(library, text.replace("aggregate: sum", "aggregate: avg"));
  return root;
}

const of = (arm: Unit["arm"]) => units.filter((unit) => unit.arm === arm);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]) => {
  const m = mean(values);
  return values.reduce((sum, value) => sum + (value - m) ** 2, 0) / (values.length - 1);
};

/** Welch on one number a user. */
function contrast(weights: readonly number[]) {
  const values = (arm: Unit["arm"]) =>
    of(arm).map(({ spent }) => spent.reduce((sum, v, t) => sum + v * (weights[t] ?? 0), 0));
  const [treatment, control] = [values("new"), values("old")];
  return {
    estimate: mean(treatment) - mean(control),
    standardError: Math.sqrt(
      variance(treatment) / treatment.length + variance(control) / control.length,
    ),
  };
}

const middle = (DAYS - 1) / 2;
const spread = Array.from({ length: DAYS }, (_, t) => (t - middle) ** 2).reduce((a, b) => a + b, 0);

describe("plumb novelty", () => {
  const run = (args: readonly string[], root = workspace()) =>
    runPlumb(["novelty", "experiments/x.yaml", ...args], root);

  it("has, from one scan, the slope and the error that the users' own contrasts have", async () => {
    const { stdout } = await run(["--json"]);
    const { schema, arms, exposedBefore } = JSON.parse(stdout);
    const [arm] = arms;
    expect(schema).toBe("plumbline.novelty/1");
    expect(Date.parse(exposedBefore)).toBeGreaterThan(START + 7 * DAY);
    expect(arm.units).toEqual({ control: UNITS / 2, treatment: UNITS / 2 });
    const slope = contrast(Array.from({ length: DAYS }, (_, t) => (t - middle) / spread));
    const average = contrast(Array.from({ length: DAYS }, () => 1 / DAYS));
    const week = contrast(Array.from({ length: DAYS }, (_, t) => (t >= 7 ? 1 / 7 : 0)));
    for (const [found, expected] of [
      [arm.trend.slope, slope],
      [arm.trend.average, average],
      [arm.trend.lastWeek, week],
    ]) {
      expect(found.estimate).toBeCloseTo(expected.estimate, 9);
      expect(found.standardError).toBeCloseTo(expected.standardError, 9);
    }
    arm.days.forEach((day: { effect: number }, t: number) => {
      const weights = Array.from({ length: DAYS }, (_, at) => Number(at === t));
      expect(day.effect).toBeCloseTo(contrast(weights).estimate, 9);
    });
  });

  it("names the planted novelty, and projects towards what is left of it", async () => {
    const { stdout } = await run(["--json"]);
    const [arm] = JSON.parse(stdout).arms;
    expect(arm.finding).toBe("novelty");
    const { projection } = arm.trend;
    expect(projection.horizon).toBe(28);
    expect(projection.lower).toBeLessThan(1.001);
    expect(projection.upper).toBeGreaterThan(1);
    expect(arm.sentence).toContain("The benefit fades");
  });

  it("takes only units that have had all the days", async () => {
    // Ten days after the start, units of the first three days have had seven.
    const { stdout } = await run(["--json", "--as-of", "2026-03-11", "--days", "7"]);
    const { arms, exposedBefore } = JSON.parse(stdout);
    expect(exposedBefore).toBe("2026-03-04T00:00:00.000Z");
    const early = units.filter(({ exposed }) => exposed < START + 3 * DAY);
    expect(arms[0].units.control + arms[0].units.treatment).toBe(early.length);
    expect(arms[0].days).toHaveLength(7);
  });

  it("writes a page with its figure, and a table for a terminal", async () => {
    const root = workspace();
    const page = join(root, "ages.html");
    const { stdout, stderr } = await run(["--html", page], root);
    expect(stdout).toContain("day since first exposure");
    expect(stderr).toContain("Report written");
    const text = readFileSync(page, "utf8");
    expect(text.match(/<circle/g)?.length).toBe(2 * (DAYS + 1));
    expect(text).toContain("Novelty");
    expect(text).not.toMatch(/<script|style="/);
    // Whole numbers of what the axis shows, not of the unit behind it.
    const axis = [...text.matchAll(/>([+−][\d.]+) %<\/text>/g)].map(([, tick]) => tick);
    expect(axis.length).toBeGreaterThan(4);
    expect(axis.every((tick) => /^[+−]\d+\.0$/.test(tick ?? ""))).toBe(true);
  });

  it("has the error of means over those who came that day, where not everybody comes every day", async () => {
    // Who spends much comes every day, and others every other day: so those with two days are not like those with one.
    const came = ({ id, spent }: Unit, day: number) =>
      mean(spent) > 12 || (day + (id >> 1)) % 2 === 0;
    const { stdout } = await run(["--json"], activeOn(came));
    const { trend } = JSON.parse(stdout).arms[0];
    // By linearisation: a user's part in a weighted sum of daily means is the sum of weight x (value - mean) / count.
    const error = (weight: (day: number) => number) => {
      const parts = (["old", "new"] as const).flatMap((arm) => {
        const days = Array.from({ length: DAYS }, (_, day) =>
          of(arm).flatMap((unit) => (came(unit, day) ? [(unit.spent[day] ?? 0) / 2] : [])),
        );
        const part = (unit: Unit, day: number) => {
          const all = days[day] ?? [];
          const value = (unit.spent[day] ?? 0) / 2;
          return came(unit, day) ? (weight(day) * (value - mean(all))) / all.length : 0;
        };
        return of(arm).map((unit) => days.reduce((sum, _, day) => sum + part(unit, day), 0));
      });
      return Math.sqrt(parts.reduce((sum, part) => sum + part ** 2, 0));
    };
    for (const [found, weight] of [
      [trend.average, () => 1 / DAYS],
      [trend.lastWeek, (day: number) => (day >= 7 ? 1 / 7 : 0)],
      [trend.slope, (day: number) => (day - middle) / spread],
    ] as const) {
      // Variances divide by n - 1, the parts by n.
      expect(Math.abs(found.standardError / error(weight) - 1)).toBeLessThan(0.005);
    }
  });

  it("says on which day nobody has a value", async () => {
    const root = activeOn((_, day) => day !== 5);
    const { stderr } = await run([], root);
    expect(stderr).toContain("On day 6 since first exposure no unit of old has a value");
  });

  it.each([
    ["NOVELTY_TOO_EARLY", ["--as-of", "day_5"]],
    ["INPUT_INVALID", ["--as-of", "banana 3"]],
    ["INPUT_INVALID", ["--as-of", "2026-03-10T12:00"]],
    ["closes 14 days after exposure", ["--days", "15"]],
    ["NOVELTY_TOO_EARLY", ["--as-of", "2026-03-08", "--days", "14"]],
    ["NOVELTY_UNSUITED", ["--metric", "p90"]],
    ["NOVELTY_UNSUITED", ["--metric", "other"]],
  ])("refuses with %s: %j", async (code, args) => {
    const { stderr, exitCode } = await run(args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(code);
  });
});
