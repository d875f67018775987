/**
 * Small records by kind and id: a record appears whole or not at all, of two that create the same one wins, and of two that take one
 * only one gets it; so a server, its neighbours and `plumb tokens` need no further lock.
 */
import { openServerDatabase, type ServerDatabase, serverFolder } from "./database.js";

const PLAIN = /^[a-z0-9]{1,64}$/;

const isPlain = (kind: string, id: string) => PLAIN.test(kind) && PLAIN.test(id);

function assertPlain(kind: string, id: string): void {
  if (!isPlain(kind, id)) throw new TypeError(`not a name of a record: ${kind}/${id}`);
}

export class ServerState {
  private constructor(
    /** Where the server keeps files of its own. */
    readonly path: string,
    readonly database: ServerDatabase,
  ) {}

  /** The state of the server of a workspace. Throws `OUTPUT_UNWRITABLE`, `LedgerError`. */
  static async open(root: string): Promise<ServerState> {
    return new ServerState(serverFolder(root), await openServerDatabase(root));
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** False: there is one of that id already, which is kept. */
  async create(kind: string, id: string, value: unknown): Promise<boolean> {
    assertPlain(kind, id);
    const row = { kind, id, value: JSON.stringify(value) };
    const made = await this.database.query((db) =>
      db
        .insertInto("server_records")
        .values(row)
        .onConflict((conflict) => conflict.columns(["kind", "id"]).doNothing())
        .returning("id")
        .executeTakeFirst(),
    );
    return made !== undefined;
  }

  async replace(kind: string, id: string, value: unknown): Promise<void> {
    assertPlain(kind, id);
    const row = { kind, id, value: JSON.stringify(value) };
    await this.database.query((db) =>
      db
        .insertInto("server_records")
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(["kind", "id"]).doUpdateSet({ value: row.value }),
        )
        .execute(),
    );
  }

  /** Null: there is none, or the id cannot be one. */
  async read(kind: string, id: string): Promise<unknown> {
    if (!isPlain(kind, id)) return null;
    const row = await this.database.query((db) =>
      db
        .selectFrom("server_records")
        .select("value")
        .where("kind", "=", kind)
        .where("id", "=", id)
        .executeTakeFirst(),
    );
    return row === undefined ? null : JSON.parse(row.value);
  }

  /** True for exactly one caller. */
  async remove(kind: string, id: string): Promise<boolean> {
    if (!isPlain(kind, id)) return false;
    const gone = await this.database.query((db) =>
      db
        .deleteFrom("server_records")
        .where("kind", "=", kind)
        .where("id", "=", id)
        .returning("id")
        .executeTakeFirst(),
    );
    return gone !== undefined;
  }

  async ids(kind: string): Promise<string[]> {
    const rows = await this.database.query((db) =>
      db.selectFrom("server_records").select("id").where("kind", "=", kind).orderBy("id").execute(),
    );
    return rows.map(({ id }) => id);
  }
}
