export {
  type CompiledPlan,
  type CompiledStatement,
  compile,
  explainPlan,
} from "./compile/compile.js";
export type { SumColumns } from "./compile/moments.js";
export type { ColumnInfo, Dialect, SourceColumns, ValueType } from "./dialects/dialect.js";
export { duckDbDialect } from "./dialects/duckdb/dialect.js";
export {
  DuckDbEngine,
  type DuckDbOptions,
  openDuckDb,
  type ResultRow,
  type RunOptions,
} from "./engines/duckdb/engine.js";
export {
  type Failure,
  WAREHOUSE_ERROR_CODES,
  WarehouseError,
  type WarehouseErrorCode,
  type WarehouseErrorSubject,
} from "./errors.js";
export { type ClusterGroup, readClusters } from "./readout/read-clusters.js";
export { type Readout, readMoments } from "./readout/read-moments.js";
