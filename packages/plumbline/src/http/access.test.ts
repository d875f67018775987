// Every route with every role, over HTTP: what is not granted is refused, and nothing is done.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issue } from "../state/credentials.js";
import { GRANTS, type Permission, SERVER_ROLES } from "./access.js";
import { csrfToken } from "./security.js";
import { SERVED } from "./served.js";
import { type Demo, makeDemo, NOW, RERANKER } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

let demo: Demo;
let server: TestServer;
let clock = NOW;

beforeAll(async () => {
  demo = await makeDemo();
  server = await startServer(demo.root, {
    now: () => new Date(clock),
    limits: { perMinute: 100_000, signInsPerMinute: 100_000 },
  });
});

afterAll(async () => {
  await server?.close();
  demo?.remove();
});

/** What each route asks for, written down a second time: a change of a row must be meant. */
const WANTED: Readonly<Record<string, Permission | "public" | "self">> = {
  "GET /healthz": "public",
  "GET /readyz": "public",
  "GET /sign-in": "public",
  "GET /metrics": "read",
  "GET /api/v1/session": "self",
  "POST /api/v1/sign-out": "self",
  "GET /api/v1/tokens": "administer",
  "POST /api/v1/tokens": "administer",
  "POST /api/v1/tokens/{id}/revoke": "administer",
  "GET /api/v1/documents": "read",
  "GET /api/v1/document": "read",
  "PUT /api/v1/document": "write",
  "POST /api/v1/document/check": "read",
  "GET /api/v1/people": "read",
  "POST /api/v1/links": "administer",
  "GET /api/v1/experiments": "read",
  "GET /api/v1/ledger/entries": "read",
  "GET /api/v1/ledger/entries/{seq}": "read",
  "GET /api/v1/ledger/entries/{seq}/proof": "read",
  "GET /api/v1/ledger/export": "read",
  "GET /api/v1/signature": "sign",
  "POST /api/v1/signature": "sign",
  "GET /api/v1/events": "read",
  "GET /api/v1/work": "read",
  "POST /api/v1/work/retry": "operate",
  "POST /api/v1/readout": "look",
  "GET /api/v1/readout/sql": "read",
  "GET /api/v1/check": "read",
  "GET /api/v1/schema": "read",
  "GET /api/v1/design/size": "read",
  "GET /api/v1/design/audit": "read",
  "GET /api/v1/design/plan": "read",
  "GET /api/v1/guardrails/suggest": "read",
  "POST /api/v1/watch": "look",
  "GET /api/v1/novelty": "look",
  "GET /api/v1/portfolio/rank": "read",
  "GET /api/v1/portfolio/choose": "read",
  "GET /api/v1/portfolio/explain": "read",
  "GET /api/v1/holdback": "look",
  "POST /api/v1/register": "write",
  "POST /api/v1/amend": "write",
  "POST /api/v1/start": "operate",
  "GET /api/v1/status": "read",
  "POST /api/v1/anchor": "operate",
  "GET /api/v1/verify": "read",
  "GET /api/v1/replay": "read",
};

/** Status without doing anything: a body or query that no operation accepts, so only the right to ask is asked. */
async function probe(operation: string, token: string | undefined): Promise<number> {
  const [method = "GET", path = ""] = operation.split(" ");
  const filled = path.replace(/\{[^}]+\}/, "nothing");
  const given = token === undefined ? {} : { token };
  const url = filled.endsWith("/events") ? filled : `${filled}?unknown=1`;
  const headers: Record<string, string> = filled.endsWith("/events")
    ? { "last-event-id": "x" }
    : {};
  const body = method === "POST" || method === "PUT" ? { body: { unknown: 1 } } : {};
  return (await server.ask(url, { method, headers, ...given, ...body })).status;
}

describe("every route", () => {
  it("is on the list, so that none is left out", () => {
    expect(server.contract.operations().sort()).toEqual(Object.keys(WANTED).sort());
    for (const { method, path, access } of SERVED) {
      expect(WANTED[`${method} /api/v1${path}`]).toBe(access);
    }
  });

  it("is refused without signing in, unless it is open", async () => {
    for (const [operation, access] of Object.entries(WANTED)) {
      const status = await probe(operation, undefined);
      if (access === "public") expect([operation, status]).not.toEqual([operation, 403]);
      else expect([operation, status]).toEqual([operation, 401]);
    }
  });

  it.each(SERVER_ROLES)("asks of the role %s exactly what it grants", async (role) => {
    const token = await server.token([role]);
    for (const [operation, access] of Object.entries(WANTED)) {
      if (access === "public" || operation.endsWith("sign-out")) continue;
      const granted = access === "self" || GRANTS[role].includes(access);
      const status = await probe(operation, token);
      expect([operation, status === 403]).toEqual([operation, !granted]);
      expect([operation, status]).not.toEqual([operation, 401]);
    }
  });
});

describe("a token", () => {
  it("ends when it expires and when it is revoked, and is never shown again", async () => {
    const admin = await server.token(["admin"]);
    const made = await server.ask("/api/v1/tokens", {
      token: admin,
      body: { name: "ci", roles: ["viewer"], days: 2 },
    });
    const { token, record } = made.json;
    expect((await server.ask("/api/v1/status", { token })).status).toBe(200);
    const list = await server.ask("/api/v1/tokens", { token: admin });
    expect(list.text).not.toContain(token.split("_")[2]);
    expect(list.json.items.find((each: { id: string }) => each.id === record.id).usable).toBe(true);
    clock = "2026-08-23T12:00:00.000Z";
    expect((await server.ask("/api/v1/status", { token })).status).toBe(401);
    clock = NOW;
    expect((await server.ask("/api/v1/status", { token })).status).toBe(200);
    const gone = await server.ask(`/api/v1/tokens/${record.id}/revoke`, { token: admin, body: {} });
    expect(gone.json.usable).toBe(false);
    expect((await server.ask("/api/v1/status", { token })).status).toBe(401);
    const none = `/api/v1/tokens/${"0".repeat(16)}/revoke`;
    expect((await server.ask(none, { token: admin, body: {} })).json.code).toBe("TOKEN_NOT_FOUND");
  });

  it("that was altered, or is another kind of secret, is none", async () => {
    const token = await server.token(["viewer"]);
    const last = token.endsWith("A") ? "B" : "A";
    const others = [
      `${token.slice(0, -1)}${last === "A" ? "E" : "I"}`,
      token.replace("plumb_", ""),
      `plumb_${"0".repeat(16)}_${token.slice(-43)}`,
      "x",
    ];
    for (const other of others) {
      expect((await server.ask("/api/v1/status", { token: other })).status).toBe(401);
    }
  });

  it("is refused for people who are not in people.yaml", async () => {
    const token = await server.token(["admin"]);
    const body = { name: "x", roles: ["viewer"], person: "Nobody" };
    expect((await server.ask("/api/v1/tokens", { token, body })).json.code).toBe("PERSON_UNKNOWN");
    const rights = await server.ask("/api/v1/tokens", {
      token,
      body: { name: "x", roles: ["god"] },
    });
    expect(rights.json.code).toBe("INPUT_INVALID");
  });
});

async function link(): Promise<string> {
  const claims = { name: "link", person: null, roles: SERVER_ROLES };
  const lifetime = { now: new Date(clock), milliseconds: 900_000 };
  return (await issue(server.state, "links", claims, lifetime)).presented;
}

describe("a sign-in link", () => {
  it("works once, and begins a session that only this server's pages can use", async () => {
    const token = await link();
    const [one, two] = await Promise.all([
      server.ask(`/sign-in?token=${token}`),
      server.ask(`/sign-in?token=${token}`),
    ]);
    expect([one.status, two.status].sort()).toEqual([303, 401]);
    const set = (one.status === 303 ? one : two).headers.get("set-cookie") ?? "";
    expect(set).toMatch(/^plumb_session=[^;]+;.*Path=\/; HttpOnly; SameSite=Strict$/);
    const cookie = set.split(";", 1)[0] ?? "";
    const session = await server.ask("/api/v1/session", { headers: { cookie } });
    expect(session.json).toMatchObject({ kind: "session", person: null });
    const { csrf } = session.json;
    expect(csrf).toBe(csrfToken(cookie.split("=")[1] ?? ""));
    const write = (headers: Record<string, string>) =>
      server.ask("/api/v1/register", {
        headers: { cookie, ...headers },
        body: { registration: RERANKER },
      });
    expect((await write({})).json.code).toBe("CSRF_REFUSED");
    expect((await write({ "x-plumb-csrf": "x" })).json.code).toBe("CSRF_REFUSED");
    const foreign = { "x-plumb-csrf": csrf, origin: "https://evil.example" };
    expect((await write(foreign)).json.code).toBe("CSRF_REFUSED");
    const own = { "x-plumb-csrf": csrf, origin: server.url };
    expect((await write(own)).json.code).toBe("ALREADY_REGISTERED");
    const out = await server.ask("/api/v1/sign-out", { headers: { cookie, ...own }, body: {} });
    expect(out.json).toEqual({ ended: true });
    expect((await server.ask("/api/v1/session", { headers: { cookie } })).status).toBe(401);
  });

  it("is over after its time", async () => {
    const token = await link();
    clock = "2026-08-20T12:16:00.000Z";
    const late = await server.ask(`/sign-in?token=${token}`);
    clock = NOW;
    expect([late.status, late.json.code]).toEqual([401, "SIGN_IN_REFUSED"]);
  });

  it("cannot be guessed at leisure, nor anything else asked without end", async () => {
    const narrow = await startServer(demo.root, {
      limits: { perMinute: 12, signInsPerMinute: 3 },
    });
    const codes: string[] = [];
    for (let at = 0; at < 5; at += 1) codes.push((await narrow.ask("/sign-in?token=x")).json.code);
    expect(codes.slice(0, 3)).toEqual(Array(3).fill("SIGN_IN_REFUSED"));
    expect(codes.slice(3)).toEqual(Array(2).fill("RATE_LIMITED"));
    const more: number[] = [];
    for (let at = 0; at < 14; at += 1) more.push((await narrow.ask("/api/v1/status")).status);
    expect(more[0]).toBe(401);
    expect(more.at(-1)).toBe(429);
    await narrow.close();
  });
});

describe("a browser", () => {
  it("is told to run nothing but this server's own scripts, and to send no address on", async () => {
    const { headers } = await server.ask("/healthz");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  it("that was led here under another name is refused", async () => {
    const { request } = await import("node:http");
    const status = await new Promise<number>((done, failed) => {
      const { hostname, port } = new URL(server.url);
      const asked = request(
        { hostname, port, path: "/openapi.json", headers: { host: "rebound.example" } },
        (response) => {
          response.resume();
          done(response.statusCode ?? 0);
        },
      );
      asked.on("error", failed).end();
    });
    expect(status).toBe(421);
  });
});

describe("the log", () => {
  it("joins the caller's trace and holds no secret", async () => {
    const token = await server.token(["viewer"]);
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const answer = await server.ask("/api/v1/session?x=", {
      token,
      headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
    });
    expect(answer.headers.get("x-trace-id")).toBe(trace);
    const secret = await link();
    await server.ask(`/sign-in?token=${secret}`);
    const log = server.log.join("");
    expect(log).toContain(`"trace":"${trace}"`);
    expect(log).not.toContain(token.slice(-43));
    expect(log).not.toContain(secret.slice(-43));
  });

  it("and metrics count requests by route", async () => {
    const token = await server.token(["viewer"]);
    const { text } = await server.ask("/metrics", { token });
    expect(text).toMatch(
      /plumbline_http_request_duration_seconds_count\{method="GET",route="\/sign-in",status="\d+"\} \d/,
    );
    expect(text).toMatch(/^plumbline_ledger_entries \d+$/m);
  });
});
