/** The evidence that drawn moments would be, in full, as a warehouse would hand it to `decide`. */
import { normalIsf, normalSf } from "@plumbline/stats";
import type { SimulatedReading } from "../../../design/simulate/model.js";
import type {
  Alternative,
  Analysis,
  CohortRef,
  Comparison,
  EarlierLook,
  Evidence,
  Study,
  StudyMetric,
} from "../../../shared/vocabulary.js";
import { logLift, type Relative, relativeLift } from "../../relative.js";
import { sampleRatioFinding } from "../../srm.js";
import type { NumericRule } from "../compile.js";
import type { ExperimentDraw } from "../draw.js";
import type { Slot } from "../shape.js";
import { plannedTiming } from "../timing.js";

function pValueOf(z: number, alternative: Alternative): number {
  if (alternative === "two_sided") return Math.min(1, 2 * normalSf(Math.abs(z)));
  return alternative === "greater" ? normalSf(z) : normalSf(-z);
}

/** Every metric that the study names, by name. */
export function metricsOf(study: Study): Map<string, StudyMetric> {
  const all = [
    study.primary.metric,
    ...study.guardrails.map(({ metric }) => metric),
    ...(study.success ?? []).map(({ metric }) => metric),
    ...(study.deterioration ?? []),
  ];
  return new Map(all.map((metric) => [metric.name, metric]));
}

function cohortRef(name: string | null): CohortRef | null {
  if (name === null) return null;
  const [dimension = "", level = ""] = name.split("=");
  return { dimension, level };
}

interface Arm {
  readonly n: number;
  readonly mean: number;
  readonly error: number;
}

function analysisOf(
  { study }: NumericRule,
  { transform, deviation }: Slot,
  metric: StudyMetric,
  treatment: Arm,
  control: Arm,
): Analysis {
  const difference = treatment.mean - control.mean;
  const error = Math.hypot(treatment.error, control.error);
  const half = normalIsf(study.intervalAlpha / 2) * error;
  const [lower, upper] = [difference - half, difference + half];
  const level = 1 - study.intervalAlpha;
  const estimated = ({ mean, error: standardError }: Arm) => ({ value: mean, standardError });
  const lift = (): Relative => {
    if (metric.kind === "rank") return { relative: null, relativeMethod: "none: ranks" };
    if (transform === "log") {
      const effect = { difference, ciLower: lower, ciUpper: upper };
      return logLift(effect, error, study.intervalAlpha);
    }
    return relativeLift(estimated(treatment), estimated(control), study.intervalAlpha);
  };
  const summary = ({ n, mean, error: standardError }: Arm) => ({
    n,
    value: mean,
    standardDeviation: deviation,
    standardError,
  });
  return {
    method: "drawn",
    absolute: {
      estimate: difference,
      standardError: error,
      interval: { lower, upper, level },
    },
    ...lift(),
    statistic: null,
    pValue: { value: pValueOf(difference / error, metric.alternative), bound: false },
    control: summary(control),
    treatment: summary(treatment),
  };
}

/** What `draw` holds at reading `at`. */
export function evidenceOf(
  rule: NumericRule,
  draw: ExperimentDraw,
  at: number,
  earlier: readonly EarlierLook[],
): Evidence {
  const { study, model, shape } = rule;
  const reading = model.readings[at] as SimulatedReading;
  const { share } = reading;
  const metrics = metricsOf(study);
  const armOf = (arm: number, s: number): Arm => {
    const slot = shape.slots[s] as Slot;
    const n = (model.units[arm] as number) * slot.share * share;
    const mean = draw.means[arm * shape.slots.length + s] as number;
    return { n, mean, error: slot.deviation / Math.sqrt(n) };
  };
  const comparisons = study.treatments.flatMap(({ name }, index) =>
    shape.slots.map((slot, s): Comparison => {
      const metric = metrics.get(model.metrics[slot.metric]?.name as string) as StudyMetric;
      return {
        metric: metric.name,
        treatment: name,
        cohort: cohortRef(slot.cohort),
        analysis: analysisOf(rule, slot, metric, armOf(index + 1, s), armOf(0, s)),
        unadjusted: null,
        cuped: null,
        missing: null,
      };
    }),
  );
  const names = [study.control.name, ...study.treatments.map(({ name }) => name)];
  const countsOf = (counts: Float64Array) =>
    names.map((arm, index) => ({ arm, units: counts[index] as number }));
  return {
    origin: "drawn",
    counts: countsOf(draw.counts[0]?.counts as Float64Array),
    quality: draw.counts.map(({ cohort, counts }) =>
      sampleRatioFinding(study, countsOf(counts), cohort),
    ),
    comparisons,
    timing: plannedTiming(study, reading, earlier),
  };
}
