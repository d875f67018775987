/** Short ways to write comparisons, metrics and checks for the reports' tests. */
import type { Analysis, Check, CheckStatus, Comparison, StudyMetric } from "@plumbline/primitives";

const Z95 = 1.959963984540054;

export interface Row {
  readonly metric: string;
  readonly control: number | null;
  readonly treatment: number | null;
  readonly relative: number | null;
  /** z of the printed p-value; null: no interval. */
  readonly z: number | null;
  readonly p: { readonly value: number; readonly bound: boolean } | null;
  readonly n?: number | null;
}

export function analysisOf(row: Row): Analysis {
  const se = row.z === null || row.relative === null ? null : Math.abs(row.relative) / row.z;
  const difference =
    row.control === null || row.treatment === null ? null : row.treatment - row.control;
  const n = row.n === undefined ? 18_420 : row.n;
  return {
    method: "Welch t",
    absolute:
      difference === null ? null : { estimate: difference, standardError: null, interval: null },
    relative:
      row.relative === null
        ? null
        : {
            estimate: row.relative,
            standardError: se,
            interval:
              se === null
                ? null
                : { lower: row.relative - Z95 * se, upper: row.relative + Z95 * se, level: 0.95 },
          },
    relativeMethod: "delta",
    statistic: null,
    pValue: row.p,
    control: { n, value: row.control, standardDeviation: null },
    treatment: { n, value: row.treatment, standardDeviation: null },
  };
}

export function comparisonOf(row: Row, cohort: Comparison["cohort"] = null): Comparison {
  return {
    metric: row.metric,
    treatment: "treatment",
    cohort,
    analysis: analysisOf(row),
    unadjusted: null,
    cuped: null,
    missing: null,
  };
}

export function metricOf(name: string, changes: Partial<StudyMetric> = {}): StudyMetric {
  return {
    name,
    kind: "mean",
    direction: "higher_is_better",
    unit: null,
    alternative: "two_sided",
    cuped: false,
    transform: "identity",
    order: null,
    ...changes,
  };
}

export function checkOf(
  id: string,
  status: CheckStatus,
  sentence: string,
  changes: Partial<Check> = {},
): Check {
  const [kind = "primary", rest = ""] = id.split(":");
  const [dimension = "", level] = rest.split("=");
  return {
    id,
    kind: kind as Check["kind"],
    status,
    blocks: status === "breach" || status === "not_evaluable",
    metric: kind === "quality" ? null : rest,
    treatment: "treatment",
    cohort: kind === "cohort" && level !== undefined ? { dimension, level } : null,
    estimate: null,
    scale: "relative",
    interval: null,
    pValue: null,
    pValueIsBound: false,
    alpha: 0.05,
    threshold: null,
    powerAtThreshold: null,
    code: "fixture",
    sentence,
    ...changes,
  };
}
