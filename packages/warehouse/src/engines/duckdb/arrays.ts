import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/**
 * DuckDB groups whole numbers by array instead of by hash when their range has at most this many bits.
 * It allocates the arrays at once and outside the memory limit, so they are only for statements whose
 * arrays are known to be small: those run on a connection of their own.
 */
const ARRAY_BITS = 20;
/** Of the memory limit, the part that arrays may take on top of it. */
const ARRAY_SHARE = 1 / 4;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** DuckDB prints its limit as "18.6 GiB"; 0 when it prints something else. */
export function parseBytes(text: string): number {
  const match = /^([\d.]+) ?([KMGT]?)(?:iB|B| ?bytes)$/.exec(text.trim());
  return match === null ? 0 : Number(match[1]) * (UNITS[match[2] ?? ""] ?? 0);
}

export interface Resources {
  /** The memory limit in bytes; 0: unknown. */
  readonly memoryBytes: number;
  readonly threads: number;
}

/** `arrayBytes`: what the arrays of one thread take; 0 when there is nothing to gain. */
export function arraysFit(arrayBytes: number, { memoryBytes, threads }: Resources): boolean {
  return arrayBytes > 0 && arrayBytes * threads <= memoryBytes * ARRAY_SHARE;
}

/** The connection that groups by array, lent to one statement at a time. */
export class ArrayConnection {
  private busy = false;
  private closed = false;

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly resources: Resources,
  ) {}

  /** Before the instance's configuration is locked. */
  static async open(instance: DuckDBInstance): Promise<ArrayConnection> {
    const connection = await instance.connect();
    await connection.run(`SET SESSION perfect_ht_threshold = ${ARRAY_BITS}`);
    const reader = await connection.runAndReadAll(
      "SELECT current_setting('memory_limit') AS memory, current_setting('threads') AS threads",
    );
    const [row] = reader.getRowObjects();
    return new ArrayConnection(connection, {
      memoryBytes: parseBytes(String(row?.memory)),
      threads: Number(row?.threads),
    });
  }

  /** The connection for a statement with such arrays; null when they are too large, or it is lent. */
  take(arrayBytes: number): DuckDBConnection | null {
    if (this.busy || this.closed || !arraysFit(arrayBytes, this.resources)) return null;
    this.busy = true;
    return this.connection;
  }

  /** Takes the connection back; any other one is closed. */
  giveBack(connection: DuckDBConnection): void {
    if (connection === this.connection) this.busy = false;
    if (connection !== this.connection || this.closed) connection.closeSync();
  }

  /** Closes the connection, if need be when its statement ends. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (!this.busy) this.connection.closeSync();
  }
}
