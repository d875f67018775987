// Expectations: the model's own definition; error rates by seeded simulation.
import { normalQuantile } from "@plumbline/stats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LevelEffect, type PoolingSettings, poolLevels } from "./pooling.js";

const SETTINGS: PoolingSettings = {
  scale: "relative",
  sign: 1,
  limit: -0.03,
  intervalAlpha: 0.05,
  alpha: 0.05,
};

const effects = (estimates: readonly number[], se = 0.01): LevelEffect[] =>
  estimates.map((estimate, i) => ({
    level: `l${i}`,
    estimate,
    standardError: se,
    control: 1,
  }));

/** Park and Miller's generator: enough for a seeded simulation. */
function* uniforms(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

describe("the claim that levels differ", () => {
  const rate = (draw: (z: () => number) => readonly number[], runs: number) => {
    const stream = uniforms(20_260_401);
    const z = () => normalQuantile(stream.next().value as number);
    let real = 0;
    for (let run = 0; run < runs; run++) {
      if (poolLevels(effects(draw(z)), null, SETTINGS).finding === "real") real += 1;
    }
    return real / runs;
  };
  const alike = (levels: number) => (z: () => number) =>
    Array.from({ length: levels }, () => 0.02 + 0.01 * z());

  // 4 standard errors of a rate of 0.05 over 600 runs are 0.036.
  it.each([2, 3, 6])("is made of %d levels that are alike in at most alpha", (levels) => {
    expect(rate(alike(levels), 600)).toBeLessThan(0.05 + 0.036);
  });

  it("finds one bad level of six at five standard errors", () => {
    const oneBad = (z: () => number) => alike(6)(z).map((x, i) => (i === 0 ? x - 0.05 : x));
    expect(rate(oneBad, 150)).toBeGreaterThan(0.85);
  });
});

describe("pooled levels", () => {
  it("stand between their own estimate and the others, and keep their order", () => {
    const estimate = fc.integer({ min: -2000, max: 2000 }).map((n) => n / 10_000);
    fc.assert(
      fc.property(fc.array(estimate, { minLength: 3, maxLength: 12 }), (given) => {
        const { levels } = poolLevels(effects(given), null, SETTINGS);
        const [low, high] = [Math.min(...given), Math.max(...given)];
        levels.forEach(({ pooled, raw }, i) => {
          const own = pooled?.estimate ?? Number.NaN;
          expect(own).toBeGreaterThanOrEqual(low - 1e-9);
          expect(own).toBeLessThanOrEqual(high + 1e-9);
          expect(raw.estimate).toBe(given[i]);
          expect(pooled?.lower).toBeLessThan(own);
          expect(pooled?.upper).toBeGreaterThan(own);
        });
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("read the other way round where smaller is better", () => {
    const up = poolLevels(effects([0.08, -0.02, 0.01]), null, SETTINGS);
    const flipped = effects([-0.08, 0.02, -0.01]);
    const down = poolLevels(flipped, null, { ...SETTINGS, sign: -1, limit: 0.03 });
    down.levels.forEach(({ pooled, probabilityBeyond }, i) => {
      const mirror = up.levels[i];
      expect(pooled?.estimate).toBeCloseTo(-(mirror?.pooled?.estimate ?? 0), 9);
      expect(pooled?.lower).toBeCloseTo(-(mirror?.pooled?.upper ?? 0), 6);
      expect(probabilityBeyond).toBeCloseTo(mirror?.probabilityBeyond ?? 0, 9);
    });
    expect(down.heterogeneity?.anyHarmPValue).toBeCloseTo(up.heterogeneity?.anyHarmPValue ?? 0, 9);
  });

  it("name the level furthest from the others, corrected for their number", () => {
    const { furthest, levels } = poolLevels(effects([0.01, 0.01, -0.04, 0.01]), null, SETTINGS);
    expect(furthest?.level).toBe("l2");
    expect(furthest?.pValue).toBeCloseTo(4 * (levels[2]?.differsPValue ?? 0), 12);
    // 0.05 over sqrt(0.01^2 + 0.01^2 / 3) = 4.33 standard errors.
    expect(levels[2]?.differsPValue).toBeCloseTo(1.49e-5, 7);
  });

  it("are told of 300 levels, and of two without a model not pooled", () => {
    const many = poolLevels(
      effects(Array.from({ length: 300 }, (_, i) => (i % 7) / 100)),
      null,
      SETTINGS,
    );
    expect(many.method).toBe("hierarchical");
    const two = poolLevels(effects([0.01, -0.04]), null, SETTINGS);
    expect([two.method, two.finding]).toEqual(["none", "real"]);
  });
});
