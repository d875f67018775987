import type { EntryDraft, Head, LedgerEntry, StoredEntry } from "../chain/entry.js";
import type { Finding } from "../chain/verification.js";

export interface AppendOptions {
  /**
   * Called with all entries of the draft's subject, oldest first, while no other process can append. What it throws is
   * thrown by `append`, and nothing is written: so a rule ("one sign-off per person") holds with several writers at once.
   */
  readonly guard?: (history: readonly LedgerEntry[]) => void;
}

export interface ReadOptions {
  /** Only entries with a greater number. */
  readonly after?: number;
  readonly limit?: number;
  readonly subject?: string;
}

/** An append-only store of one ledger. Every method throws `LedgerError` and nothing else. */
export interface LedgerStore {
  readonly kind: "sqlite" | "postgres";
  /** Returns when the entry is durable: on disk, not in a cache. */
  append(draft: EntryDraft, options?: AppendOptions): Promise<StoredEntry>;
  /** All or none, next to each other; the guard sees the history of the first draft's subject. */
  appendAll(drafts: readonly EntryDraft[], options?: AppendOptions): Promise<StoredEntry[]>;
  /** The newest entry; number 0 and 64 zeros when the ledger is empty. */
  head(): Promise<Head>;
  /** Entries by number. They are as stored: `verifyStore` says whether they are as written. */
  read(options?: ReadOptions): Promise<StoredEntry[]>;
  /** What the entries' texts cannot show: damage of the file, columns that disagree with the texts, guards that are gone. */
  inspect(): Promise<Finding[]>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Which ledger of a database; "main" unless given. */
  readonly ledger?: string;
  /** Open for reading only; the ledger must exist. */
  readonly readOnly?: boolean;
  /** Milliseconds to wait for other writers before `STORE_BUSY`; 15000 unless given. */
  readonly busyTimeout?: number;
}

export const defaultBusyTimeout = 15_000;
