import type { PublicKey } from "../dsse/public-key.js";

/** A key that counts in a verification, and the time span in which it does (by the times of the entries). */
export interface TrustedKey extends PublicKey {
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** A tree head known from outside the ledger: a git commit or tag, a timestamp, a witness. */
export interface OutsideHead {
  readonly size: number;
  /** Merkle root, hex. */
  readonly root: string;
  /** Where it was found, for people: "tag ledger/12 of origin". */
  readonly source: string;
}

/** What the verifier believes beforehand. Passed in: verification reads no file, no network and no clock. */
export interface Trust {
  readonly keys: readonly TrustedKey[];
  readonly heads: readonly OutsideHead[];
}

export const findingCodes = [
  "ENTRY_UNREADABLE",
  "ENTRY_NOT_CANONICAL",
  "HASH_MISMATCH",
  "SEQUENCE_BROKEN",
  "LINK_BROKEN",
  "TIME_BACKWARDS",
  "SIGNATURE_INVALID",
  "SIGNATURE_MISMATCH",
  "SIGNATURE_KEY_EXPIRED",
  "CHECKPOINT_INVALID",
  "CHECKPOINT_MISMATCH",
  "ANCHOR_MISMATCH",
  "ENTRIES_MISSING",
  "STORE_DAMAGED",
  "STORE_COLUMN_ALTERED",
  "STORE_UNGUARDED",
] as const;

export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  readonly code: FindingCode;
  /** An error fails the verification; a note is worth knowing. */
  readonly severity: "error" | "note";
  /** The entry's place, from 1; `null` when the finding is about the ledger as a whole. */
  readonly seq: number | null;
  readonly message: string;
}

export type StepName =
  | "entries"
  | "hashes"
  | "sequence"
  | "links"
  | "times"
  | "signatures"
  | "checkpoints"
  | "anchors"
  | "store";

export interface VerificationStep {
  readonly name: StepName;
  /** What was checked, as a sentence. */
  readonly title: string;
  /** `not_checked`: there was nothing to check, or nothing to check it against. */
  readonly status: "passed" | "failed" | "not_checked";
  readonly findings: readonly Finding[];
}

export interface LedgerVerification {
  /** No step failed. See `unproved` for what that does not mean. */
  readonly ok: boolean;
  readonly size: number;
  /** Merkle root over all entries, hex. */
  readonly root: string;
  /** How many entries, from the first, the largest matching outside head covers; 0 without one. */
  readonly anchoredSize: number;
  readonly steps: readonly VerificationStep[];
  readonly proved: readonly string[];
  readonly unproved: readonly string[];
}
