import type {
  DimensionSpec,
  Expression,
  MomentPlan,
  MomentSpec,
  SourceSpec,
  ValueSpec,
} from "@plumbline/stats";

export function column(name: string): Expression {
  return { kind: "column", name };
}

/** The row's own value of a column, whole numbers, nothing capped. */
export function rowValue(
  source: string,
  name: string | null,
  more: Partial<ValueSpec> = {},
): ValueSpec {
  return {
    source,
    value: name === null ? null : column(name),
    aggregate: "value",
    filter: null,
    window: null,
    empty: "exclude",
    cap: null,
    transform: "identity",
    scale: 0,
    range: null,
    ...more,
  };
}

export function moment(id: string, value: ValueSpec, more: Partial<MomentSpec> = {}): MomentSpec {
  return {
    id,
    shape: "univariate",
    value,
    denominator: null,
    covariate: null,
    cohort: [],
    order: null,
    ...more,
  };
}

export function dimension(id: string, source: string, levels: readonly string[]): DimensionSpec {
  return { id, source, value: column(id), levels, measuredAt: null };
}

/** A plan whose exposures are the first source's rows; arms stand for values of their own name. */
export function planOf(parts: {
  readonly sources: readonly SourceSpec[];
  readonly arm?: string;
  readonly arms?: readonly string[];
  readonly exposure?: Partial<MomentPlan["exposure"]>;
  readonly dimensions?: readonly DimensionSpec[];
  readonly metrics: readonly MomentSpec[];
}): MomentPlan {
  return {
    sources: parts.sources,
    exposure: {
      source: parts.sources[0]?.id ?? "",
      arm: parts.arm ?? "arm",
      time: null,
      run: { start: null, end: null },
      filter: null,
      ...parts.exposure,
    },
    arms: (parts.arms ?? ["control", "treatment"]).map((id) => ({ id, value: id })),
    dimensions: parts.dimensions ?? [],
    metrics: parts.metrics,
  };
}
