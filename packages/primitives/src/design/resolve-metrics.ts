/** The metrics a registration names, with what the library, the evidence or a default says of them. */

import type {
  Alternative,
  Direction,
  MetricKind,
  StudyMetric,
  Threshold,
} from "../shared/vocabulary.js";
import type { Collector } from "./collector.js";
import { DEFAULTS } from "./defaults.js";
import type { EvidenceDocument } from "./evidence.js";
import { pathText } from "./issues.js";
import { maturityOf } from "./maturity.js";
import type { LibraryMetric, MetricLibrary } from "./metrics.js";
import { lookup } from "./needs.js";
import type { Registration, TestName } from "./registration.js";

type Path = (string | number)[];

export interface MetricContext {
  readonly registration: Registration;
  readonly library: MetricLibrary | null;
  readonly evidence: EvidenceDocument | null;
  /** Whether data are to be read: then every metric must stand in the library. */
  readonly fromData: boolean;
  readonly collector: Collector;
}

export interface MetricReference {
  readonly name: string;
  readonly direction?: Direction | undefined;
  readonly unit?: string | undefined;
  readonly alternative?: Alternative | undefined;
}

type Role = "primary" | "success" | "guardrail" | "secondary";

const KIND_OF_TEST: Readonly<Record<TestName, readonly MetricKind[]>> = {
  welch_t_two_sided: ["mean"],
  welch_t_one_sided: ["mean"],
  two_proportion_z: ["proportion"],
  delta_method: ["ratio"],
  mann_whitney: ["rank"],
  clustered_quantile: ["quantile"],
};

const TEST_OF_KIND: Readonly<Record<MetricKind, TestName>> = {
  mean: "welch_t_two_sided",
  proportion: "two_proportion_z",
  ratio: "delta_method",
  quantile: "clustered_quantile",
  rank: "mann_whitney",
};

/** Without a library the kind is read from the figures, else from the registered test. */
function kindWithoutLibrary(context: MetricContext, name: string, role: Role): MetricKind {
  const figures = context.evidence?.results
    .filter((result) => result.metric === name)
    .flatMap((result) => Object.values(result.by_arm ?? {}));
  if (figures?.some((arm) => arm.successes !== undefined)) return "proportion";
  const { test } = context.registration;
  return (role === "primary" && test ? KIND_OF_TEST[test][0] : undefined) ?? "mean";
}

function directionOf(
  context: MetricContext,
  reference: MetricReference,
  metric: LibraryMetric | null,
  path: Path,
  role: Role,
): Direction {
  const { collector } = context;
  const { direction } = reference;
  if (
    direction !== undefined &&
    metric?.direction !== undefined &&
    direction !== metric.direction
  ) {
    collector.error(
      "registration",
      "DIRECTION_CONFLICT",
      [...path, "direction"],
      `"${reference.name}" is ${direction} here and ${metric.direction} in the metric library.`,
      "Make the two agree.",
    );
  }
  const found = direction ?? metric?.direction;
  if (found === undefined && role === "guardrail") {
    collector.error(
      "registration",
      "DIRECTION_MISSING",
      path,
      `Nothing says which way is good for the guardrail "${reference.name}".`,
      "Add direction: higher_is_better or lower_is_better.",
    );
  }
  if (found === undefined) {
    collector.record(
      `${reference.name}.direction`,
      "higher_is_better",
      "default",
      null,
      "nothing says otherwise",
    );
  }
  return found ?? "higher_is_better";
}

function alternativeOf(
  context: MetricContext,
  reference: MetricReference,
  direction: Direction,
  path: Path,
  role: Role,
): Alternative {
  const { registration, collector } = context;
  const better: Alternative = direction === "higher_is_better" ? "greater" : "less";
  const test = role === "primary" ? registration.test : undefined;
  const given = reference.alternative;
  const oneSided = test === "welch_t_one_sided";
  const clash =
    given !== undefined &&
    ((oneSided && given === "two_sided") ||
      (test === "welch_t_two_sided" && given !== "two_sided"));
  if (clash) {
    collector.error(
      "registration",
      "ALTERNATIVE_CONFLICT",
      [...path, "alternative"],
      `The alternative ${given} does not go with the test ${test}.`,
      `Write test: ${oneSided ? "welch_t_two_sided" : "welch_t_one_sided"}, or change the alternative.`,
    );
  }
  const wins = role === "primary" || role === "success";
  const wrong = wins ? (better === "greater" ? "less" : "greater") : better;
  if (given === wrong && role !== "secondary") {
    collector.error(
      "registration",
      "ALTERNATIVE_CONFLICT",
      [...path, "alternative"],
      wins
        ? `With alternative ${given} the ${role} metric could only be shown to get worse.`
        : `With alternative ${given} the guardrail "${reference.name}" could never be shown to get worse.`,
      `Write ${wrong === "less" ? "greater" : "less"} or two_sided.`,
    );
  }
  const name = `${reference.name}.alternative`;
  if (given === undefined && oneSided) {
    collector.record(
      name,
      better,
      "derived",
      null,
      "the registered test and the metric's direction",
    );
    return better;
  }
  return collector.choose(name, given, undefined, DEFAULTS.alternative);
}

function checkTest(context: MetricContext, kind: MetricKind, known: boolean): void {
  const { test } = context.registration;
  if (test === undefined) {
    context.collector.record("test", TEST_OF_KIND[kind], "derived", null, `the test of a ${kind}`);
    return;
  }
  context.collector.record("test", test, "given");
  if (!known || KIND_OF_TEST[test].includes(kind)) return;
  context.collector.error(
    "registration",
    "TEST_UNSUITED",
    ["test"],
    `The test ${test} does not suit a metric of kind ${kind}.`,
    `Write test: ${TEST_OF_KIND[kind]}, or change the metric's kind.`,
  );
}

function cupedOf(context: MetricContext, metric: LibraryMetric | null, role: Role): boolean {
  const cuped = context.registration.cuped;
  if (cuped?.enabled === false) return false;
  if (metric === null) return role === "primary" && cuped?.enabled === true;
  const able = metric.kind === "mean" || metric.kind === "proportion" || metric.kind === "ratio";
  const named = role === "primary" && cuped?.covariate !== undefined;
  return able && (named || metric.covariate !== undefined);
}

/** The metric a reference means; a stand-in after a problem, so that checks can go on. */
export function resolveMetric(
  context: MetricContext,
  reference: MetricReference,
  path: Path,
  role: Role,
): StudyMetric {
  const { library, collector } = context;
  const metric = library === null ? null : lookup(library.metrics, reference.name);
  if (metric === null && context.fromData) {
    const names = Object.keys(library?.metrics ?? {});
    collector.unknown(
      "registration",
      "METRIC_UNKNOWN",
      [...path, "name"],
      "metric",
      reference.name,
      names,
    );
  }
  const { unit } = reference;
  if (unit !== undefined && metric?.unit !== undefined && unit !== metric.unit) {
    collector.error(
      "registration",
      "UNIT_CONFLICT",
      [...path, "unit"],
      `"${reference.name}" is in ${unit} here and in ${metric.unit} in the metric library.`,
      "Make the two agree; thresholds are in this unit.",
    );
  }
  const kind = metric?.kind ?? kindWithoutLibrary(context, reference.name, role);
  const direction = directionOf(context, reference, metric, path, role);
  const cuped = cupedOf(context, metric, role);
  if (role === "primary") checkTest(context, kind, metric !== null);
  const ripe = metric === null ? null : maturityOf(metric);
  if (ripe !== null) {
    const { maturity, origin, note } = ripe;
    collector.record(`${reference.name}.matures_after`, maturity.days, origin, "days", note);
  }
  return {
    name: reference.name,
    kind,
    direction,
    unit: unit ?? metric?.unit ?? null,
    alternative: alternativeOf(context, reference, direction, path, role),
    cuped,
    transform: metric?.transform ?? "identity",
    order: metric?.order ?? null,
    ...(ripe === null ? {} : { maturity: ripe.maturity }),
  };
}

interface GivenThreshold {
  readonly threshold?: number | undefined;
  readonly threshold_relative?: number | undefined;
  readonly threshold_absolute?: number | undefined;
}

const SCALES = [
  ["threshold", "level"],
  ["threshold_relative", "relative"],
  ["threshold_absolute", "absolute"],
] as const;

/** The one harm limit given, checked against the metric's direction; null when none is given. */
export function resolveThreshold(
  given: GivenThreshold,
  metric: StudyMetric,
  path: Path,
  collector: Collector,
): Threshold | null {
  const found = SCALES.flatMap(([key, scale]) => {
    const value = given[key];
    return value === undefined ? [] : [{ key, scale, value }];
  });
  const [first, second] = found;
  if (first === undefined) return null;
  const at = [...path, first.key];
  if (second !== undefined) {
    collector.error(
      "registration",
      "THRESHOLD_COUNT",
      [...path, second.key],
      `${pathText(path)} has both ${first.key} and ${second.key}.`,
      "Keep the one that decides.",
    );
  }
  const harm = metric.direction === "higher_is_better" ? -1 : 1;
  if (first.scale !== "level" && first.value * harm < 0) {
    collector.error(
      "registration",
      "THRESHOLD_DIRECTION",
      at,
      `${first.key} ${first.value} limits an improvement: "${metric.name}" is ${metric.direction}.`,
      `Write ${-first.value}, the largest tolerated change for the worse.`,
    );
  }
  if (first.scale === "relative" && first.value <= -1) {
    collector.error(
      "registration",
      "THRESHOLD_DIRECTION",
      at,
      `A relative change of ${first.value} is a fall by ${-first.value * 100} %, which cannot be exceeded.`,
      "Write a fraction: -0.01 for 1 %.",
    );
  }
  if (metric.transform === "log" && first.scale !== "relative") {
    collector.error(
      "registration",
      "THRESHOLD_ON_LOG",
      at,
      `"${metric.name}" compares logs, so ${first.key} has no meaning for it.`,
      "Use threshold_relative.",
    );
  }
  checkUnit({ scale: first.scale, value: first.value }, first.key, metric, at, collector);
  return { scale: first.scale, value: first.value };
}

/** Kinds whose differences are read in points of a share or of a probability. */
const UNITLESS: readonly MetricKind[] = ["proportion", "rank"];

/**
 * "-0.5" may be half a percent, half a point or half a dollar. A change needs a unit; a level is read as the value in the
 * data, unless it lies below zero, where it is more likely a change that lost its scale.
 */
function checkUnit(
  { scale, value }: Threshold,
  key: string,
  metric: StudyMetric,
  path: Path,
  collector: Collector,
): void {
  if (scale === "level" && metric.kind === "proportion" && (value < 0 || value > 1)) {
    collector.error(
      "registration",
      "THRESHOLD_OUT_OF_RANGE",
      path,
      `threshold ${value} is the share itself that the arm must not pass, and "${metric.name}" is a share between 0 and 1, so it would limit nothing.`,
      "For a change write threshold_relative or threshold_absolute; for a level write a share between 0 and 1.",
    );
    return;
  }
  if (scale === "relative" || metric.unit !== null || UNITLESS.includes(metric.kind)) return;
  if (scale === "level" && value >= 0) return;
  collector.error(
    "registration",
    "THRESHOLD_WITHOUT_UNIT",
    path,
    scale === "absolute"
      ? `${key} ${value} is in the unit of "${metric.name}", and nothing says which that is.`
      : `threshold ${value} is the value that the arm itself must not pass, and nothing says in which unit "${metric.name}" goes below zero.`,
    scale === "absolute"
      ? "Add unit: to the metric (ms, USD, points), or use threshold_relative."
      : "For a change write threshold_relative or threshold_absolute; for a level add unit: to the metric.",
  );
}
