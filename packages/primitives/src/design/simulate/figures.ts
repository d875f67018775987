/** What a registration says of its metrics before the run, as the simulation needs it; what is missing comes back as findings. */
import { unitVariance } from "@plumbline/stats";
import { improvementSign } from "../../shared/effects.js";
import { intersectionName } from "../../shared/intersections.js";
import type {
  StudyCohorts,
  StudyDimension,
  StudyMetric,
  Threshold,
} from "../../shared/vocabulary.js";
import {
  type Gap,
  isGap,
  type KnownMetric,
  knownMetric,
  modifiersOf,
  primaryReduction,
} from "../sizing/figures.js";
import {
  declaredFraction,
  fractionOf,
  missingShape,
  type SizingInput,
} from "../sizing/requirements.js";
import type { SimulationFinding } from "./finding.js";
import type { SimulatedDimension, SimulatedLevel, SimulatedMetric } from "./model.js";

const figureFinding = (
  path: SimulationFinding["path"],
  { reason, mend }: Gap,
): SimulationFinding => ({
  code: "SIMULATION_FIGURES",
  path,
  sentence: `Cannot be simulated: ${reason}.`,
  mend,
});

/** A limit or MDE on this scale means nothing without the control's value. */
export function needsBaseline(metric: StudyMetric, scale: Threshold["scale"]): boolean {
  return scale === "level" || (scale === "relative" && metric.transform === "identity");
}

function reductionOf({ registration, study }: SizingInput, metric: StudyMetric): number {
  if (metric.name === study.primary.metric.name) {
    return primaryReduction(registration.sizing, metric) ?? 0;
  }
  if (!metric.cuped) return 0;
  return registration.sizing?.metrics?.[metric.name]?.variance_reduction ?? 0;
}

/** Everything that a metric lacks, in one sentence, so that it is mended at once. */
function missingFigures(known: KnownMetric, baseline: boolean): Gap | null {
  const { metric, shape } = known;
  if (shape === null && (!baseline || metric.kind === "proportion")) return missingShape(known);
  if (!baseline) return null;
  const place = `sizing.metrics.${metric.name}`;
  return shape === null
    ? {
        reason: `neither the value of "${metric.name}" before the experiment nor its variance is known`,
        mend: `Add ${place}: {baseline: ..., sd: ...}.`,
      }
    : {
        reason: `the value of "${metric.name}" before the experiment is not known`,
        mend: `Add ${place}: {baseline: ...}.`,
      };
}

/** One metric at `path` of the registration; `scales`: on which its effect is judged. */
export function simulatedMetric(
  input: SizingInput,
  metric: StudyMetric,
  path: SimulationFinding["path"],
  scales: readonly Threshold["scale"][],
): SimulatedMetric | SimulationFinding {
  const { registration } = input;
  const known = knownMetric(registration, metric);
  const wanted = scales.some((scale) => needsBaseline(metric, scale));
  const gap = missingFigures(known, wanted && known.baseline === null);
  if (gap !== null || known.shape === null) return figureFinding(path, gap ?? missingShape(known));
  if (metric.kind === "rank" && scales.includes("level")) {
    return figureFinding(path, {
      reason: `"${metric.name}" compares ranks, which have no value of their own to hold against a level`,
      mend: "Write threshold_absolute, a change of P(treatment > control) from one half.",
    });
  }
  const fraction = fractionOf(input, metric);
  if (isGap(fraction)) return figureFinding(path, fraction);
  const modifiers = modifiersOf(registration.sizing, reductionOf(input, metric));
  return {
    name: metric.name,
    baseline: metric.transform === "log" ? 0 : (known.baseline ?? 0),
    deviation: Math.sqrt(unitVariance(known.shape, modifiers)),
    fraction,
    transform: metric.transform,
  };
}

function simulatedLevel(
  { registration, study }: SizingInput,
  primary: SimulatedMetric,
  dimension: string,
  level: string,
): SimulatedLevel | SimulationFinding {
  const share = declaredFraction(registration, dimension, level);
  if (share === null) {
    return figureFinding(["cohorts", "dimensions", dimension], {
      reason: `the share of the units in ${dimension} ${level} is not known`,
      mend: `Add sizing.cohorts.${dimension}: {${level}: ...}.`,
    });
  }
  const given = registration.sizing?.cohorts?.[dimension]?.[level];
  const own = typeof given === "object" ? given : null;
  const { metric } = study.primary;
  const baseline = metric.transform === "log" ? 0 : (own?.baseline ?? primary.baseline);
  const modifiers = modifiersOf(
    registration.sizing,
    primaryReduction(registration.sizing, metric) ?? 0,
  );
  const shape =
    own?.sd !== undefined
      ? ({ kind: "mean", sd: own.sd } as const)
      : metric.kind === "proportion" && own?.baseline !== undefined
        ? ({ kind: "proportion", baseline: own.baseline } as const)
        : null;
  return {
    name: `${dimension}=${level}`,
    level,
    parts: { [dimension]: level },
    share,
    baseline,
    deviation: shape === null ? primary.deviation : Math.sqrt(unitVariance(shape, modifiers)),
  };
}

/** Every combination of one level of each dimension, the first dimension slowest, as the study lists them. */
function combinations(dimensions: readonly SimulatedDimension[]): SimulatedLevel[][] {
  return dimensions.reduce<SimulatedLevel[][]>(
    (found, { levels }) => found.flatMap((parts) => levels.map((level) => [...parts, level])),
    [[]],
  );
}

/** Independent attributes: shares multiply, and so does what sets a level apart from everybody. */
function intersection(
  primary: SimulatedMetric,
  { name, levels, of = [] }: StudyDimension,
  known: readonly SimulatedDimension[],
): SimulatedDimension {
  const parents = of.flatMap((each) => known.find((dimension) => dimension.name === each) ?? []);
  const product = (parts: readonly SimulatedLevel[], of: (level: SimulatedLevel) => number) =>
    parts.reduce((value, part) => value * of(part), 1);
  const apart = (value: number, whole: number) => (whole === 0 ? 0 : value / whole);
  const cells = combinations(parents).map((parts, at): SimulatedLevel => {
    const level = levels[at] ?? intersectionName(parts.map((part) => part.level));
    return {
      name: `${name}=${level}`,
      level,
      parts: Object.assign({}, ...parts.map((part) => part.parts)),
      share: product(parts, ({ share }) => share),
      baseline:
        primary.baseline * product(parts, ({ baseline }) => apart(baseline, primary.baseline)),
      deviation: primary.deviation * product(parts, (part) => part.deviation / primary.deviation),
    };
  });
  return { name, of, levels: cells };
}

/** The declared dimensions with the share of each level, and their intersections. */
export function simulatedDimensions(
  input: SizingInput,
  primary: SimulatedMetric,
  cohorts: StudyCohorts,
): { readonly dimensions: SimulatedDimension[]; readonly findings: SimulationFinding[] } {
  const findings: SimulationFinding[] = [];
  const plain = cohorts.dimensions.filter(({ of }) => of === undefined);
  const known = plain.map(({ name, levels }): SimulatedDimension => {
    const found = levels.map((level) => simulatedLevel(input, primary, name, level));
    findings.push(...found.filter((each): each is SimulationFinding => "code" in each));
    const sound = found.filter((each): each is SimulatedLevel => "share" in each);
    return { name, of: [name], levels: sound };
  });
  const dimensions = cohorts.dimensions.flatMap((declared) =>
    declared.of === undefined
      ? (known.find(({ name }) => name === declared.name) ?? [])
      : [intersection(primary, declared, known)],
  );
  return { dimensions, findings };
}

/** True difference that puts the metric exactly at its limit, treatment - control, in the metric's unit (of logs where compared). */
export function effectAtLimit(metric: SimulatedMetric, limit: Threshold, baseline: number): number {
  if (metric.transform === "log") return Math.log1p(limit.value);
  if (limit.scale === "absolute") return limit.value;
  return limit.scale === "relative" ? limit.value * baseline : limit.value - baseline;
}

/** A level that the control already passes leaves no room for harm. */
export function isPassedAlready(metric: StudyMetric, effect: number): boolean {
  return effect * improvementSign(metric.direction) > 0;
}
