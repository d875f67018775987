import type {
  CovariateSums,
  MetricSums,
  MomentPlan,
  MomentResult,
  MomentSpec,
  QuantileCell,
  RankCell,
} from "@plumbline/stats";
import { qualityOf } from "./reference-quality.js";
import { assigned, exposuresOf, groupBy } from "./reference-units.js";
import {
  type Data,
  numbersOf,
  observationsOf,
  type ReferenceUnit,
  type UnitNumbers,
} from "./reference-values.js";

/**
 * What a plan means, written down a second time: rows in memory, one unit after another, no SQL.
 * Slow on purpose; nothing here is shared with the compiler.
 */

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
  const combined = (plan.intersections ?? []).flatMap(({ id, levels: declared }) =>
    declared.map(({ level }) => ({ dimension: id, level })),
  );
  return [{ dimension: null, level: null }, ...levels, ...combined];
}

type Place = ReturnType<typeof places>[number];

function unitsAt(
  plan: MomentPlan,
  units: readonly ReferenceUnit[],
  place: Place,
  arm: string,
): ReferenceUnit[] {
  const intersection = plan.intersections?.find(({ id }) => id === place.dimension);
  const parts = intersection?.levels.find(({ level }) => level === place.level)?.of ?? [];
  const isIn = ({ levels }: ReferenceUnit) =>
    intersection === undefined
      ? place.dimension === null || levels[place.dimension] === place.level
      : intersection.of.every((dimension, at) => levels[dimension] === parts[at]);
  return units.filter((unit) => unit.arm === arm && isIn(unit));
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
          unitsAt(plan, units, place, arm).flatMap((unit) => observationsOf(plan, unit, metric));
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

/** The result that the plan promises for these rows. */
export function referenceResult(plan: MomentPlan, data: Data): MomentResult {
  const { units } = assigned(plan, data, exposuresOf(plan, data));
  const isSummed = (metric: MomentSpec) =>
    metric.shape === "univariate" || metric.shape === "ratio";
  const cells = places(plan).flatMap((place) =>
    plan.arms.map((arm) => {
      const own = unitsAt(plan, units, place, arm.id);
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
          const cell = quantileCell(plan, metric, unitsAt(plan, units, place, arm.id));
          return cell === null ? [] : [{ arm: arm.id, ...place, ...cell }];
        }),
      ),
    );
  return { cells, quantiles, ranks: rankCells(plan, units), quality: qualityOf(plan, data) };
}
