// Two servers as processes on one PostgreSQL: they share sign-ins, repeated writes and events; one may be killed; and the backup that docs/team.md describes.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type PostgresServer,
  postgresAvailable,
  postgresTitle,
  startPostgres,
} from "../../../ledger/src/testing/postgres-server.js";
import { type Demo, FRESH, FRESH_ID, makeDemo } from "./testing/demo.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const plumb = join(repository, "packages/plumbline/bin/plumb.js");

interface Replica {
  readonly url: string;
  readonly child: ChildProcess;
}

async function serve(root: string): Promise<Replica> {
  const child = spawn(process.execPath, [plumb, "serve", "--port", "0", "--log-level", "warn"], {
    cwd: root,
  });
  let output = "";
  const link = await new Promise<string>((done, failed) => {
    child.stdout.on("data", (part) => {
      output += part;
      const found = /(http\S+\/sign-in\?token=\S+)\n/.exec(output)?.[1];
      if (found !== undefined) done(found);
    });
    child.stderr.on("data", (part) => {
      output += part;
    });
    child.on("close", (code) => failed(new Error(`ended with ${code}: ${output}`)));
  });
  return { url: new URL(link).origin, child };
}

const gone = (child: ChildProcess) => new Promise((done) => child.once("close", done));

describe.skipIf(!postgresAvailable)(postgresTitle, () => {
  let server: PostgresServer;
  let demo: Demo;
  let token: string;
  let replicas: Replica[] = [];

  beforeAll(async () => {
    execFileSync(process.execPath, ["node_modules/ts7/bin/tsc", "-b", "packages/plumbline"], {
      cwd: repository,
      stdio: "pipe",
    });
    server = await startPostgres();
    demo = await makeDemo();
    process.env.PLUMB_LEDGER_URL = server.url();
    // Started at once: the tables of both are made by one of them.
    replicas = await Promise.all([serve(demo.root), serve(demo.root)]);
    const run = ["tokens", "new", "--name", "ci", "--roles", "author,operator", "--json"];
    const text = execFileSync(process.execPath, [plumb, ...run], { cwd: demo.root });
    token = (JSON.parse(text.toString()) as { token: string }).token;
  }, 60_000);

  afterAll(async () => {
    for (const { child } of replicas) child.kill("SIGKILL");
    delete process.env.PLUMB_LEDGER_URL;
    server?.remove();
    demo?.remove();
  });

  const ask = (at: number, path: string, body?: unknown, more: Record<string, string> = {}) =>
    fetch(`${replicas[at]?.url}/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...more,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it("a write that is sent again to the other server is done once, and both tell of it", async () => {
    const events = await ask(1, "/events");
    const reader = events.body?.getReader();
    const key = { "idempotency-key": "once" };
    const first = await ask(0, "/register", { registration: FRESH }, key);
    expect(first.status).toBe(200);
    const again = await ask(1, "/register", { registration: FRESH }, key);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([200, "true"]);
    expect(await again.text()).toBe(await first.text());
    let told = "";
    while (!told.includes(FRESH_ID)) {
      const part = await reader?.read();
      if (part === undefined || part.done) break;
      told += Buffer.from(part.value).toString();
    }
    expect(told).toContain('"type":"registered"');
    await reader?.cancel();
    const { items } = (await (await ask(0, "/ledger/entries")).json()) as { items: unknown[] };
    expect(items).toHaveLength(1);
  });

  it("a server that is killed is missed by nobody: the sign-in and the ledger are at the other", async () => {
    const [victim] = replicas as [Replica];
    victim.child.kill("SIGKILL");
    await gone(victim.child);
    await expect(ask(0, "/status")).rejects.toThrow();
    expect((await ask(1, "/status")).status).toBe(200);
    expect((await ask(1, "/verify")).status).toBe(200);
    replicas[0] = await serve(demo.root);
    expect((await ask(0, "/status")).status).toBe(200);
  });

  it("the database's end and return are seen at /readyz, and survived", async () => {
    const ready = async () => (await fetch(`${replicas[1]?.url}/readyz`)).status;
    expect(await ready()).toBe(200);
    server.stop("immediate");
    expect(await ready()).toBe(503);
    expect((await fetch(`${replicas[1]?.url}/healthz`)).status).toBe(200);
    server.start();
    expect(await ready()).toBe(200);
    expect((await ask(1, "/status")).status).toBe(200);
  });

  it("a backup made while servers run verifies in an empty database, with the same head", async () => {
    const base = "/usr/lib/postgresql";
    const version = readdirSync(base).sort((a, b) => Number(b) - Number(a))[0] ?? "";
    const program = (name: string) => join(base, version, "bin", name);
    const dump = join(demo.root, "..", "plumbline.dump");
    execFileSync(program("pg_dump"), ["--format=custom", `--file=${dump}`, server.url()]);
    server.query("create database restored");
    const url = server.url("restored");
    execFileSync(program("pg_restore"), ["--no-owner", `--dbname=${url}`, dump]);
    const head = async () => {
      const { items } = (await (await ask(1, "/ledger/entries")).json()) as {
        items: { hash: string }[];
      };
      return items[0]?.hash;
    };
    const newest = await head();
    const env = { ...process.env, PLUMB_LEDGER_URL: url };
    const text = execFileSync(process.execPath, [plumb, "verify", "--json"], {
      cwd: demo.root,
      env,
    }).toString();
    expect(JSON.parse(text)).toMatchObject({ ok: true });
    expect(newest).toMatch(/^[0-9a-f]{64}$/);
    expect(
      server.query("select hash from ledger_entries order by seq desc limit 1", "restored"),
    ).toBe(newest);
  });
});
