import type { MomentSpec, ValueSpec } from "@plumbline/stats";
import { arrayBytes } from "./arrays.js";
import { timeColumn } from "./as-of.js";
import {
  type Context,
  dimensionKeys,
  happened,
  metricKey,
  type ReadSource,
  readSource,
  scopeOf,
  timeSql,
  valuesOf,
} from "./context.js";
import {
  assignedTable,
  dimensionText,
  type ExposureReading,
  exposureRowsTable,
  exposureTable,
  keptRowsTable,
  readExposure,
} from "./exposure.js";
import { ROW } from "./expression.js";
import { Pass, passTable } from "./pass.js";
import { all, type Column, type CommonTable, type From, type Join } from "./sql.js";
import { unitColumn } from "./unit-column.js";
import { type Reading, type UnitValue, unitValue } from "./value.js";

/** Parts of a metric: its value, its denominator, its covariate. */
export const PARTS = ["x", "y", "z"] as const;
export type Part = (typeof PARTS)[number];

export function partsOf(metric: MomentSpec): { readonly part: Part; readonly spec: ValueSpec }[] {
  const specs = { x: metric.value, y: metric.denominator, z: metric.covariate };
  return PARTS.flatMap((part) => {
    const spec = specs[part];
    return spec === null ? [] : [{ part, spec }];
  });
}

/** The tables up to one row a unit, and the names of what that row holds. */
export interface UnitTables {
  readonly tables: readonly CommonTable[];
  /** Columns of `units` that are summed into the quality counts. */
  readonly counts: readonly string[];
  /** What arrays of units would take in one thread; see `CompiledStatement`. */
  readonly arrayBytes: number;
}

/** The pass over one source other than the exposures', or over its events. */
interface SourcePass {
  readonly source: ReadSource;
  readonly reading: Reading;
  readonly joined: boolean;
  readonly from: From;
}

function needsOwnPass(context: Context, metrics: readonly MomentSpec[]): boolean {
  const { spec } = context.exposure;
  const { exposure } = context.plan;
  if (spec.grain === "unit") return false;
  const values = metrics.flatMap(valuesOf).filter((value) => value.source === spec.id);
  if (values.length === 0) return false;
  const firstIsExposure =
    spec.time === null ||
    (spec.time === exposure.time && exposure.filter === null && exposure.run.start === null);
  return (
    values.some((value) => value.window !== null) || (!firstIsExposure && exposure.time !== null)
  );
}

/** Reads every source at most once and puts its values beside each assigned unit. */
export class UnitBuilder {
  private readonly exposurePass = new Pass();
  private readonly exposureReading: ExposureReading;
  private readonly separate: boolean;
  private readonly passes = new Map<string, SourcePass>();
  private readonly columns: Column[] = [];
  private readonly counts: string[] = [];

  constructor(
    readonly context: Context,
    private readonly metrics: readonly MomentSpec[],
    /** Whether events of the exposure source are read again by the caller. */
    rereadsExposure: boolean,
  ) {
    this.separate = needsOwnPass(context, metrics) || rereadsExposure;
    const shared =
      context.exposure.spec.grain === "event" &&
      !this.separate &&
      this.hasValuesIn(context.exposure);
    this.exposureReading = readExposure(context, this.exposurePass, shared);
  }

  private hasValuesIn(source: ReadSource): boolean {
    return this.metrics.flatMap(valuesOf).some((value) => value.source === source.spec.id);
  }

  /** What stands after FROM for the events of a source. */
  relation(source: ReadSource): From {
    const kept = this.separate && source === this.context.exposure;
    return { relation: kept ? `${source.key}_rows` : source.relation, as: ROW };
  }

  build(): UnitTables {
    this.context.plan.dimensions.forEach((_, index) => {
      this.addDimension(index);
    });
    for (const metric of this.metrics) this.addMetric(metric);
    for (const pass of this.passes.values()) this.addSourceCounts(pass);
    const { context } = this;
    const kept = this.separate ? [keptRowsTable(context, context.exposure)] : [];
    return {
      tables: [
        ...kept,
        exposureRowsTable(context, this.exposureReading, this.relation(context.exposure)),
        exposureTable(context, this.exposureReading),
        ...([...this.passes.values()].some((pass) => pass.joined) ? [assignedTable(context)] : []),
        ...[...this.passes.values()].map((pass) => this.table(pass)),
        this.unitsTable(),
      ],
      counts: this.counts,
      arrayBytes: arrayBytes(
        context,
        [...this.passes.values()].map(({ source, reading }) => ({ source, pass: reading.pass })),
      ),
    };
  }

  private reading(
    sourceId: string,
    subject: { metric?: string; dimension?: string; expression: string },
  ): { reading: Reading; alias: string } {
    const source = readSource(this.context, sourceId);
    const scope = scopeOf(this.context, source, subject);
    if (source === this.context.exposure && !this.separate) {
      return { reading: { ...this.exposureScope(source), scope }, alias: "a" };
    }
    const pass = this.passes.get(sourceId) ?? this.openPass(source);
    return { reading: { ...pass.reading, scope }, alias: source.key };
  }

  /** In a unit-grain source the row of the exposure is the row of the values; among events it is not. */
  private exposureScope(source: ReadSource): Reading {
    const { context } = this;
    const unitGrain = source.spec.grain === "unit";
    const { time } = this.exposureReading;
    const since =
      unitGrain && time !== null && source.spec.time !== null
        ? `(${timeSql(context, source, source.spec.time, { expression: "time" })} - ${time})`
        : null;
    return {
      scope: scopeOf(context, source, {}),
      failures: context.failures,
      pass: this.exposurePass,
      since,
      joined: false,
      base: unitGrain ? this.insideRow() : null,
      counts: true,
    };
  }

  /**
   * The row lies in the run, and its value had happened; over the row, not over its columns' names,
   * as other row columns build on it.
   */
  private insideRow(): string | null {
    const { context } = this;
    const { inside, pass } = this.exposureReading;
    const names = inside?.split(" AND ") ?? [];
    const found = pass.rowColumns().filter((column) => names.includes(column.as));
    const { time } = context.exposure.spec;
    const ownTime = time === context.plan.exposure.time ? null : time;
    return all([
      ...found.map((column) => `(${column.sql})`),
      ...happened(context, context.exposure, ownTime),
    ]);
  }

  private openPass(source: ReadSource): SourcePass {
    const { context } = this;
    const values = this.metrics
      .flatMap(valuesOf)
      .filter((value) => value.source === source.spec.id);
    const timed = source.spec.time !== null && context.plan.exposure.time !== null;
    const joined =
      values.some((value) => value.window !== null) || (timed && source.spec.grain === "event");
    const pass = new Pass();
    const since = joined ? sinceExposure(context, source, pass) : null;
    const scope = scopeOf(context, source, {});
    const { failures } = context;
    const reading: Reading = { scope, failures, pass, since, joined, base: null, counts: true };
    const opened: SourcePass = { source, reading, joined, from: this.relation(source) };
    this.passes.set(source.spec.id, opened);
    return opened;
  }

  private addDimension(index: number): void {
    const dimension = this.context.plan.dimensions[index];
    const key = dimensionKeys(this.context.plan)[index];
    if (dimension === undefined || key === undefined) return;
    const source = readSource(this.context, dimension.source);
    const onExposure = source === this.context.exposure;
    const pass = onExposure
      ? this.exposurePass
      : (this.passes.get(dimension.source) ?? this.openPass(source)).reading.pass;
    const alias = onExposure ? "a" : source.key;
    const filter = onExposure ? this.exposureReading.inside : null;
    const text = pass.row(`${key}_text`, dimensionText(this.context, source, index));
    const value = pass.unit(key, { of: "min", argument: text, filter });
    this.columns.push({ sql: `${alias}.${value}`, as: key });
    if (dimension.measuredAt === null || this.exposureReading.time === null) return;
    const subject = { dimension: dimension.id, expression: "measuredAt" };
    const time = pass.row(
      `${key}_us`,
      timeSql(this.context, source, dimension.measuredAt, subject),
    );
    const last = pass.unit(`${key}_measured_us`, { of: "max", argument: time, filter });
    this.count(`${key}_late`, `CASE WHEN ${alias}.${last} > a.exposed_us THEN 1 ELSE 0 END`);
  }

  private count(name: string, sql: string): void {
    this.columns.push({ sql, as: name });
    this.counts.push(name);
  }

  private addMetric(metric: MomentSpec): void {
    const key = metricKey(this.context.plan, metric);
    const nulls: string[] = [];
    const strange: string[] = [];
    for (const { part, spec } of partsOf(metric)) {
      const expression = { x: "value", y: "denominator", z: "covariate" }[part];
      const { reading, alias } = this.reading(spec.source, { metric: metric.id, expression });
      const counts = part !== "z";
      const value = unitValue({ ...reading, counts }, spec, `${key}_${part}`);
      this.columns.push({ sql: unitColumn(reading, spec, value, alias), as: `${key}_${part}` });
      collectCounts(value, alias, nulls, strange);
    }
    const limit = metric.cohort.map(({ dimension, level }) => this.inLevel(dimension, level));
    const counted = (parts: readonly string[]) => {
      const sum = parts.map((sql) => `coalesce(${sql}, 0)`).join(" + ");
      return limit.length === 0 ? sum : `CASE WHEN ${limit.join(" AND ")} THEN ${sum} ELSE 0 END`;
    };
    if (nulls.length > 0) this.count(`${key}_nulls`, counted(nulls));
    if (strange.length > 0) this.count(`${key}_strange`, counted(strange));
  }

  private inLevel(dimension: string, level: string): string {
    const index = this.context.plan.dimensions.findIndex((candidate) => candidate.id === dimension);
    const key = dimensionKeys(this.context.plan)[index];
    const column = this.columns.find((candidate) => candidate.as === key);
    return `${column?.sql} = ${this.context.dialect.literal(level)}`;
  }

  private addSourceCounts(pass: SourcePass): void {
    const { source, reading } = pass;
    if (source.spec.grain === "unit") {
      const rows = reading.pass.unit("row_count", { of: "count", argument: null, filter: null });
      this.count(
        `${source.key}_duplicated`,
        `CASE WHEN ${source.key}.${rows} > 1 THEN 1 ELSE 0 END`,
      );
    } else if (reading.since !== null) {
      const before = reading.pass.joinedRow("before_exposure", `${reading.since} < 0`);
      const rows = reading.pass.unit("rows_before", {
        of: "count",
        argument: null,
        filter: before,
      });
      this.count(`${source.key}_before`, `coalesce(${source.key}.${rows}, 0)`);
    }
  }

  private table(pass: SourcePass): CommonTable {
    const { source, joined } = pass;
    return passTable(
      `${source.key}_units`,
      `${source.spec.id}: one row a unit`,
      pass.reading.pass,
      {
        unit: source.unit ?? "",
        from: pass.from,
        where: happened(this.context, source, timeColumn(this.context.plan, source.spec)),
        exposures: joined ? { relation: "assigned", columns: [] } : null,
      },
    );
  }

  private unitsTable(): CommonTable {
    const unit: Column[] =
      this.context.exposure.unit === null ? [] : [{ sql: "a.unit", as: "unit" }];
    return {
      name: "units",
      comment: "one row a unit of exactly one registered arm",
      query: {
        columns: [
          ...unit,
          { sql: "a.arm", as: "arm" },
          { sql: "a.exposed_us", as: "exposed_us" },
          ...this.columns,
        ],
        from: { relation: "exposure", as: "a" },
        joins: [...this.passes.values()].map(
          ({ source }): Join => ({
            kind: "LEFT JOIN",
            to: { relation: `${source.key}_units`, as: source.key },
            on: `${source.key}.unit = a.unit`,
          }),
        ),
        where: ["a.arm = a.last_arm"],
      },
    };
  }
}

/** Adds the row's time to the pass; microseconds from exposure, null when one of the times is unknown. */
export function sinceExposure(context: Context, source: ReadSource, pass: Pass): string | null {
  if (source.spec.time === null || context.plan.exposure.time === null) return null;
  const time = timeSql(context, source, source.spec.time, { expression: "time" });
  return `(e.${pass.row("time_us", time)} - a.exposed_us)`;
}

function collectCounts(value: UnitValue, alias: string, nulls: string[], strange: string[]): void {
  if (value.nulls !== null) nulls.push(value.nulls(alias));
  if (value.outOfRange !== null) strange.push(value.outOfRange(alias));
}
