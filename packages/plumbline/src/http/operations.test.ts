// Every operation over HTTP: real port, real ledger in SQLite, real engine on small demo data; every answer held against the OpenAPI document.
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JobStore } from "../jobs/job-store.js";
import { operations } from "../operations/table.js";
import { FILE, later, launched, READ, ship } from "../operations/time/testing/launched.js";
import { NOT_SERVED, SERVED } from "./served.js";
import { type Demo, FRESH, FRESH_ID, makeDemo, NOW, RERANKER } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

let ws: Demo;
let server: TestServer;
let admin: string;
const query = (fields: Record<string, string>) => `?${new URLSearchParams(fields)}`;

beforeAll(async () => {
  ws = await makeDemo();
  server = await startServer(ws.root, { now: () => new Date(NOW) });
  admin = await server.token(["admin"]);
});

afterAll(async () => {
  await server?.close();
  ws?.remove();
});

const get = (path: string, fields: Record<string, string> = {}) =>
  server.ask(`/api/v1${path}${query(fields)}`, { token: admin });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.ask(`/api/v1${path}`, { token: admin, body, headers });

describe("the table of operations", () => {
  it("has a route for each, or says why not", () => {
    const served = new Set(SERVED.map(({ operation }) => operation));
    for (const { id } of operations) {
      expect([id, served.has(id), Object.hasOwn(NOT_SERVED, id)]).toEqual([
        id,
        served.has(id),
        !served.has(id),
      ]);
    }
    const known = operations.map(({ id }) => id);
    expect([...served, ...Object.keys(NOT_SERVED)].filter((id) => !known.includes(id))).toEqual([]);
  });
});

describe("scheduled work", () => {
  it("is listed in pages with what is not planned and why, and begun anew only when it was given up", async () => {
    const store = new JobStore(server.state.database);
    const due = (day: number) => new Date(Date.UTC(2026, 7, day));
    const job = (id: string, day: number) => ({
      id,
      kind: "look",
      subject: "e",
      payload: { sentence: "the final look, on day 14" },
      lane: id,
      due: due(day),
    });
    await store.add([job("a", 1), job("b", 2), job("c", 3)]);
    const first = await get("/work", { limit: "2" });
    expect(first.json.items.map(({ id }: { id: string }) => id)).toEqual(["c", "b"]);
    expect(first.json.unplanned[0].reason).toContain("exposure.start");
    const next = await get("/work", { limit: "2", cursor: first.json.next });
    expect([next.json.items.length, next.json.items[0].id, next.json.next]).toEqual([1, "a", null]);
    expect((await post("/work/retry", { id: "a" })).status).toBe(404);
    const claimed = await store.claim("w", ["look"], due(9), 1000);
    if (claimed === null) throw new Error("nothing was claimed");
    await store.end(claimed, { state: "failed", outcome: "no data" }, due(9));
    expect((await get("/work", { state: "failed" })).json.items).toMatchObject([
      { id: "a", outcome: "no data", what: "the final look, on day 14", attempts: 1 },
    ]);
    expect((await post("/work/retry", { id: "a" })).json).toMatchObject({
      state: "waiting",
      attempts: 0,
    });
    expect((await get("/work", { state: "failed" })).json.items).toEqual([]);
  });
});

describe("reads", () => {
  it("answer what the commands print with --json", async () => {
    const status = await get("/status", { registration: RERANKER });
    expect(status.status).toBe(200);
    expect(status.json).toEqual(await ws.json("status", { registration: RERANKER }));
    expect((await get("/verify")).json).toEqual(await ws.json("verify"));
  });

  it("check, size, audit and plan designs", async () => {
    expect((await get("/check")).json).toMatchObject({ schema: "plumbline.check/1", ok: true });
    expect((await get("/check", { path: RERANKER })).status).toBe(200);
    const size = await get("/design/size", { registration: RERANKER });
    expect(size.json.curves.power_against_total.length).toBeGreaterThan(0);
    expect((await get("/design/audit", { registration: RERANKER })).json.ok).toBe(true);
    const plan = await get("/design/plan", { looks: "4,7,11,14", futility: "beta", sided: "1" });
    expect(plan.json.looks).toEqual([4, 7, 11, 14]);
    const own = await get("/design/plan", { looks: "7,14", levels: "0.03,0.04" });
    expect(own.json.own_levels.nominal_levels).toEqual([0.03, 0.04]);
  });

  it("give schemas, documents and the SQL of a readout", async () => {
    expect((await get("/schema", { document: "readout" })).json).toHaveProperty("properties");
    const documents = await get("/documents");
    expect(documents.json.items).toContainEqual({ path: RERANKER, kind: "registration" });
    expect((await get("/document", { path: RERANKER })).text).toContain("experiment_id");
    const sql = await get("/readout/sql", { registration: RERANKER });
    expect(sql.json.statements.length).toBeGreaterThan(0);
    const before = (await get("/status")).json.entries;
    expect((await get("/status")).json.entries).toBe(before);
  });

  it("come with an ETag, and are not sent again while they are the same", async () => {
    const first = await get("/status");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    const again = await server.ask("/api/v1/status?", {
      token: admin,
      headers: { "if-none-match": `"other", ${etag}` },
    });
    expect([again.status, again.text]).toEqual([304, ""]);
    const other = await server.ask("/api/v1/check", {
      token: admin,
      headers: { "if-none-match": etag },
    });
    expect(other.status).toBe(200);
  });
});

describe("writes", () => {
  it("register, amend, start and anchor", async () => {
    const early = await post("/start", { registration: FRESH });
    expect([early.status, early.json.code]).toEqual([409, "EXPERIMENT_NOT_LOCKED"]);
    const registered = await post("/register", { registration: FRESH });
    expect(registered.json).toMatchObject({
      schema: "plumbline.registered/1",
      experiment: FRESH_ID,
    });
    const twice = await post("/register", { registration: FRESH });
    expect([twice.status, twice.json.code]).toEqual([409, "ALREADY_REGISTERED"]);
    expect(twice.headers.get("content-type")).toContain("application/problem+json");
    const same = await post("/amend", { registration: FRESH, reason: "no change at all" });
    expect(same.json.code).toBe("NOTHING_CHANGED");
    ws.edit(FRESH, "alpha: 0.05", "alpha: 0.04");
    const amended = await post("/amend", { registration: FRESH, reason: "stricter, as agreed" });
    expect(amended.json).toMatchObject({ schema: "plumbline.amended/1", looksBefore: 0 });
    ws.edit(FRESH, "alpha: 0.04", "alpha: 0.05");
    expect((await post("/anchor", {})).json.schema).toBe("plumbline.anchored/1");
  });

  it("start an experiment that is locked, once", async () => {
    const started = await post("/start", { registration: "experiments/us_mle_01.yaml" });
    expect(started.json).toMatchObject({ schema: "plumbline.started/1", by: null });
    const twice = await post("/start", { registration: "experiments/us_mle_01.yaml" });
    expect(twice.json.code).toBe("ALREADY_STARTED");
  });

  it("read results and record the look", async () => {
    const readout = await post("/readout", { registration: "experiments/us_mle_01.yaml" });
    expect(readout.json).toMatchObject({ schema: "plumbline.readout/1" });
    const { items } = (await get("/ledger/entries", { limit: "1" })).json;
    expect(items[0].type).toBe("looked");
    const replayed = await get("/replay", { seq: String(items[0].seq) });
    expect(replayed.json).toMatchObject({ identical: true, schema: "plumbline.replay/1" });
    expect(replayed.json.replayed).toEqual(items[0].body.verdict);
  });

  it("watch limits, and suggest some", async () => {
    const watched = await post("/watch", { registration: RERANKER });
    expect(watched.json).toMatchObject({ schema: "plumbline.watch/1", invalid: [] });
    const suggested = await get("/guardrails/suggest", { registration: RERANKER });
    expect(suggested.json.schema).toBe("plumbline.guardrail-suggestions/1");
  });

  it("rank, choose and explain the candidates of a quarter", async () => {
    const portfolio = "portfolios/2026q3.yaml";
    for (const command of ["rank", "choose"]) {
      const answer = await get(`/portfolio/${command}`, { portfolio });
      expect(answer.json).toEqual(await ws.json(`portfolio ${command}`, { portfolio }));
    }
    const one = { portfolio, candidate: "two_tower" };
    const explained = await get("/portfolio/explain", one);
    expect(explained.json).toEqual(await ws.json("portfolio explain", one));
    const none = await get("/portfolio/explain", { portfolio, candidate: "two_towers" });
    expect([none.status, none.json.code]).toEqual([422, "CANDIDATE_UNKNOWN"]);
  });

  it("tell an effect by day, and what is left of a lift after the launch", async () => {
    const novelty = await get("/novelty", { registration: RERANKER, days: "14" });
    expect(novelty.json).toEqual(await ws.json("novelty", { registration: RERANKER, days: "14" }));
    const early = await get("/novelty", { registration: RERANKER, asOf: "2026-07-12" });
    expect([early.status, early.json.code]).toEqual([422, "NOVELTY_TOO_EARLY"]);
    const none = await get("/holdback", { registration: RERANKER });
    expect([none.status, none.json.code]).toEqual([422, "HOLDBACK_NOT_REGISTERED"]);
    const workspace = await launched(later(0.04));
    await ship(workspace);
    const own = await startServer(workspace.root, { now: () => new Date(READ) });
    try {
      const token = await own.token(["author"]);
      const read = await own.ask(`/api/v1/holdback${query({ registration: FILE })}`, { token });
      expect(read.json).toMatchObject({ schema: "plumbline.holdback/1", day: 30, days: 30 });
      expect(read.json.comparisons[0]).toMatchObject({ metric: "h_spend", finding: "faded" });
      for (const each of own.contract.seen) server.contract.seen.add(each);
    } finally {
      await own.close();
    }
  });

  it("under an idempotency key are done once, whatever is sent twice", async () => {
    ws.edit(FRESH, "alpha: 0.05", "alpha: 0.03");
    const body = { registration: FRESH, reason: "stricter still, agreed" };
    const key = { "idempotency-key": "a-1" };
    const both = await Promise.all([post("/amend", body, key), post("/amend", body, key)]);
    const codes = both.map(({ status }) => status).sort();
    expect([200, 409]).toContain(codes[1]);
    expect(codes[0]).toBe(200);
    const entries = (await get("/status")).json.entries;
    const again = await post("/amend", body, key);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.json).toEqual(both.find(({ status }) => status === 200)?.json);
    expect((await get("/status")).json.entries).toBe(entries);
    const other = await post("/amend", { ...body, reason: "something else entirely" }, key);
    expect(other.json.code).toBe("IDEMPOTENCY_MISMATCH");
    const free = { "idempotency-key": "a-2" };
    expect((await post("/amend", body, free)).json.code).toBe("NOTHING_CHANGED");
    expect((await post("/amend", body, free)).headers.get("idempotency-replayed")).toBeNull();
    expect((await post("/amend", body, { "idempotency-key": "a b" })).status).toBe(400);
  });
});

describe("lists", () => {
  it("go through the ledger in pages, from either end, without loss or repetition", async () => {
    const walk = async (fields: Record<string, string>) => {
      const seqs: number[] = [];
      let next: string | null = null;
      do {
        const page: { items: { seq: number }[]; next: string | null } = (
          await get("/ledger/entries", { ...fields, limit: "2", ...(next ? { cursor: next } : {}) })
        ).json;
        expect(page.items.length).toBeLessThanOrEqual(2);
        seqs.push(...page.items.map(({ seq }) => seq));
        next = page.next;
      } while (next !== null);
      return seqs;
    };
    const { entries, experiments } = (await get("/status")).json;
    const up = Array.from({ length: entries }, (_, at) => at + 1);
    expect(await walk({ order: "oldest" })).toEqual(up);
    expect(await walk({})).toEqual([...up].reverse());
    const subject = experiments.find((e: { path: string }) => e.path === RERANKER).standing
      .experiment;
    const own = await walk({ subject });
    expect(own).toEqual([...(await walk({ subject, order: "oldest" }))].reverse());
    expect(own.length).toBeGreaterThan(4);
    expect((await get("/ledger/entries", { cursor: "x" })).json.code).toBe("CURSOR_INVALID");
  });

  it("go through the experiments", async () => {
    const first = await get("/experiments", { limit: "2" });
    const rest = await get("/experiments", { cursor: first.json.next });
    const ids = [...first.json.items, ...rest.json.items].map((each) => each.standing.experiment);
    expect(ids.length).toBe((await get("/status")).json.experiments.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(rest.json.next).toBeNull();
  });

  it("give single entries with proofs, and the export", async () => {
    const entry = await get("/ledger/entries/2");
    expect(entry.json).toMatchObject({ seq: 2, type: "signed" });
    const proof = await get("/ledger/entries/2/proof");
    const { verifyInclusion, leafHash } = await import("@plumbline/ledger");
    const { text, size, root, path } = proof.json;
    const hex = (hash: string) => Buffer.from(hash, "hex");
    expect(() =>
      verifyInclusion({
        leaf: leafHash(Buffer.from(text)),
        index: 1,
        size,
        root: hex(root),
        proof: path.map(hex),
      } as never),
    ).not.toThrow();
    expect((await get("/ledger/entries/999")).json.code).toBe("NOT_FOUND");
    const { text: exported } = await get("/ledger/export");
    expect(exported.split("\n").length - 1).toBe((await get("/status")).json.entries);
  });
});

describe("paths that clients give", () => {
  it("stay in the workspace, and are documents of it", async () => {
    writeFileSync(join(ws.root, "..", "outside.yaml"), "experiment_id: outside\n");
    symlinkSync(join(ws.root, "..", "outside.yaml"), join(ws.root, "experiments", "link.yaml"));
    cpSync(join(ws.root, RERANKER), join(ws.root, "copy.yaml"));
    const outside = [
      "../outside.yaml",
      "experiments/../../outside.yaml",
      join(ws.root, RERANKER),
      "/etc/passwd",
      "C:\\windows.yaml",
      "experiments/link.yaml",
      ".plumbline/ledger.db",
      "copy.yaml",
      "experiments",
      "experiments/none.yaml",
      "experiments/us\u0000.yaml",
      "",
    ];
    for (const path of outside) {
      const read = await get("/document", { path });
      expect([path, read.status]).toEqual([path, 400]);
      const look = await post("/readout", { registration: path });
      expect([path, look.status]).toEqual([path, 400]);
      expect(look.text).not.toContain(ws.root);
    }
    const evidence = await post("/readout", {
      registration: RERANKER,
      evidence: "../outside.yaml",
    });
    expect(evidence.json.code).toBe("PATH_REFUSED");
  });
});

describe("failures", () => {
  it("of documents say the place and how to mend it", async () => {
    ws.edit(FRESH, "alpha: 0.03", "alpha: 3");
    const { status, json } = await get("/design/size", { registration: FRESH });
    expect([status, json.code]).toEqual([422, "DOCUMENTS_INVALID"]);
    expect(json.problems[0]).toMatchObject({ file: FRESH, line: expect.any(Number) });
    expect(json.problems[0].mend).not.toBe("");
    ws.edit(FRESH, "alpha: 3", "alpha: 0.03");
  });

  it("of input name the fields, and what belongs to the command line is no field", async () => {
    const missing = await post("/readout", {});
    expect(missing.json).toMatchObject({
      code: "INPUT_INVALID",
      fields: [{ pointer: "/registration" }],
    });
    for (const own of ["html", "threads", "memoryLimit", "json", "explain"]) {
      const refused = await post("/readout", { registration: RERANKER, [own]: "x" });
      expect([own, refused.json.code]).toEqual([own, "INPUT_INVALID"]);
    }
    expect((await get("/verify", { remote: "https://example.org" })).json.code).toBe(
      "INPUT_INVALID",
    );
    const wrong = await get("/design/plan", { looks: "7,14", levels: "0.05" });
    expect(wrong.json).toMatchObject({ code: "INPUT_INVALID", fields: [{ pointer: "/levels" }] });
    expect((await get("/replay", { seq: "999" })).status).toBe(404);
    const when = await post("/readout", { registration: RERANKER, asOf: "yesterday-ish" });
    expect(when.status).toBe(400);
  });

  it("of the request itself have codes", async () => {
    const bad = await fetch(`${server.url}/api/v1/readout`, {
      method: "POST",
      headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
      body: "{",
    });
    expect([bad.status, ((await bad.json()) as { code: string }).code]).toEqual([
      400,
      "BODY_UNREADABLE",
    ]);
    const large = await post("/amend", { registration: RERANKER, reason: "x".repeat(2_000_000) });
    expect([large.status, large.json.code]).toEqual([413, "BODY_TOO_LARGE"]);
    const none = await get("/nothing");
    expect([none.status, none.json.code]).toEqual([404, "NOT_FOUND"]);
  });
});

describe("the contract", () => {
  it("was held against a success of every operation, and against failures", () => {
    const { seen } = server.contract;
    for (const { method, path } of SERVED) expect(seen).toContain(`${method} /api/v1${path} 200`);
    expect([...seen].filter((each) => each.endsWith("default")).length).toBeGreaterThan(8);
    expect(server.contract.document.openapi).toMatch(/^3\.1\./);
  });
});
