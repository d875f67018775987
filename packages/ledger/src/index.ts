export * from "./canonical/index.js";
export * from "./chain/index.js";
export * from "./dsse/index.js";
export {
  type AppendOutcome,
  LedgerError,
  type LedgerErrorCode,
  ledgerErrorCodes,
} from "./errors.js";
export * from "./keys/index.js";
export * from "./merkle/index.js";
export * from "./signoffs/index.js";
export * from "./stores/index.js";
