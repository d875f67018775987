// Undeclared cuts over a small workspace of its own; effects are those of the arithmetic beside each.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { runPlumb } from "../../cli/testing/run-plumb.js";
import { temporaryFolder } from "../../documents/testing/folder.js";
import { readoutSchema } from "../../report/readout-schema.js";

const REGISTRATION = `experiment_id: cuts
hypothesis: { h0: "nothing", h1: "more" }
primary_metric: { name: spend }
primary_rule: significant
mde_relative: 0.05
randomization_unit: user
arms: { control: { name: a, value: a }, treatments: [{ name: b, value: b }] }
exposure: { source: users, arm: arm }
guardrails: [{ name: visits, threshold_relative: -0.5 }]
cohorts: { dimensions: { country: { levels: [JP, EN] } }, threshold_relative: -0.9 }
`;
const METRICS = `kind: metrics
sources:
  users: { files: users.csv, grain: unit, unit: user }
metrics:
  spend: { kind: mean, source: users, value: spend, decimals: 0, direction: higher_is_better, description: Spend., unit: USD }
  visits: { kind: mean, source: users, value: visits, decimals: 0, direction: higher_is_better, description: Visits., unit: visits }
`;

let root: string;

/** Spend alternates around 10 in a; in b it is 12 on phones and 9 on desktops. Every seventh device is missing. */
function rows(): string[] {
  return Array.from({ length: 1400 }, (_, at) => {
    const arm = at % 2 === 0 ? "a" : "b";
    const pair = Math.floor(at / 2);
    const device = pair % 7 === 6 ? "" : pair % 7 < 4 ? "phone" : "desktop";
    const base = arm === "a" ? 10 : device === "phone" ? 12 : device === "desktop" ? 9 : 10;
    const spend = base + (Math.floor(pair / 7) % 2 === 0 ? 1 : -1);
    return `u${at},${arm},${pair % 3 === 0 ? "JP" : "EN"},${device},z${at},${spend},${3 + (pair % 2)}`;
  });
}

beforeEach(() => {
  root = temporaryFolder({
    "plumbline.yaml": "name: cuts\n",
    "experiments/cuts.yaml": REGISTRATION,
    "metrics/all.yaml": METRICS,
    "users.csv": `user,arm,country,device,zip,spend,visits\n${rows().join("\n")}\n`,
  });
});

const run = (...more: string[]) => runPlumb(["readout", "experiments/cuts.yaml", ...more], root);

async function read(...more: string[]) {
  const ran = await run("--json", ...more);
  return readoutSchema.parse(JSON.parse(ran.stdout));
}

describe("an undeclared cut", () => {
  it("shows every metric in every level found, without a limit, and 12 against 10 on phones", async () => {
    const { exploratory } = await read("--explore", "device");
    expect(exploratory.map(({ level, metric }) => [level, metric])).toEqual([
      ["phone", "spend"],
      ["phone", "visits"],
      ["desktop", "spend"],
      ["desktop", "visits"],
    ]);
    const [phone, , desktop] = exploratory;
    expect(phone?.analysis?.relative?.estimate).toBeCloseTo(0.2, 12);
    expect(phone?.analysis?.control.n).toBe(400);
    expect(desktop?.analysis?.relative?.estimate).toBeCloseTo(-0.1, 12);
    expect(exploratory.every(({ threshold }) => threshold === null)).toBe(true);
  });

  it("of two columns has a level for each combination", async () => {
    const { exploratory } = await read("--explore", "device*country");
    const own = exploratory.filter(({ dimension }) => dimension === "device:country");
    expect(own).toHaveLength(exploratory.length);
    expect(own.map(({ level, metric }) => `${metric} ${level}`)).toContain("spend phone:JP");
    expect(own).toHaveLength(8);
  });

  it("changes nothing else: no check, no cohort, no figure, no verdict", async () => {
    const without = await read();
    const { exploratory, generated_at: _, ...rest } = await read("--explore", "device");
    const { exploratory: none, generated_at: __, ...plain } = without;
    expect(exploratory.length).toBeGreaterThan(0);
    expect(none).toEqual([]);
    expect(rest).toEqual(plain);
  });

  it("is labelled in the terminal and on the page", async () => {
    const page = join(root, "page.html");
    const ran = await run("--explore", "device", "--html", page);
    expect(ran.stdout.replaceAll(/\s+/g, " ")).toContain(
      "Exploratory cuts Nobody registered these cuts",
    );
    expect(readFileSync(page, "utf8")).toContain("spend by device");
    expect((await run()).stdout).not.toContain("Exploratory");
  });

  it.each([
    ["device,device", "is no list of cuts"],
    ["device*device", "is no list of cuts"],
    ["device,", "is no list of cuts"],
    ["country", "is declared as a cohort"],
    ["colour", 'There is no column "colour"'],
    ["zip", '"zip" has 1,400 levels'],
    ["device; drop table users", "There is no column"],
  ])("%s is refused with its reason", async (cut, reason) => {
    const ran = await run("--explore", cut);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("EXPLORE_INVALID");
    expect(ran.stderr).toContain(reason);
  });
});

describe("the other metrics", () => {
  it("stand by cohort in the terminal and on the page", async () => {
    const page = join(root, "others.html");
    const { stdout } = await run("--html", page);
    expect(stdout).toMatch(/other metrics\n {2}visits\n {4}JP +0\.0 %/);
    expect(readFileSync(page, "utf8")).toContain("Other metrics by country (1)");
  });
});
