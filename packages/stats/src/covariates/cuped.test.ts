import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summarise, summarisePairs } from "../moments/summarise.js";
import { ratioMetric } from "../tests/ratio-metric.js";
import { welchT } from "../tests/welch.js";
import { covariateBalance } from "./balance.js";
import { cupedFromMoments } from "./cuped.js";
import { cuped } from "./cuped-arrays.js";
import { cupedRatioFromMoments } from "./cuped-ratio.js";
import { ols } from "./ols.js";
import { normals, sumsOf, type Unit } from "./testing/units.js";

const runs = { seed: 1, numRuns: 100 };
const domain = expect.objectContaining({ code: "DOMAIN" });
const options = { alpha: 0.05, alternative: "two_sided" } as const;
const scales = { valueScale: 2, covariateScale: 1 };

/** Units with a covariate that explains much of x; new units (no covariate) sit at another level. */
function draw(n: number, seed: number, coverage: number, effect = 0): Unit[] {
  const normal = normals(seed);
  return Array.from({ length: n }, () => {
    const z = normal();
    const covered = normal() < coverage;
    const x = 5 + (covered ? 0.9 * z : -1) + effect + 0.6 * normal();
    const y = Math.max(1, Math.round(4 + 2 * normal() + z));
    return { x: Math.round(100 * x), y, z: covered ? Math.round(10 * (z + 20)) : null };
  });
}

const ALL = 99;
const treatment = draw(80, 1, ALL, 0.3);
const control = draw(70, 2, ALL);
const partialT = draw(90, 3, 0.4, 0.3);
const partialC = draw(60, 4, 0.4);

function run(t: readonly Unit[], c: readonly Unit[]) {
  return cupedFromMoments({ treatment: sumsOf(t), control: sumsOf(c), ...scales, ...options });
}

/** The adjustment by its definition, from rows: OLS of x on arm dummies, I and W within arms. */
function fromRows(t: readonly Unit[], c: readonly Unit[], outcome: (unit: Unit) => number) {
  const units = [...t, ...c];
  const isT = units.map((_, i): number => (i < t.length ? 1 : 0));
  const covered = units.map((unit): number => (unit.z === null ? 0 : 1));
  const known = units.filter((unit) => unit.z !== null).map((unit) => (unit.z ?? 0) / 10);
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  const imputed = units.map((unit) => (unit.z === null ? 0 : unit.z / 10 - mean));
  const arms = [isT, isT.map((v) => 1 - v)];
  const { coefficients } = ols([...arms, covered, imputed], units.map(outcome));
  const [indicator = 0, theta = 0] = coefficients.slice(2);
  const share = covered.reduce((a, b) => a + b, 0) / units.length;
  const shift = units.map(
    (_, i) => indicator * ((covered[i] ?? 0) - share) + theta * (imputed[i] ?? 0),
  );
  return { indicator, theta, shift: [shift.slice(0, t.length), shift.slice(t.length)] as const };
}

describe("cupedFromMoments", () => {
  it("equals CUPED on the raw values when every unit has a covariate", () => {
    const units = [...treatment, ...control];
    const raw = cuped({
      arm: units.map((_, i) => (i < treatment.length ? 1 : 0)),
      y: units.map((unit) => unit.x / 100),
      x: units.map((unit) => (unit.z ?? 0) / 10),
      alpha: 0.05,
    });
    const result = run(treatment, control);
    expect(result.theta).toBeCloseTo(raw.theta, 12);
    expect(result.difference).toBeCloseTo(raw.difference, 12);
    expect(result.se).toBeCloseTo(raw.se, 12);
    expect(result.df).toBeCloseTo(raw.df, 9);
    expect(result.pValue).toBeCloseTo(raw.pValue, 12);
    expect(result.varianceRatio).toBeCloseTo(raw.varianceRatio, 12);
    expect(result.treatment.mean).toBeCloseTo(raw.treatment.mean, 12);
    expect(result.indicatorTheta).toBe(0);
    expect(result.coverage).toEqual({ treatment: 1, control: 1 });
    expect(result.varianceRatio).toBeLessThan(0.6);
  });

  it("keeps units without a covariate by an indicator and mean imputation", () => {
    const rows = fromRows(partialT, partialC, (unit) => unit.x / 100);
    const adjusted = [partialT, partialC].map((units, arm) =>
      summarise(units.map((unit, i) => unit.x / 100 - (rows.shift[arm]?.[i] ?? Number.NaN))),
    );
    const [t, c] = adjusted;
    if (t === undefined || c === undefined) throw new Error("two arms");
    const expected = welchT({ treatment: t, control: c, ...options });
    const result = run(partialT, partialC);
    expect(result.theta).toBeCloseTo(rows.theta, 11);
    expect(result.indicatorTheta).toBeCloseTo(rows.indicator, 11);
    expect(result.difference).toBeCloseTo(expected.difference, 11);
    expect(result.se).toBeCloseTo(expected.se, 11);
    expect(result.treatment.n).toBe(partialT.length);
    expect(result.treatment.mean).toBeCloseTo(t.mean, 11);
    expect(result.control.variance).toBeCloseTo(c.variance, 10);
    const share = partialT.filter((unit) => unit.z !== null).length / partialT.length;
    expect(result.coverage.treatment).toBe(share);
    expect(result.varianceRatio).toBeLessThan(1);
  });

  it("does not depend on the offset of value or covariate, to the last bit of t", () => {
    const offset = (units: readonly Unit[]) =>
      units.map((u) => ({ ...u, x: u.x + 1e7, z: u.z === null ? null : u.z + 1e6 }));
    const [plain, moved] = [run(partialT, partialC), run(offset(partialT), offset(partialC))];
    expect(moved.t).toBe(plain.t);
    expect(moved.theta).toBe(plain.theta);
    expect(moved.ciLower).toBe(plain.ciLower);
  });

  it("adjusts nothing when the covariate is constant or nobody has one", () => {
    const constant = (units: readonly Unit[]) => units.map((u) => ({ ...u, z: 7 }));
    const without = (units: readonly Unit[]) => units.map((u) => ({ ...u, z: null }));
    for (const change of [constant, without]) {
      const result = run(change(partialT), change(partialC));
      expect(result.theta).toBe(0);
      expect(result.varianceRatio).toBe(1);
      expect(result.difference).toBe(result.unadjusted.difference);
      expect(result.t).toBe(result.unadjusted.t);
    }
  });

  it("still separates the levels of old and new units when the covariate is constant", () => {
    const constant = (units: readonly Unit[]) =>
      units.map((u) => ({ ...u, z: u.z === null ? null : 7 }));
    const result = run(constant(partialT), constant(partialC));
    expect(result.theta).toBe(0);
    expect(result.indicatorTheta).toBeGreaterThan(0);
    expect(result.varianceRatio).toBeLessThan(1);
  });

  it("mirrors exactly when the arms are exchanged", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 900 }), (seed) => {
        const [a, b] = [draw(12, seed, 0.5), draw(15, seed + 1000, 0.5)];
        const [forward, backward] = [run(a, b), run(b, a)];
        expect(forward.theta).toBe(backward.theta);
        expect(forward.difference).toBe(-backward.difference);
        expect(forward.pValue).toBe(backward.pValue);
      }),
      runs,
    );
  });

  it("refuses sums without a covariate and more covariates than values", () => {
    const sums = sumsOf(control);
    const input = { treatment: sums, control: sums, ...scales, ...options };
    expect(() =>
      cupedFromMoments({ ...input, treatment: { ...sums, covariate: null } }),
    ).toThrowError(domain);
    expect(() => cupedFromMoments({ ...input, treatment: { ...sums, n: 3n } })).toThrowError(
      domain,
    );
  });

  it("covers the true effect in about 95 of 100 experiments, with full and partial coverage", () => {
    const experiments = 1200;
    for (const coverage of [ALL, 0.4, -0.6]) {
      let covered = 0;
      for (let k = 0; k < experiments; k++) {
        const t = draw(60, 2 * k + 1, coverage, 0.25);
        const c = draw(90, 2 * k + 2, coverage);
        const { ciLower, ciUpper } = run(t, c);
        if ((ciLower ?? 0) < 0.25 && 0.25 < (ciUpper ?? 0)) covered += 1;
      }
      // 1200 draws: binomial standard error 0.0063; the band is three of them.
      expect(Math.abs(covered / experiments - 0.95)).toBeLessThan(0.019);
    }
  });
});

describe("cupedRatioFromMoments", () => {
  const ratioScales = { ...scales, denominatorScale: 0 };
  const runRatio = (t: readonly Unit[], c: readonly Unit[]) =>
    cupedRatioFromMoments({
      treatment: sumsOf(t),
      control: sumsOf(c),
      ...ratioScales,
      ...options,
    });

  it("equals the delta method on the residuals of linearised units, from rows", () => {
    const total = (units: readonly Unit[], f: (unit: Unit) => number) =>
      units.reduce((sum, unit) => sum + f(unit), 0);
    const ratio = (units: readonly Unit[]) =>
      total(units, (u) => u.x / 100) / total(units, (u) => u.y);
    const meanY = (units: readonly Unit[]) => total(units, (u) => u.y) / units.length;
    const rows = fromRows(
      partialT,
      partialC,
      (u) => (u.x / 100 - ratio(partialC) * u.y) / meanY(partialC),
    );
    const arms = [partialT, partialC].map((units, arm) => {
      const shift = rows.shift[arm] ?? [];
      const residuals = units.map(
        (u, i) => (u.x / 100 - ratio(units) * u.y) / meanY(units) - (shift[i] ?? 0),
      );
      const mean = shift.reduce((a, b) => a + b, 0) / units.length;
      return { ratio: ratio(units) - mean, variance: summarise(residuals).variance / units.length };
    });
    const [t, c] = arms;
    if (t === undefined || c === undefined) throw new Error("two arms");
    const result = runRatio(partialT, partialC);
    expect(result.theta).toBeCloseTo(rows.theta, 11);
    expect(result.indicatorTheta).toBeCloseTo(rows.indicator, 11);
    expect(result.treatment.ratio).toBeCloseTo(t.ratio, 11);
    expect(result.difference).toBeCloseTo(t.ratio - c.ratio, 11);
    expect(result.se).toBeCloseTo(Math.sqrt(t.variance + c.variance), 11);
  });

  it("is the plain delta method when nobody has a covariate", () => {
    const bare = (units: readonly Unit[]) => units.map((u) => ({ ...u, z: null }));
    const result = runRatio(bare(treatment), bare(control));
    const pairs = summarisePairs(
      treatment.map((u) => u.x / 100),
      treatment.map((u) => u.y),
    );
    expect(result.treatment.se).toBeCloseTo(ratioMetric(pairs).se, 13);
    expect(result.difference).toBeCloseTo(result.unadjusted.difference, 14);
    expect(result.varianceRatio).toBe(1);
  });

  it("equals CUPED of the mean when the denominator is 1 for every unit", () => {
    const single = (units: readonly Unit[]) => units.map((u) => ({ ...u, y: 1 }));
    const ratio = runRatio(single(partialT), single(partialC));
    const mean = run(partialT, partialC);
    expect(ratio.theta).toBeCloseTo(mean.theta, 12);
    expect(ratio.difference).toBeCloseTo(mean.difference, 12);
    expect(ratio.se).toBeCloseTo(mean.se, 12);
  });

  it("refuses sums without a denominator", () => {
    const sums = { ...sumsOf(control), ratio: null };
    const input = { treatment: sums, control: sums, ...ratioScales, ...options };
    expect(() => cupedRatioFromMoments(input)).toThrowError(domain);
  });
});

describe("covariateBalance", () => {
  const balance = (t: readonly Unit[], c: readonly Unit[]) => {
    const [st, sc] = [sumsOf(t), sumsOf(c)];
    if (st.covariate === null || sc.covariate === null) throw new Error("covariate sums");
    return covariateBalance({
      treatment: { n: st.n, covariate: st.covariate },
      control: { n: sc.n, covariate: sc.covariate },
      covariateScale: 1,
    });
  };

  it("is small for randomised arms and large for a covariate that the treatment moved", () => {
    expect(Math.abs(balance(partialT, partialC).z)).toBeLessThan(3.29);
    const moved = partialT.map((u) => ({ ...u, z: u.z === null ? null : u.z + 20 }));
    const result = balance(moved, partialC);
    expect(result.difference - balance(partialT, partialC).difference).toBeCloseTo(2, 12);
    expect(result.z).toBeGreaterThan(3.29);
    expect(result.pValue).toBeLessThan(0.001);
  });

  it("takes the variance of each arm", () => {
    const arm = (zs: readonly number[]) => zs.map((z) => ({ x: 0, y: 1, z: Math.round(z * 10) }));
    // NumPy: (4 - 3.14) / sqrt(12.6667 / 4 + 0.053 / 5).
    const result = balance(arm([1, 2, 4, 9]), arm([3, 3.5, 3.2, 2.9, 3.1]));
    expect(result.difference).toBeCloseTo(0.86, 14);
    expect(result.z).toBeCloseTo(0.4824714485560928, 12);
    expect(result.pValue).toBeCloseTo(0.6294710760737372, 12);
  });

  it("tests the share of covered units too", () => {
    expect(balance(treatment, control)).toMatchObject({ coverageZ: 0, coveragePValue: 1 });
    const result = balance(treatment, partialC);
    expect(result.coverageZ).toBeGreaterThan(3.29);
  });

  it("calls one shared constant balanced and refuses two different ones", () => {
    const constant = (units: readonly Unit[], z: number) => units.map((u) => ({ ...u, z }));
    const same = balance(constant(treatment, 3), constant(control, 3));
    expect([same.z, same.pValue]).toEqual([0, 1]);
    expect(() => balance(constant(treatment, 3), constant(control, 4))).toThrowError(domain);
  });
});

describe("a covariate that one arm lacks", () => {
  const bare = control.map((u) => ({ ...u, z: null }));

  it("adjusts nothing: it cannot make the difference more certain", () => {
    const sums = { treatment: sumsOf(treatment), control: sumsOf(bare) };
    const means = cupedFromMoments({ ...sums, ...scales, ...options });
    expect([means.theta, means.indicatorTheta, means.varianceRatio]).toEqual([0, 0, 1]);
    expect(means.pValue).toBe(means.unadjusted.pValue);
    expect(means.coverage).toEqual({ treatment: 1, control: 0 });
    const ratio = cupedRatioFromMoments({ ...sums, ...scales, denominatorScale: 0, ...options });
    expect([ratio.theta, ratio.indicatorTheta]).toEqual([0, 0]);
    expect(ratio.varianceRatio).toBeCloseTo(1, 14);
    expect(ratio.pValue).toBeCloseTo(ratio.unadjusted.pValue, 14);
  });

  it("nor where a single unit of it has one", () => {
    const one = bare.map((u, i) => (i === 0 ? { ...u, z: 200 } : u));
    const sums = { treatment: sumsOf(treatment), control: sumsOf(one) };
    const result = cupedFromMoments({ ...sums, ...scales, ...options });
    expect([result.theta, result.varianceRatio]).toEqual([0, 1]);
  });
});
