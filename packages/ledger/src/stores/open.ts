import type { LedgerVerification, Trust, VerificationStep } from "../chain/verification.js";
import { verifyLedger } from "../chain/verify-ledger.js";
import { LedgerError } from "../errors.js";
import type { LedgerStore, OpenOptions } from "./ledger-store.js";

/**
 * Opens a ledger by its location: a file path (SQLite) or a postgres:// URL. Drivers are loaded only when needed.
 * Throws `STORE_LOCATION`, `STORE_UNREACHABLE`, `STORE_DENIED`, `STORE_NOT_A_LEDGER`, `STORE_VERSION`, ...
 */
export async function openLedger(
  location: string,
  options: OpenOptions = {},
): Promise<LedgerStore> {
  if (isPostgresUrl(location)) {
    const { openPostgresLedger } = await import("./postgres-store.js");
    return await openPostgresLedger(location, options);
  }
  const { openSqliteLedger } = await import("./sqlite-store.js");
  return await openSqliteLedger(location, options);
}

/** `verifyLedger` over all entries of a store, and one step more: the store's own look-up columns, guards and file. */
export async function verifyStore(store: LedgerStore, trust: Trust): Promise<LedgerVerification> {
  const findings = await store.inspect();
  const verification = verifyLedger(await store.read(), trust);
  const failed = findings.some((finding) => finding.severity === "error");
  const step: VerificationStep = {
    name: "store",
    title: "The database is undamaged and files every entry under what its text says.",
    status: failed ? "failed" : "passed",
    findings,
  };
  const steps = [...verification.steps, step];
  if (!failed) return { ...verification, steps };
  const unproved = ["The database failed a check; nothing in it is proved."];
  return { ...verification, ok: false, steps, proved: [], unproved };
}

export function isPostgresUrl(location: string): boolean {
  if (/^postgres(ql)?:\/\//.test(location)) return true;
  if (location !== "" && !/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) return false;
  throw new LedgerError("STORE_LOCATION", "This kind of address cannot hold a ledger.", {
    mend: "Give a file path, or an address that begins with postgres://.",
  });
}
