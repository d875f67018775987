/** Is what is counted what was randomised? Units that were assigned together are not units: errors come out too small. */
import {
  type ClusterSums,
  type Intracluster,
  intraclusterCorrelation,
  StatsError,
} from "@plumbline/stats";
import { formatCount, formatList } from "../shared/format.js";
import type { Collector } from "./collector.js";
import type { MetricLibrary } from "./metrics.js";
import type { Registration } from "./registration.js";

/** Chance of whole clusters in one arm, were units assigned singly, below which they were not. */
const ASSIGNED_TOGETHER = 0.001;

const clustered = (column: string): string =>
  `Analyse by ${column}: write grain: event and unit: ${column} in the source, and aggregate: sum or avg in its metrics (or a ratio metric), so that the rows of one ${column} are one unit.`;

/** The declared part: the source says which column its units are nested in, and that was randomised. */
export function checkUnitOfAnalysis(
  registration: Registration,
  source: MetricLibrary["sources"][string],
  collector: Collector,
): void {
  const { cluster } = source;
  if (cluster === undefined || cluster === (source.unit ?? null)) return;
  if (cluster !== registration.randomization_unit) return;
  collector.error(
    "registration",
    "UNIT_NOT_RANDOMISED",
    ["randomization_unit"],
    `The unit of analysis is finer than the unit of randomisation: ${cluster} is randomised, and "${registration.exposure?.source}" counts ${source.unit ?? "rows"} within it.`,
    clustered(cluster),
  );
}

/** Clusters of one size in one arm (null: units in several arms), with sums of a metric. */
export interface ClusterCount {
  readonly arm: number | null;
  readonly size: number;
  readonly clusters: number;
  readonly sums: ClusterSums;
}

export interface FinerUnits {
  readonly message: string;
  readonly mend: string;
  /** Of the metric whose sums were given; null: no metric, or nothing to compute it from. */
  readonly design: Intracluster | null;
}

interface Question {
  readonly column: string;
  /** The registration says that this column was randomised. */
  readonly declared: boolean;
  /** For display: what the source counts, and the metric of the sums. */
  readonly unit: string;
  readonly metric: string;
  readonly groups: readonly ClusterCount[];
}

const add = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Log of the chance that every cluster lies in one arm, were units assigned singly in the shares found. */
function logChance(groups: readonly ClusterCount[]): number {
  const units = (some: readonly ClusterCount[]) =>
    add(some.map(({ size, clusters }) => size * clusters));
  const total = units(groups);
  const shares = [...new Set(groups.map(({ arm }) => arm))].map(
    (arm) => units(groups.filter((group) => group.arm === arm)) / total,
  );
  return add(
    groups.map(
      ({ size, clusters }) => clusters * Math.log(add(shares.map((share) => share ** size))),
    ),
  );
}

function designOf(groups: readonly ClusterCount[]): Intracluster | null {
  const keys = ["clusters", "observations", "squaredSizes", "total", "squaredTotals"] as const;
  const arms = [...new Set(groups.map(({ arm }) => arm))].map((arm): ClusterSums => {
    const own = groups.filter((group) => group.arm === arm).map(({ sums }) => sums);
    const of = (key: (typeof keys)[number] | "sumOfSquares") => add(own.map((sums) => sums[key]));
    return {
      clusters: of("clusters"),
      observations: of("observations"),
      squaredSizes: of("squaredSizes"),
      total: of("total"),
      squaredTotals: of("squaredTotals"),
      sumOfSquares: of("sumOfSquares"),
    };
  });
  try {
    return intraclusterCorrelation(arms);
  } catch (error) {
    if (error instanceof StatsError) return null;
    throw error;
  }
}

/**
 * The part that the data show; null: nothing against the unit. With `declared`, clusters of several units are enough;
 * otherwise every such cluster must lie in one arm, and that be no chance (below 0.001, were units assigned singly).
 */
export function finerUnits({
  column,
  declared,
  unit,
  metric,
  groups,
}: Question): FinerUnits | null {
  const several = groups.filter(({ size }) => size > 1);
  const whole = several.every(({ arm }) => arm !== null);
  if (several.length === 0) return null;
  if (!declared && (!whole || logChance(groups) >= Math.log(ASSIGNED_TOGETHER))) return null;
  const units = formatCount(add(groups.map(({ size, clusters }) => size * clusters)));
  const clusters = formatCount(add(groups.map((group) => group.clusters)));
  const mixed = formatCount(
    add(several.filter(({ arm }) => arm === null).map((group) => group.clusters)),
  );
  const said = declared ? `the registration randomises ${column}` : `${column} was assigned whole`;
  const arms = whole ? "each in one arm" : `${mixed} of them in several arms`;
  const design = designOf(groups);
  const effect =
    design === null
      ? ""
      : ` Units of one ${column} are alike in ${metric} (intracluster correlation ${design.correlation.toFixed(2)}): the design effect is ${design.designEffect.toFixed(2)}, so errors would come out ${Math.sqrt(design.designEffect).toFixed(2)} times too small.`;
  const found = formatList([`${units} ${unit}`, `${clusters} values of ${column}`]);
  return {
    message: `The unit of analysis is finer than the unit of randomisation: ${said}, and the data hold ${found}, ${arms}.${effect}`,
    mend: clustered(column),
    design,
  };
}
