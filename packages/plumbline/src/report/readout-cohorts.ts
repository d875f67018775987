/** The cohorts read together, as the readout document holds them. */
import type { CohortMix, CohortPooling, Evidence, Study, StudyMetric } from "@plumbline/primitives";
import type { ReadoutMix, ReadoutPooling } from "./readout-cohorts-schema.js";
import { absoluteUnit, RELATIVE_UNIT } from "./units.js";

function metricOf({ primary, success = [], guardrails }: Study, name: string): StudyMetric | null {
  const gated = [primary, ...success, ...guardrails].map(({ metric }) => metric);
  return gated.find((metric) => metric.name === name) ?? null;
}

function unitOf(study: Study, name: string): string | null {
  const metric = metricOf(study, name);
  return metric === null ? null : absoluteUnit(metric);
}

export function poolingDocuments(study: Study, { cohorts }: Evidence): ReadoutPooling[] {
  return (cohorts?.pooling ?? []).map((pooling) => {
    const unit = unitOf(study, pooling.metric);
    return {
      dimension: pooling.dimension,
      metric: pooling.metric,
      treatment: pooling.treatment,
      scale: pooling.scale,
      unit: pooling.scale === "relative" ? RELATIVE_UNIT : unit,
      method: pooling.method,
      finding: pooling.finding,
      furthest: pooling.furthest && {
        level: pooling.furthest.level,
        p_value: pooling.furthest.pValue,
      },
      levels: pooling.levels.map(levelDocument),
      heterogeneity: heterogeneityDocument(pooling.heterogeneity),
      model: modelDocument(pooling.model, unit),
      sentence: pooling.sentence,
    };
  });
}

function levelDocument(level: CohortPooling["levels"][number]): ReadoutPooling["levels"][number] {
  const { standardError, estimate, lower, upper } = level.raw;
  return {
    level: level.level,
    raw: { estimate, lower, upper, standard_error: standardError },
    pooled: level.pooled && { ...level.pooled },
    kept: level.kept,
    probability_beyond_threshold: level.probabilityBeyond,
    differs_p_value: level.differsPValue,
  };
}

function heterogeneityDocument(
  spread: CohortPooling["heterogeneity"],
): ReadoutPooling["heterogeneity"] {
  return (
    spread && {
      q: spread.q,
      df: spread.df,
      p_value: spread.pValue,
      i2: spread.i2,
      tau: { ...spread.tau },
      mean: { ...spread.mean },
      crossing_p_value: spread.crossingPValue,
      any_harm_p_value: spread.anyHarmPValue,
    }
  );
}

function modelDocument(
  model: CohortPooling["model"],
  unit: string | null,
): ReadoutPooling["model"] {
  if (model === null) return null;
  const { standardError, estimate, lower, upper } = model.mean;
  return {
    mean: { estimate, lower, upper, standard_error: standardError },
    sd_slope: model.sdSlope,
    sd_intercept: model.sdIntercept,
    sd_residual: model.sdResidual,
    correlation: model.correlation,
    singular: model.singular,
    reml_criterion: model.remlCriterion,
    unit,
    levels: model.levels.map((level) => ({ ...level })),
  };
}

export function mixDocuments(study: Study, { cohorts }: Evidence): ReadoutMix[] {
  return (cohorts?.mix ?? []).map((mix) => mixDocument(mix, unitOf(study, mix.metric)));
}

function mixDocument(mix: CohortMix, unit: string | null): ReadoutMix {
  return {
    dimension: mix.dimension,
    metric: mix.metric,
    treatment: mix.treatment,
    unit,
    aggregate: mix.aggregate,
    within: mix.within,
    mix: mix.mix,
    mix_p_value: mix.mixPValue,
    reversal: mix.reversal,
    masked_harm: mix.maskedHarm.map(({ level, effect, pValue }) => ({
      level,
      effect,
      p_value: pValue,
    })),
    levels: mix.levels.map((level) => ({
      level: level.level,
      effect: level.effect,
      treatment_share: level.treatmentShare,
      control_share: level.controlShare,
      within: level.within,
      mix: level.mix,
    })),
    sentence: mix.sentence,
  };
}
