export type { AppendOptions, LedgerStore, OpenOptions, ReadOptions } from "./ledger-store.js";
export { openLedger, verifyStore } from "./open.js";
