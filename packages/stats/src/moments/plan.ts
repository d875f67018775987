/**
 * The hinge between judgment and data: what a readout needs (`MomentPlan`) and what an engine
 * returns (`MomentResult`). Plain, frozen-in-shape data; no behaviour. A primitive says what it
 * needs in these words, a warehouse compiles and runs them, and only cells come back.
 *
 * Exactness: every value enters the sums as round(value * 10^scale), an integer. Sums and products
 * are 128-bit integers, so the same data give the same bytes with any number of threads and in any
 * order of rows.
 */

/** A scalar expression over the columns of one source; parsed and checked, never raw SQL. */
export type Expression =
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "unary"; readonly op: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly op: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "in";
      readonly operand: Expression;
      readonly values: readonly Expression[];
      readonly negated: boolean;
    }
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Expression[] };

export type UnaryOperator = "-" | "not";
export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "and"
  | "or";
/** `if(condition, then, otherwise)`; `is_null(x)`; the rest as in SQL. */
export type FunctionName = "coalesce" | "abs" | "least" | "greatest" | "lower" | "is_null" | "if";

/** One table-like input: files that share a schema. */
export interface SourceSpec {
  readonly id: string;
  readonly format: "parquet" | "csv";
  /** Absolute paths or globs. CSV may be gzip-compressed (`.csv.gz`). */
  readonly files: readonly string[];
  /** `unit`: one row a randomisation unit. `event`: many rows a unit, each with a time. */
  readonly grain: "unit" | "event";
  /** Column holding the unit's id; null (grain `unit` only): every row is a unit of its own. */
  readonly unit: string | null;
  /** Column holding the time of the event (required when a window is used). */
  readonly time: string | null;
}

export interface ExposureSpec {
  /** Id of the source that says who was assigned to which arm. */
  readonly source: string;
  /** Column holding the arm. */
  readonly arm: string;
  /** Column holding the time of exposure; the first one counts. Null: time of exposure unknown. */
  readonly time: string | null;
  /** Half-open run [start, end), ISO 8601 UTC; exposures outside are counted and excluded. */
  readonly run: { readonly start: string | null; readonly end: string | null };
  /** Only rows for which this holds are exposures (for example the experiment's own key). */
  readonly filter: Expression | null;
  /**
   * Reads the data as they stood at this time (ISO 8601 UTC, exclusive): rows with a time at or after
   * it, or with none, are as if they were not in the files. The time is that of the source, and for
   * exposures the time of exposure. Needs `time` here and a time in every source that a value or
   * denominator comes from; covariates and dimensions from sources without one are taken as known
   * before exposure. Null or absent: all rows.
   */
  readonly asOf?: string | null;
}

export interface ArmSpec {
  readonly id: string;
  /** The value of the arm column, as text, that stands for this arm. */
  readonly value: string;
}

/** A cohort dimension: a value per unit, known before exposure. */
export interface DimensionSpec {
  readonly id: string;
  /** The exposure source, or another source of grain `unit` with a unit column. */
  readonly source: string;
  readonly value: Expression;
  /** The declared levels, as text. Other values found are reported, and belong to no cell. */
  readonly levels: readonly string[];
  /** Column with the time at which the value was measured; after exposure is counted. */
  readonly measuredAt: string | null;
}

/** Levels of several dimensions together: a unit is in one when it has the level of each. */
export interface IntersectionSpec {
  readonly id: string;
  /** Ids of two or more dimensions of the plan. */
  readonly of: readonly string[];
  /** `of`: one declared level for each dimension, in the same order. */
  readonly levels: readonly { readonly level: string; readonly of: readonly string[] }[];
  /** Levels that nobody is in are empty cells. Else, and by default, they are an error of the data. */
  readonly sparse?: boolean;
}

export interface Bounds {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** How one number per unit is made from the rows of a source. */
export interface ValueSpec {
  readonly source: string;
  /** Null only with aggregate `count`. Boolean expressions count as 0/1. */
  readonly value: Expression | null;
  /** `value`: the row's own value (grain `unit`). The others reduce the unit's rows (grain `event`). */
  readonly aggregate: "value" | "sum" | "count" | "avg" | "min" | "max" | "any";
  /** Rows that count. */
  readonly filter: Expression | null;
  /** Rows with exposure + fromDays <= time < exposure + toDays; null: no restriction. */
  readonly window: { readonly fromDays: number; readonly toDays: number } | null;
  /** What a unit without rows gets: 0, or left out of this metric. */
  readonly empty: "zero" | "exclude";
  /** Winsorisation of the unit's value at fixed, registered limits; units moved are counted. */
  readonly cap: Bounds | null;
  /** `log`: natural log of the unit's value; values <= 0 are an error. */
  readonly transform: "identity" | "log";
  /** Decimal digits kept: the integer that enters the sums is round(value * 10^scale). */
  readonly scale: number;
  /** Plausible range of a row's value; rows outside are counted, kept. */
  readonly range: Bounds | null;
}

export interface MomentSpec {
  readonly id: string;
  /** univariate: n, Sx, Sxx. ratio: with Sy, Syy, Sxy. quantile, rank: the order statement. */
  readonly shape: "univariate" | "ratio" | "quantile" | "rank";
  /** The value; for a ratio the numerator; for a quantile the observation (grain `event` or `unit`). */
  readonly value: ValueSpec;
  readonly denominator: ValueSpec | null;
  /** A value from before exposure (CUPED). */
  readonly covariate: ValueSpec | null;
  /** The unit belongs to this metric only if each of these dimensions has the level. */
  readonly cohort: readonly { readonly dimension: string; readonly level: string }[];
  /** Order of the quantile in (0, 1); null for the other shapes. */
  readonly order: number | null;
}

export interface MomentPlan {
  readonly sources: readonly SourceSpec[];
  readonly exposure: ExposureSpec;
  /** Control first. */
  readonly arms: readonly ArmSpec[];
  readonly dimensions: readonly DimensionSpec[];
  /** Cells of these come from the same scan; their `dimension` is the id of the intersection. */
  readonly intersections?: readonly IntersectionSpec[];
  readonly metrics: readonly MomentSpec[];
}

// ---------------------------------------------------------------------------------------------
// What comes back
// ---------------------------------------------------------------------------------------------

/** Where a cell stands: one arm, over everybody (`dimension` null) or over one level. */
export interface CellKey {
  readonly arm: string;
  readonly dimension: string | null;
  readonly level: string | null;
}

/**
 * Raw integer moments of one metric in one cell. x is scaled by 10^value.scale, y (denominator) by
 * 10^denominator.scale, z (covariate) by 10^covariate.scale. `n` counts the units with a value.
 */
export interface MetricSums {
  readonly n: bigint;
  readonly sx: bigint;
  readonly sxx: bigint;
  readonly ratio: { readonly sy: bigint; readonly syy: bigint; readonly sxy: bigint } | null;
  /** Over the units that have both a value and a covariate. */
  readonly covariate: CovariateSums | null;
}

export interface CovariateSums {
  readonly n: bigint;
  readonly sz: bigint;
  readonly szz: bigint;
  readonly sx: bigint;
  readonly sxx: bigint;
  readonly sxz: bigint;
  readonly ratio: {
    readonly sy: bigint;
    readonly syy: bigint;
    readonly sxy: bigint;
    readonly syz: bigint;
  } | null;
}

export interface MomentCell extends CellKey {
  /** Units assigned to the arm in this cell, with or without values. */
  readonly units: bigint;
  /** By metric id; shapes univariate and ratio only. */
  readonly metrics: Readonly<Record<string, MetricSums>>;
}

/** All that the clustered quantile needs; values are scaled integers. */
export interface QuantileCell extends CellKey {
  readonly metric: string;
  /** Observations, and units with at least one. */
  readonly n: bigint;
  readonly units: bigint;
  /** X_(ceil(n p)); and the order statistics at ranks n(p -+ z sqrt(p(1-p)/n)), z = 1.959963984540054. */
  readonly quantile: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
  /** Per unit: N = observations, Y = observations <= quantile. */
  readonly sN: bigint;
  readonly sNN: bigint;
  readonly sY: bigint;
  readonly sYY: bigint;
  readonly sYN: bigint;
}

/** Ranks of treatment against control, from counts of distinct values. */
export interface RankCell {
  readonly metric: string;
  readonly treatment: string;
  readonly control: string;
  readonly dimension: string | null;
  readonly level: string | null;
  readonly nTreatment: bigint;
  readonly nControl: bigint;
  /** 2 U of the treatment: twice (pairs treatment > control) + ties. */
  readonly twiceU: bigint;
  /** Sum over tie groups of t^3 - t. */
  readonly ties: bigint;
  /** Sums of squared doubled placements: sum over treatment units of (2 #control below + #control equal)^2, and the mirror. */
  readonly placementsTreatmentSquared: bigint;
  readonly placementsControlSquared: bigint;
}

export interface MetricQuality {
  readonly metric: string;
  /** Rows whose value is null where the filter holds. */
  readonly nulls: bigint;
  /** Rows outside the plausible range. */
  readonly outOfRange: bigint;
  /** Units moved by the cap. */
  readonly capped: bigint;
}

export interface DimensionQuality {
  readonly dimension: string;
  /** Every value found among exposed units, declared or not; null is the missing value. */
  readonly levels: readonly { readonly level: string | null; readonly units: bigint }[];
  readonly measuredAfterExposure: bigint;
}

export interface QualityCounts {
  /** Exposure rows after the filter. */
  readonly exposureRows: bigint;
  readonly nullUnits: bigint;
  readonly nullArms: bigint;
  /** Exposure rows outside the run. */
  readonly outsideRun: bigint;
  /** Distinct units inside the run, before exclusions. */
  readonly units: bigint;
  /**
   * Earliest and latest of the first exposures of those units to a registered arm; ISO 8601 UTC,
   * rounded down to milliseconds. Null when the time of exposure is unknown.
   */
  readonly firstExposure: string | null;
  readonly lastExposure: string | null;
  /** Units seen in more than one registered arm: excluded from every cell. */
  readonly multiArmUnits: bigint;
  /** Units with more than one row in a source of grain `unit`, by source id. */
  readonly duplicateUnits: Readonly<Record<string, bigint>>;
  /** Values of the arm column that no registered arm stands for. */
  readonly unknownArms: readonly { readonly value: string; readonly units: bigint }[];
  /** Rows of a source of grain `event` before the unit's first exposure, by source id. */
  readonly eventsBeforeExposure: Readonly<Record<string, bigint>>;
  readonly metrics: readonly MetricQuality[];
  readonly dimensions: readonly DimensionQuality[];
}

export interface MomentResult {
  readonly cells: readonly MomentCell[];
  readonly quantiles: readonly QuantileCell[];
  readonly ranks: readonly RankCell[];
  readonly quality: QualityCounts;
}
