/**
 * The same moments by the slowest and plainest means: rows in arrays, one loop a definition, BigInt.
 * It shares no code with the compiler, so that agreement means something.
 */
import type {
  Expression,
  MomentPlan,
  MomentSpec,
  QuantileCell,
  RankCell,
  ValueSpec,
} from "@plumbline/stats";

export type Scalar = string | number | boolean | null;
export type Row = Readonly<Record<string, Scalar>>;
export type Tables = Readonly<Record<string, readonly Row[]>>;

interface Unit {
  readonly arm: number;
  readonly exposedAt: number | null;
  readonly levels: readonly (string | null)[];
  readonly values: ReadonlyMap<string, bigint | null>;
  readonly observations: ReadonlyMap<string, readonly bigint[]>;
}

const DAY = 86_400_000;

function time(value: Scalar | undefined): number | null {
  return typeof value === "string" ? Date.parse(`${value.replace(" ", "T")}Z`) : null;
}

function compare(op: string, a: Scalar, b: Scalar): boolean | null {
  if (a === null || b === null) return null;
  const [x, y] = typeof a === "string" ? [a, b] : [Number(a), Number(b)];
  if (op === "=") return x === y;
  if (op === "!=") return x !== y;
  if (op === "<") return (x as number) < (y as number);
  if (op === "<=") return (x as number) <= (y as number);
  return op === ">" ? (x as number) > (y as number) : (x as number) >= (y as number);
}

export function evaluate(expression: Expression, row: Row): Scalar {
  switch (expression.kind) {
    case "column":
      return row[expression.name] ?? null;
    case "number":
    case "string":
    case "boolean":
      return expression.value;
    case "null":
      return null;
    case "unary": {
      const value = evaluate(expression.operand, row);
      if (value === null) return null;
      return expression.op === "not" ? !value : -Number(value);
    }
    case "binary":
      return binary(expression, row);
    case "in": {
      const value = evaluate(expression.operand, row);
      if (value === null) return null;
      const found = expression.values.some((item) => evaluate(item, row) === value);
      return expression.negated ? !found : found;
    }
    case "call":
      return call(expression, row);
  }
}

function binary(expression: Extract<Expression, { kind: "binary" }>, row: Row): Scalar {
  const a = evaluate(expression.left, row);
  const b = evaluate(expression.right, row);
  if (expression.op === "and")
    return a === false || b === false ? false : a === null || b === null ? null : true;
  if (expression.op === "or")
    return a === true || b === true ? true : a === null || b === null ? null : false;
  if (!"+-*/".includes(expression.op)) return compare(expression.op, a, b);
  if (a === null || b === null) return null;
  const [x, y] = [Number(a), Number(b)];
  if (expression.op === "+") return x + y;
  if (expression.op === "-") return x - y;
  if (expression.op === "*") return x * y;
  return y === 0 ? null : x / y;
}

function call(expression: Extract<Expression, { kind: "call" }>, row: Row): Scalar {
  const args = expression.args.map((argument) => evaluate(argument, row));
  const known = args.filter((argument) => argument !== null);
  switch (expression.name) {
    case "coalesce":
      return known[0] ?? null;
    case "abs":
      return args[0] === null ? null : Math.abs(Number(args[0]));
    case "lower":
      return args[0] === null ? null : String(args[0]).toLowerCase();
    case "is_null":
      return args[0] === null;
    case "if":
      return (args[0] === true ? args[1] : args[2]) ?? null;
    case "least":
      return known.length === 0 ? null : Math.min(...known.map(Number));
    case "greatest":
      return known.length === 0 ? null : Math.max(...known.map(Number));
  }
}

/** Half away from zero, as SQL's round. */
export function scaled(value: number, scale: number): bigint {
  const product = value * 10 ** scale;
  const rounded = Math.floor(Math.abs(product) + 0.5);
  // Adding one half may round up the largest double below it.
  const size =
    Math.abs(product) + 0.5 - rounded === 0 && rounded - Math.abs(product) > 0.5
      ? rounded - 1
      : rounded;
  return BigInt(product < 0 ? -size : size);
}

function kept(
  spec: ValueSpec,
  rows: readonly Row[],
  timeColumn: string | null,
  exposedAt: number | null,
): Row[] {
  return rows.filter((row) => {
    if (spec.filter !== null && evaluate(spec.filter, row) !== true) return false;
    if (spec.window === null) return true;
    const at = timeColumn === null ? null : time(row[timeColumn]);
    if (at === null || exposedAt === null) return false;
    return (
      at >= exposedAt + spec.window.fromDays * DAY && at < exposedAt + spec.window.toDays * DAY
    );
  });
}

function scaledValues(spec: ValueSpec, rows: readonly Row[]): bigint[] {
  if (spec.value === null) return rows.map(() => 1n);
  const { value, scale } = spec;
  return rows
    .map((row) => evaluate(value, row))
    .filter((scalar) => scalar !== null)
    .map((scalar) => scaled(Number(scalar), scale));
}

function least(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (b < a ? b : a));
}

function reduce(spec: ValueSpec, rows: readonly Row[]): bigint | null {
  const values = scaledValues(spec, rows);
  if (values.length === 0) return null;
  const one = 10n ** BigInt(spec.scale);
  const sum = values.reduce((a, b) => a + b, 0n);
  const n = BigInt(values.length);
  switch (spec.aggregate) {
    case "sum":
      return sum;
    case "count":
      return n * one;
    case "avg":
      return sum < 0n ? -((-2n * sum + n) / (2n * n)) : (2n * sum + n) / (2n * n);
    case "max":
      return values.reduce((a, b) => (b > a ? b : a));
    case "any":
      return values.some((value) => value !== 0n) ? one : 0n;
    default:
      return least(values);
  }
}

function finish(spec: ValueSpec, value: bigint): bigint {
  const limit = (bound: number | null | undefined) =>
    bound === null || bound === undefined ? null : scaled(bound, spec.scale);
  const [lower, upper] = [limit(spec.cap?.lower), limit(spec.cap?.upper)];
  let result = value;
  if (lower !== null && result < lower) result = lower;
  if (upper !== null && result > upper) result = upper;
  if (spec.transform === "identity") return result;
  return scaled(Math.log(Number(result) / 10 ** spec.scale), spec.scale);
}

function unitValue(spec: ValueSpec, rows: readonly Row[]): bigint | null {
  const value = reduce(spec, rows) ?? (spec.empty === "zero" ? 0n : null);
  return value === null ? null : finish(spec, value);
}

/** Rows by the text of their unit's id; without ids each row by its position. */
function byUnit(plan: MomentPlan, tables: Tables, id: string): Map<string, Row[]> {
  const source = plan.sources.find((candidate) => candidate.id === id);
  const groups = new Map<string, Row[]>();
  (tables[id] ?? []).forEach((row, index) => {
    const unit = source?.unit === null || source === undefined ? String(index) : row[source.unit];
    if (unit === null || unit === undefined) return;
    groups.set(String(unit), [...(groups.get(String(unit)) ?? []), row]);
  });
  return groups;
}

function inRun(plan: MomentPlan, row: Row): boolean {
  const { filter, time: column, run } = plan.exposure;
  if (filter !== null && evaluate(filter, row) !== true) return false;
  if (column === null) return true;
  const at = time(row[column]);
  const start = run.start === null ? null : Date.parse(run.start);
  const end = run.end === null ? null : Date.parse(run.end);
  if (at === null) return start === null && end === null;
  return (start === null || at >= start) && (end === null || at < end);
}

function rowsOf(
  plan: MomentPlan,
  groups: ReadonlyMap<string, ReadonlyMap<string, readonly Row[]>>,
  id: string,
  unit: string,
): readonly Row[] {
  const rows = groups.get(id)?.get(unit) ?? [];
  const source = plan.sources.find((candidate) => candidate.id === id);
  const ownRow = id === plan.exposure.source && source?.grain === "unit";
  return ownRow ? rows.filter((row) => inRun(plan, row)) : rows;
}

function isObservation(plan: MomentPlan, metric: MomentSpec): boolean {
  const source = plan.sources.find((candidate) => candidate.id === metric.value.source);
  return (
    metric.shape === "quantile" && metric.value.aggregate === "value" && source?.grain === "event"
  );
}

/** The units of exactly one registered arm, with everything the cells need. */
export function referenceUnits(plan: MomentPlan, tables: Tables): Unit[] {
  const groups = new Map(
    plan.sources.map((source) => [source.id, byUnit(plan, tables, source.id)]),
  );
  const units: Unit[] = [];
  for (const [unit, rows] of groups.get(plan.exposure.source) ?? []) {
    const inside = rows.filter((row) => inRun(plan, row));
    const armOf = (row: Row) =>
      plan.arms.findIndex((arm) => arm.value === String(row[plan.exposure.arm]));
    const registered = inside.filter((row) => armOf(row) >= 0);
    const arms = new Set(registered.map(armOf));
    if (arms.size !== 1) continue;
    const times = registered.map((row) =>
      plan.exposure.time === null ? null : time(row[plan.exposure.time]),
    );
    const knownTimes = times.filter((at) => at !== null);
    const exposedAt = knownTimes.length === 0 ? null : Math.min(...knownTimes);
    const levels = plan.dimensions.map((dimension) => {
      const own =
        dimension.source === plan.exposure.source
          ? inside
          : rowsOf(plan, groups, dimension.source, unit);
      const texts = own
        .map((row) => evaluate(dimension.value, row))
        .filter((value) => value !== null);
      return texts.map(String).sort()[0] ?? null;
    });
    const valueIn = (spec: ValueSpec) => {
      const source = plan.sources.find((candidate) => candidate.id === spec.source);
      return kept(spec, rowsOf(plan, groups, spec.source, unit), source?.time ?? null, exposedAt);
    };
    const values = new Map<string, bigint | null>();
    const observations = new Map<string, bigint[]>();
    for (const metric of plan.metrics) {
      const belongs = metric.cohort.every(({ dimension, level }) => {
        const index = plan.dimensions.findIndex((candidate) => candidate.id === dimension);
        return levels[index] === level;
      });
      const parts = { x: metric.value, y: metric.denominator, z: metric.covariate };
      for (const [part, spec] of Object.entries(parts)) {
        if (spec === null) continue;
        const value =
          belongs && !isObservation(plan, metric) ? unitValue(spec, valueIn(spec)) : null;
        values.set(`${metric.id}.${part}`, value);
      }
      if (isObservation(plan, metric) && belongs) {
        const found = scaledValues(metric.value, valueIn(metric.value));
        observations.set(
          metric.id,
          found.map((value) => finish(metric.value, value)),
        );
      }
    }
    units.push({ arm: [...arms][0] as number, exposedAt, levels, values, observations });
  }
  return units;
}

function sumOf(units: readonly Unit[], a: string, b: string | null): bigint {
  return units.reduce((sum, unit) => {
    const x = unit.values.get(a) ?? 0n;
    return sum + (b === null ? x : x * (unit.values.get(b) ?? 0n));
  }, 0n);
}

export function referenceSums(metric: MomentSpec, everyone: readonly Unit[]) {
  const [x, y, z] = ["x", "y", "z"].map((part) => `${metric.id}.${part}`) as [
    string,
    string,
    string,
  ];
  const has = (unit: Unit, name: string) => (unit.values.get(name) ?? null) !== null;
  const units = everyone.filter(
    (unit) => has(unit, x) && (metric.denominator === null || has(unit, y)),
  );
  const both = units.filter((unit) => has(unit, z));
  const base = (over: readonly Unit[]) => ({
    n: BigInt(over.length),
    sx: sumOf(over, x, null),
    sxx: sumOf(over, x, x),
  });
  const ratio = (over: readonly Unit[]) =>
    metric.denominator === null
      ? null
      : { sy: sumOf(over, y, null), syy: sumOf(over, y, y), sxy: sumOf(over, x, y) };
  const withRatio = ratio(both);
  return {
    ...base(units),
    ratio: ratio(units),
    covariate:
      metric.covariate === null
        ? null
        : {
            ...base(both),
            sz: sumOf(both, z, null),
            szz: sumOf(both, z, z),
            sxz: sumOf(both, x, z),
            ratio: withRatio === null ? null : { ...withRatio, syz: sumOf(both, y, z) },
          },
  };
}

/** Everybody, then each declared level of each dimension. */
export function referenceGroups(plan: MomentPlan, units: readonly Unit[]) {
  const groups = [{ dimension: null as string | null, level: null as string | null, units }];
  plan.dimensions.forEach(({ id, levels }, index) => {
    for (const level of levels) {
      groups.push({
        dimension: id,
        level,
        units: units.filter((unit) => unit.levels[index] === level),
      });
    }
  });
  return groups;
}

export function referenceCells(plan: MomentPlan, units: readonly Unit[]) {
  const summed = plan.metrics.filter(
    (metric) => metric.shape === "univariate" || metric.shape === "ratio",
  );
  return referenceGroups(plan, units).flatMap((group) =>
    plan.arms.map((arm, index) => {
      const members = group.units.filter((unit) => unit.arm === index);
      return {
        arm: arm.id,
        dimension: group.dimension,
        level: group.level,
        units: BigInt(members.length),
        metrics: Object.fromEntries(
          summed.map((metric) => [metric.id, referenceSums(metric, members)]),
        ),
      };
    }),
  );
}

function valuesPerUnit(plan: MomentPlan, metric: MomentSpec, units: readonly Unit[]): bigint[][] {
  return units
    .map((unit) => {
      if (isObservation(plan, metric)) return [...(unit.observations.get(metric.id) ?? [])];
      const value = unit.values.get(`${metric.id}.x`) ?? null;
      return value === null ? [] : [value];
    })
    .filter((values) => values.length > 0);
}

export function referenceQuantile(
  metric: string,
  p: number,
  perUnit: readonly (readonly bigint[])[],
): Omit<QuantileCell, "arm" | "dimension" | "level"> {
  const sorted = perUnit.flat().sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const n = sorted.length;
  const at = (rank: number) => sorted[Math.min(Math.max(rank, 1), n) - 1] as bigint;
  const spread = 1.959963984540054 * Math.sqrt((p * (1 - p)) / n);
  const quantile = at(Math.ceil(n * p - 1e-9));
  const counts = perUnit.map((values) => ({
    n: BigInt(values.length),
    y: BigInt(values.filter((value) => value <= quantile).length),
  }));
  const sum = (term: (count: { n: bigint; y: bigint }) => bigint) =>
    counts.reduce((total, count) => total + term(count), 0n);
  return {
    metric,
    n: BigInt(n),
    units: BigInt(perUnit.length),
    quantile,
    lower: at(Math.floor(n * (p - spread) + 1e-9)),
    upper: at(Math.ceil(n * (p + spread) - 1e-9)),
    sN: sum((count) => count.n),
    sNN: sum((count) => count.n * count.n),
    sY: sum((count) => count.y),
    sYY: sum((count) => count.y * count.y),
    sYN: sum((count) => count.y * count.n),
  };
}

export function referenceQuantiles(plan: MomentPlan, units: readonly Unit[]): QuantileCell[] {
  return plan.metrics
    .filter((metric) => metric.shape === "quantile")
    .flatMap((metric) =>
      referenceGroups(plan, units).flatMap((group) =>
        plan.arms.flatMap((arm, index) => {
          const perUnit = valuesPerUnit(
            plan,
            metric,
            group.units.filter((unit) => unit.arm === index),
          );
          if (perUnit.length === 0) return [];
          const cell = referenceQuantile(metric.id, metric.order ?? 0, perUnit);
          return [{ arm: arm.id, dimension: group.dimension, level: group.level, ...cell }];
        }),
      ),
    );
}

function placements(of: readonly bigint[], against: readonly bigint[]): bigint[] {
  return of.map((value) =>
    against.reduce((sum, other) => sum + (other < value ? 2n : other === value ? 1n : 0n), 0n),
  );
}

export function referenceRanks(plan: MomentPlan, units: readonly Unit[]): RankCell[] {
  const squares = (values: readonly bigint[]) =>
    values.reduce((sum, value) => sum + value * value, 0n);
  return plan.metrics
    .filter((metric) => metric.shape === "rank")
    .flatMap((metric) =>
      referenceGroups(plan, units).flatMap((group) => {
        const perArm = plan.arms.map((_, index) =>
          valuesPerUnit(
            plan,
            metric,
            group.units.filter((unit) => unit.arm === index),
          ).flat(),
        );
        const control = perArm[0] ?? [];
        return plan.arms.slice(1).flatMap((arm, index) => {
          const treatment = perArm[index + 1] ?? [];
          if (perArm.flat().length === 0) return [];
          const above = placements(treatment, control);
          const ties = new Map<bigint, bigint>();
          for (const value of [...treatment, ...control])
            ties.set(value, (ties.get(value) ?? 0n) + 1n);
          return [
            {
              metric: metric.id,
              treatment: arm.id,
              control: plan.arms[0]?.id ?? "",
              dimension: group.dimension,
              level: group.level,
              nTreatment: BigInt(treatment.length),
              nControl: BigInt(control.length),
              twiceU: above.reduce((sum, value) => sum + value, 0n),
              ties: [...ties.values()].reduce((sum, t) => sum + (t * t * t - t), 0n),
              placementsTreatmentSquared: squares(above),
              placementsControlSquared: squares(placements(control, treatment)),
            },
          ];
        });
      }),
    );
}
