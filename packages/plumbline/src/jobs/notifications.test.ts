// Messages to real receivers on a port of their own: signed, tried again, given up, and told once.
import { createHmac } from "node:crypto";
import { appendFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { RERANKER, RERANKER_ID, testWorkspace } from "../operations/ledger/testing/workspace.js";
import { operations } from "../operations/table.js";
import { openServerDatabase } from "../state/database.js";
import { DELIVERY_PAUSES } from "./deliver.js";
import { type Job, JobStore } from "./job-store.js";
import { slackBody } from "./messages.js";
import { Worker } from "./worker.js";

const SECRET = `whsec_${Buffer.from("plumbline's own secret, 32 bytes").toString("base64")}`;
const T0 = Date.parse("2026-06-20T12:00:00.000Z");

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Receiver {
  readonly url: string;
  readonly received: Received[];
  answer: { status: number; headers?: Record<string, string> };
  readonly server: Server;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function receiver(): Promise<Receiver> {
  const received: Received[] = [];
  const made = {
    url: "",
    received,
    answer: { status: 204 } as Receiver["answer"],
    server: createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      request.on("end", () => {
        received.push({ headers: request.headers, body });
        response.writeHead(made.answer.status, made.answer.headers).end();
      });
    }),
  };
  await new Promise<void>((done) => made.server.listen(0, "127.0.0.1", done));
  closing.push(() => new Promise((done) => made.server.close(done)));
  made.url = `http://127.0.0.1:${(made.server.address() as AddressInfo).port}/hook`;
  return made;
}

const TARGETS = `
notifications:
  - { name: ci, format: standard, url_env: PLUMB_TEST_URL, secret_env: PLUMB_TEST_SECRET, events: [registered, looked, work_failed] }
  - { name: chat, format: slack, url_env: PLUMB_TEST_CHAT }
`;

async function notifying(environment: NodeJS.ProcessEnv, servers = 1) {
  const workspace = await testWorkspace([]);
  appendFileSync(`${workspace.root}/plumbline.yaml`, TARGETS);
  const clock = { now: T0 };
  const database = await openServerDatabase(workspace.root);
  const store = new JobStore(database);
  const workers = Array.from(
    { length: servers },
    () =>
      new Worker({
        root: workspace.root,
        now: () => new Date(clock.now),
        database,
        operations,
        publicUrl: new URL("https://plumb.example.org"),
        keyDirectory: `${workspace.root}/no-keys`,
        log: { info: () => {}, warn: () => {} },
        interval: 15,
        environment,
      }),
  );
  for (const worker of workers) worker.start();
  closing.push(() => database.close());
  closing.push(() => Promise.all(workers.map((worker) => worker.stop())));
  const register = async () => {
    // A target that is new is told of what comes: so it must be known before.
    await new Promise((done) => setTimeout(done, 150));
    await workspace.json("register", { registration: RERANKER });
  };
  const job = async (settled: (job: Job) => boolean): Promise<Job> => {
    for (let tries = 0; tries < 400; tries += 1) {
      const [found] = (await store.list({ limit: 9, kinds: ["webhook"] })).filter(settled);
      if (found !== undefined) return found;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(JSON.stringify(await store.list({ limit: 9 })));
  };
  return { workspace, clock, store, register, job };
}

describe("what happens", () => {
  it("is told once to each target, signed as Standard Webhooks asks, by servers side by side", async () => {
    const ci = await receiver();
    const environment = { PLUMB_TEST_URL: ci.url, PLUMB_TEST_SECRET: SECRET };
    const { register, job, store } = await notifying(environment, 3);
    await register();
    expect(await job(({ state }) => state === "done")).toMatchObject({
      subject: RERANKER_ID,
      outcome: "Delivered (status 204).",
      attempts: 1,
    });
    await new Promise((done) => setTimeout(done, 200));
    expect(ci.received).toHaveLength(1);
    const [{ headers, body }] = ci.received as [Received];
    const message = JSON.parse(body);
    expect(message).toEqual({
      type: "plumbline.registered",
      timestamp: "2026-06-20T10:00:00.000Z",
      data: {
        seq: 1,
        subject: RERANKER_ID,
        sentence: `${RERANKER_ID} was registered.`,
        verdict: null,
        url: "https://plumb.example.org/ledger?entry=1",
      },
    });
    // By hand, after the specification: HMAC-SHA256 of id, time and body under the secret's bytes.
    const key = Buffer.from(SECRET.slice(6), "base64");
    const id = String(headers["webhook-id"]);
    const time = String(headers["webhook-timestamp"]);
    expect(time).toBe(String(T0 / 1000));
    const mac = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${mac}`);
    expect(() => new Webhook(SECRET).verify(`${body} `, headers as never)).toThrow();
    // Registered is no event of the chat, which was not asked for it.
    expect((await store.list({ limit: 9, kinds: ["webhook"] })).length).toBe(1);
  });

  it("is tried again with the same id after growing pauses, and shown when it is given up", async () => {
    const ci = await receiver();
    ci.answer = { status: 500 };
    const environment = { PLUMB_TEST_URL: ci.url, PLUMB_TEST_SECRET: SECRET };
    const { register, job, store, clock } = await notifying(environment);
    await register();
    for (const [at, pause] of DELIVERY_PAUSES.entries()) {
      const waiting = await job((each) => each.state === "waiting" && each.attempts === at + 1);
      expect(waiting.outcome).toBe("The target answered 500.");
      const wait = Date.parse(waiting.notBefore) - clock.now;
      expect(wait).toBeGreaterThanOrEqual(pause);
      expect(wait).toBeLessThanOrEqual(pause * 1.1 + 1);
      clock.now = Date.parse(waiting.notBefore);
    }
    const failed = await job(({ state }) => state === "failed");
    expect(failed.attempts).toBe(DELIVERY_PAUSES.length + 1);
    const ids = ci.received.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toHaveLength(DELIVERY_PAUSES.length + 1);
    expect(new Set(ids).size).toBe(1);
    expect(new Set(ci.received.map(({ body }) => body)).size).toBe(1);
    ci.answer = { status: 200 };
    expect(await store.retry(failed.id, new Date(clock.now))).toBe(true);
    expect((await job(({ state }) => state === "done")).id).toBe(failed.id);
  });

  it.each([
    ["is given up at once where the target is gone", 410, {}, "failed", 0],
    ["waits as long as the target asks", 429, { "retry-after": "3600" }, "waiting", 3_600_000],
    ["does not follow a redirect", 307, { location: "http://127.0.0.1:9/" }, "waiting", 5000],
  ])("%s", async (_, status, headers, state, wait) => {
    const ci = await receiver();
    ci.answer = { status, headers };
    const environment = { PLUMB_TEST_URL: ci.url, PLUMB_TEST_SECRET: SECRET };
    const { register, job } = await notifying(environment);
    await register();
    const tried = await job(({ attempts, outcome }) => attempts === 1 && outcome !== "");
    expect([tried.state, tried.outcome]).toEqual([state, `The target answered ${status}.`]);
    expect(Date.parse(tried.notBefore) - T0).toBeGreaterThanOrEqual(wait);
    expect(ci.received).toHaveLength(1);
  });

  it.each([
    [{}, "The environment has no PLUMB_TEST_URL."],
    [
      { PLUMB_TEST_URL: "http://example.org/s3cret" },
      "PLUMB_TEST_URL must hold an https:// address.",
    ],
    [{ PLUMB_TEST_URL: "nowhere" }, "PLUMB_TEST_URL holds no address."],
    [
      { PLUMB_TEST_URL: "http://127.0.0.1:9/s3cret", PLUMB_TEST_SECRET: "short" },
      "PLUMB_TEST_SECRET holds no signing secret (whsec_ and base64).",
    ],
    [
      { PLUMB_TEST_URL: "http://127.0.0.1:9/s3cret", PLUMB_TEST_SECRET: SECRET },
      "The target could not be reached: ",
    ],
  ])(
    "says what is wrong with a target, and never its address: %#",
    async (environment, outcome) => {
      const { register, job } = await notifying(environment);
      await register();
      const tried = await job((each) => each.attempts === 1 && each.outcome !== "");
      expect(tried.outcome.startsWith(outcome)).toBe(true);
      expect(JSON.stringify(tried)).not.toContain("s3cret");
    },
  );
});

it("a text for Slack holds no sign that means something there, but the link", () => {
  const data = {
    seq: 1,
    subject: "e",
    sentence: "a <b> & <!channel>",
    verdict: null,
    url: "https://plumb.example.org/ledger?entry=1",
  };
  const text = slackBody({ type: "plumbline.looked", timestamp: "2026-06-20T10:00:00.000Z", data });
  expect(JSON.parse(text)).toEqual({
    text: "a &lt;b&gt; &amp; &lt;!channel&gt; <https://plumb.example.org/ledger?entry=1|Open>",
  });
});
