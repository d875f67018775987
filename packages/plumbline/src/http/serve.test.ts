// `plumb serve` and `plumb tokens` as processes: started, signed in to, told to stop.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, makeDemo, RERANKER } from "./testing/demo.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const plumb = join(repository, "packages/plumbline/bin/plumb.js");
let demo: Demo;

beforeAll(async () => {
  execFileSync(process.execPath, ["node_modules/ts7/bin/tsc", "-b", "packages/plumbline"], {
    cwd: repository,
    stdio: "pipe",
  });
  demo = await makeDemo();
});

afterAll(() => demo?.remove());

const run = (...args: string[]): string =>
  execFileSync(process.execPath, [plumb, ...args], { cwd: demo.root, encoding: "utf8" });

interface Serving {
  readonly url: string;
  readonly link: string;
  /** Sends a signal; everything that was printed, and the exit code. */
  stop(signal: NodeJS.Signals): Promise<{ stdout: string; log: string; code: number | null }>;
}

async function serve(...args: string[]): Promise<Serving> {
  const child = spawn(process.execPath, [plumb, "serve", "--port", "0", ...args], {
    cwd: demo.root,
  });
  let stdout = "";
  let log = "";
  child.stderr.on("data", (part) => {
    log += part;
  });
  const closed = new Promise<number | null>((done) => child.on("close", done));
  const link = await new Promise<string>((done, failed) => {
    child.stdout.on("data", (part) => {
      stdout += part;
      const found = /(http\S+\/sign-in\?token=\S+)\n/.exec(stdout)?.[1];
      if (found !== undefined) done(found);
    });
    void closed.then((code) => failed(new Error(`ended with ${code}: ${log}`)));
  });
  return {
    url: new URL(link).origin,
    link,
    stop: async (signal) => {
      child.kill(signal);
      return { code: await closed, stdout, log };
    },
  };
}

const cookieOf = (response: Response) =>
  (response.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";

describe("plumb serve", () => {
  it("listens to this machine alone, signs in by its link, and keeps sessions over a restart", async () => {
    const first = await serve();
    expect(new URL(first.url).hostname).toBe("127.0.0.1");
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    const entered = await fetch(first.link, { redirect: "manual" });
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/"]);
    const cookie = cookieOf(entered);
    const session = await fetch(`${first.url}/api/v1/session`, { headers: { cookie } });
    expect(session.status).toBe(200);
    const ended = await first.stop("SIGTERM");
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("Stopped.");
    expect(ended.log).not.toContain(new URL(first.link).searchParams.get("token"));
    const second = await serve("--log-level", "silent");
    const again = await fetch(`${second.url}/api/v1/session`, { headers: { cookie } });
    expect(again.status).toBe(200);
    expect((await second.stop("SIGINT")).code).toBe(0);
  });

  it("answers what is under way before it stops, and ends its streams", async () => {
    const token = run("tokens", "new", "--name", "t", "--roles", "author").split("\n")[0] ?? "";
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const server = await serve();
    const stream = await fetch(`${server.url}/api/v1/events`, { headers });
    const answer = fetch(`${server.url}/api/v1/readout`, {
      method: "POST",
      headers,
      body: JSON.stringify({ registration: RERANKER }),
    });
    await new Promise((done) => setTimeout(done, 50));
    const start = Date.now();
    const ended = server.stop("SIGTERM");
    expect((await answer).status).toBe(200);
    await stream.text();
    expect((await ended).code).toBe(0);
    // Less than the time after which it would have cut them off.
    expect(Date.now() - start).toBeLessThan(8000);
  });

  it("holds secrets as hashes only, in files of its own user, outside git", async () => {
    const text = run("tokens", "new", "--name", "ci", "--roles", "viewer,operator", "--json");
    const { token, record } = JSON.parse(text);
    const folder = join(demo.root, ".plumbline", "server");
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("*\n");
    expect(statSync(folder).mode & 0o077).toBe(0);
    const files = readdirSync(folder).filter((name) => name.startsWith("state.db"));
    expect(files).toContain("state.db");
    for (const file of files) {
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
      const bytes = readFileSync(join(folder, file));
      expect(bytes.includes(token.slice(-43))).toBe(false);
    }
    expect(readFileSync(join(folder, "state.db")).includes(record.id)).toBe(true);
    expect(existsSync(join(folder, "no-keys"))).toBe(false);
    expect(run("tokens", "list")).toContain(`${record.id}  ci: viewer, operator; until `);
    const server = await serve();
    const ask = () =>
      fetch(`${server.url}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask()).status).toBe(200);
    expect(run("tokens", "revoke", record.id)).toContain("revoked");
    expect((await ask()).status).toBe(401);
    await server.stop("SIGTERM");
  });

  it.each([
    [["--host", "0.0.0.0"], "SETTINGS_INVALID"],
    [["--public-url", "http://plumb.example.org"], "SETTINGS_INVALID"],
    [["--workspace", "/"], "NO_WORKSPACE"],
    [["--port", "-1"], "INPUT_INVALID"],
  ])("refuses %j", async (args, code) => {
    await expect(serve(...args)).rejects.toThrow(code);
  });

  it("says that its port is taken", async () => {
    const server = await serve();
    await expect(serve("--port", new URL(server.url).port)).rejects.toThrow("ADDRESS_UNUSABLE");
    await server.stop("SIGTERM");
  });
});
