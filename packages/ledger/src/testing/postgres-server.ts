import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const programs = findPrograms();

/** False when initdb and pg_ctl are not installed: PostgreSQL tests are then skipped, and say so. */
export const postgresAvailable = programs !== null;
export const postgresTitle = postgresAvailable
  ? "PostgreSQL"
  : "PostgreSQL (skipped: initdb and pg_ctl are not installed)";

export interface PostgresServer {
  readonly port: number;
  url(database?: string): string;
  /** Runs SQL in a process of its own and gives what psql prints; synchronous, so that it can act inside an append. */
  query(sql: string, database?: string): string;
  stop(mode: "fast" | "immediate"): void;
  start(): void;
  remove(): void;
}

/** A private server on a free port of this machine, in a temporary directory, run by the user postgres when we are root. */
export async function startPostgres(): Promise<PostgresServer> {
  if (programs === null) throw new Error("PostgreSQL is not installed");
  const owner = serverUser();
  const directory = mkdtempSync(join(tmpdir(), "plumbline-pg-"));
  chmodSync(directory, 0o755);
  if (owner !== null) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, "data");
  const port = await freePort();
  const run = (program: string, ...args: string[]): string =>
    execFileSync(join(programs, program), args, {
      cwd: directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      ...(owner ?? {}),
    });
  const settings = `-p ${port} -k ${directory} -c listen_addresses=127.0.0.1 -c max_connections=40`;
  const start = (): void => startServer(join(programs, "pg_ctl"), directory, settings, owner);
  const stop = (mode: "fast" | "immediate"): void => {
    run("pg_ctl", "-D", data, "-w", "-m", mode, "stop");
  };
  run(
    "initdb",
    "-D",
    data,
    "-U",
    "plumbline",
    "-A",
    "trust",
    "--no-sync",
    "--no-locale",
    "-E",
    "UTF8",
  );
  start();
  return {
    port,
    url: (database = "postgres") => `postgres://plumbline@127.0.0.1:${port}/${database}`,
    query: (sql, database = "postgres") =>
      run(
        "psql",
        "-X",
        "-A",
        "-t",
        "-h",
        directory,
        "-p",
        String(port),
        "-U",
        "plumbline",
        "-d",
        database,
        "-c",
        sql,
      ).trim(),
    stop,
    start,
    remove: () => {
      try {
        stop("immediate");
      } catch {
        // It was stopped by the test.
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function startServer(
  program: string,
  directory: string,
  settings: string,
  owner: { uid: number; gid: number } | null,
): void {
  const args = ["-D", join(directory, "data"), "-w", "-t", "60", "-l", join(directory, "log")];
  // The server must not inherit our pipes: pg_ctl would seem to run for as long as it.
  const result = spawnSync(program, [...args, "-o", settings, "start"], {
    cwd: directory,
    stdio: "ignore",
    ...(owner ?? {}),
  });
  if (result.status !== 0) throw new Error(`pg_ctl start ended with ${result.status}`);
}

function findPrograms(): string | null {
  const base = "/usr/lib/postgresql";
  if (!existsSync(base)) return null;
  const versions = readdirSync(base).sort((a, b) => Number(b) - Number(a));
  const folders = versions.map((version) => join(base, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

function serverUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
