/**
 * The one implementation of `LedgerStore`, for both databases. Appending: take the ledger's lock, read the head, chain the
 * entry, insert, commit. The lock makes it safe with any number of processes; the primary key and the trigger
 * would stop a fork even without it.
 */
import type { Kysely, Transaction } from "kysely";
import {
  chainEntry,
  type EntryDraft,
  genesis,
  type Head,
  type LedgerEntry,
  readEntry,
  type StoredEntry,
} from "../chain/entry.js";
import type { Finding } from "../chain/verification.js";
import { LedgerError } from "../errors.js";
import { compareColumns } from "./columns.js";
import type { AppendOptions, LedgerStore, ReadOptions } from "./ledger-store.js";
import { guardTriggers, type StoreKind } from "./migrations.js";
import type { LedgerTables } from "./tables.js";

/** What differs between the databases. */
export interface Backend {
  readonly kind: StoreKind;
  readonly db: Kysely<LedgerTables>;
  readonly readOnly: boolean;
  /** Keeps other writers of the ledger out until the transaction ends. */
  lock(transaction: Transaction<LedgerTables>, ledger: string): Promise<void>;
  /** Names of the triggers on the table. */
  triggers(): Promise<string[]>;
  /** Damage the database itself reports. */
  damage(): Promise<string[]>;
  translate(cause: unknown): LedgerError;
}

/** Carries what a guard threw through the layers that translate database errors. */
class GuardRefusal extends Error {
  constructor(readonly reason: unknown) {
    super("refused by the guard");
  }
}

export class KyselyLedgerStore implements LedgerStore {
  private closed = false;

  constructor(
    private readonly backend: Backend,
    private readonly ledger: string,
  ) {}

  get kind(): StoreKind {
    return this.backend.kind;
  }

  async append(draft: EntryDraft, options: AppendOptions = {}): Promise<StoredEntry> {
    const [entry] = await this.appendAll([draft], options);
    if (entry === undefined) throw new RangeError("an append of one entry returned none");
    return entry;
  }

  async appendAll(
    drafts: readonly EntryDraft[],
    options: AppendOptions = {},
  ): Promise<StoredEntry[]> {
    this.assertOpen();
    if (this.backend.readOnly) throw readOnlyError();
    if (drafts.length === 0) return [];
    let attempted: StoredEntry[] = [];
    try {
      return await this.locked(async (transaction) => {
        await this.runGuard(transaction, drafts, options);
        attempted = chainAll(drafts, await this.readHead(transaction));
        for (const entry of attempted) await this.insert(transaction, entry);
        return attempted;
      });
    } catch (cause) {
      if (cause instanceof GuardRefusal) throw cause.reason;
      const error = this.backend.translate(cause);
      if (error.code !== "STORE_CONNECTION_LOST") throw error;
      return await this.settle(attempted, error);
    }
  }

  async head(): Promise<Head> {
    return await this.translated(() => this.readHead(this.backend.db));
  }

  async read(options: ReadOptions = {}): Promise<StoredEntry[]> {
    return await this.translated(async () => {
      const rows = await this.select(this.backend.db, options).execute();
      return rows.map(({ seq, hash, entry }) => ({ seq: Number(seq), hash, text: entry }));
    });
  }

  async inspect(): Promise<Finding[]> {
    return await this.translated(async () => {
      const damage = (await this.backend.damage()).map((message): Finding => {
        return { code: "STORE_DAMAGED", severity: "error", seq: null, message };
      });
      const rows = await this.select(this.backend.db, {}).execute();
      const present = await this.backend.triggers();
      const missing = guardTriggers.filter((name) => !present.includes(name));
      const unguarded = missing.map((name): Finding => {
        const message = `The database no longer has the guard ${name}, which refuses changes of entries.`;
        return { code: "STORE_UNGUARDED", severity: "note", seq: null, message };
      });
      return [...damage, ...compareColumns(rows), ...unguarded];
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.backend.db.destroy();
  }

  private async locked<T>(
    work: (transaction: Transaction<LedgerTables>) => Promise<T>,
  ): Promise<T> {
    // Read committed: what is read after the lock is granted must see what the last holder committed.
    const builder = this.backend.db.transaction().setIsolationLevel("read committed");
    return await builder.execute(async (transaction) => {
      await this.backend.lock(transaction, this.ledger);
      return await work(transaction);
    });
  }

  private async runGuard(
    transaction: Transaction<LedgerTables>,
    drafts: readonly EntryDraft[],
    options: AppendOptions,
  ): Promise<void> {
    const subject = drafts[0]?.subject;
    if (options.guard === undefined || subject === undefined) return;
    const rows = await this.select(transaction, { subject }).execute();
    const history: LedgerEntry[] = rows.map((row) => readEntry(row.entry));
    try {
      options.guard(history);
    } catch (reason) {
      throw new GuardRefusal(reason);
    }
  }

  /**
   * The connection broke during an append, maybe after the database had committed. The lock is granted only when the lost
   * transaction is over; then the ledger itself says whether the entry is in.
   */
  private async settle(attempted: StoredEntry[], lost: LedgerError): Promise<StoredEntry[]> {
    const last = attempted.at(-1);
    if (last === undefined) throw lostError("not_written", lost);
    let written: string | undefined;
    try {
      written = await this.locked(async (transaction) => {
        const rows = await this.select(transaction, { after: last.seq - 1, limit: 1 }).execute();
        return rows[0]?.hash;
      });
    } catch (cause) {
      throw lostError("unknown", this.backend.translate(cause));
    }
    if (written === last.hash) return attempted;
    throw lostError("not_written", lost);
  }

  private async readHead(db: Kysely<LedgerTables>): Promise<Head> {
    const row = await db
      .selectFrom("ledger_entries")
      .select(["seq", "hash"])
      .where("ledger", "=", this.ledger)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? genesis : { seq: Number(row.seq), hash: row.hash };
  }

  private select(db: Kysely<LedgerTables>, options: ReadOptions) {
    let query = db
      .selectFrom("ledger_entries")
      .select(["seq", "hash", "previous", "type", "subject", "entry"])
      .where("ledger", "=", this.ledger)
      .orderBy("seq");
    if (options.after !== undefined) query = query.where("seq", ">", options.after);
    if (options.subject !== undefined) query = query.where("subject", "=", options.subject);
    if (options.limit !== undefined) query = query.limit(options.limit);
    return query;
  }

  private async insert(transaction: Transaction<LedgerTables>, stored: StoredEntry): Promise<void> {
    const { previous, type, subject } = readEntry(stored.text);
    const { seq, hash, text } = stored;
    await transaction
      .insertInto("ledger_entries")
      .values({ ledger: this.ledger, seq, hash, previous, type, subject, entry: text })
      .execute();
  }

  private async translated<T>(work: () => Promise<T>): Promise<T> {
    this.assertOpen();
    try {
      return await work();
    } catch (cause) {
      throw this.backend.translate(cause);
    }
  }

  private assertOpen(): void {
    if (!this.closed) return;
    throw new LedgerError("STORE_CLOSED", "The ledger was closed.", { mend: "Open it again." });
  }
}

function chainAll(drafts: readonly EntryDraft[], head: Head): StoredEntry[] {
  let newest = head;
  return drafts.map((draft) => {
    const entry = chainEntry(draft, newest);
    newest = entry;
    return entry;
  });
}

export function readOnlyError(cause?: unknown): LedgerError {
  return new LedgerError(
    "STORE_READ_ONLY",
    "The ledger can only be read here; nothing was written.",
    {
      mend: "Open it with an account (or from a place) that may write, and append again.",
      outcome: "not_written",
      cause,
    },
  );
}

function lostError(outcome: "not_written" | "unknown", cause: LedgerError): LedgerError {
  const message =
    outcome === "not_written"
      ? "The connection to the ledger was lost; the entry was not written."
      : "The connection to the ledger was lost; whether the entry was written is not known.";
  const mend =
    outcome === "not_written"
      ? "Append again."
      : "When the database answers again, look for the entry before appending it a second time.";
  return new LedgerError("STORE_CONNECTION_LOST", message, { mend, outcome, cause });
}
