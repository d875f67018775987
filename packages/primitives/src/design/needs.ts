/**
 * What a study wants from data: each metric of the library as a `MomentSpec`. Everything that depends
 * on the library alone is checked here, so that a library is judged without any registration.
 */
import type { MomentSpec, SourceSpec, ValueSpec } from "@plumbline/stats";
import { expressionColumns, isBooleanExpression } from "../shared/expression.js";
import type { Collector } from "./collector.js";
import { DEFAULTS } from "./defaults.js";
import {
  formatOfFile,
  type LibraryCovariate,
  type LibraryDenominator,
  type LibraryMetric,
  type LibrarySource,
  type MetricLibrary,
} from "./metrics.js";

type Path = readonly (string | number)[];
type ValueFields = LibraryDenominator;
type Kind = LibraryMetric["kind"];
type Aggregate = NonNullable<ValueFields["aggregate"]>;

/** A name's entry, if the document itself holds it (never what objects inherit). */
export function lookup<T>(record: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}

export function sourceSpec(
  id: string,
  source: LibrarySource,
  resolveFiles: (files: readonly string[]) => readonly string[],
): SourceSpec {
  return {
    id,
    format: source.format ?? formatOfFile(source.files[0] ?? "") ?? "csv",
    files: resolveFiles(source.files),
    grain: source.grain,
    unit: source.unit ?? null,
    time: source.time ?? null,
  };
}

const AGGREGATES: Readonly<Record<Kind, readonly Aggregate[]>> = {
  mean: ["sum", "count", "avg", "min", "max"],
  proportion: ["any", "min", "max"],
  ratio: ["sum", "count"],
  rank: ["sum", "count", "avg", "min", "max"],
  quantile: [],
};

interface ValueContext {
  readonly library: MetricLibrary;
  readonly collector: Collector;
  readonly metric: string;
  readonly kind: Kind;
  readonly path: Path;
}

/** The aggregate of a value, or null after saying what is wrong with it. */
function aggregateOf(
  context: ValueContext,
  fields: ValueFields,
  source: LibrarySource,
): ValueSpec["aggregate"] | null {
  const { collector, kind, path, metric } = context;
  const { aggregate } = fields;
  if (kind === "quantile") return "value";
  if (source.grain === "unit") {
    if (aggregate === undefined) return "value";
    collector.error(
      "library",
      "AGGREGATE_UNSUITED",
      [...path, "aggregate"],
      `"${metric}" aggregates rows of a source that has one row a unit.`,
      "Remove aggregate, or declare the source with grain: event.",
    );
    return null;
  }
  if (aggregate === undefined) {
    if (kind === "proportion") return "any";
    collector.error(
      "library",
      "AGGREGATE_MISSING",
      path,
      `"${metric}" does not say how the rows of a unit become one number.`,
      `Add aggregate: ${AGGREGATES[kind].join(", ")}.`.replace(/, ([^,]*)$/, " or $1"),
    );
    return null;
  }
  if (AGGREGATES[kind].includes(aggregate)) return aggregate;
  collector.error(
    "library",
    "AGGREGATE_UNSUITED",
    [...path, "aggregate"],
    `A ${kind} cannot be made with aggregate ${aggregate}.`,
    kind === "proportion" && aggregate !== "any"
      ? "Use any (true for at least one row), or kind: mean."
      : `Use ${AGGREGATES[kind].join(", ")}.`,
  );
  return null;
}

function missingValue(context: ValueContext): null {
  context.collector.error(
    "library",
    "FIELD_MISSING",
    [...context.path, "value"],
    `"${context.metric}" does not say which value it takes.`,
    "Add value: with a column name or an expression.",
  );
  return null;
}

function decimalsOf(
  fields: ValueFields,
  aggregate: ValueSpec["aggregate"],
  kind: Kind,
  log: boolean,
): number {
  if (fields.decimals !== undefined) return fields.decimals;
  const counts = aggregate === "count" || aggregate === "any" || kind === "proportion";
  const truth = fields.value !== undefined && isBooleanExpression(fields.value);
  if (!log && (counts || (truth && aggregate !== "avg"))) return 0;
  return DEFAULTS.decimals.value;
}

/** One value of a unit, or null after saying what is wrong. */
function valueSpec(
  context: ValueContext,
  fields: ValueFields,
  sourceName: string,
  transform: ValueSpec["transform"],
): ValueSpec | null {
  const { library, collector, kind, path, metric } = context;
  const source = lookup(library.sources, sourceName);
  if (source === null) {
    const at = fields.source === undefined ? path : [...path, "source"];
    collector.unknown(
      "library",
      "SOURCE_UNKNOWN",
      at,
      "source",
      sourceName,
      Object.keys(library.sources),
    );
    return null;
  }
  const aggregate = aggregateOf(context, fields, source);
  if (aggregate === null) return null;
  const implied = aggregate === "any" ? ({ kind: "boolean", value: true } as const) : null;
  const value = fields.value ?? implied;
  if (value === null && aggregate !== "count") return missingValue(context);
  if (fields.window !== undefined && source.time === undefined) {
    collector.error(
      "library",
      "WINDOW_NEEDS_TIME",
      [...path, "window"],
      `"${metric}" has a window, but its source "${sourceName}" has no time.`,
      `Add time: with the column that holds it to the source "${sourceName}".`,
    );
    return null;
  }
  const zero = aggregate === "sum" || aggregate === "count" || aggregate === "any";
  const truthRange = kind === "proportion" ? { lower: 0, upper: 1 } : null;
  return {
    source: sourceName,
    value: aggregate === "count" ? null : value,
    aggregate,
    filter: fields.filter ?? null,
    window: fields.window ?? null,
    empty: fields.empty ?? (zero ? "zero" : "exclude"),
    cap: fields.cap ?? null,
    transform,
    scale: decimalsOf(fields, aggregate, kind, transform === "log"),
    range: fields.plausible_range ?? truthRange,
  };
}

/** Whether a metric's value is fixed before exposure. */
export function isBeforeExposure(metric: Pick<LibraryMetric, "window" | "measured">): boolean {
  if (metric.window) return metric.window.toDays <= 0;
  return metric.measured === "before_exposure";
}

/** Columns of a source that some metric takes as an outcome, with the metric's name. */
export function outcomeColumns(library: MetricLibrary, source: string): Map<string, string> {
  const columns = new Map<string, string>();
  for (const [name, metric] of Object.entries(library.metrics)) {
    if (isBeforeExposure(metric)) continue;
    const parts = [{ source: metric.source, value: metric.value }];
    const below = metric.denominator;
    if (below) parts.push({ source: below.source ?? metric.source, value: below.value });
    for (const part of parts) {
      if (part.source !== source || part.value === undefined) continue;
      for (const column of expressionColumns(part.value)) {
        if (!columns.has(column)) columns.set(column, name);
      }
    }
  }
  return columns;
}

/**
 * A unit without rows before exposure has no covariate, rather than one of 0: new units are a group of
 * their own, and the estimate adjusts for that. A document may say `empty: zero`.
 */
const NO_HISTORY = "exclude";

function namedCovariate(
  context: ValueContext,
  name: string,
  path: Path,
  document: "library" | "registration",
): ValueSpec | null {
  const { library, collector, metric } = context;
  const found = lookup(library.metrics, name);
  if (found === null) {
    collector.unknown(
      document,
      "METRIC_UNKNOWN",
      path,
      "metric",
      name,
      Object.keys(library.metrics),
    );
    return null;
  }
  if ((found.kind !== "mean" && found.kind !== "proportion") || found.cohort !== undefined) {
    collector.error(
      document,
      "COVARIATE_UNSUITED",
      path,
      `"${name}" cannot adjust "${metric}": a covariate is a mean or a proportion over everybody.`,
      "Name a metric of kind mean without a cohort filter.",
    );
    return null;
  }
  if (!isBeforeExposure(found)) {
    collector.error(
      document,
      "COVARIATE_AFTER_EXPOSURE",
      path,
      `"${name}" is measured after exposure and cannot adjust "${metric}".`,
      'Give it a window that ends at exposure ("-14d"), or measured: before_exposure if it is.',
    );
    return null;
  }
  const inner = { ...context, metric: name, kind: found.kind, path: ["metrics", name] };
  const fields = { ...found, empty: found.empty ?? NO_HISTORY };
  return valueSpec(inner, fields, found.source, found.transform ?? "identity");
}

function inlineCovariate(
  context: ValueContext,
  fields: Exclude<LibraryCovariate, string>,
  metric: LibraryMetric,
  path: Path,
): ValueSpec | null {
  const { library, collector } = context;
  const sourceName = fields.source ?? metric.source;
  const refuse = (at: Path, message: string, mend: string): null => {
    collector.error("library", "COVARIATE_AFTER_EXPOSURE", at, message, mend);
    return null;
  };
  if (fields.window !== undefined && fields.window.toDays > 0) {
    return refuse(
      [...path, "window"],
      `The covariate of "${context.metric}" is measured after exposure.`,
      'Let its window end at exposure: "-14d".',
    );
  }
  if (fields.window === undefined) {
    if (lookup(library.sources, sourceName)?.grain === "event") {
      return refuse(
        path,
        `The covariate of "${context.metric}" takes events from any time.`,
        'Add window: "-14d", so that only events from before exposure count.',
      );
    }
    const outcomes = outcomeColumns(library, sourceName);
    const column = expressionColumns(fields.value).find((each) => outcomes.has(each));
    if (column !== undefined) {
      return refuse(
        [...path, "value"],
        `The column "${column}" is an outcome of the metric "${outcomes.get(column)}" and cannot be a covariate.`,
        "Use a column that was known before exposure.",
      );
    }
  }
  const known = { ...fields, empty: fields.empty ?? NO_HISTORY };
  return valueSpec({ ...context, kind: "mean", path }, known, sourceName, "identity");
}

export interface MetricNeed {
  readonly id: string;
  /** A covariate the registration names in place of the library's. */
  readonly covariate: { readonly name: string; readonly path: Path } | null;
  readonly cuped: boolean;
}

const SHAPES: Readonly<Record<Kind, MomentSpec["shape"]>> = {
  mean: "univariate",
  proportion: "univariate",
  ratio: "ratio",
  quantile: "quantile",
  rank: "rank",
};

function covariateSpec(
  context: ValueContext,
  metric: LibraryMetric,
  need: MetricNeed,
): ValueSpec | null {
  if (!need.cuped) return null;
  if (need.covariate)
    return namedCovariate(context, need.covariate.name, need.covariate.path, "registration");
  if (metric.covariate === undefined) return null;
  const path = [...context.path, "covariate"];
  if (typeof metric.covariate === "string")
    return namedCovariate(context, metric.covariate, path, "library");
  return inlineCovariate(context, metric.covariate, metric, path);
}

/** The moments a metric needs, or null after saying what is wrong with it. */
export function metricNeeds(
  library: MetricLibrary,
  metric: LibraryMetric,
  need: MetricNeed,
  collector: Collector,
): MomentSpec | null {
  const path = ["metrics", need.id];
  const context: ValueContext = { library, collector, metric: need.id, kind: metric.kind, path };
  const value = valueSpec(context, metric, metric.source, metric.transform ?? "identity");
  const below = metric.denominator;
  let denominator: ValueSpec | null = null;
  if (below !== undefined) {
    const inherited = below.window ?? (below.source === undefined ? metric.window : undefined);
    const fields = inherited === undefined ? below : { ...below, window: inherited };
    const inner = { ...context, path: [...path, "denominator"] };
    denominator = valueSpec(inner, fields, below.source ?? metric.source, "identity");
    if (denominator === null) return null;
  }
  const covariate = covariateSpec(context, metric, need);
  if (value === null) return null;
  return {
    id: need.id,
    shape: SHAPES[metric.kind],
    value,
    denominator,
    covariate,
    cohort: Object.entries(metric.cohort ?? {}).map(([dimension, level]) => ({ dimension, level })),
    order: metric.order ?? null,
  };
}
