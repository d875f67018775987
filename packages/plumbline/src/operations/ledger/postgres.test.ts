// The same commands on a ledger in PostgreSQL, named by the environment.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type PostgresServer,
  postgresAvailable,
  postgresTitle,
  startPostgres,
} from "../../../../ledger/src/testing/postgres-server.js";
import { locked, RERANKER, testWorkspace } from "./testing/workspace.js";

describe.skipIf(!postgresAvailable)(postgresTitle, () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(() => {
    delete process.env.PLUMB_LEDGER_URL;
    server?.remove();
  });

  it("holds registrations and signatures; nothing lies in the workspace", async () => {
    const ws = await testWorkspace(["Ada", "Ben", "Cleo", "Dev"]);
    process.env.PLUMB_LEDGER_URL = server.url();
    expect((await ws.run("status")).stdout).toContain("The ledger is empty.");
    await locked(ws);
    const status = await ws.run("status", { registration: RERANKER, requireLocked: true });
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toContain("Ledger: 5 entries");
    expect((await ws.run("verify")).exitCode).toBe(0);
    expect((await ws.run("register", { registration: RERANKER })).stderr).toMatch(
      /^ALREADY_REGISTERED /,
    );
    expect(existsSync(join(ws.root, ".plumbline"))).toBe(false);
  });

  it("that does not answer is an error with a code, and without the address's password", async () => {
    const ws = await testWorkspace([]);
    process.env.PLUMB_LEDGER_URL = "postgres://ada:secret@127.0.0.1:1/none";
    const { stderr, exitCode } = await ws.run("register", { registration: RERANKER });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^STORE_UNREACHABLE /);
    expect(stderr).not.toContain("secret");
  });
});
