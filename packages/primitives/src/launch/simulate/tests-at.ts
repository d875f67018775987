/** Critical values of one test at one moment of the plan, from the same readings that the gate uses. */
import { normalIsf, normalQuantile, normalSf } from "@plumbline/stats";
import type { Analysis, Study } from "../../shared/vocabulary.js";
import { isAlwaysValid } from "../arm-scope.js";
import type { ArmMoment } from "../plan/index.js";
import { alwaysValidReading } from "../plan/intervals.js";
import type { NumericTest } from "./limit.js";

export interface TestSetting {
  readonly study: Study;
  readonly moment: ArmMoment | null;
  /** The precision of the effect at this moment, as planned. */
  readonly probe: Analysis;
  readonly twoSided: boolean;
  /** A test of the arm's own value against a level never is an always-valid one. */
  readonly ownValue: boolean;
  /** Level of the proof that harm is excluded, and whether only intervals hold. */
  readonly proof: { readonly proofAlpha: number; readonly alwaysValid: boolean };
}

interface Shown {
  readonly critical: number;
  readonly known: boolean;
  readonly pValueOf: (z: number) => number | null;
}

const plannedOf = ({ study }: TestSetting): number | null => {
  const units = study.stopping?.plannedUnitsPerArm ?? null;
  return units === null ? null : 2 * units;
};

function fixedTest({ twoSided }: TestSetting, alpha: number): Shown {
  return {
    critical: normalIsf(twoSided ? alpha / 2 : alpha),
    known: true,
    pValueOf: (z) => (twoSided ? (z > 0 ? 2 * normalSf(z) : 1) : normalSf(z)),
  };
}

/** Half width of the always-valid interval of two-sided level `alpha`, in standard errors; null: too few units. */
function alwaysValidWidth(setting: TestSetting, alpha: number): number | null {
  const { absolute } = alwaysValidReading(alpha, plannedOf(setting))(setting.probe);
  const upper = absolute?.interval?.upper ?? null;
  const error = absolute?.standardError ?? null;
  return upper === null || error === null ? null : upper / error;
}

/** The p-value is below alpha exactly where the interval of that level leaves zero out. */
function anyTimeTest(setting: TestSetting, alpha: number): Shown {
  const critical = alwaysValidWidth(setting, alpha);
  // The level shapes the interval only, not the p-value.
  const reading = alwaysValidReading(alpha, plannedOf(setting));
  return {
    critical: critical ?? 0,
    known: critical !== null,
    pValueOf: (z) => {
      if (z <= 0) return 1;
      const absolute = { estimate: z, standardError: 1, interval: null };
      return reading({ ...setting.probe, absolute }).pValue?.value ?? null;
    },
  };
}

/** Rounding of a level never decides, as in `shared/effects.ts`. */
const ROUNDING = 1e-9;

function proofWidth(setting: TestSetting): number | null {
  const { proof, study, ownValue } = setting;
  const { proofAlpha, alwaysValid } = proof;
  if (!alwaysValid) return normalIsf(proofAlpha);
  if (study.intervalAlpha > 2 * proofAlpha + ROUNDING) return null;
  return ownValue
    ? normalIsf(study.intervalAlpha / 2)
    : alwaysValidWidth(setting, study.intervalAlpha);
}

/** The test at level `alpha`. */
export function testAt(setting: TestSetting, alpha: number): NumericTest {
  const { study, moment, twoSided, ownValue } = setting;
  const anyTime = isAlwaysValid(moment) && !ownValue;
  const fixed = normalIsf(twoSided ? alpha / 2 : alpha);
  const reach = fixed + normalQuantile(study.power);
  return {
    alpha,
    anyTime: isAlwaysValid(moment),
    ...(anyTime ? anyTimeTest(setting, alpha) : fixedTest(setting, alpha)),
    fixed,
    proof: proofWidth(setting),
    powered: ownValue || reach <= 0 ? 0 : reach,
    at: (other) => testAt(setting, other),
  };
}
