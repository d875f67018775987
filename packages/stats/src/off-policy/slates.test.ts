import { describe, expect, it } from "vitest";
import { seededUniform } from "../sequential/testing/random.js";
import { meanOfTerms } from "./estimates.js";
import { positionBasedWeights, type SlateEstimator, slateSums } from "./slates.js";

const domain = expect.objectContaining({ code: "DOMAIN" });
const unidentified = expect.objectContaining({ code: "UNIDENTIFIED" });

/**
 * Two positions with two documents each, drawn one after the other; every slate with its chance stands in the log
 * once, weighted, so that sums over it are expectations.
 */
const LOGGED = [0.3, 0.6] as const;
const TARGET = [0.7, 0.2] as const;
const SLATES = [0, 1].flatMap((a) => [0, 1].map((b) => [a, b] as const));
const chance = (policy: readonly [number, number], k: 0 | 1, document: number) =>
  document === 1 ? policy[k] : 1 - policy[k];
const probability = (policy: readonly [number, number], [a, b]: readonly [number, number]) =>
  chance(policy, 0, a) * chance(policy, 1, b);

/** Expectation under the log of one estimator's term, and the true value of the target. */
function expectation(
  estimator: SlateEstimator,
  reward: (slate: readonly [number, number]) => readonly [number, number],
  model?: (slate: readonly [number, number], k: 0 | 1) => number,
) {
  let [estimate, truth] = [0, 0];
  for (const slate of SLATES) {
    const weights = ([0, 1] as const).map(
      (k) => chance(TARGET, k, slate[k]) / chance(LOGGED, k, slate[k]),
    );
    const expected = (k: 0 | 1) =>
      [0, 1].reduce((sum, d) => {
        const other: readonly [number, number] = k === 0 ? [d, slate[1]] : [slate[0], d];
        return sum + chance(TARGET, k, d) * (model?.(other, k) ?? 0);
      }, 0);
    const { terms } = slateSums(
      {
        start: [0, 2],
        weights,
        reward: reward(slate),
        ...(model && {
          model: {
            taken: [model(slate, 0), model(slate, 1)],
            expected: [expected(0), expected(1)],
          },
        }),
      },
      estimator,
    );
    estimate += probability(LOGGED, slate) * (terms.origin + terms.sum);
    truth += probability(TARGET, slate) * (reward(slate)[0] + reward(slate)[1]);
  }
  return { estimate, truth };
}

describe("slateSums", () => {
  const independent = ([a, b]: readonly [number, number]) =>
    [0.2 + 0.5 * a, 0.1 + 0.3 * b] as const;
  const cascade = ([a, b]: readonly [number, number]) =>
    [0.2 + 0.5 * a, (0.1 + 0.3 * b) * (1 - a)] as const;
  const upwards = ([a, b]: readonly [number, number]) => [0.2 + 0.5 * a * b, 0.1] as const;

  it.each([
    ["independent", [true, false, false]],
    ["cascade", [true, true, false]],
    ["standard", [true, true, true]],
  ] as const)("is unbiased exactly where its assumption holds: %s", (estimator, holds) => {
    [independent, cascade, upwards].forEach((reward, i) => {
      const { estimate, truth } = expectation(estimator, reward);
      const gap = Math.abs(estimate - truth);
      if (holds[i]) expect(gap).toBeLessThan(1e-14);
      else expect(gap).toBeGreaterThan(1e-3);
    });
  });

  it("keeps the cascade unbiased with any model, and without variance with the true one", () => {
    const wrong = (_: readonly [number, number], k: 0 | 1) => 0.4 - 0.3 * k;
    const { estimate, truth } = expectation("cascade_dr", cascade, wrong);
    expect(estimate).toBeCloseTo(truth, 14);
    // Q_1 = r_1 + E r_2, Q_2 = r_2: every slate's term is then the value itself.
    const right = ([a, b]: readonly [number, number], k: 0 | 1) =>
      k === 1
        ? cascade([a, b])[1]
        : cascade([a, b])[0] +
          [0, 1].reduce((sum, d) => sum + chance(TARGET, 1, d) * cascade([a, d])[1], 0);
    for (const slate of SLATES) {
      const weights = ([0, 1] as const).map(
        (k) => chance(TARGET, k, slate[k]) / chance(LOGGED, k, slate[k]),
      );
      const expected = [0, 1].map((k) =>
        [0, 1].reduce(
          (sum, d) =>
            sum +
            chance(TARGET, k as 0 | 1, d) * right(k === 0 ? [d, 0] : [slate[0], d], k as 0 | 1),
          0,
        ),
      );
      const model = { taken: [right(slate, 0), right(slate, 1)], expected };
      const sums = slateSums(
        { start: [0, 2], weights, reward: cascade(slate), model },
        "cascade_dr",
      );
      expect(sums.terms.origin).toBeCloseTo(truth, 14);
    }
  });

  it("counts slates, not positions, as the rows of the interval", () => {
    const rows = { start: [0, 2, 5], weights: [1, 1, 1, 2, 1], reward: [1, 0, 1, 1, 0] };
    const sums = slateSums(rows, "cascade");
    expect(sums.terms.n).toBe(2);
    expect(sums.weights).toMatchObject({ n: 2, w: 3, ww: 5, wr: 5, maxWeight: 2 });
    expect(meanOfTerms(sums.terms).value).toBe(2);
    expect(slateSums(rows, "independent").weights.n).toBe(5);
  });

  it("refuses empty slates, unequal lengths and a missing model", () => {
    const rows = { start: [0, 2], weights: [1, 1], reward: [1, 0] };
    expect(() => slateSums({ ...rows, start: [0, 0, 2] }, "standard")).toThrow(domain);
    expect(() => slateSums({ ...rows, start: [0, 1] }, "standard")).toThrow(domain);
    expect(() => slateSums({ ...rows, reward: [1] }, "standard")).toThrow(domain);
    expect(() => slateSums(rows, "cascade_dr")).toThrow(domain);
  });
});

describe("positionBasedWeights", () => {
  it("moves clicks to where the target would be examined", () => {
    // Document 0 at position 1 of two, examined 1 and 0.4: the target puts it at position 2.
    const logging = { positions: 2, values: Float64Array.of(1, 0) };
    const target = { positions: 2, values: Float64Array.of(0, 1) };
    expect([...positionBasedWeights([1, 0.4], target, logging)]).toEqual([0.4]);
  });

  it("gives the clicks of another ranking under the click model it assumes", () => {
    const [examination, attraction] = [
      [0.9, 0.5, 0.2],
      [0.1, 0.3, 0.6],
    ];
    const uniform = seededUniform(11);
    const orders = [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
    ];
    const targetOrder = [2, 1, 0];
    const positions = 3;
    const [weights, reward]: [number[], number[]] = [[], []];
    const slates = 20_000;
    for (let s = 0; s < slates; s++) {
      const order = orders[Math.floor(3 * uniform())] as number[];
      order.forEach((document, k) => {
        // Every document stands at each position a third of the time.
        const logging = { positions, values: new Float64Array(3).fill(1 / 3) };
        const values = new Float64Array(3);
        values[targetOrder.indexOf(document)] = 1;
        weights.push(
          positionBasedWeights(examination, { positions, values }, logging)[0] as number,
        );
        const isClick = uniform() < (examination[k] as number) * (attraction[document] as number);
        reward.push(isClick ? 1 : 0);
      });
    }
    const start = Array.from({ length: slates + 1 }, (_, s) => 3 * s);
    const { value, se } = meanOfTerms(slateSums({ start, weights, reward }, "independent").terms);
    const truth = targetOrder.reduce(
      (sum, d, k) => sum + (examination[k] as number) * (attraction[d] as number),
      0,
    );
    expect(Math.abs(value - truth)).toBeLessThan(4 * se);
    expect(se).toBeLessThan(0.01);
  });

  it("refuses a document that the log could not have shown, and bad chances", () => {
    const never = { positions: 2, values: Float64Array.of(0, 0) };
    const always = { positions: 2, values: Float64Array.of(1, 0) };
    expect(() => positionBasedWeights([1, 0.4], always, never)).toThrow(unidentified);
    expect(() => positionBasedWeights([1, 0], always, always)).toThrow(domain);
    expect(() => positionBasedWeights([1], always, always)).toThrow(domain);
  });
});
