/** The moments of a few units held in memory: what an engine would return for them, by definition. */
import type {
  Expression,
  MetricSums,
  MomentCell,
  MomentPlan,
  MomentResult,
  MomentSpec,
  QualityCounts,
  ValueSpec,
} from "@plumbline/stats";

export interface Unit {
  readonly arm: string;
  /** x, with y (denominator) and z (covariate; null where the unit has none), by metric. */
  readonly values: Readonly<
    Record<string, { readonly x: number; readonly y?: number; readonly z?: number | null }>
  >;
  readonly levels?: Readonly<Record<string, string>>;
}

/** Units of two arms with one metric "m". */
export function unitsOf(control: readonly number[], treatment: readonly number[]): Unit[] {
  const arm = (name: string, values: readonly number[]) =>
    values.map((x) => ({ arm: name, values: { m: { x } } }));
  return [...arm("control", control), ...arm("treatment", treatment)];
}

const SCALE = 3;
const one: Expression = { kind: "number", value: 1 };

export function valueSpec(scale = SCALE): ValueSpec {
  return {
    source: "users",
    value: one,
    aggregate: "value",
    filter: null,
    window: null,
    empty: "exclude",
    cap: null,
    transform: "identity",
    scale,
    range: null,
  };
}

export function momentSpec(id: string, overrides: Partial<MomentSpec> = {}): MomentSpec {
  return {
    id,
    shape: "univariate",
    value: valueSpec(),
    denominator: null,
    covariate: null,
    cohort: [],
    order: null,
    ...overrides,
  };
}

export function momentPlan(
  arms: readonly string[],
  metrics: readonly MomentSpec[],
  dimensions: Readonly<Record<string, readonly string[]>> = {},
): MomentPlan {
  return {
    sources: [],
    exposure: {
      source: "users",
      arm: "arm",
      time: null,
      run: { start: null, end: null },
      filter: null,
    },
    arms: arms.map((id) => ({ id, value: id })),
    dimensions: Object.entries(dimensions).map(([id, levels]) => ({
      id,
      source: "users",
      value: one,
      levels,
      measuredAt: null,
    })),
    metrics,
  };
}

export function quality(overrides: Partial<QualityCounts> = {}): QualityCounts {
  return {
    exposureRows: 0n,
    nullUnits: 0n,
    nullArms: 0n,
    outsideRun: 0n,
    units: 0n,
    firstExposure: null,
    lastExposure: null,
    multiArmUnits: 0n,
    duplicateUnits: {},
    unknownArms: [],
    eventsBeforeExposure: {},
    metrics: [],
    dimensions: [],
    ...overrides,
  };
}

/** A result from cells alone. */
export function momentResult(overrides: Partial<MomentResult> = {}): MomentResult {
  return { cells: [], quantiles: [], ranks: [], quality: quality(), ...overrides };
}

/** Cells of every arm over everybody and over each level of each dimension of the plan. */
export function cellsOf(plan: MomentPlan, units: readonly Unit[]): MomentCell[] {
  const places = [
    { dimension: null, level: null },
    ...plan.dimensions.flatMap(({ id, levels }) =>
      levels.map((level) => ({ dimension: id, level })),
    ),
  ];
  return plan.arms.flatMap(({ id: arm }) =>
    places.map(({ dimension, level }) => {
      const members = units.filter(
        (unit) => unit.arm === arm && (dimension === null || unit.levels?.[dimension] === level),
      );
      const metrics = Object.fromEntries(
        plan.metrics.map((spec) => [spec.id, sumsOf(spec, members)]),
      );
      return { arm, dimension, level, units: BigInt(members.length), metrics };
    }),
  );
}

function scaled(value: number, spec: ValueSpec | null): bigint {
  return BigInt(Math.round(value * 10 ** (spec?.scale ?? 0)));
}

function sumsOf(spec: MomentSpec, units: readonly Unit[]): MetricSums {
  const rows = units.flatMap((unit) => {
    const value = unit.values[spec.id];
    if (value === undefined) return [];
    const z = value.z === undefined || value.z === null ? null : scaled(value.z, spec.covariate);
    return [{ x: scaled(value.x, spec.value), y: scaled(value.y ?? 0, spec.denominator), z }];
  });
  type Row = (typeof rows)[number];
  const total = (over: readonly Row[], of: (row: Row) => bigint) =>
    over.reduce((sum, row) => sum + of(row), 0n);
  const z = (row: Row) => row.z ?? 0n;
  const covered = rows.filter((row) => row.z !== null);
  const ratio = spec.denominator !== null;
  const pair = (over: readonly Row[]) => ({
    sy: total(over, (r) => r.y),
    syy: total(over, (r) => r.y * r.y),
    sxy: total(over, (r) => r.x * r.y),
  });
  return {
    n: BigInt(rows.length),
    sx: total(rows, (r) => r.x),
    sxx: total(rows, (r) => r.x * r.x),
    ratio: ratio ? pair(rows) : null,
    covariate:
      spec.covariate === null
        ? null
        : {
            n: BigInt(covered.length),
            sz: total(covered, z),
            szz: total(covered, (r) => z(r) * z(r)),
            sx: total(covered, (r) => r.x),
            sxx: total(covered, (r) => r.x * r.x),
            sxz: total(covered, (r) => r.x * z(r)),
            ratio: ratio ? { ...pair(covered), syz: total(covered, (r) => r.y * z(r)) } : null,
          },
  };
}
