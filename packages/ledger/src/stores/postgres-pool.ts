/**
 * Kysely's pool on pg's, with two differences: a connection that broke is thrown away instead of being handed out again, and
 * the error event of a connection in use has a listener, without which Node would end the process.
 */
import type { PostgresPool, PostgresPoolClient } from "kysely";
import type { Pool } from "pg";
import { isConnectionLost } from "./postgres-errors.js";

export function resilientPool(pool: Pool): PostgresPool {
  // A connection that breaks while idle is replaced by the pool; there is nobody to tell.
  pool.on("error", () => undefined);
  return { connect: () => connect(pool), end: () => pool.end() };
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
