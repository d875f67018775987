/** A registration as an experiment that can be drawn, or everything that it lacks for that. */
import { type Traffic, uniqueUnits } from "@plumbline/stats";
import {
  deteriorationMetrics,
  furtherSuccess,
  guardrailTests,
} from "../../shared/policy-levels.js";
import type { Study, StudyMetric, StudyPrimary, Threshold } from "../../shared/vocabulary.js";
import { primaryReduction } from "../sizing/figures.js";
import type { SizingInput } from "../sizing/requirements.js";
import { plannedSize, trafficOf } from "../sizing/size.js";
import { stoppingPlan } from "../stopping.js";
import { cellCount, linkedDimensions } from "./cells.js";
import { correlationMatrix } from "./correlation.js";
import { effectAtLimit, isPassedAlready, simulatedDimensions, simulatedMetric } from "./figures.js";
import type { SimulationFinding } from "./finding.js";
import type { SimulatedMetric, SimulatedReading, SimulationModel } from "./model.js";

export type PreparedModel =
  | {
      readonly kind: "ready";
      readonly model: SimulationModel;
      /** Where the correlations come from. */
      readonly correlation: "default" | "given" | "asked";
      readonly notes: readonly string[];
    }
  | { readonly kind: "lacking"; readonly findings: readonly SimulationFinding[] };

interface JudgedMetric {
  readonly metric: StudyMetric;
  readonly path: SimulationFinding["path"];
  readonly scales: readonly Threshold["scale"][];
}

const DAYS_PER_WEEK = 7;

const mdeScale = ({ relative }: StudyPrimary["mde"]): Threshold["scale"] =>
  relative === null ? "absolute" : "relative";

/** Every metric that the gate decides on, each once, the primary first. */
function judgedMetrics(study: Study): JudgedMetric[] {
  const { primary, guardrails, cohorts } = study;
  const own = mdeScale(primary.mde);
  const all: JudgedMetric[] = [
    {
      metric: primary.metric,
      path: ["primary_metric"],
      scales: cohorts === null ? [own] : [own, cohorts.threshold.scale],
    },
    ...furtherSuccess(study).map(({ metric, mde }) => ({
      metric,
      path: ["sizing", "metrics", metric.name],
      scales: [mdeScale(mde)],
    })),
    ...guardrails.map(({ metric, threshold, cohorts: within = [] }, at) => ({
      metric,
      path: ["guardrails", at],
      scales: [threshold.scale, ...within.map((each) => each.threshold.scale)],
    })),
    ...deteriorationMetrics(study).map((metric) => ({
      metric,
      path: ["sizing", "metrics", metric.name],
      scales: [],
    })),
  ];
  const found = new Map<string, JudgedMetric>();
  for (const each of all) {
    const known = found.get(each.metric.name) ?? { ...each, scales: [] };
    found.set(each.metric.name, { ...known, scales: [...known.scales, ...each.scales] });
  }
  return [...found.values()];
}

/** Share of the final units that are there after `day`: by the traffic where it is declared, else in proportion to days. */
function shareAt(day: number, last: number, traffic: Traffic | null): number {
  if (traffic === null) return day / last;
  return uniqueUnits(day / DAYS_PER_WEEK, traffic) / uniqueUnits(last / DAYS_PER_WEEK, traffic);
}

/** The days at whose end the plan has the data read; where any time is allowed, every day. */
function readingDays({ registration }: SizingInput): number[] | SimulationFinding {
  const plan = stoppingPlan(registration);
  if (plan.kind === "fixed_horizon") return plan.day === null ? [] : [plan.day];
  if (plan.kind !== "always_valid") return [...plan.looks];
  const last = plan.day;
  if (last !== null)
    return Array.from({ length: Math.ceil(last) }, (_, k) => Math.min(last, k + 1));
  return {
    code: "SIMULATION_RUNTIME",
    path: ["stop_rule"],
    sentence:
      "An always-valid plan without an end runs until something is shown, so it has no operating characteristics.",
    mend: "Add runtime_days.",
  };
}

/** Rounding of a share never makes a day of waiting. */
const ROUNDING = 1e-9;

/** Moments of the plan; after its last day one more where values are awaited, when enough of them are complete. */
function readingsOf(
  input: SizingInput,
  judged: readonly JudgedMetric[],
): SimulatedReading[] | SimulationFinding {
  const days = readingDays(input);
  if ("code" in days) return days;
  const last = days.at(-1);
  if (last === undefined) return [{ day: null, share: 1, mature: [] }];
  const traffic = trafficOf(input.registration);
  const share = (day: number) => (day <= 0 ? 0 : shareAt(Math.min(day, last), last, traffic));
  const spans = judged.flatMap(({ metric }) => metric.maturity?.days ?? []);
  const reading = (day: number): SimulatedReading => ({
    day,
    share: share(day),
    mature: [...new Set(spans)].map((span) => ({
      days: span,
      share: share(day - span) / share(day),
    })),
  });
  const asked = input.study.matureShare ?? 1;
  let ripe = last;
  while (spans.some((span) => share(ripe - span) < asked - ROUNDING)) ripe += 1;
  return [...days, ...(ripe > last ? [ripe] : [])].map(reading);
}

function limitFindings({ study }: SizingInput, metrics: readonly SimulatedMetric[]) {
  return guardrailTests(study).flatMap(({ metric, threshold }): SimulationFinding[] => {
    const known = metrics.find(({ name }) => name === metric.name);
    if (known === undefined || threshold.scale !== "level") return [];
    if (!isPassedAlready(metric, effectAtLimit(known, threshold, known.baseline))) return [];
    return [
      {
        code: "SIMULATION_FIGURES",
        path: [
          "guardrails",
          study.guardrails.findIndex((each) => each.metric.name === metric.name),
        ],
        sentence: `"${metric.name}" stands at ${known.baseline}, already beyond its limit of ${threshold.value}.`,
        mend: "Choose a limit that the control keeps, or a change against control.",
      },
    ];
  });
}

function sizeFindings(input: SizingInput): SimulationFinding[] {
  const { mde } = input.study.primary;
  const findings: SimulationFinding[] = [];
  if (plannedSize(input) === null) {
    findings.push({
      code: "SIMULATION_SIZE",
      path: [],
      sentence: "Cannot be simulated: no size is registered.",
      mend: "Add sample_size_per_arm, or sizing.traffic and runtime_days.",
    });
  }
  if (mde.relative === null && mde.absolute === null) {
    findings.push({
      code: "SIMULATION_FIGURES",
      path: ["primary_metric"],
      sentence: "Cannot be simulated: the smallest effect worth shipping is not declared.",
      mend: "Add mde_relative or mde_absolute.",
    });
  }
  return findings;
}

/** More cells than this take longer to draw than anybody waits, and hold nobody. */
const MOST_CELLS = 5000;

function cellFindings(dimensions: SimulationModel["dimensions"]): SimulationFinding[] {
  const most = Math.max(0, ...linkedDimensions({ dimensions }).map(cellCount));
  if (most <= MOST_CELLS) return [];
  return [
    {
      code: "SIMULATION_COHORTS",
      path: ["cohorts", "intersections"],
      sentence: `The dimensions that intersections combine have ${most} cells together; at most ${MOST_CELLS} can be drawn.`,
      mend: "Combine fewer dimensions, or simulate with fewer intersections.",
    },
  ];
}

function notesOf({ registration, study }: SizingInput): string[] {
  const { metric } = study.primary;
  if (primaryReduction(registration.sizing, metric) !== null) return [];
  return [
    "CUPED is enabled and no variance reduction is declared, so it is simulated without; add sizing.variance_reduction.",
  ];
}

/**
 * @param correlation of every pair of metrics, counted towards improvement; goes before `sizing.correlation`.
 * @throws StatsError DOMAIN where declared figures contradict each other (a returning share that no traffic has).
 */
export function prepareModel(input: SizingInput, correlation: number | null = null): PreparedModel {
  const { study, registration } = input;
  const judged = judgedMetrics(study);
  const found = judged.map(({ metric, path, scales }) =>
    simulatedMetric(input, metric, path, scales),
  );
  const metrics = found.filter((each): each is SimulatedMetric => "deviation" in each);
  const findings: SimulationFinding[] = [
    ...sizeFindings(input),
    ...found.filter((each): each is SimulationFinding => "code" in each),
    ...limitFindings(input, metrics),
  ];
  const [first] = found;
  const cohorts =
    study.cohorts === null || first === undefined || "code" in first
      ? { dimensions: [], findings: [] }
      : simulatedDimensions(input, first, study.cohorts);
  const declared = registration.sizing?.correlation;
  const names = judged.map(({ metric }) => metric);
  const matrix = correlationMatrix(names, declared, correlation);
  const readings = readingsOf(input, judged);
  const size = plannedSize(input);
  findings.push(
    ...cohorts.findings,
    ...cellFindings(cohorts.dimensions),
    ...matrix.findings,
    ...("code" in readings ? [readings] : []),
  );
  if (findings.length > 0 || size === null || "code" in readings) {
    return { kind: "lacking", findings };
  }
  const arms = [study.control, ...study.treatments];
  return {
    kind: "ready",
    model: {
      metrics,
      dimensions: cohorts.dimensions,
      correlation: matrix.matrix,
      units: arms.map(({ share }) => size.total * share),
      readings,
    },
    correlation: correlation !== null ? "asked" : declared === undefined ? "default" : "given",
    notes: notesOf(input),
  };
}
