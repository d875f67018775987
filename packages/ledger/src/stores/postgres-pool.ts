/**
 * Kysely's pool on pg's, with two differences: a connection that broke is thrown away instead of being handed out again, and
 * the error event of a connection in use has a listener, without which Node would end the process.
 */
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import pg, { type Pool } from "pg";
import { isConnectionLost } from "./postgres-errors.js";

function resilientPool(pool: Pool): PostgresPool {
  // A connection that breaks while idle is replaced by the pool; there is nobody to tell.
  pool.on("error", () => undefined);
  return { connect: () => connect(pool), end: () => pool.end() };
}

/** A database behind a postgres:// URL; `busyTimeout`: milliseconds that a lock may be waited for. */
export function postgresDatabase<Tables>(url: string, busyTimeout: number): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // A dead network gives no answer at all; longer than any wait for the lock.
    query_timeout: busyTimeout + 45_000,
    application_name: "plumbline",
    // Idle connections keep no process alive that has nothing else to do.
    allowExitOnIdle: true,
  });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: resilientPool(pool) }) });
}

async function connect(pool: Pool): Promise<PostgresPoolClient> {
  const client = await pool.connect();
  let broken: Error | null = null;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, values);
    } catch (cause) {
      if (isConnectionLost(cause) && cause instanceof Error) broken = cause;
      throw cause;
    }
  };
  return {
    // Kysely declares a second form for cursors, which are not used here.
    query: query as unknown as PostgresPoolClient["query"],
    release: () => {
      client.off("error", onError);
      if (broken === null) client.release();
      else client.release(broken);
    },
  };
}
