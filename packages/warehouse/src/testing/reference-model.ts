import type {
  CovariateSums,
  MetricQuality,
  MetricSums,
  MomentPlan,
  MomentResult,
  MomentSpec,
  QualityCounts,
  QuantileCell,
  RankCell,
} from "@plumbline/stats";
import { evaluate } from "./reference-expression.js";
import {
  type Data,
  inCohort,
  keptRows,
  numbersOf,
  observationsOf,
  type ReferenceUnit,
  type UnitNumbers,
} from "./reference-values.js";
import type { Row } from "./workbench.js";

/**
 * What a plan means, written down a second time: rows in memory, one unit after another, no SQL.
 * Slow on purpose; nothing here is shared with the compiler.
 */

interface Exposures {
  /** Rows that are exposures; each knows its unit's key. */
  readonly rows: readonly { readonly row: Row; readonly key: string | null; inside: boolean }[];
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function textOf(cell: Row[string] | undefined): string | null {
  return cell === undefined || cell === null ? null : String(cell);
}

function exposuresOf(plan: MomentPlan, data: Data): Exposures {
  const { source: id, filter, time, run } = plan.exposure;
  const source = plan.sources.find((candidate) => candidate.id === id);
  const micros = (text: string | null) => (text === null ? null : Date.parse(text) * 1000);
  const [start, end] = [micros(run.start), micros(run.end)];
  const rows = (data[id] ?? []).map((row, index) => ({
    row,
    key: source?.unit == null ? `row ${index}` : textOf(row[source.unit]),
    inside: isInside(time === null ? null : (row[time] ?? null)),
  }));
  function isInside(at: Row[string]): boolean {
    if (time === null || (start === null && end === null)) return true;
    if (at === null || at === undefined) return false;
    return (start === null || Number(at) >= start) && (end === null || Number(at) < end);
  }
  return { rows: rows.filter(({ row }) => filter === null || evaluate(row, filter) === true) };
}

function smallest(texts: readonly (string | null)[]): string | null {
  const known = texts.filter((entry) => entry !== null).toSorted();
  return known[0] ?? null;
}

function assigned(plan: MomentPlan, data: Data, exposures: Exposures) {
  const { arm: armColumn, time } = plan.exposure;
  const inside = exposures.rows.filter((entry) => entry.inside && entry.key !== null);
  const byUnit = groupBy(inside, (entry) => entry.key as string);
  const units: ReferenceUnit[] = [];
  let multiArm = 0n;
  const rowsBySource = Object.fromEntries(
    plan.sources.map((source) => [
      source.id,
      groupBy(data[source.id] ?? [], (row) => textOf(row[source.unit ?? ""]) ?? " none"),
    ]),
  );
  for (const [key, entries] of byUnit) {
    const arms = plan.arms.filter((arm) =>
      entries.some(({ row }) => textOf(row[armColumn]) === arm.value),
    );
    if (arms.length > 1) multiArm += 1n;
    const [arm] = arms;
    if (arms.length !== 1 || arm === undefined) continue;
    const own = entries.filter(({ row }) => textOf(row[armColumn]) === arm.value);
    const times = own.map(({ row }) => (time === null ? null : (row[time] ?? null)));
    const known = times.filter((at) => at !== null).map(Number);
    const inRun = entries.map((entry) => entry.row);
    const rows = Object.fromEntries(
      plan.sources.map((source) => [
        source.id,
        source.id === plan.exposure.source && source.grain === "unit"
          ? inRun
          : (rowsBySource[source.id]?.get(key) ?? []),
      ]),
    );
    const levels = Object.fromEntries(
      plan.dimensions.map((dimension) => {
        const from =
          dimension.source === plan.exposure.source ? inRun : (rows[dimension.source] ?? []);
        return [dimension.id, smallest(from.map((row) => textOf(evaluate(row, dimension.value))))];
      }),
    );
    const exposedAt = known.length === 0 ? null : Math.min(...known);
    units.push({ arm: arm.id, exposedAt, rows, exposures: inRun, levels });
  }
  return { units, byUnit, multiArm };
}

const total = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n);

function pairSums(units: readonly UnitNumbers[]) {
  const ys = units.map((unit) => unit.y ?? 0n);
  return {
    sy: total(ys),
    syy: total(ys.map((y) => y * y)),
    sxy: total(units.map((unit) => unit.x * (unit.y ?? 0n))),
  };
}

function sumsOf(metric: MomentSpec, all: readonly UnitNumbers[]): MetricSums {
  const own = (units: readonly UnitNumbers[]) => ({
    n: BigInt(units.length),
    sx: total(units.map((unit) => unit.x)),
    sxx: total(units.map((unit) => unit.x * unit.x)),
  });
  const ratio = metric.denominator === null ? null : pairSums(all);
  if (metric.covariate === null) return { ...own(all), ratio, covariate: null };
  const both = all.filter((unit) => unit.z !== null);
  const z = (unit: UnitNumbers) => unit.z ?? 0n;
  const covariate: CovariateSums = {
    ...own(both),
    sz: total(both.map(z)),
    szz: total(both.map((unit) => z(unit) * z(unit))),
    sxz: total(both.map((unit) => unit.x * z(unit))),
    ratio:
      metric.denominator === null
        ? null
        : { ...pairSums(both), syz: total(both.map((unit) => (unit.y ?? 0n) * z(unit))) },
  };
  return { ...own(all), ratio, covariate };
}

function places(plan: MomentPlan) {
  const levels = plan.dimensions.flatMap(({ id, levels: declared }) =>
    declared.map((level) => ({ dimension: id, level })),
  );
  return [{ dimension: null, level: null }, ...levels];
}

type Place = ReturnType<typeof places>[number];

function unitsAt(units: readonly ReferenceUnit[], place: Place, arm: string): ReferenceUnit[] {
  return units.filter(
    (unit) =>
      unit.arm === arm &&
      (place.dimension === null || unit.levels[place.dimension] === place.level),
  );
}

function quantileCell(
  plan: MomentPlan,
  metric: MomentSpec,
  units: readonly ReferenceUnit[],
): Omit<QuantileCell, "arm" | "dimension" | "level"> | null {
  const clusters = units
    .map((unit) => observationsOf(plan, unit, metric))
    .filter((values) => values.length > 0);
  const sorted = clusters.flat().toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const n = sorted.length;
  if (n === 0) return null;
  const p = metric.order ?? 0.5;
  const at = (rank: number) => sorted[Math.min(Math.max(rank, 1), n) - 1] as bigint;
  const half = 1.959963984540054 * Math.sqrt((p * (1 - p)) / n);
  const quantile = at(Math.ceil(n * p - 1e-9));
  const counts = clusters.map((values) => BigInt(values.length));
  const below = clusters.map((values) => BigInt(values.filter((x) => x <= quantile).length));
  return {
    metric: metric.id,
    n: BigInt(n),
    units: BigInt(clusters.length),
    quantile,
    lower: at(Math.floor(n * (p - half) + 1e-9)),
    upper: at(Math.ceil(n * (p + half) - 1e-9)),
    sN: total(counts),
    sNN: total(counts.map((count) => count * count)),
    sY: total(below),
    sYY: total(below.map((count) => count * count)),
    sYN: total(below.map((count, index) => count * (counts[index] ?? 0n))),
  };
}

/** By comparing every pair. */
function rankNumbers(treatment: readonly bigint[], control: readonly bigint[]) {
  const placement = (x: bigint, others: readonly bigint[]) =>
    total(others.map((other) => (other < x ? 2n : other === x ? 1n : 0n)));
  const inControl = treatment.map((x) => placement(x, control));
  const inTreatment = control.map((x) => placement(x, treatment));
  const groups = groupBy([...treatment, ...control], (x) => x);
  const sizes = [...groups.values()].map((group) => BigInt(group.length));
  return {
    nTreatment: BigInt(treatment.length),
    nControl: BigInt(control.length),
    twiceU: total(inControl),
    ties: total(sizes.map((size) => size ** 3n - size)),
    placementsTreatmentSquared: total(inControl.map((count) => count * count)),
    placementsControlSquared: total(inTreatment.map((count) => count * count)),
  };
}

function rankCells(plan: MomentPlan, units: readonly ReferenceUnit[]): RankCell[] {
  const [control, ...treatments] = plan.arms;
  return plan.metrics
    .filter((metric) => metric.shape === "rank")
    .flatMap((metric) =>
      places(plan).flatMap((place) => {
        const values = (arm: string) =>
          unitsAt(units, place, arm).flatMap((unit) => observationsOf(plan, unit, metric));
        if (plan.arms.every((arm) => values(arm.id).length === 0)) return [];
        return treatments.map((arm) => ({
          metric: metric.id,
          treatment: arm.id,
          control: control?.id ?? "",
          ...place,
          ...rankNumbers(values(arm.id), values(control?.id ?? "")),
        }));
      }),
    );
}

function movedRows(plan: MomentPlan, unit: ReferenceUnit, metric: MomentSpec): bigint {
  const plain = { ...metric, value: { ...metric.value, cap: null } };
  const before = observationsOf(plan, unit, plain);
  const after = observationsOf(plan, unit, metric);
  return BigInt(after.filter((value, index) => value !== before[index]).length);
}

function metricQuality(
  plan: MomentPlan,
  metric: MomentSpec,
  units: readonly ReferenceUnit[],
): MetricQuality {
  let [nulls, strange, capped] = [0n, 0n, 0n];
  const source = plan.sources.find((candidate) => candidate.id === metric.value.source);
  const byRow = metric.value.aggregate === "value" && source?.grain === "event";
  for (const unit of units.filter((candidate) => inCohort(candidate, metric))) {
    for (const spec of [metric.value, metric.denominator]) {
      if (spec === null || spec.value === null) continue;
      const { value, range } = spec;
      const cells = keptRows(plan, unit, spec).map((row) => evaluate(row, value));
      nulls += BigInt(cells.filter((cell) => cell === null).length);
      const known = cells.filter((cell) => cell !== null).map(Number);
      const below = (x: number) => range?.lower != null && x < range.lower;
      const above = (x: number) => range?.upper != null && x > range.upper;
      strange += BigInt(known.filter((x) => below(x) || above(x)).length);
    }
    // Each observation of a quantile over events is capped by itself.
    if (byRow) capped += movedRows(plan, unit, metric);
    else if (numbersOf(plan, unit, metric).moved) capped += 1n;
  }
  return { metric: metric.id, nulls, outOfRange: strange, capped };
}

const count = (entries: readonly unknown[]) => BigInt(entries.length);

function unknownArms(plan: MomentPlan, exposures: Exposures): QualityCounts["unknownArms"] {
  const registered = new Set(plan.arms.map((arm) => arm.value));
  const found = new Map<string, Set<string>>();
  for (const { row, key, inside } of exposures.rows) {
    const value = textOf(row[plan.exposure.arm]);
    if (!inside || key === null || value === null || registered.has(value)) continue;
    found.set(value, (found.get(value) ?? new Set()).add(key));
  }
  return [...found]
    .map(([value, keys]) => ({ value, units: count([...keys]) }))
    .toSorted((a, b) => (a.value < b.value ? -1 : 1));
}

function dimensionQuality(plan: MomentPlan, units: readonly ReferenceUnit[]) {
  // Beyond every other text: the missing value comes last.
  const order = (level: string | null) => level ?? "\u{10FFFF}";
  return plan.dimensions.map((dimension) => {
    const found = groupBy(units, (unit) => unit.levels[dimension.id] ?? null);
    const late = units.filter((unit) => {
      const { measuredAt } = dimension;
      const { exposedAt } = unit;
      if (measuredAt === null || exposedAt === null) return false;
      const read =
        dimension.source === plan.exposure.source ? unit.exposures : unit.rows[dimension.source];
      const times = (read ?? []).map((row) => row[measuredAt] ?? null);
      return times.some((at) => at !== null && Number(at) > exposedAt);
    });
    return {
      dimension: dimension.id,
      levels: [...found]
        .map(([level, members]) => ({ level, units: count(members) }))
        .toSorted((a, b) => (order(a.level) < order(b.level) ? -1 : 1)),
      measuredAfterExposure: count(late),
    };
  });
}

function eventsBefore(plan: MomentPlan, units: readonly ReferenceUnit[]): Record<string, bigint> {
  if (plan.exposure.time === null) return {};
  const timed = plan.sources.filter(
    ({ id, grain, time }) => id !== plan.exposure.source && grain === "event" && time !== null,
  );
  const early = (id: string, time: string) =>
    units.flatMap(({ exposedAt, rows }) =>
      (rows[id] ?? []).filter((row) => {
        const at = row[time] ?? null;
        return at !== null && exposedAt !== null && Number(at) < exposedAt;
      }),
    );
  return Object.fromEntries(timed.map(({ id, time }) => [id, count(early(id, time ?? ""))]));
}

function qualityOf(plan: MomentPlan, data: Data): QualityCounts {
  const exposures = exposuresOf(plan, data);
  const { units, byUnit, multiArm } = assigned(plan, data, exposures);
  const exposure = plan.sources.find((source) => source.id === plan.exposure.source);
  const duplicates: [string, bigint][] = plan.sources
    .filter((source) => source !== exposure && source.grain === "unit")
    .map((source) => [source.id, count(units.filter((u) => (u.rows[source.id] ?? []).length > 1))]);
  if (exposure?.grain === "unit" && exposure.unit !== null) {
    const repeated = [...byUnit.values()].filter((entries) => entries.length > 1);
    duplicates.unshift([exposure.id, count(repeated)]);
  }
  const withoutArm = exposures.rows.filter(({ row }) => textOf(row[plan.exposure.arm]) === null);
  return {
    exposureRows: count(exposures.rows),
    nullUnits: count(exposures.rows.filter((entry) => entry.key === null)),
    nullArms: count(withoutArm),
    outsideRun: count(exposures.rows.filter((entry) => !entry.inside)),
    units: BigInt(byUnit.size),
    multiArmUnits: multiArm,
    duplicateUnits: Object.fromEntries(duplicates),
    unknownArms: unknownArms(plan, exposures),
    eventsBeforeExposure: eventsBefore(plan, units),
    metrics: plan.metrics.map((metric) => metricQuality(plan, metric, units)),
    dimensions: dimensionQuality(plan, units),
  };
}

/** The result that the plan promises for these rows. */
export function referenceResult(plan: MomentPlan, data: Data): MomentResult {
  const { units } = assigned(plan, data, exposuresOf(plan, data));
  const isSummed = (metric: MomentSpec) =>
    metric.shape === "univariate" || metric.shape === "ratio";
  const cells = places(plan).flatMap((place) =>
    plan.arms.map((arm) => {
      const own = unitsAt(units, place, arm.id);
      const metrics = plan.metrics.filter(isSummed).map((metric) => {
        const numbers = own.map((unit) => numbersOf(plan, unit, metric).numbers);
        return [
          metric.id,
          sumsOf(
            metric,
            numbers.filter((entry) => entry !== null),
          ),
        ] as const;
      });
      return {
        arm: arm.id,
        ...place,
        units: BigInt(own.length),
        metrics: Object.fromEntries(metrics),
      };
    }),
  );
  const quantiles = plan.metrics
    .filter((metric) => metric.shape === "quantile")
    .flatMap((metric) =>
      places(plan).flatMap((place) =>
        plan.arms.flatMap((arm) => {
          const cell = quantileCell(plan, metric, unitsAt(units, place, arm.id));
          return cell === null ? [] : [{ arm: arm.id, ...place, ...cell }];
        }),
      ),
    );
  return { cells, quantiles, ranks: rankCells(plan, units), quality: qualityOf(plan, data) };
}
