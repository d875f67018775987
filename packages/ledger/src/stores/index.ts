export { type Database, type DatabaseSchema, openDatabase } from "./database.js";
export type { AppendOptions, LedgerStore, OpenOptions, ReadOptions } from "./ledger-store.js";
export type { StoreKind } from "./migrations.js";
export { openLedger, verifyStore } from "./open.js";
