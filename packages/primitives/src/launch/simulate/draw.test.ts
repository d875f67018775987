/** The drawn moments have the joint distribution that the model says. */
import { chiSquareSf, seededRandom } from "@plumbline/stats";
import { describe, expect, it } from "vitest";
import type { SimulationModel } from "../../design/simulate/model.js";
import { experimentDraw } from "./draw.js";
import { drawShape, shareContrasts } from "./shape.js";

const level = (dimension: string, name: string, share: number, deviation = 1) => ({
  name: `${dimension}=${name}`,
  level: name,
  parts: { [dimension]: name },
  share,
  baseline: 1,
  deviation,
});

const model: SimulationModel = {
  metrics: [
    { name: "m", baseline: 1, deviation: 1, fraction: 1, transform: "identity" },
    { name: "g", baseline: 2, deviation: 3, fraction: 0.5, transform: "identity" },
  ],
  dimensions: [
    {
      name: "d",
      of: ["d"],
      levels: [level("d", "a", 0.5), level("d", "b", 0.3), level("d", "c", 0.2)],
    },
    { name: "e", of: ["e"], levels: [level("e", "x", 0.6)] },
  ],
  correlation: [
    [1, 0.6],
    [0.6, 1],
  ],
  units: [4000, 1000],
  readings: [
    { day: 7, share: 0.25, mature: [] },
    { day: 14, share: 1, mature: [] },
  ],
};

interface Drawn {
  readonly early: Float64Array;
  readonly late: Float64Array;
}

/** Means of the treatment arm at both readings, of many experiments. */
function drawMany(of: SimulationModel, count: number, inLevels: readonly number[]) {
  const shape = drawShape(of, inLevels);
  const draw = experimentDraw(of, shape, []);
  const random = seededRandom(3);
  const size = shape.slots.length;
  const arm = () => draw.means.slice(size, 2 * size);
  const counts: number[][] = [];
  const drawn = Array.from({ length: count }, (): Drawn => {
    draw.restart();
    draw.advance(0, random);
    const early = arm();
    draw.advance(1, random);
    counts.push(draw.counts.map((each) => each.counts[1] as number));
    return { early, late: arm() };
  });
  return { shape, drawn, counts };
}

const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function covariance(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [meanOf(a), meanOf(b)];
  return meanOf(a.map((value, k) => (value - ma) * ((b[k] as number) - mb)));
}

const COUNT = 20_000;
/** Four standard errors of a covariance of standardised normals. */
const CLOSE = 4 * Math.sqrt(2 / COUNT);

describe("drawn means", () => {
  const { shape, drawn } = drawMany(model, COUNT, [0, 1]);
  const at = (s: number, when: keyof Drawn = "late") =>
    drawn.map((each) => each[when][s] as number);
  const slot = (cohort: string | null, metric = 0) =>
    shape.slots.findIndex((each) => each.cohort === cohort && each.metric === metric);
  /** Covariance over the product of the planned standard errors of the end. */
  const standardised = (a: number[], b: number[], sa: number, sb: number) =>
    covariance(a, b) / (sa * sb);

  it("average over the levels of a dimension to everybody's, exactly", () => {
    for (const { late, early } of drawn.slice(0, 50)) {
      for (const means of [late, early]) {
        for (const metric of [0, 1]) {
          const average =
            0.5 * (means[slot("d=a", metric)] as number) +
            0.3 * (means[slot("d=b", metric)] as number) +
            0.2 * (means[slot("d=c", metric)] as number);
          expect(average).toBeCloseTo(means[slot(null, metric)] as number, 10);
        }
      }
    }
  });

  it("have the variance of their units, and independent levels", () => {
    const error = (share: number, deviation: number) => deviation / Math.sqrt(1000 * share);
    const [a, b] = [at(slot("d=a")), at(slot("d=b"))];
    const [sa, sb] = [error(0.5, 1), error(0.3, 1)];
    expect(Math.abs(standardised(a, a, sa, sa) - 1)).toBeLessThan(CLOSE);
    expect(Math.abs(standardised(b, b, sb, sb) - 1)).toBeLessThan(CLOSE);
    expect(Math.abs(standardised(a, b, sa, sb))).toBeLessThan(CLOSE);
    const own = at(slot("d=a", 1));
    const sg = error(0.5 * 0.5, 3);
    expect(Math.abs(standardised(own, own, sg, sg) - 1)).toBeLessThan(CLOSE);
  });

  it("correlate over metrics as declared, over everybody and in a level", () => {
    const error = (share: number, deviation: number) => deviation / Math.sqrt(1000 * share);
    const whole = standardised(at(0), at(1), error(1, 1), error(0.5, 3));
    expect(Math.abs(whole - 0.6)).toBeLessThan(CLOSE);
    const within = standardised(at(slot("d=b")), at(slot("d=b", 1)), error(0.3, 1), error(0.15, 3));
    expect(Math.abs(within - 0.6)).toBeLessThan(CLOSE);
  });

  it("of two attributes share the units that have both: the covariance of a level of each is that of everybody", () => {
    const error = (share: number) => 1 / Math.sqrt(1000 * share);
    const shared = standardised(at(slot("d=a")), at(slot("e=x")), error(0.5), error(0.6));
    expect(Math.abs(shared - Math.sqrt(0.5 * 0.6))).toBeLessThan(CLOSE);
  });

  it("of an intersection belong to the levels that it combines", () => {
    const cell = (d: string, e: string, share: number) => ({
      ...level("d:e", `${d}:${e}`, share),
      parts: { d, e },
    });
    const crossed = {
      ...model,
      dimensions: [
        ...model.dimensions,
        {
          name: "d:e",
          of: ["d", "e"],
          levels: [cell("a", "x", 0.3), cell("b", "x", 0.18), cell("c", "x", 0.12)],
        },
      ],
    };
    const found = drawMany(crossed, COUNT, [0]);
    const values = (cohort: string | null) => {
      const s = found.shape.slots.findIndex((each) => each.cohort === cohort && each.metric === 0);
      return found.drawn.map(({ late }) => late[s] as number);
    };
    const error = (share: number) => 1 / Math.sqrt(1000 * share);
    const [own, parent, other] = [values("d:e=a:x"), values("d=a"), values("d=b")];
    expect(Math.abs(standardised(own, own, error(0.3), error(0.3)) - 1)).toBeLessThan(CLOSE);
    // It holds 0.6 of the units of its level of d, and none of another.
    const shared = standardised(own, parent, error(0.3), error(0.5));
    expect(Math.abs(shared - Math.sqrt(0.6))).toBeLessThan(CLOSE);
    expect(Math.abs(standardised(own, other, error(0.3), error(0.3)))).toBeLessThan(CLOSE);
    // The levels of x are the mixture of its cells, in every experiment.
    const [x, b, c] = [values("e=x"), values("d:e=b:x"), values("d:e=c:x")];
    for (let k = 0; k < 50; k++) {
      const mixed = 0.5 * (own[k] as number) + 0.3 * (b[k] as number) + 0.2 * (c[k] as number);
      expect(mixed).toBeCloseTo(x[k] as number, 10);
    }
  });

  it("grow by independent increments: an early mean covaries with the late one by the late variance", () => {
    const error = 1 / Math.sqrt(1000);
    for (const s of [0, slot("d=c")]) {
      const share = s === 0 ? 1 : 0.2;
      const own = error / Math.sqrt(share);
      const [early, late] = [at(s, "early"), at(s)];
      expect(Math.abs(standardised(early, early, 2 * own, 2 * own) - 1)).toBeLessThan(CLOSE);
      expect(Math.abs(standardised(early, late, own, 2 * own) - 0.5)).toBeLessThan(CLOSE);
    }
  });

  it("keep the declared deviation of a level that differs from everybody's", () => {
    const wide = {
      ...model,
      dimensions: [
        { name: "d", of: ["d"], levels: [level("d", "a", 0.5, 2), level("d", "b", 0.5, 0.5)] },
      ],
    };
    const found = drawMany(wide, COUNT, [0]);
    const values = (s: number) => found.drawn.map(({ late }) => late[s] as number);
    const [all, a, b] = [0, 2, 3].map(values) as [number[], number[], number[]];
    const error = (deviation: number) => deviation / Math.sqrt(500);
    expect(Math.abs(standardised(a, a, error(2), error(2)) - 1)).toBeLessThan(CLOSE);
    expect(Math.abs(standardised(b, b, error(0.5), error(0.5)) - 1)).toBeLessThan(CLOSE);
    expect(Math.abs(standardised(a, b, error(2), error(0.5)))).toBeLessThan(CLOSE);
    const own = 1 / Math.sqrt(1000);
    expect(Math.abs(standardised(all, all, own, own) - 1)).toBeLessThan(CLOSE);
  });
});

describe("drawn counts", () => {
  it("are whole, and binomial over everybody and in a level", () => {
    const { counts } = drawMany(model, COUNT, [0]);
    const whole = counts.map((each) => each[0] as number);
    const within = counts.map((each) => each[1] as number);
    expect(whole.every(Number.isInteger)).toBe(true);
    const variance = (units: number) => units * 0.2 * 0.8;
    expect(Math.abs(covariance(whole, whole) / variance(5000) - 1)).toBeLessThan(CLOSE);
    expect(Math.abs(covariance(within, within) / variance(2500) - 1)).toBeLessThan(CLOSE);
    // The level is half of everybody.
    expect(Math.abs(covariance(whole, within) / variance(2500) - 1)).toBeLessThan(2 * CLOSE);
    expect(Math.abs(meanOf(whole) - 1000)).toBeLessThan(4 * Math.sqrt(variance(5000) / COUNT));
  });

  it("of three arms give a chi-square with two degrees of freedom", () => {
    const three = { ...model, units: [3000, 2000, 1000], dimensions: [] };
    const shape = drawShape(three, [0]);
    const draw = experimentDraw(three, shape, []);
    const random = seededRandom(5);
    let beyond = 0;
    for (let k = 0; k < COUNT; k++) {
      draw.restart();
      draw.advance(0, random);
      const counts = draw.counts[0]?.counts as Float64Array;
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1500);
      const chi = [750, 500, 250].reduce(
        (sum, expected, arm) => sum + ((counts[arm] as number) - expected) ** 2 / expected,
        0,
      );
      if (chiSquareSf(chi, 2) < 0.1) beyond += 1;
    }
    expect(Math.abs(beyond / COUNT - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / COUNT) + 0.002);
  });

  it("depart along directions that keep the total", () => {
    const shares = [0.5, 0.3, 0.2];
    const basis = shareContrasts(shares);
    expect(basis).toHaveLength(2);
    for (const vector of basis) {
      const along = vector.reduce((sum, value, at) => sum + value * Math.sqrt(shares[at] ?? 0), 0);
      expect(along).toBeCloseTo(0, 12);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 12);
    }
  });
});
