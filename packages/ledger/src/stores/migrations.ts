/**
 * The schema, by kysely's Migrator, in the same steps for both databases. The triggers make the database itself refuse
 * what a ledger must not do; they protect against mistakes, not against whoever owns the database (the hashes and anchors do).
 */
import { type Kysely, type Migration, Migrator, sql } from "kysely";
import { genesis } from "../chain/entry.js";
import { LedgerError } from "../errors.js";
import type { LedgerTables } from "./tables.js";

export type StoreKind = "sqlite" | "postgres";

/** Names of the triggers that guard the table, for `inspect`. */
export const guardTriggers = [
  "ledger_entries_chain",
  "ledger_entries_no_delete",
  "ledger_entries_no_update",
] as const;

const sqliteTriggers = [
  `create trigger ledger_entries_chain before insert on ledger_entries
   when new.seq is not coalesce((select max(seq) from ledger_entries where ledger = new.ledger), 0) + 1
     or new.previous is not coalesce(
       (select hash from ledger_entries where ledger = new.ledger and seq = new.seq - 1), '${genesis.hash}')
   begin select raise(abort, 'an entry must follow the newest one'); end`,
  `create trigger ledger_entries_no_update before update on ledger_entries
   begin select raise(abort, 'a ledger entry is never changed'); end`,
  `create trigger ledger_entries_no_delete before delete on ledger_entries
   begin select raise(abort, 'a ledger entry is never removed'); end`,
];

const postgresTriggers = [
  `create function ledger_entries_check_chain() returns trigger language plpgsql as $$
   begin
     if new.seq is distinct from
          coalesce((select max(seq) from ledger_entries where ledger = new.ledger), 0) + 1
        or new.previous is distinct from coalesce(
          (select hash from ledger_entries where ledger = new.ledger and seq = new.seq - 1), '${genesis.hash}')
     then raise exception 'an entry must follow the newest one' using errcode = 'integrity_constraint_violation';
     end if;
     return new;
   end $$`,
  `create function ledger_entries_refuse() returns trigger language plpgsql as $$
   begin
     raise exception 'a ledger entry is never changed or removed' using errcode = 'integrity_constraint_violation';
   end $$`,
  `create trigger ledger_entries_chain before insert on ledger_entries
   for each row execute function ledger_entries_check_chain()`,
  `create trigger ledger_entries_no_update before update on ledger_entries
   for each statement execute function ledger_entries_refuse()`,
  `create trigger ledger_entries_no_delete before delete or truncate on ledger_entries
   for each statement execute function ledger_entries_refuse()`,
];

function migrations(kind: StoreKind): Record<string, Migration> {
  return { "0001_entries": { up: (db: Kysely<unknown>) => createEntries(db, kind) } };
}

async function createEntries(db: Kysely<unknown>, kind: StoreKind): Promise<void> {
  const table = db.schema
    .createTable("ledger_entries")
    .addColumn("ledger", "text", (column) => column.notNull())
    // A STRICT table of SQLite knows "integer" (64 bits there) but not "bigint".
    .addColumn("seq", kind === "sqlite" ? "integer" : "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("previous", "text", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("entry", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("ledger_entries_pk", ["ledger", "seq"]);
  await (kind === "sqlite" ? table.modifyEnd(sql`strict`) : table).execute();
  await db.schema
    .createIndex("ledger_entries_subject")
    .on("ledger_entries")
    .columns(["ledger", "subject", "seq"])
    .execute();
  for (const trigger of kind === "sqlite" ? sqliteTriggers : postgresTriggers) {
    await sql.raw(trigger).execute(db);
  }
}

/** Brings the schema up to date; touches nothing when it is. Throws `STORE_VERSION` for a ledger of a newer program. */
export async function migrate(
  db: Kysely<LedgerTables>,
  kind: StoreKind,
  readOnly: boolean,
): Promise<void> {
  const known = Object.keys(migrations(kind));
  const applied = await appliedMigrations(db);
  if (applied.some((name) => !known.includes(name))) {
    throw new LedgerError(
      "STORE_VERSION",
      "The ledger was made by a newer version of this program.",
      {
        mend: "Update this program and open the ledger again.",
      },
    );
  }
  if (applied.length === known.length) return;
  if (readOnly) {
    throw new LedgerError("STORE_NOT_A_LEDGER", "There is no ledger here yet.", {
      mend: "Register something first, or give the location of an existing ledger.",
    });
  }
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations(kind)) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function appliedMigrations(db: Kysely<LedgerTables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === "kysely_migration")) return [];
  const rows = await db.selectFrom("kysely_migration").select("name").execute();
  return rows.map((row) => row.name);
}
