// Maturity at the gate: what waits, until when, and what does not wait. Dates follow by hand from 14 days of exposure from 6 July.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Evidence, EvidenceTiming, Study, StudyMetric } from "../shared/vocabulary.js";
import { decide } from "./decide.js";
import { checkOf, evidence, guardrail, relativeLimit, says, study } from "./testing/study.js";

const START = "2026-07-06T00:00:00.000Z";
const LATE = { days: 28, kind: "late" } as const;
const OPEN = { days: 14, kind: "open" } as const;

const timing = (at: string, more: Partial<EvidenceTiming> = {}): EvidenceTiming => ({
  day: Math.floor((Date.parse(at) - Date.parse(START)) / 86_400_000),
  firstExposure: START,
  lastExposure: "2026-07-19T22:00:00.000Z",
  at,
  earlier: [],
  ...more,
});

function launch(maturity: StudyMetric["maturity"], more: Partial<Study> = {}): Study {
  const ripe = maturity === undefined ? {} : { maturity };
  return study({
    guardrails: [guardrail("retention", relativeLimit(-0.005), ripe)],
    stopping: {
      plan: { kind: "fixed_horizon", day: 14 },
      start: START,
      plannedUnitsPerArm: null,
      plannedDeviation: null,
      baseline: null,
      abortOnBreach: true,
    },
    ...more,
  });
}

const won = says("useful_answer_rate", { relative: 0.06, p: 1e-6 });
const kept = says("retention", { relative: 0.004, p: 0.1 });
const harmed = says("retention", { relative: -0.02, p: 0.001 });

const at = (when: string, results = [won, kept], more: Partial<EvidenceTiming> = {}): Evidence => ({
  ...evidence(results),
  timing: timing(when, more),
});

describe("a guardrail that is known 28 days after exposure", () => {
  it("does not clear on day 14, and says until when it is awaited", () => {
    const verdict = decide(launch(LATE), at("2026-07-20T00:00:00.000Z"));
    expect(verdict.verdict).toBe("continue");
    expect(checkOf(verdict, "guardrail:retention")).toMatchObject({
      status: "not_evaluable",
      blocks: true,
      code: "not_mature",
      estimate: 0.004,
    });
    // The last unit came on 19 July at 22:00; 28 days later it is 16 August, 22:00, so the 17th is the first whole day.
    expect(verdict.reason).toContain("the last unit was exposed on 2026-07-19");
    expect(verdict.next).toContain("Wait until 2026-08-17");
  });

  it("clears from the moment at which the last unit has had its 28 days", () => {
    const of = (when: string) => decide(launch(LATE), at(when)).verdict;
    expect(of("2026-08-16T21:59:59.999Z")).toBe("continue");
    expect(of("2026-08-16T22:00:00.000Z")).toBe("ship");
  });

  it("counts from the planned end while units are still being exposed", () => {
    const early = { lastExposure: "2026-07-12T10:00:00.000Z" };
    const verdict = decide(launch(LATE), at("2026-07-13T00:00:00.000Z", [won, kept], early));
    const { sentence } = checkOf(verdict, "guardrail:retention");
    expect(sentence).toContain("units are exposed until 2026-07-20");
    expect(sentence).toContain("awaited until 2026-08-17");
  });

  it("still vetoes with harm that is shown already", () => {
    const verdict = decide(launch(LATE), at("2026-07-20T00:00:00.000Z", [won, harmed]));
    expect(verdict.verdict).toBe("veto");
  });

  it("without any result yet is awaited, not missing", () => {
    const verdict = decide(launch(LATE), at("2026-07-20T00:00:00.000Z", [won]));
    expect(checkOf(verdict, "guardrail:retention").code).toBe("not_mature");
  });

  it("clears with the registered share of mature units, and says both shares before", () => {
    const some = launch(LATE, { matureShare: 0.5 });
    const of = (share: number) =>
      decide(some, at("2026-08-10T00:00:00.000Z", undefined, { mature: [{ days: 28, share }] }));
    expect(of(0.5).verdict).toBe("ship");
    expect(of(0.49).verdict).toBe("continue");
    expect(checkOf(of(0.49), "guardrail:retention").sentence).toContain(
      "49.0 % of the units are mature; 50.0 % are asked for. It is awaited until 2026-08-17 at the latest.",
    );
  });
});

describe("an open window", () => {
  it("holds up limits, and not the primary metric, whose looks the plan names", () => {
    const base = launch(OPEN);
    const open: Study = {
      ...base,
      primary: { ...base.primary, metric: { ...base.primary.metric, maturity: OPEN } },
      cohorts: {
        dimensions: [{ name: "locale", levels: ["JP"] }],
        threshold: relativeLimit(-0.03),
        alpha: 0.05,
        acceptBlindness: [],
      },
    };
    const verdict = decide(open, at("2026-07-20T00:00:00.000Z"));
    expect(checkOf(verdict, "primary:useful_answer_rate").status).toBe("clear");
    expect(checkOf(verdict, "guardrail:retention").code).toBe("not_mature");
    expect(checkOf(verdict, "cohort:locale=JP").code).toBe("not_mature");
  });
});

describe("a primary metric that is known late", () => {
  const base = launch(undefined, { guardrails: [guardrail("retention", relativeLimit(-0.005))] });
  const late: Study = {
    ...base,
    primary: { ...base.primary, metric: { ...base.primary.metric, maturity: LATE } },
  };

  it("is not judged before its time, and the plan decides nothing", () => {
    const verdict = decide(late, at("2026-07-20T00:00:00.000Z"));
    expect(checkOf(verdict, "primary:useful_answer_rate")).toMatchObject({
      status: "not_evaluable",
      code: "not_mature",
    });
    expect([verdict.verdict, verdict.plan?.arms[0]?.decision]).toEqual(["continue", "not_judged"]);
    expect(verdict.next).toContain("2026-08-17");
  });

  it("does not hold up a veto", () => {
    expect(decide(late, at("2026-07-20T00:00:00.000Z", [won, harmed])).verdict).toBe("veto");
  });

  it("that is harmed already does not ship", () => {
    const lost = says("useful_answer_rate", { relative: -0.06, p: 1e-6 });
    expect(decide(late, at("2026-07-20T00:00:00.000Z", [lost, kept])).verdict).toBe("no_ship");
  });
});

describe("what is not known of time", () => {
  const { at: _at, ...withoutAt } = timing("2026-07-20T00:00:00.000Z");
  const of = (known: EvidenceTiming | undefined) =>
    decide(launch(LATE), { ...evidence([won, kept]), ...(known ? { timing: known } : {}) });

  it("leaves evidence of another platform that says no day as it says", () => {
    expect(of({ ...withoutAt, day: null }).verdict).toBe("ship");
    expect(of(undefined).verdict).toBe("ship");
  });

  it("takes an evidence file by its day of the run", () => {
    const early = checkOf(of({ ...withoutAt, day: 14 }), "guardrail:retention");
    expect(early.sentence).toContain("awaited until day 42");
    expect(of({ ...withoutAt, day: 41 }).verdict).toBe("continue");
    expect(of({ ...withoutAt, day: 42 }).verdict).toBe("ship");
  });

  it("does not ship on times that cannot be read, and does not throw", () => {
    const odd = timing("2026-07-20T00:00:00.000Z", { lastExposure: "yesterday", at: "now" });
    expect(of(odd).verdict).toBe("continue");
  });
});

it("waiting never turns another verdict into ship, and time never takes a veto back", () => {
  const dates = fc.integer({ min: 0, max: 60 }).map((day) => Date.parse(START) + day * 86_400_000);
  const result = fc.record({
    relative: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
    p: fc.double({ min: 1e-6, max: 0.9, noNaN: true }),
  });
  fc.assert(
    fc.property(dates, result, fc.constantFrom(LATE, OPEN), (time, said, maturity) => {
      const results = [won, says("retention", said)];
      const given = at(new Date(time).toISOString(), results);
      const timely = decide(launch(maturity), given).verdict;
      const whenever = decide(launch(undefined), given).verdict;
      if (timely === "ship") expect(whenever).toBe("ship");
      if (whenever === "veto") expect(timely).toBe("veto");
    }),
    { seed: 4, numRuns: 500 },
  );
});
