// Watching by always-valid tests: error rate over all moments by seeded simulation of arm means, and what it leaves out.
import { randomNormal, seededRandom } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type { Comparison, Evidence, Study } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { checkOf, evidence, guardrail, relativeLimit, says, study } from "./testing/study.js";
import { watchLimits } from "./watch.js";

const DAYS = 14;
const UNITS_A_DAY = 1000;

const launch: Study = study({
  guardrails: [guardrail("csat", relativeLimit(-0.001))],
  stopping: {
    plan: { kind: "fixed_horizon", day: DAYS },
    start: "2026-07-06T00:00:00Z",
    plannedUnitsPerArm: DAYS * UNITS_A_DAY,
    plannedDeviation: null,
    baseline: null,
    abortOnBreach: true,
  },
});

/** A metric of mean 10 and sd 1 in control after `day` days; `mean` differences of the daily means are summed up. */
function seen(day: number, difference: number): Comparison {
  const n = day * UNITS_A_DAY;
  const standardError = Math.sqrt(2 / n);
  const effect = (scale: number) => ({
    estimate: difference * scale,
    standardError: standardError * scale,
    interval: null,
  });
  const arm = { n, value: 10, standardDeviation: 1 };
  const base = says("csat", { relative: difference / 10, p: 0.5 });
  return {
    ...base,
    analysis: base.analysis && {
      ...base.analysis,
      absolute: effect(1),
      relative: effect(0.1),
      control: arm,
      treatment: arm,
    },
  };
}

const at = (day: number, comparison: Comparison): Evidence => ({
  ...evidence([comparison]),
  timing: { day, firstExposure: null, lastExposure: null, earlier: [] },
});

/** Share of runs, watched every day, that are in breach on any day, when the true difference is `shift`. */
function shareInBreach(shift: number, runs: number): number {
  const random = seededRandom(11);
  let breached = 0;
  for (let run = 0; run < runs; run += 1) {
    let sum = 0;
    for (let day = 1; day <= DAYS; day += 1) {
      sum += shift + randomNormal(random) * Math.sqrt(2 / UNITS_A_DAY);
      if (watchLimits(launch, at(day, seen(day, sum / day))).breaches.length === 0) continue;
      breached += 1;
      break;
    }
  }
  return breached / runs;
}

describe("watching a guardrail every day", () => {
  it("calls a metric that does not move in breach at most as often as its alpha allows", () => {
    const runs = 1500;
    const share = shareInBreach(0, runs);
    // 0.05 over both sides together; three standard errors of the simulation on top.
    expect(share).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
    expect(share).toBeGreaterThan(0);
  });

  it("finds a fall of twelve standard errors at the end nearly always", () => {
    expect(shareInBreach(-12 * Math.sqrt(2 / (DAYS * UNITS_A_DAY)), 100)).toBeGreaterThan(0.98);
  });
});

describe("watchLimits", () => {
  const breach = at(7, seen(7, -0.5));

  it("judges no primary metric, whatever the plan says of this day", () => {
    const { checks } = watchLimits(launch, breach);
    expect(checks.map(({ id }) => id)).toEqual(["guardrail:csat"]);
  });

  it("tests for harm under every policy", () => {
    const proof: Study = { ...launch, policy: { kind: "non_inferiority" } };
    expect(watchLimits(proof, breach).breaches).toEqual(watchLimits(launch, breach).breaches);
  });

  it("shows what is not mature, since nothing counts as kept while watching", () => {
    const late: Study = {
      ...launch,
      guardrails: launch.guardrails.map((each) => ({
        ...each,
        metric: { ...each.metric, maturity: { days: 28, kind: "late" } },
      })),
    };
    const calm = at(7, seen(7, 0.1));
    expect(checkOf(decide(late, calm), "guardrail:csat").code).toBe("not_mature");
    expect(watchLimits(late, calm).checks[0]?.status).not.toBe("not_evaluable");
  });

  it("judges nothing on data that cannot be read, and says why", () => {
    const srm = {
      code: "srm",
      status: "fatal" as const,
      sentence: "Broken.",
      numbers: {},
      subject: null,
    };
    const watched = watchLimits(launch, { ...breach, quality: [srm] });
    expect(watched.invalid.map(({ sentence }) => sentence)).toEqual(["Broken."]);
    expect(watched.breaches).toEqual([]);
  });
});
