// Signing with one's own key, away from the server; and events, which everybody who listens gets.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSigner, type Signer } from "@plumbline/ledger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, FRESH, FRESH_ID, makeDemo, NOW } from "./testing/demo.js";
import { startServer, type TestServer } from "./testing/server.js";

let demo: Demo;
let server: TestServer;
let clock = NOW;
let admin: string;

beforeAll(async () => {
  demo = await makeDemo();
  server = await startServer(demo.root, { now: () => new Date(clock) });
  admin = await server.token(["admin"]);
});

afterAll(async () => {
  await server?.close();
  demo?.remove();
});

const signerOf = (role: string): Signer =>
  loadSigner(demo.keys, `demo-${role.replaceAll("_", "-")}`);

const toSign = (fields: Record<string, string>, token = admin) =>
  server.ask(`/api/v1/signature?${new URLSearchParams({ registration: FRESH, ...fields })}`, {
    token,
  });

interface ToSign {
  readonly payload: string;
  readonly payloadType: string;
  readonly pae: string;
}

/** What a browser or a command does with its own key. */
const signed = ({ payload, payloadType, pae }: ToSign, signer: Signer) => ({
  payload,
  payloadType,
  signatures: [
    { keyid: signer.keyId, sig: signer.sign(Buffer.from(pae, "base64")).toString("base64") },
  ],
});

const handIn = (envelope: unknown, token = admin, registration = FRESH) =>
  server.ask("/api/v1/signature", { token, body: { registration, envelope } });

describe("a signature", () => {
  it("is of what is registered: nothing else can be signed", async () => {
    const pm = { role: "pm", person: "Demo PM" };
    expect((await toSign(pm)).json.code).toBe("NOT_REGISTERED");
    await server.ask("/api/v1/register", { token: admin, body: { registration: FRESH } });
    expect((await toSign({ ...pm, role: "owner" })).json.code).toBe("ROLE_NOT_REQUIRED");
    expect((await toSign({ ...pm, person: "Nobody" })).json.code).toBe("PERSON_UNKNOWN");
    const { json } = await toSign(pm);
    expect(json).toMatchObject({ experiment: FRESH_ID, role: "pm", at: NOW });
    expect(json.keys).toEqual([signerOf("pm").keyId]);
  });

  it("by the wrong key, of another statement, too old or in another's name is refused, and nothing is written", async () => {
    const { json } = await toSign({ role: "pm", person: "Demo PM" });
    const before = (await server.ask("/api/v1/status", { token: admin })).json.entries;
    const wrong = await handIn(signed(json, signerOf("ds_partner")));
    expect([wrong.status, wrong.json.code]).toEqual([422, "BAD_SIGNATURE"]);
    const altered = {
      ...signed(json, signerOf("pm")),
      payload: Buffer.from("{}").toString("base64"),
    };
    expect((await handIn(altered)).json.code).toBe("BAD_SIGNATURE");
    const good = signed(json, signerOf("pm"));
    const elsewhere = await handIn(good, admin, "experiments/us_mle_01.yaml");
    expect(elsewhere.json.code).toBe("CHANGED_MEANWHILE");
    const foreign = await server.token(["signer"], "Demo data scientist");
    expect((await handIn(good, foreign)).json.code).toBe("SIGNATURE_FOREIGN");
    clock = "2026-08-20T12:11:00.000Z";
    expect((await handIn(good)).json.code).toBe("SIGNATURE_STALE");
    clock = NOW;
    expect((await server.ask("/api/v1/status", { token: admin })).json.entries).toBe(before);
  });

  it("by everybody locks the registration, and verifies like those made by the command", async () => {
    const people = {
      pm: "Demo PM",
      applied_ml_eng: "Demo ML engineer",
      ds_partner: "Demo data scientist",
      eng_manager: "Demo engineering manager",
    };
    let state = "";
    for (const [role, person] of Object.entries(people)) {
      const own = await server.token(["signer"], person);
      const { json } = await toSign({ role, person }, own);
      const answer = await handIn(signed(json, signerOf(role)), own);
      expect(answer.status).toBe(200);
      state = answer.json.state;
      expect((await handIn(signed(json, signerOf(role)), own)).json.code).toBe("ALREADY_SIGNED");
    }
    expect(state).toBe("locked");
    const verified = await server.ask("/api/v1/verify", { token: admin });
    expect(verified.json.ok).toBe(true);
  });

  it("from before a change of the files is refused", async () => {
    const text = readFileSync(join(demo.root, FRESH), "utf8");
    writeFileSync(join(demo.root, FRESH), text.replace("alpha: 0.05", "alpha: 0.04"));
    const { json } = await toSign({ role: "pm", person: "Demo PM" });
    expect(json.code).toBe("CHANGED_SINCE_REGISTRATION");
  });
});

describe("events", () => {
  it("tell everybody of every entry, and of what came while they were away", async () => {
    const token = await server.token(["viewer"]);
    const listen = async (last?: string) => {
      const stop = new AbortController();
      const response = await fetch(`${server.url}/api/v1/events`, {
        signal: stop.signal,
        headers: {
          authorization: `Bearer ${token}`,
          ...(last === undefined ? {} : { "last-event-id": last }),
        },
      });
      expect(response.headers.get("content-type")).toContain("text/event-stream");
      expect(response.headers.get("content-security-policy")).toContain("default-src");
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      return { stop: () => stop.abort(), read: untilEvent(reader) };
    };
    const [one, two] = await Promise.all([listen(), listen()]);
    const readout = { registration: "experiments/us_mle_01.yaml" };
    await server.ask("/api/v1/readout", { token: admin, body: readout });
    const event = await one.read("readout");
    expect(event).toMatchObject({ type: "looked" });
    expect(await two.read("readout")).toEqual(event);
    one.stop();
    two.stop();
    const later = await listen(String(event.seq - 2));
    expect((await later.read("readout")).seq).toBe(event.seq);
    later.stop();
  });
});

/** Reads until an event of a name has come; its data. */
function untilEvent(reader: ReadableStreamDefaultReader<string>) {
  let text = "";
  return async (name: string): Promise<{ seq: number; type: string }> => {
    for (;;) {
      const found = new RegExp(`event: ${name}\\ndata: (.*)\\n\\n`).exec(text)?.[1];
      if (found !== undefined) return JSON.parse(found);
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended without ${name}: ${text}`);
      text += value;
    }
  };
}
