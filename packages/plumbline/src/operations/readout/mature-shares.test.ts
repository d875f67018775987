// How many units have had their time, counted from rows: every unit's own date is known here, so shares are counts by hand.
import { describe, expect, it } from "vitest";
import { runPlumb } from "../../cli/testing/run-plumb.js";
import { temporaryFolder } from "../../documents/testing/folder.js";
import { readoutSchema } from "../../report/readout-schema.js";

/** 140 units an arm, ten an arm and day from 1 June; everybody answers on the third day, with one of four scores. */
function workspace(share: string): string {
  const arms = ["old", "new"];
  const units = arms.flatMap((arm) =>
    Array.from({ length: 140 }, (_, at) => ({ arm, id: `${arm}${at}`, day: Math.floor(at / 10) })),
  );
  const date = (day: number) => new Date(Date.UTC(2026, 5, 1 + day, 12)).toISOString();
  const rows = units.map(({ arm, id, day }) => `${id},${arm},${date(day)}`);
  const answers = units.map(({ id, day }, at) => `${id},${date(day + 2)},${3 + (at % 4) * 0.5}`);
  const clicks = units.map(({ arm, id, day }, at) =>
    [id, date(day), (arm === "new" ? 12 : 10) + (at % 3)].join(","),
  );
  return temporaryFolder({
    "plumbline.yaml": "name: test\n",
    "data/exposures.csv": `user,arm,at\n${rows.join("\n")}\n`,
    "data/answers.csv": `user,at,score\n${answers.join("\n")}\n`,
    "data/clicks.csv": `user,at,n\n${clicks.join("\n")}\n`,
    "metrics/m.yaml": `
sources:
  exposures: { files: data/exposures.csv, grain: unit, unit: user, time: at }
  answers: { files: data/answers.csv, grain: event, unit: user, time: at }
  clicks: { files: data/clicks.csv, grain: event, unit: user, time: at }
metrics:
  clicks: { kind: mean, source: clicks, value: n, aggregate: sum }
  csat: { kind: mean, source: answers, value: score, aggregate: avg, matures_after_days: 7, direction: higher_is_better }
`,
    "experiments/x.yaml": `
experiment_id: x
hypothesis: { h0: "no", h1: "yes" }
primary_metric: { name: clicks }
mde_relative: 0.01
randomization_unit: user
runtime_days: 14
arms: { control: { name: old }, treatments: [{ name: new }] }
exposure: { source: exposures, arm: arm, start: 2026-06-01, end: 2026-06-15 }
guardrails: [{ name: csat, threshold_relative: -0.5 }]
${share}
`,
  });
}

async function guardrail(share: string, at: string) {
  const args = ["readout", "experiments/x.yaml", "--json", "--as-of", at];
  const { stdout, stderr } = await runPlumb(args, workspace(share));
  expect(stderr).toBe("");
  const { checks } = readoutSchema.parse(JSON.parse(stdout));
  return checks.find(({ metric }) => metric === "csat");
}

describe("a guardrail that matures 7 days after exposure", () => {
  it("waits for the last unit, of 14 June at noon", async () => {
    expect((await guardrail("", "2026-06-21T11:00:00Z"))?.code).toBe("not_mature");
    expect((await guardrail("", "2026-06-21T12:00:00Z"))?.status).toBe("clear");
  });

  it("waits for the registered share of the units, counted in the data", async () => {
    // On 17 June at midnight those of 1 to 9 June at noon have had 7 days: 9 of 14 days' units, 64.3 %.
    const before = await guardrail("mature_share: 0.65", "2026-06-17");
    expect(before?.code).toBe("not_mature");
    expect(before?.sentence).toContain("64.3 % of the units are mature; 65.0 % are asked for");
    expect((await guardrail("mature_share: 0.64", "2026-06-17"))?.status).toBe("clear");
  });

  it("counts none where nobody came early enough", async () => {
    const found = await guardrail("mature_share: 0.5", "2026-06-08");
    expect(found?.sentence).toContain("0.0 % of the units are mature");
  });
});
