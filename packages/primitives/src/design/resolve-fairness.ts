/** The fairness rules of a registration, each with its threshold. */
import type { StudyFairness, StudyMetric } from "../shared/vocabulary.js";
import { DEFAULTS } from "./defaults.js";
import type { MetricContext } from "./resolve-metrics.js";

const PATH = ["cohorts", "fairness"] as const;

/** A number as it is written, the default for `true`, null for a rule that is off. */
function chosen(
  { collector }: MetricContext,
  name: string,
  given: boolean | number | undefined,
  fallback: number,
  why: string,
): number | null {
  if (given === undefined || given === false) return null;
  const own = typeof given === "number";
  const value = own ? given : fallback;
  const unit = name.endsWith("floor") ? "share of the value over everybody" : "fraction of control";
  collector.record(name, value, own ? "given" : "default", unit, own ? null : why);
  return value;
}

/** A rank has no value and no relative change; a mean of logs has no share. */
function checkKind({ collector }: MetricContext, metric: StudyMetric, rule: string): void {
  const log = metric.transform === "log" && rule === "floor";
  if (!log && metric.kind !== "rank") return;
  collector.error(
    "registration",
    log ? "THRESHOLD_ON_LOG" : "METRIC_FIELD_UNSUITED",
    [...PATH, rule],
    `"${metric.name}" ${log ? "compares logs" : "compares ranks"}, so the rule ${rule} has no meaning for it.`,
    `Remove ${rule}, or judge the cohorts by another primary metric.`,
  );
}

function checkRegression({ collector }: MetricContext, metric: StudyMetric, limit: number): void {
  const harm = metric.direction === "higher_is_better" ? -1 : 1;
  if (limit * harm > 0 && limit > -1) return;
  collector.error(
    "registration",
    "THRESHOLD_DIRECTION",
    [...PATH, "no_large_regression"],
    limit * harm > 0
      ? `A relative change of ${limit} is a fall by ${-limit * 100} %, which cannot be exceeded.`
      : `no_large_regression ${limit} limits no harm: "${metric.name}" is ${metric.direction}.`,
    `Write a fraction for the worse, such as ${0.03 * harm}.`,
  );
}

/** Undefined: no rule is on. */
export function resolveFairness(
  context: MetricContext,
  metric: StudyMetric,
): StudyFairness | undefined {
  const given = context.registration.cohorts?.fairness;
  if (given === undefined) return undefined;
  const { fairnessFloor, cohortThresholdRelative } = DEFAULTS;
  const floor = chosen(
    context,
    fairnessFloor.name,
    given.floor,
    fairnessFloor.value,
    fairnessFloor.why,
  );
  const { value: fall, why } = cohortThresholdRelative;
  const mirrored = metric.direction === "higher_is_better" ? fall : -fall;
  const regression = chosen(
    context,
    "cohorts.fairness.no_large_regression",
    given.no_large_regression,
    mirrored,
    why,
  );
  const pareto = given.pareto ?? false;
  if (pareto) context.collector.record("cohorts.fairness.pareto", true, "given");
  if (floor !== null) checkKind(context, metric, "floor");
  if (regression !== null) {
    checkKind(context, metric, "no_large_regression");
    checkRegression(context, metric, regression);
  }
  if (floor === null && regression === null && !pareto) return undefined;
  return { floor, noLargeRegression: regression, pareto };
}
