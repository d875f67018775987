import { describe, expect, it } from "vitest";
import { decide } from "./decide.js";
import {
  checkOf,
  evidence,
  guardrail,
  metric,
  relativeLimit,
  says,
  study,
} from "./testing/study.js";

describe("several treatment arms", () => {
  const two = study({
    treatments: [
      { name: "b", value: "b", share: 0.25 },
      { name: "c", value: "c", share: 0.25 },
    ],
    guardrails: [guardrail("csat", relativeLimit(-0.01))],
  });
  const arm = (treatment: string, primary: number, p: number, csat: number) => [
    says("useful_answer_rate", { relative: primary, p, treatment }),
    says("csat", { relative: csat, p: 0.02, treatment }),
  ];

  it("share alpha: p = 0.03 wins alone and fails against one of two arms", () => {
    const verdict = decide(two, evidence([...arm("b", 0.05, 0.03, 0.01), ...arm("c", 0, 1, 0)]));
    expect(verdict.verdict).toBe("no_ship");
    const check = checkOf(verdict, "primary:useful_answer_rate@b");
    expect(check.alpha).toBe(0.025);
    expect(check.sentence).toContain("0.05 over 2 treatment arms");
  });

  it("ship the one with the larger effect among those that pass", () => {
    const verdict = decide(
      two,
      evidence([...arm("b", 0.05, 0.001, 0.01), ...arm("c", 0.08, 0.001, 0.01)]),
    );
    expect(verdict.shippable).toBe("c");
    expect(verdict.reason).toContain("Other arms: b: may ship.");
  });

  it("ship the sound arm beside a vetoed one", () => {
    const verdict = decide(
      two,
      evidence([...arm("b", 0.09, 0.001, -0.05), ...arm("c", 0.05, 0.001, 0.01)]),
    );
    expect(verdict.arms.map((entry) => entry.verdict)).toEqual(["veto", "ship"]);
    expect(verdict).toMatchObject({ verdict: "ship", shippable: "c" });
  });

  it("ship the one with the larger fall where lower is better", () => {
    const lower = metric("useful_answer_rate", { direction: "lower_is_better" });
    const falling = { ...two, primary: { ...two.primary, metric: lower } };
    const verdict = decide(
      falling,
      evidence([...arm("b", -0.05, 0.001, 0.01), ...arm("c", -0.08, 0.001, 0.01)]),
    );
    expect(verdict.shippable).toBe("c");
  });

  it("are vetoed when one winner is and another arm is undecided", () => {
    const verdict = decide(two, evidence(arm("b", 0.09, 0.001, -0.05)));
    expect(verdict.arms.map((entry) => entry.verdict)).toEqual(["veto", "continue"]);
    expect(verdict.verdict).toBe("veto");
  });

  it("are vetoed when the only winner is", () => {
    const verdict = decide(
      two,
      evidence([...arm("b", 0.09, 0.001, -0.05), ...arm("c", 0, 0.9, 0)]),
    );
    expect(verdict.verdict).toBe("veto");
  });
});

it("two limits on one metric are two checks", () => {
  const twice = study({
    guardrails: [
      guardrail("p95", { scale: "absolute", value: 50 }, { direction: "lower_is_better" }),
      guardrail("p95", { scale: "level", value: 730 }, { direction: "lower_is_better" }),
    ],
  });
  const verdict = decide(
    twice,
    evidence([
      says("useful_answer_rate", { relative: 0.06, p: 0.001 }),
      says("p95", { absolute: 20, p: 0.01, value: 740 }),
    ]),
  );
  expect(checkOf(verdict, "guardrail:p95").status).toBe("clear");
  expect(checkOf(verdict, "guardrail:p95#2").status).toBe("not_evaluable");
});
