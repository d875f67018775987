import type { MetricQuality, MomentPlan, MomentSpec, QualityCounts } from "@plumbline/stats";
import { evaluate } from "./reference-expression.js";
import { assigned, type Exposures, exposuresOf, groupBy, textOf } from "./reference-units.js";
import {
  type Data,
  inCohort,
  keptRows,
  numbersOf,
  observationsOf,
  type ReferenceUnit,
} from "./reference-values.js";

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

/** Over the first exposures of units to any registered arm, those of several arms included. */
function exposureTimes(
  plan: MomentPlan,
  byUnit: ReadonlyMap<string, Exposures["rows"]>,
): Pick<QualityCounts, "firstExposure" | "lastExposure"> {
  const { arm, time } = plan.exposure;
  const values = plan.arms.map((entry) => entry.value);
  const firsts = [...byUnit.values()].flatMap((entries) => {
    const own = entries.filter(({ row }) => values.includes(textOf(row[arm]) ?? ""));
    const times = own.map(({ row }) => (time === null ? null : (row[time] ?? null)));
    const known = times.filter((at) => at !== null).map(Number);
    return known.length === 0 ? [] : [Math.min(...known)];
  });
  const iso = (at: number) => new Date(Math.floor(at / 1000)).toISOString();
  return {
    firstExposure: firsts.length === 0 ? null : iso(Math.min(...firsts)),
    lastExposure: firsts.length === 0 ? null : iso(Math.max(...firsts)),
  };
}

export function qualityOf(plan: MomentPlan, data: Data): QualityCounts {
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
    ...exposureTimes(plan, byUnit),
    multiArmUnits: multiArm,
    duplicateUnits: Object.fromEntries(duplicates),
    unknownArms: unknownArms(plan, exposures),
    eventsBeforeExposure: eventsBefore(plan, units),
    metrics: plan.metrics.map((metric) => metricQuality(plan, metric, units)),
    dimensions: dimensionQuality(plan, units),
  };
}
