/** What is known of a metric before the run, brought to the shape that sizing needs. */
import type { MetricShape, VarianceModifiers } from "@plumbline/stats";
import type { StudyMetric, Threshold } from "../../shared/vocabulary.js";
import type { Registration } from "../registration.js";
import type { Sizing, SizingFigures } from "./schema.js";

/** A figure that is missing, and where to write it. */
export interface Gap {
  readonly reason: string;
  readonly mend: string;
}

export interface KnownMetric {
  readonly metric: StudyMetric;
  readonly figures: SizingFigures;
  readonly baseline: number | null;
  readonly shape: MetricShape | null;
}

export const isGap = (value: unknown): value is Gap =>
  typeof value === "object" && value !== null && "reason" in value && "mend" in value;

function shapeOf(
  metric: StudyMetric,
  figures: SizingFigures,
  baseline: number | null,
): MetricShape | null {
  const { sd, ratio, density } = figures;
  if (metric.kind === "rank") return { kind: "rank" };
  if (metric.kind === "proportion" && baseline !== null && baseline > 0 && baseline < 1) {
    return { kind: "proportion", baseline };
  }
  if (ratio !== undefined) {
    return {
      kind: "ratio",
      meanNumerator: ratio.mean_numerator,
      meanDenominator: ratio.mean_denominator,
      varianceNumerator: ratio.sd_numerator ** 2,
      varianceDenominator: ratio.sd_denominator ** 2,
      covariance: ratio.correlation * ratio.sd_numerator * ratio.sd_denominator,
    };
  }
  if (density !== undefined && metric.order !== null) {
    return {
      kind: "quantile",
      order: metric.order,
      density,
      observationsPerUnit: figures.observations_per_unit ?? 1,
      clusterCorrection: figures.cluster_correction ?? 1,
    };
  }
  return sd === undefined ? null : { kind: "mean", sd };
}

/** Figures of a metric: the `sizing` block, and for the primary metric its own two keys. */
export function knownMetric(registration: Registration, metric: StudyMetric): KnownMetric {
  const { primary_metric: primary, sizing } = registration;
  const own = sizing?.metrics?.[metric.name] ?? {};
  const isPrimary = primary.name === metric.name;
  const sd = isPrimary && own.ratio === undefined && own.density === undefined;
  const figures: SizingFigures =
    sd && own.sd === undefined && primary.baseline_std !== undefined && primary.baseline_std > 0
      ? { ...own, sd: primary.baseline_std }
      : own;
  const ratio = own.ratio && own.ratio.mean_numerator / own.ratio.mean_denominator;
  const baseline =
    own.baseline ?? (isPrimary ? primary.baseline_estimate : undefined) ?? ratio ?? null;
  return { metric, figures, baseline, shape: shapeOf(metric, figures, baseline) };
}

/** Larger than the value everywhere a shape is oriented: a proportion turned round. */
export function turned(shape: MetricShape, turn: boolean): MetricShape {
  return turn && shape.kind === "proportion"
    ? { kind: "proportion", baseline: 1 - shape.baseline }
    : shape;
}

/** Share of the primary metric's variance that its covariate removes; null: CUPED applies, nothing declared. */
export function primaryReduction(sizing: Sizing | undefined, metric: StudyMetric): number | null {
  if (!metric.cuped) return 0;
  const own = sizing?.metrics?.[metric.name]?.variance_reduction;
  const declared = own ?? sizing?.variance_reduction;
  if (declared !== undefined) return declared;
  if (sizing?.covariate_correlation === undefined) return null;
  return (sizing.covariate_coverage ?? 1) * sizing.covariate_correlation ** 2;
}

export function modifiersOf(sizing: Sizing | undefined, reduction: number): VarianceModifiers {
  const clusters = sizing?.clusters;
  return {
    covariateCorrelation: Math.sqrt(reduction),
    ...(clusters && {
      clusterSize: clusters.mean_size,
      intraclusterCorrelation: clusters.intracluster_correlation,
      clusterSizeVariation: clusters.size_variation ?? 0,
    }),
  };
}

/** Size of a limit in the metric's unit (of logs where logs are compared), always positive. */
export function sizeOfLimit(known: KnownMetric, limit: Threshold): number | Gap {
  const { metric, baseline } = known;
  const place = `sizing.metrics.${metric.name}`;
  if (limit.scale === "absolute") return Math.abs(limit.value);
  if (limit.scale === "relative" && metric.transform === "log") {
    return Math.abs(Math.log1p(limit.value));
  }
  if (baseline === null) {
    return {
      reason: `the value of "${metric.name}" before the experiment is not known`,
      mend: `Add ${place}: {baseline: ...}.`,
    };
  }
  if (limit.scale === "relative") return Math.abs(limit.value * baseline);
  const room = (limit.value - baseline) * (metric.direction === "lower_is_better" ? 1 : -1);
  if (room > 0) return room;
  return {
    reason: `"${metric.name}" stands at ${baseline}, already beyond its limit of ${limit.value}`,
    mend: "Choose a limit that the control keeps, or a change against control.",
  };
}
