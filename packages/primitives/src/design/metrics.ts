/** The metric library: where data lie (`sources`) and what is measured on them (`metrics`). */
import { z } from "zod";
import {
  column,
  dataValue,
  direction,
  expression,
  hasControlCharacter,
  key,
  name,
  refuse,
  text,
  WHEN_SOUND,
} from "./fields.js";

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

const file = z
  .string()
  .min(1, "a path cannot be empty")
  .max(1000, "a path has at most 1000 characters")
  .refine((path) => !hasControlCharacter(path), "a path cannot hold control characters")
  .refine((path) => !SCHEME.test(path), "sources are local files, not addresses");

/** Format by the end of the file's name, or null. */
export function formatOfFile(path: string): "csv" | "parquet" | null {
  const lower = path.toLowerCase();
  if (lower.endsWith(".csv") || lower.endsWith(".csv.gz")) return "csv";
  return lower.endsWith(".parquet") ? "parquet" : null;
}

const source = z
  .strictObject({
    files: z
      .union([file, z.array(file).min(1, "name at least one file")], {
        error: "expected a path, or a list of paths; * stands for any characters",
      })
      .transform((given) => (typeof given === "string" ? [given] : given))
      .meta({
        description: "Path, glob or list of them, relative to the workspace's data folder.",
      }),
    format: z
      .enum(["csv", "parquet"])
      .optional()
      .meta({ description: "Default: by the end of the name (.csv, .csv.gz, .parquet)." }),
    grain: z
      .enum(["unit", "event"])
      .meta({ description: "unit: one row a randomisation unit. event: many rows a unit." }),
    unit: column.nullable().optional().meta({
      description: "Column holding the unit's id. Absent (grain unit only): every row is a unit.",
    }),
    cluster: column.optional().meta({
      description:
        "Column of the group that units come in (store, household): units that were assigned together are refused.",
    }),
    time: column.optional().meta({ description: "Column holding the time of the row." }),
    how_to_get: text.optional().meta({
      description: "A sentence that is shown when the files are absent.",
    }),
  })
  .superRefine((given, context) => {
    const formats = new Set(given.files.map(formatOfFile));
    if (given.format === undefined && (formats.size > 1 || formats.has(null))) {
      refuse(
        context,
        "SOURCE_FORMAT_UNKNOWN",
        ["files"],
        "The format of the files cannot be told from their names.",
        "Add format: csv or format: parquet; all files of a source have the same one.",
      );
    }
    if (given.grain === "event" && (given.unit ?? null) === null) {
      refuse(
        context,
        "SOURCE_UNIT_MISSING",
        ["grain"],
        "A source of events does not say whose events they are.",
        "Add unit: with the column that holds the unit's id.",
      );
    }
  }, WHEN_SOUND);

const WINDOW_TEXT = /^(-?)(\d{1,4})d$/;

const window = z
  .union(
    [
      z.string(),
      z.strictObject({
        from_days: z.number().meta({ description: "Days after exposure, inclusive." }),
        to_days: z.number().meta({ description: "Days after exposure, exclusive." }),
      }),
    ],
    { error: 'expected "14d", "-14d" or {from_days, to_days}' },
  )
  .transform((given, context) => {
    if (typeof given !== "string") return { fromDays: given.from_days, toDays: given.to_days };
    const [, minus, digits] = WINDOW_TEXT.exec(given) ?? [];
    const days = Number(digits ?? Number.NaN);
    if (days > 0)
      return minus === "-" ? { fromDays: -days, toDays: 0 } : { fromDays: 0, toDays: days };
    refuse(
      context,
      "FIELD_INVALID",
      [],
      `"${given}" is not a window.`,
      'Write "14d" for the 14 days from exposure, "-14d" for the 14 days before it.',
    );
    return z.NEVER;
  })
  .superRefine((given, context) => {
    if (given.fromDays >= given.toDays) {
      refuse(
        context,
        "RANGE_REVERSED",
        [],
        "The window ends before it begins.",
        "Give from_days less than to_days.",
      );
    }
  }, WHEN_SOUND);

const bounds = (what: string) =>
  z
    .tuple([z.number().nullable(), z.number().nullable()], { error: "expected [lowest, highest]" })
    .transform(([lower, upper]) => ({ lower, upper }))
    .superRefine((given, context) => {
      if (given.lower !== null && given.upper !== null && given.lower >= given.upper) {
        refuse(
          context,
          "RANGE_REVERSED",
          [],
          `The ${what} is empty: the lowest value is not below the highest.`,
          "Write [lowest, highest]; null leaves a side open.",
        );
      }
    }, WHEN_SOUND);

const cap = z
  .union(
    [z.number(), z.strictObject({ lower: z.number().optional(), upper: z.number().optional() })],
    {
      error: "expected a number (upper cap) or {lower, upper}",
    },
  )
  .transform((given) =>
    typeof given === "number"
      ? { lower: null, upper: given }
      : { lower: given.lower ?? null, upper: given.upper ?? null },
  )
  .superRefine((given, context) => {
    if (given.lower !== null && given.upper !== null && given.lower >= given.upper) {
      refuse(
        context,
        "RANGE_REVERSED",
        [],
        "The lower cap is not below the upper one.",
        "Give lower less than upper.",
      );
    }
  }, WHEN_SOUND);

/** How one number per unit is made; shared by values, denominators and covariates. */
const valueFields = {
  source: name.optional().meta({ description: "Source of the rows." }),
  value: expression.optional().meta({
    description:
      "Expression over the source's columns; may be left out with aggregate count or any.",
  }),
  aggregate: z.enum(["sum", "count", "avg", "min", "max", "any"]).optional().meta({
    description: "How the unit's rows become one number; sources of grain event only.",
  }),
  filter: expression.optional().meta({ description: "Rows that count." }),
  window: window.optional().meta({
    description: 'Days relative to exposure: "14d", "-14d" or {from_days, to_days}.',
  }),
  empty: z.enum(["zero", "exclude"]).optional().meta({
    description:
      "A unit without rows gets 0, or is left out. Default: zero for sum, count and any, else exclude.",
  }),
  cap: cap.optional().meta({
    description:
      "Fixed limits for the unit's value: upper limit, or {lower, upper}, in the metric's unit.",
  }),
  decimals: z.int("must be a whole number").min(0).max(12).optional().meta({
    description:
      "Decimal digits kept in the exact sums. Default 0 for counts and true/false values, 6 otherwise.",
  }),
  plausible_range: bounds("plausible range").optional().meta({
    description: "[lowest, highest] believable value of a row; others are counted and kept.",
  }),
};

const covariate = z.union(
  [
    name,
    z.strictObject({
      ...valueFields,
      value: expression.meta({ description: "A column or expression known before exposure." }),
      measured: z.literal("before_exposure").optional().meta({
        description: "A covariate is always measured before exposure; say so if you like.",
      }),
    }),
  ],
  { error: "expected the name of a metric from before exposure, or {value: column, ...}" },
);

const METRIC_KINDS = ["mean", "proportion", "ratio", "quantile", "rank"] as const;

const metricFields = z.strictObject({
  kind: z.enum(METRIC_KINDS).meta({ description: "Which analysis the metric gets." }),
  description: text.optional().meta({ description: "What it measures, for people." }),
  ...valueFields,
  source: name.meta({ description: "Source of the rows." }),
  unit: text.optional().meta({ description: 'Unit of one value, for display: "ms", "USD".' }),
  direction: direction.optional().meta({ description: "Which way is good." }),
  denominator: z.strictObject(valueFields).optional().meta({
    description:
      "Kind ratio: what the value is divided by; source and window default to the metric's.",
  }),
  order: z
    .number()
    .gt(0, "must be greater than 0")
    .lt(1, "must be less than 1 (write p95 as 0.95)")
    .optional()
    .meta({ description: "Kind quantile: which one, e.g. 0.95." }),
  transform: z
    .enum(["identity", "log"])
    .optional()
    .meta({ description: "Kind mean: log compares geometric means; values must be positive." }),
  covariate: covariate.optional().meta({
    description: "CUPED: a metric from before exposure by name, or {value: column, ...}.",
  }),
  measured: z.enum(["before_exposure", "after_exposure"]).optional().meta({
    description: "For a value without a window: when it was fixed; default after_exposure.",
  }),
  matures_after_days: z
    .number()
    .positive("must be greater than 0")
    .max(3650, "at most 3650 days")
    .optional()
    .meta({
      description:
        "Days after a unit's exposure before which its value says nothing, e.g. 28 for 28-day retention. Default: the end of the window.",
    }),
  cohort: z.record(key, dataValue).optional().meta({
    description: "Only units with these levels of declared dimensions, e.g. {locale: JP}.",
  }),
});

type MetricFields = z.output<typeof metricFields>;

/** Fields that mean something for some kinds only. */
const SUITED: Partial<Record<keyof MetricFields, readonly (typeof METRIC_KINDS)[number][]>> = {
  denominator: ["ratio"],
  order: ["quantile"],
  transform: ["mean"],
  cap: ["mean", "ratio"],
  covariate: ["mean", "proportion", "ratio"],
  aggregate: ["mean", "proportion", "ratio", "rank"],
  empty: ["mean", "proportion", "ratio", "rank"],
};

const metric = metricFields.superRefine((given, context) => {
  for (const [field, kinds] of Object.entries(SUITED)) {
    if (given[field as keyof MetricFields] === undefined || kinds.includes(given.kind)) continue;
    refuse(
      context,
      "METRIC_FIELD_UNSUITED",
      [field],
      `"${field}" means nothing for a metric of kind ${given.kind}.`,
      `Remove it, or use kind ${kinds.join(" or ")}.`,
    );
  }
  if (given.kind === "ratio" && given.denominator === undefined) {
    refuse(
      context,
      "FIELD_MISSING",
      ["denominator"],
      "A ratio needs a denominator.",
      "Add denominator: {value: ..., aggregate: sum}.",
    );
  }
  if (given.kind === "quantile" && given.order === undefined) {
    refuse(
      context,
      "FIELD_MISSING",
      ["order"],
      "A quantile needs its order.",
      "Add order: 0.95 for the 95th percentile.",
    );
  }
  const late = given.matures_after_days;
  if (late !== undefined && late < (given.window?.toDays ?? 0)) {
    refuse(
      context,
      "FIELD_INVALID",
      ["matures_after_days"],
      `The value is said to be complete after ${late} days, but its window closes after ${given.window?.toDays}.`,
      "Give at least the end of the window, or leave it out.",
    );
  }
  if (late !== undefined && given.measured === "before_exposure") {
    refuse(
      context,
      "FIELD_INVALID",
      ["matures_after_days"],
      "A value from before exposure is complete at once.",
      "Remove matures_after_days.",
    );
  }
  if (given.measured !== undefined && given.window !== undefined) {
    refuse(
      context,
      "FIELD_INVALID",
      ["measured"],
      "A window already says when the value was measured.",
      "Remove measured.",
    );
  }
}, WHEN_SOUND);

export const metricLibrarySchema = z
  .strictObject({
    kind: z.literal("metrics").optional().meta({
      description: "Says that this is a metric library; it is also known by its shape.",
    }),
    sources: z.record(key, source).optional().meta({ description: "Sources by name." }),
    metrics: z.record(key, metric).optional().meta({ description: "Metrics by name." }),
  })
  .meta({ title: "Plumbline metric library" });

export type MetricLibraryInput = z.input<typeof metricLibrarySchema>;
/** One file; several files are merged before a study is resolved. */
export type MetricLibraryDocument = z.output<typeof metricLibrarySchema>;
export type LibrarySource = z.output<typeof source>;
export type LibraryMetric = z.output<typeof metric>;
export type LibraryDenominator = NonNullable<LibraryMetric["denominator"]>;
export type LibraryCovariate = NonNullable<LibraryMetric["covariate"]>;

/** All sources and metrics of a workspace. */
export interface MetricLibrary {
  readonly sources: Readonly<Record<string, LibrarySource>>;
  readonly metrics: Readonly<Record<string, LibraryMetric>>;
}
