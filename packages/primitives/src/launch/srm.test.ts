// Chi-square tails of one degree of freedom: 10.828 at 0.001, 6.635 at 0.01 (printed table).
import { describe, expect, it } from "vitest";
import { sampleRatioFinding } from "./srm.js";
import { study } from "./testing/study.js";

const counts = (control: number, treatment: number) => [
  { arm: "control", units: control },
  { arm: "treatment", units: treatment },
];

describe("the sample ratio of 10,000 units", () => {
  // Chi-square (2 d)^2 / 10,000 for d units off: 164 -> 10.758, 165 -> 10.890, 128 -> 6.554, 129 -> 6.656.
  it.each([
    [165, "fatal"],
    [164, "warning"],
    [129, "warning"],
    [128, "ok"],
    [0, "ok"],
  ])("%s units off the half is %s", (off, status) => {
    expect(sampleRatioFinding(study(), counts(5000 - off, 5000 + off), null)).toMatchObject({
      status,
      numbers: { chiSquare: (2 * off) ** 2 / 10_000, df: 1 },
    });
  });

  it("is held against the registered shares", () => {
    const uneven = study({
      control: { name: "control", value: "L6", share: 0.8 },
      treatments: [{ name: "treatment", value: "L12", share: 0.2 }],
    });
    expect(sampleRatioFinding(uneven, counts(8000, 2000), null).status).toBe("ok");
    expect(sampleRatioFinding(uneven, counts(5000, 5000), null).status).toBe("fatal");
    expect(sampleRatioFinding(study(), counts(8000, 2000), null).status).toBe("fatal");
  });
});
