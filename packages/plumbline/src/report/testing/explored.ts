/** 60 cohorts with several metrics in each, and exploratory cuts with long and foreign names. */
import type { ReadoutInput } from "../readout.js";
import { comparisonOf, type Row } from "./builders.js";
import { crowded, JAPANESE_NAME, LONG_NAME } from "./crowded.js";
import { PRIMARY } from "./fixtures.js";

const LONG_LEVEL =
  "returning subscribers of the annual plan who came by a partner's campaign:日本語";

export function explored(): ReadoutInput {
  const whole = crowded();
  const { study, evidence } = whole;
  const names = [LONG_NAME, JAPANESE_NAME];
  const row = (metric: string, index: number): Row => ({
    metric,
    control: 10,
    treatment: 10 + Math.sin(index + 1),
    relative: Math.sin(index + 1) / 12,
    z: 0.5 + (index % 7),
    p: { value: 0.01 + (index % 90) / 100, bound: false },
    n: 1000 * (index + 1),
  });
  const regions = study.cohorts?.dimensions[0]?.levels ?? [];
  const held = evidence.comparisons.filter(({ metric }) => [PRIMARY, ...names].includes(metric));
  const treatment = study.treatments[0]?.name ?? "";
  const by = (metric: string, dimension: string, levels: readonly string[]) =>
    levels.map((level, index) => ({
      ...comparisonOf(row(metric, index), { dimension, level }),
      treatment,
    }));
  const cut = "acquisition_channel_of_first_contact:preferred_language";
  const levels = [LONG_LEVEL, "<b>web</b>:EN", ...regions.slice(0, 6)];
  return {
    ...whole,
    study: {
      ...study,
      treatments: study.treatments.slice(0, 1),
      secondary: study.secondary.filter(({ name }) => names.includes(name)),
    },
    evidence: {
      ...evidence,
      comparisons: [
        ...held.filter((entry) => entry.treatment === treatment),
        ...names.flatMap((name) => by(name, "region", regions)),
      ],
    },
    verdict: {
      ...whole.verdict,
      arms: whole.verdict.arms.slice(0, 1),
      checks: whole.verdict.checks.filter((check) => check.treatment === treatment),
    },
    explored: {
      cuts: [
        { name: "plan", columns: ["plan"], levels: 2, units_without_value: 31 },
        { name: cut, columns: cut.split(":"), levels: levels.length, units_without_value: null },
      ],
      comparisons: [PRIMARY, ...names].flatMap((name) => [
        ...by(name, "plan", ["free", "paid"]),
        ...by(name, cut, levels),
      ]),
    },
  };
}
