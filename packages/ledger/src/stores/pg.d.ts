// The part of pg's interface that the ledger uses; pg ships no types of its own.
declare module "pg" {
  import type { EventEmitter } from "node:events";

  export interface PoolConfig {
    readonly connectionString?: string;
    readonly max?: number;
    readonly keepAlive?: boolean;
    readonly connectionTimeoutMillis?: number;
    readonly idleTimeoutMillis?: number;
    readonly query_timeout?: number;
    readonly application_name?: string;
    readonly allowExitOnIdle?: boolean;
  }

  export interface PoolClient extends EventEmitter {
    // biome-ignore lint/suspicious/noExplicitAny: kysely declares the same shape for its client.
    query(text: string, values: readonly unknown[]): Promise<any>;
    release(error?: Error | boolean): void;
  }

  export class Pool extends EventEmitter {
    constructor(config: PoolConfig);
    connect(): Promise<PoolClient>;
    end(): Promise<void>;
  }

  const pg: { readonly Pool: typeof Pool };
  export default pg;
}
