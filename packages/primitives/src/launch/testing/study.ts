/** Plain studies and evidence for tests: every field stated, each overridable. */
import { normalIsf, normalSf } from "@plumbline/stats";
import type {
  Analysis,
  Check,
  CohortRef,
  Comparison,
  Evidence,
  QualityFinding,
  Study,
  StudyGuardrail,
  StudyMetric,
  Threshold,
  Verdict,
} from "../../shared/vocabulary.js";

export function metric(name: string, overrides: Partial<StudyMetric> = {}): StudyMetric {
  return {
    name,
    kind: "mean",
    direction: "higher_is_better",
    unit: null,
    alternative: "two_sided",
    cuped: false,
    transform: "identity",
    order: null,
    ...overrides,
  };
}

export function guardrail(
  name: string,
  threshold: Threshold,
  overrides: Partial<StudyMetric> = {},
): StudyGuardrail {
  return { metric: metric(name, overrides), threshold, alpha: 0.05 };
}

export function relativeLimit(value: number): Threshold {
  return { scale: "relative", value };
}

export function study(overrides: Partial<Study> = {}): Study {
  return {
    experimentId: "us_mle_02",
    hypothesis: { h0: "no lift", h1: "a lift" },
    unit: "user_id",
    control: { name: "control", value: "L6", share: 0.5 },
    treatments: [{ name: "treatment", value: "L12", share: 0.5 }],
    power: 0.8,
    intervalAlpha: 0.05,
    primary: {
      metric: metric("useful_answer_rate"),
      mde: { relative: 0.03, absolute: null },
      rule: "significant_and_mde",
      alpha: 0.05,
    },
    guardrails: [],
    secondary: [],
    cohorts: null,
    policy: { kind: "harm_test", correction: "none" },
    stakes: "medium",
    stopping: null,
    quality: { srmAlpha: 0.001, multiArmLimit: 0.01, balanceAlpha: 0.001 },
    parameters: [],
    ...overrides,
  };
}

/** A study of one metric "m". */
export function studyOf(overrides: Partial<StudyMetric> = {}, more: Partial<Study> = {}): Study {
  const base = study(more);
  return { ...base, primary: { ...base.primary, metric: metric("m", overrides) } };
}

export const SOUND: QualityFinding = {
  code: "srm",
  status: "ok",
  sentence: "50,000 control and 50,000 treatment units.",
  numbers: { pValue: 1, alpha: 0.001 },
  subject: null,
};

export function evidence(
  comparisons: readonly Comparison[],
  quality: readonly QualityFinding[] = [SOUND],
): Evidence {
  return {
    origin: "test",
    counts: [
      { arm: "control", units: 50_000 },
      { arm: "treatment", units: 50_000 },
    ],
    quality,
    comparisons,
  };
}

/** What a result says; a relative change unless `absolute` is given too. */
export interface Said {
  readonly relative?: number;
  readonly absolute?: number;
  /** Null: none given. "<0.001" as `{ below: 0.001 }`. */
  readonly p?: number | null | { readonly below: number };
  readonly treatment?: string;
  readonly cohort?: CohortRef;
  readonly control?: number;
  readonly value?: number;
}

/** A comparison with standard errors that agree with estimate and p (two-sided, normal). */
export function says(name: string, said: Said): Comparison {
  const p = said.p ?? null;
  const effect = (estimate: number | undefined) => {
    if (estimate === undefined) return null;
    const z = typeof p === "number" && p > 0 && p < 1 ? normalIsf(p / 2) : null;
    const standardError = z === null || estimate === 0 ? null : Math.abs(estimate) / z;
    const half = standardError === null ? null : 1.959963984540054 * standardError;
    const interval =
      half === null ? null : { lower: estimate - half, upper: estimate + half, level: 0.95 };
    return { estimate, standardError, interval };
  };
  const pValue =
    p === null
      ? null
      : typeof p === "number"
        ? { value: p, bound: false }
        : { value: p.below, bound: true };
  const analysis: Analysis = {
    method: "as given",
    absolute: effect(said.absolute),
    relative: effect(said.relative),
    relativeMethod: said.relative === undefined ? "none: not given" : "given",
    statistic: null,
    pValue,
    control: { n: null, value: said.control ?? null, standardDeviation: null },
    treatment: { n: null, value: said.value ?? null, standardDeviation: null },
  };
  return {
    metric: name,
    treatment: said.treatment ?? "treatment",
    cohort: said.cohort ?? null,
    analysis,
    unadjusted: null,
    cuped: null,
    missing: null,
  };
}

/** A comparison from an estimate and its standard error, two-sided normal p. */
export function measured(name: string, relative: number, standardError: number): Comparison {
  const p = Math.min(1, 2 * normalSf(Math.abs(relative) / standardError));
  const base = says(name, { relative, p });
  if (base.analysis === null) return base;
  const half = 1.959963984540054 * standardError;
  const interval = { lower: relative - half, upper: relative + half, level: 0.95 };
  const effect = { estimate: relative, standardError, interval };
  return { ...base, analysis: { ...base.analysis, relative: effect } };
}

export function checkOf(verdict: Verdict, id: string): Check {
  const found = verdict.checks.find((check) => check.id === id);
  if (found === undefined) {
    throw new Error(`no check ${id} among ${verdict.checks.map((check) => check.id).join(", ")}`);
  }
  return found;
}
