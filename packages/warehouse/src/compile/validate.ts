import type {
  DimensionSpec,
  IntersectionSpec,
  MomentPlan,
  MomentSpec,
  SourceSpec,
  ValueSpec,
} from "@plumbline/stats";
import { hasControlCharacter } from "../dialects/duckdb/dialect.js";
import { fail, type WarehouseErrorSubject } from "../errors.js";
import { asOfMicroseconds, timeColumn } from "./as-of.js";
import { MAX_SCALE } from "./scaled.js";

function invalid(message: string, mend: string, subject: WarehouseErrorSubject): never {
  return fail("PLAN_INVALID", message, mend, subject);
}

function checkIds(
  kind: string,
  ids: readonly string[],
  subject: (id: string) => WarehouseErrorSubject,
): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (id === "" || hasControlCharacter(id)) {
      fail(
        "IDENTIFIER_INVALID",
        `The ${kind} name ${JSON.stringify(id)} is empty or holds control characters.`,
        "Choose a name of printable characters.",
        subject(id),
      );
    }
    if (seen.has(id)) invalid(`The ${kind} ${id} is named twice.`, "Name each once.", subject(id));
    seen.add(id);
  }
}

export function sourceOf(plan: MomentPlan, id: string, subject: WarehouseErrorSubject): SourceSpec {
  const source = plan.sources.find((candidate) => candidate.id === id);
  return (
    source ??
    invalid(`The plan has no source ${id}.`, "Declare the source.", { ...subject, source: id })
  );
}

/** Whether each row is an observation of its own: a quantile over events. */
export function isRowObservation(plan: MomentPlan, metric: MomentSpec): boolean {
  const source = plan.sources.find((candidate) => candidate.id === metric.value.source);
  return (
    metric.shape === "quantile" && metric.value.aggregate === "value" && source?.grain === "event"
  );
}

function checkValue(
  plan: MomentPlan,
  metric: MomentSpec,
  value: ValueSpec,
  expression: string,
): void {
  const subject = { metric: metric.id, source: value.source, expression };
  const source = sourceOf(plan, value.source, subject);
  if (!Number.isInteger(value.scale) || value.scale < 0 || value.scale > MAX_SCALE) {
    invalid(
      `The scale of ${metric.id} is ${value.scale}.`,
      `Write a whole number of decimal digits from 0 to ${MAX_SCALE}.`,
      subject,
    );
  }
  if (value.aggregate === "value" && source.grain === "event" && !isRowObservation(plan, metric)) {
    invalid(
      `${metric.id} takes the row's own value from ${source.id}, which has many rows a unit.`,
      "Reduce the rows with sum, count, avg, min, max or any.",
      subject,
    );
  }
  if (value.window !== null && (source.time === null || plan.exposure.time === null)) {
    invalid(
      `${metric.id} has a window, but ${source.time === null ? `source ${source.id}` : "the exposure"} has no time.`,
      "Name the time column, or remove the window.",
      subject,
    );
  }
  // A covariate is from before exposure: it needs no cut.
  if (expression !== "covariate" && asOf(plan) && timeColumn(plan, source) === null) {
    fail(
      "AS_OF_WITHOUT_TIME",
      `${metric.id} is read as of ${plan.exposure.asOf}, but source ${source.id} has no time to cut it at.`,
      "Name the column that holds the time of each row, or read all rows.",
      subject,
    );
  }
  checkUnit(plan, source, subject);
}

function asOf(plan: MomentPlan): boolean {
  return asOfMicroseconds(plan) !== null;
}

function checkExposure(plan: MomentPlan, exposure: SourceSpec): void {
  if (asOf(plan) && plan.exposure.time === null) {
    fail(
      "AS_OF_WITHOUT_TIME",
      `The exposures are read as of ${plan.exposure.asOf}, but source ${exposure.id} has no time of exposure.`,
      "Name the column that holds the time of exposure, or read all rows.",
      { source: exposure.id },
    );
  }
  checkUnit(plan, exposure, {});
}

function checkUnit(plan: MomentPlan, source: SourceSpec, subject: WarehouseErrorSubject): void {
  const exposure = sourceOf(plan, plan.exposure.source, {});
  if (source.unit === null && (source.grain !== "unit" || source.id !== exposure.id)) {
    invalid(
      `Source ${source.id} has no unit column, so its rows cannot be joined to the exposures.`,
      "Name the column that holds the unit's id.",
      { ...subject, source: source.id },
    );
  }
  if (exposure.unit === null && source.id !== exposure.id) {
    invalid(
      `Source ${source.id} cannot be joined: the exposure source ${exposure.id} has no unit column.`,
      "Name the unit column of the exposure source, or put everything in one file.",
      { ...subject, source: source.id },
    );
  }
}

function checkMetric(plan: MomentPlan, metric: MomentSpec): void {
  const subject = { metric: metric.id };
  checkValue(plan, metric, metric.value, "value");
  if ((metric.denominator !== null) !== (metric.shape === "ratio")) {
    invalid(
      `${metric.id} is a ${metric.shape}; a denominator belongs to a ratio, and only there.`,
      "Correct the shape or the denominator.",
      subject,
    );
  }
  const ordered = metric.shape === "quantile" || metric.shape === "rank";
  if (metric.covariate !== null && ordered) {
    invalid(
      `${metric.id} is a ${metric.shape}, which takes no covariate.`,
      "Remove the covariate.",
      subject,
    );
  }
  if (
    metric.shape === "quantile" &&
    !(metric.order !== null && metric.order > 0 && metric.order < 1)
  ) {
    invalid(
      `The order of the quantile ${metric.id} is not between 0 and 1.`,
      "Write for example 0.95.",
      subject,
    );
  }
  if (metric.denominator !== null) checkValue(plan, metric, metric.denominator, "denominator");
  if (metric.covariate !== null) checkValue(plan, metric, metric.covariate, "covariate");
  for (const { dimension, level } of metric.cohort) {
    const declared = plan.dimensions.find((candidate) => candidate.id === dimension);
    if (declared === undefined) {
      invalid(
        `${metric.id} is limited to an unknown dimension ${dimension}.`,
        "Declare the dimension.",
        { ...subject, dimension },
      );
    }
    if (!declared.levels.includes(level)) {
      invalid(
        `${metric.id} is limited to ${dimension} = ${level}, which is not a declared level.`,
        "Declare the level.",
        { ...subject, dimension, level },
      );
    }
  }
}

function checkDimension(plan: MomentPlan, dimension: DimensionSpec): void {
  const subject = { dimension: dimension.id, source: dimension.source };
  const source = sourceOf(plan, dimension.source, subject);
  checkUnit(plan, source, subject);
  if (source.grain === "event" && source.id !== plan.exposure.source) {
    invalid(
      `The dimension ${dimension.id} reads source ${source.id}, which has many rows a unit.`,
      "Take it from a source with one row a unit, or from the exposures.",
      subject,
    );
  }
  if (new Set(dimension.levels).size < dimension.levels.length) {
    invalid(`The dimension ${dimension.id} names a level twice.`, "Name each level once.", subject);
  }
}

function checkIntersection(plan: MomentPlan, { id, of, levels }: IntersectionSpec): void {
  const subject = { dimension: id };
  const parts = of.map((name) => plan.dimensions.find((each) => each.id === name));
  if (of.length < 2 || new Set(of).size < of.length || parts.includes(undefined)) {
    const mend = "Name two or more dimensions of the plan, each once.";
    invalid(`The intersection ${id} is not one of declared dimensions.`, mend, subject);
  }
  const repeated = (keys: readonly string[]) => new Set(keys).size < keys.length;
  const cut = ({ of: own }: (typeof levels)[number]) =>
    own.length === of.length && own.every((level, at) => parts[at]?.levels.includes(level));
  if (
    !levels.every(cut) ||
    repeated(levels.map(({ level }) => level)) ||
    repeated(levels.map(({ of: own }) => JSON.stringify(own)))
  ) {
    const mend = "Give each level its own name and one declared level of each dimension.";
    invalid(`The levels of the intersection ${id} are not those of its dimensions.`, mend, subject);
  }
}

/** Throws on a plan that contradicts itself; what the columns are is checked while compiling. */
export function validatePlan(plan: MomentPlan): void {
  checkIds(
    "source",
    plan.sources.map((source) => source.id),
    (source) => ({ source }),
  );
  checkIds(
    "arm",
    plan.arms.map((arm) => arm.id),
    (arm) => ({ arm }),
  );
  checkIds(
    "dimension",
    [...plan.dimensions, ...(plan.intersections ?? [])].map((dimension) => dimension.id),
    (dimension) => ({ dimension }),
  );
  checkIds(
    "metric",
    plan.metrics.map((metric) => metric.id),
    (metric) => ({ metric }),
  );
  if (plan.arms.length === 0)
    invalid("The plan has no arms.", "Declare a control and a treatment.", {});
  if (new Set(plan.arms.map((arm) => arm.value)).size < plan.arms.length) {
    invalid("Two arms stand for the same value.", "Give each arm its own value.", {});
  }
  for (const source of plan.sources) {
    if (source.files.length === 0)
      invalid(`Source ${source.id} has no files.`, "Name a file.", { source: source.id });
  }
  const exposure = sourceOf(plan, plan.exposure.source, {});
  checkExposure(plan, exposure);
  for (const dimension of plan.dimensions) checkDimension(plan, dimension);
  for (const intersection of plan.intersections ?? []) checkIntersection(plan, intersection);
  for (const metric of plan.metrics) checkMetric(plan, metric);
}
