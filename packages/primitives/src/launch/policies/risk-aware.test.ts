/**
 * Decision rule 2 of Schultzberg, Ankargren & Franberg (2024), as stated in the design notes' section A: levels, clauses in
 * their order, and its error rates by simulation (fixed seed, normal estimates, 2,500 launches a scenario).
 */
import { normalIsf, normalSf } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type { Comparison, QualityFinding, Study, Verdict } from "../../shared/vocabulary.js";
import { decide } from "../decide.js";
import {
  checkOf,
  evidence,
  guardrail,
  measured,
  metric,
  relativeLimit,
  SOUND,
  says,
  study,
} from "../testing/study.js";

const NONE = { relative: null, absolute: null };

const rule = (overrides: Partial<Study> = {}): Study => ({
  ...study({
    policy: { kind: "risk_aware", deteriorationAlpha: 0.05 },
    success: [{ metric: metric("s2"), mde: NONE }],
    deterioration: [metric("d")],
    guardrails: [guardrail("g1", relativeLimit(-0.01)), guardrail("g2", relativeLimit(-0.01))],
  }),
  primary: { metric: metric("s1"), mde: NONE, rule: "significant", alpha: 0.05 },
  ...overrides,
});

const calm: readonly Comparison[] = [
  says("s1", { relative: 0.05, p: 0.001 }),
  says("s2", { relative: 0.01, p: 0.5 }),
  measured("g1", 0.001, 0.003),
  measured("g2", 0.001, 0.003),
  says("d", { relative: 0.001, p: 0.8 }),
];

const replaced = (...changed: readonly Comparison[]): Comparison[] =>
  calm.map((each) => changed.find(({ metric: name }) => name === each.metric) ?? each);

const judged = (results: readonly Comparison[], registered = rule()): Verdict =>
  decide(registered, evidence(results));

const stop = ({ verdict, arms }: Verdict) => [verdict, arms[0]?.stoppedAt ?? null];

describe("the success clause", () => {
  it("ships when one of two success metrics wins, whichever", () => {
    expect(stop(judged(calm))).toEqual(["ship", null]);
    const second = judged(
      replaced(says("s1", { relative: 0.01, p: 0.5 }), says("s2", { relative: 0.05, p: 0.001 })),
    );
    expect(stop(second)).toEqual(["ship", null]);
    expect(checkOf(second, "primary:s1")).toMatchObject({
      status: "near",
      blocks: false,
      code: "primary_carried",
    });
    expect(checkOf(second, "success:s2")).toMatchObject({ status: "clear", kind: "primary" });
  });

  it("shares alpha over them: 0.05 / 2", () => {
    expect(checkOf(judged(calm), "primary:s1").alpha).toBe(0.025);
    const at = (p: number) => judged(replaced(says("s1", { relative: 0.05, p }))).verdict;
    expect([at(0.024), at(0.026)]).toEqual(["ship", "no_ship"]);
    expect(checkOf(judged(calm), "primary:s1").sentence).toContain("(0.05 over 2 success metrics)");
  });

  it("does not ship without a win, and names the primary metric", () => {
    const lost = judged(replaced(says("s1", { relative: 0.01, p: 0.5 })));
    expect(stop(lost)).toEqual(["no_ship", "primary:s1"]);
  });

  it("waits for a success metric without a result, whatever the other says", () => {
    expect(stop(judged(calm.filter(({ metric: name }) => name !== "s2")))).toEqual([
      "continue",
      "success:s2",
    ]);
  });
});

describe("the guardrail clause", () => {
  it("keeps each guardrail's alpha, one-sided and uncorrected", () => {
    // 0.001 - 1.644854 se > -0.01 iff se < 0.0066875.
    expect(stop(judged(replaced(measured("g2", 0.001, 0.00668))))).toEqual(["ship", null]);
    expect(stop(judged(replaced(measured("g2", 0.001, 0.0067))))).toEqual([
      "continue",
      "guardrail:g2",
    ]);
    expect(checkOf(judged(calm), "guardrail:g1").alpha).toBe(0.05);
  });
});

describe("the deterioration clause", () => {
  // S + G + D + Q = 2 + 2 + 1 + 1 (the sample ratio): one-sided 0.05 / 6 each, two-sided 0.016667.
  it("tests every metric at alpha- over their number", () => {
    const ids = judged(calm).checks.filter(({ id }) => id.startsWith("deterioration:"));
    expect(ids.map(({ metric: name }) => name)).toEqual(["s1", "s2", "g1", "g2", "d"]);
    for (const { alpha } of ids) expect(alpha).toBeCloseTo(0.1 / 6, 12);
  });

  it("counts a quality test more for each covariate of a tested metric", () => {
    const cuped = rule({
      primary: {
        metric: metric("s1", { cuped: true }),
        mde: NONE,
        rule: "significant",
        alpha: 0.05,
      },
    });
    expect(checkOf(judged(calm, cuped), "deterioration:d").alpha).toBeCloseTo(0.1 / 7, 12);
  });

  it.each(["s2", "g1", "d"])(
    "vetoes when %s is shown to be worse, though within any limit",
    (name) => {
      const worse = says(name, { relative: -0.001, p: 0.016 });
      expect(stop(judged(replaced(worse)))).toEqual(["veto", `deterioration:${name}`]);
      const less = says(name, { relative: -0.001, p: 0.017 });
      expect(judged(replaced(less)).verdict).toBe("ship");
    },
  );
});

describe("the quality clause", () => {
  const ratio = (pValue: number): QualityFinding => ({
    ...SOUND,
    numbers: { pValue, alpha: 0.001 },
  });
  const balance = (pValue: number): QualityFinding => ({
    code: "covariate_balance",
    status: "ok",
    sentence: "Balanced.",
    numbers: { pValue, alpha: 0.001 },
    subject: "s1",
  });
  const at = (...quality: QualityFinding[]) => decide(rule(), evidence(calm, quality));

  it("blocks below its share of alpha-, above the level at which the data are invalid", () => {
    expect(stop(at(ratio(0.009)))).toEqual(["ship", null]);
    const blocked = at(ratio(0.008));
    expect(stop(blocked)).toEqual(["continue", "quality:srm"]);
    expect(checkOf(blocked, "quality:srm")).toMatchObject({
      status: "near",
      code: "srm_below_policy_level",
    });
    expect(blocked.next).toContain("out of balance");
    expect(stop(at(ratio(0.5), balance(0.004)))).toEqual([
      "continue",
      "quality:covariate_balance:s1",
    ]);
  });

  it("belongs to this rule alone", () => {
    const plain = rule({ policy: { kind: "non_inferiority" } });
    expect(decide(plain, evidence(calm, [ratio(0.004)])).verdict).toBe("ship");
  });
});

/** Standard errors 1; drift is the true effect in standard errors. */
function simulated(registered: Study, drifts: Readonly<Record<string, number>>, launches: number) {
  let state = 7;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const counts = { ship: 0, veto: 0, no_ship: 0, continue: 0, invalid: 0 };
  const unit = 1e-3;
  for (let launch = 0; launch < launches; launch += 1) {
    const results = Object.entries(drifts).map(([name, drift]) =>
      measured(name, (drift + normalIsf(uniform())) * unit, unit),
    );
    counts[decide(registered, evidence(results)).verdict] += 1;
  }
  return counts;
}

describe("error rates, by simulation", () => {
  const LAUNCHES = 2500;
  const ALPHA_DETERIORATION = 0.05;
  // beta* = (0.2 - 0.05) / (G + 1) with G = 2.
  const zBeta = normalIsf(0.15 / 3);
  const margin = normalIsf(0.05) + zBeta;
  const success = normalIsf(0.05 / 2 / 2) + zBeta;
  const registered = rule({
    guardrails: [
      guardrail("g1", relativeLimit(-margin * 1e-3)),
      guardrail("g2", relativeLimit(-margin * 1e-3)),
    ],
  });
  const works = { s1: success, s2: success, g1: 0, g2: 0, d: 0 };
  // Four standard errors of a simulated share.
  const error = (share: number) => 4 * Math.sqrt((share * (1 - share)) / LAUNCHES);

  it("ships a launch that works with at least the registered power, planned at beta*", () => {
    const { ship } = simulated(registered, { ...works, s2: 0 }, LAUNCHES);
    expect(ship / LAUNCHES).toBeGreaterThan(0.8 - error(0.8));
  });

  it("ships a guardrail at its margin with at most that guardrail's alpha", () => {
    const { ship } = simulated(registered, { ...works, g1: -margin }, LAUNCHES);
    expect(ship / LAUNCHES).toBeLessThan(0.05 + error(0.05));
    expect(ship).toBeGreaterThan(0);
  });

  it("vetoes a launch that changes nothing with at most alpha-", () => {
    const { veto } = simulated(registered, { s1: 5, s2: 0, g1: 0, g2: 0, d: 0 }, LAUNCHES);
    expect(veto / LAUNCHES).toBeLessThan(ALPHA_DETERIORATION + error(0.05));
    expect(veto).toBeGreaterThan(0);
  });

  it("ships one without any effect with at most alpha on the improving side", () => {
    const { ship } = simulated(registered, { s1: 0, s2: 0, g1: 0, g2: 0, d: 0 }, LAUNCHES);
    expect(ship / LAUNCHES).toBeLessThan(0.025 + error(0.025));
  });

  it("loses power without the correction of beta: 0.8^3 at most for three independent tests", () => {
    const short = normalIsf(0.2);
    const margins = [normalIsf(0.05) + short, normalIsf(0.0125) + short] as const;
    const plain = rule({
      guardrails: [
        guardrail("g1", relativeLimit(-margins[0] * 1e-3)),
        guardrail("g2", relativeLimit(-margins[0] * 1e-3)),
      ],
    });
    const { ship } = simulated(plain, { ...works, s1: margins[1], s2: 0 }, LAUNCHES);
    expect(ship / LAUNCHES).toBeLessThan(0.8 ** 3 + error(0.5));
    expect(normalSf(-short)).toBeCloseTo(0.8, 12);
  });
});
