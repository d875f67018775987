// Registering, signing, amending and their status, on a real SQLite ledger in a workspace of its own.
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentHash, openLedger, readEntry } from "@plumbline/ledger";
import { describe, expect, it } from "vitest";
import { registrationErrorCodes } from "./errors.js";
import {
  BEFORE,
  INTENT,
  locked,
  RERANKER,
  RERANKER_ID,
  STAFF,
  testWorkspace,
} from "./testing/workspace.js";

const everybody = ["Ada", "Ben", "Cleo", "Dev", "Eva", "Fay"];
const csat = "threshold_relative: -0.01 # may";
const looser = "threshold_relative: -0.02 # may";
const csatPath = "registration.guardrails[chat_csat_proxy_per_user_14d].threshold_relative";

interface Status {
  readonly experiments: readonly {
    readonly standing: {
      readonly state: string;
      readonly sentence: string;
      readonly version: {
        readonly document: string;
        readonly missing: string[];
        readonly counted: { role: string; person: string }[];
      } | null;
      readonly amendments: readonly { reason: string; looksBefore: number; changes: unknown[] }[];
      readonly changed: readonly { path: string; before?: unknown; after?: unknown }[] | null;
      readonly rejected: readonly unknown[];
    };
    readonly checks: readonly { id: string; status: string; sentence: string }[] | null;
  }[];
  readonly entries: number;
}

const statusOf = async (ws: Awaited<ReturnType<typeof testWorkspace>>, registration = RERANKER) => {
  const { experiments } = await ws.json<Status>("status", { registration });
  return experiments[0]!;
};

describe("keys", () => {
  it("are the user's own: private, outside the workspace, never replaced", async () => {
    const ws = await testWorkspace([]);
    const made = await ws.json<{ file: string; fingerprint: string }>("keys new", {
      name: "Ada Lovelace",
    });
    expect(made.file).toBe(join(ws.keys, "ada-lovelace.key.pem"));
    expect(statSync(made.file).mode & 0o777).toBe(0o600);
    expect((await ws.run("keys new", { name: "Ada Lovelace" })).stderr).toMatch(/^KEY_EXISTS /);
    expect((await ws.run("keys list")).stdout).toContain(made.fingerprint);
    expect((await ws.run("keys new", { name: "\u0411\u043e\u0431" })).exitCode).toBe(0);
  });

  it("of which the private half never leaves the file", async () => {
    const ws = await testWorkspace([]);
    const shown = [
      await ws.run("keys new", { name: "Ada" }),
      await ws.run("keys list"),
      await ws.run("keys list", { json: true }),
    ];
    const secret = readFileSync(join(ws.keys, "ada.key.pem"), "utf8").split("\n")[1]!;
    for (const { stdout, stderr } of shown)
      expect(stdout + stderr).not.toContain(secret.slice(-40));
  });
});

describe("people.yaml", () => {
  it.each([
    ["a private key", 'people: {Ada: {keys: ["-----BEGIN PRIVATE KEY-----"]}}', "FIELD_INVALID"],
    ["a text that is no key", "people: {Ada: {keys: [abc]}}", "FIELD_INVALID"],
    ["an unknown field", "people: {Ada: {email: a, keys: []}}", "FIELD_UNKNOWN"],
    ["no key at all", "people: {Ada: {keys: []}}", "FIELD_INVALID"],
  ])("with %s is refused, with its place", async (_what, text, code) => {
    const ws = await testWorkspace([]);
    writeFileSync(join(ws.root, "people.yaml"), text);
    expect((await ws.run("status")).stderr).toMatch(new RegExp(`^people\\.yaml:1:\\d+  ${code} `));
  });

  it("with problems does not keep keys from being listed, which it takes to mend them", async () => {
    const ws = await testWorkspace(["Ada"]);
    expect((await ws.run("keys list")).stdout).toMatch(/^ada {2}Ada$/m);
    writeFileSync(join(ws.root, "people.yaml"), "people:");
    expect((await ws.run("keys list")).stdout).toMatch(/^ada {2}nobody's by people.yaml$/m);
  });

  it("cannot give one key to two people, for then one person would count twice", async () => {
    const ws = await testWorkspace(["Ada"]);
    const text = readFileSync(join(ws.root, "people.yaml"), "utf8");
    writeFileSync(
      join(ws.root, "people.yaml"),
      `${text}${text.replace("people:\n", "").replace('"Ada"', '"Zoe"')}`,
    );
    expect((await ws.run("status")).stderr).toContain("KEY_SHARED  Zoe and Ada have the same key.");
  });
});

describe("registering", () => {
  it("hashes what the registration leads to, and asks the workspace's roles to sign", async () => {
    const ws = await testWorkspace([]);
    const made = await ws.json<{ document: string; roles: { role: string }[]; seq: number }>(
      "register",
      { registration: RERANKER },
    );
    expect(made.seq).toBe(1);
    expect(made.roles.map(({ role }) => role)).toEqual([
      "applied_ml_eng",
      "ds_partner",
      "eng_manager",
      "pm",
    ]);
    const store = await openLedger(join(ws.root, ".plumbline/ledger.db"), { readOnly: true });
    const entry = readEntry((await store.read())[0]!.text);
    await store.close();
    expect(entry).toMatchObject({ type: "registered", subject: RERANKER_ID, at: BEFORE });
    expect(documentHash(entry.body.content)).toBe(made.document);
    const { metrics, sources, registration } = entry.body.content as Record<string, object>;
    expect(Object.keys(metrics!)).toContain("retention_28d");
    expect(Object.keys(sources!)).toContain("exposures");
    expect(registration).not.toHaveProperty("pre_registration");
  });

  it("does not depend on comments, on the order of keys, or on what pre_registration repeats", async () => {
    const [one, two] = [await testWorkspace([]), await testWorkspace([])];
    two.edit(RERANKER, "power: 0.80\nalpha: 0.05\n", "alpha: 0.050\npower: 0.8 # as usual\n");
    two.edit(
      RERANKER,
      "registered_at: 2026-06-29T09:00:00Z",
      "registered_at: 2026-06-28T09:00:00Z",
    );
    const hashes = [one, two].map((ws) => ws.json("register", { registration: RERANKER }));
    const [a, b] = await Promise.all(hashes);
    expect(a!.document).toBe(b!.document);
  });

  it("adds the director when stakes are high", async () => {
    const ws = await testWorkspace([]);
    ws.edit(INTENT, "power: 0.80", "stakes: high\npower: 0.80");
    // Every guardrail has to be proved then, and the primary metric needs the power that they leave.
    ws.edit(INTENT, "sample_size_per_arm: 240000", "sample_size_per_arm: 1500000");
    const made = await ws.json<{ roles: { role: string }[] }>("register", { registration: INTENT });
    expect(made.roles.map(({ role }) => role)).toContain("director");
  });

  it("is refused while the documents have errors, and leaves no trace", async () => {
    const ws = await testWorkspace([]);
    ws.edit(RERANKER, "direction: higher_is_better", "direction: up");
    expect((await ws.run("register", { registration: RERANKER })).stderr).toContain(
      "FIELD_INVALID",
    );
    expect(existsSync(join(ws.root, ".plumbline"))).toBe(false);
  });

  it("happens once", async () => {
    const ws = await testWorkspace([]);
    await ws.json("register", { registration: RERANKER });
    expect((await ws.run("register", { registration: RERANKER })).stderr).toMatch(
      /^ALREADY_REGISTERED .*just as it stands/,
    );
    ws.edit(RERANKER, csat, looser);
    expect((await ws.run("register", { registration: RERANKER })).stderr).toMatch(
      /^ALREADY_REGISTERED .*another content/,
    );
  });
});

describe("signing", () => {
  it("locks when everybody signed, and says until then who is missing", async () => {
    const ws = await testWorkspace(everybody);
    await ws.json("register", { registration: RERANKER });
    expect((await statusOf(ws)).standing.state).toBe("unsigned");
    const states: unknown[] = [];
    for (const [role, as] of STAFF) {
      const { state, missing } = await ws.json<{ state: string; missing: unknown[] }>("sign", {
        registration: RERANKER,
        role,
        as,
      });
      states.push([state, missing.length]);
    }
    expect(states).toEqual([
      ["half_signed", 3],
      ["half_signed", 2],
      ["half_signed", 1],
      ["locked", 0],
    ]);
    const { standing, checks } = await statusOf(ws);
    expect(standing.sentence).toBe("Locked on 2026-06-20 by 4 signatures.");
    expect(checks!.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "registered passed",
      "signatures passed",
      "unchanged passed",
      "before_start passed",
      "limits_kept passed",
      "guardrails_committed not_checked",
      "anchored not_checked",
    ]);
  });

  it("counts one person once, for the role where it helps", async () => {
    const ws = await testWorkspace(everybody);
    await ws.json("register", { registration: RERANKER });
    const sign = (role: string, as: string) =>
      ws.json<{ missing: { role: string }[]; uncounted: boolean }>("sign", {
        registration: RERANKER,
        role,
        as,
      });
    await sign("pm", "Ada");
    await sign("ds_partner", "Cleo");
    await sign("eng_manager", "Dev");
    const twice = await sign("applied_ml_eng", "Ada");
    expect(twice.missing).toHaveLength(1);
    expect((await statusOf(ws)).standing.state).toBe("half_signed");
    await sign("pm", "Fay");
    const { standing } = await statusOf(ws);
    expect(standing.state).toBe("locked");
    expect(standing.version!.counted).toContainEqual(
      expect.objectContaining({ role: "applied_ml_eng", person: "Ada" }),
    );
  });

  it("is refused to whoever may not, with a code", async () => {
    const ws = await testWorkspace(everybody);
    const sign = async (role: string, as?: string, registration = RERANKER) =>
      (await ws.run("sign", { registration, role, ...(as ? { as } : {}) })).stderr.split(" ")[0];
    expect(await sign("pm", "Ada")).toBe("LEDGER_EMPTY");
    expect(existsSync(join(ws.root, ".plumbline"))).toBe(false);
    await ws.json("register", { registration: RERANKER });
    expect(await sign("pm", "Ben")).toBe("ROLE_NOT_HELD");
    expect(await sign("director", "Eva")).toBe("ROLE_NOT_REQUIRED");
    expect(await sign("pm", "Nobody")).toBe("PERSON_UNKNOWN");
    expect(await sign("pm")).toBe("PERSON_UNCLEAR");
    expect(await sign("pm", "Ada", INTENT)).toBe("NOT_REGISTERED");
    await ws.json("sign", { registration: RERANKER, role: "pm", as: "Ada" });
    expect(await sign("pm", "Ada")).toBe("ALREADY_SIGNED");
    process.env.PLUMB_KEYS = join(ws.root, "no-keys");
    expect(await sign("ds_partner", "Cleo")).toBe("KEY_NOT_HERE");
  });

  it("with a key that others can read is refused, and says so", async () => {
    const ws = await testWorkspace(["Ada"]);
    await ws.json("register", { registration: RERANKER });
    chmodSync(join(ws.keys, "ada.key.pem"), 0o644);
    for (const as of [{}, { as: "Ada" }]) {
      const { stderr } = await ws.run("sign", { registration: RERANKER, role: "pm", ...as });
      expect(stderr).toContain("KEY_PERMISSIONS");
    }
  });

  it("does not count with a key that people.yaml no longer trusts", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    const other = await ws.json<{ public_key: string }>("keys new", { name: "Ada", file: "ada-2" });
    const text = readFileSync(join(ws.root, "people.yaml"), "utf8");
    writeFileSync(
      join(ws.root, "people.yaml"),
      text.replace(/"Ada":\n {4}keys: .*/, `"Ada":\n    keys: [${other.public_key}]`),
    );
    const { standing } = await statusOf(ws);
    expect(standing.state).toBe("half_signed");
    expect(standing.rejected).toHaveLength(1);
    expect((await ws.run("verify")).exitCode).toBe(1);
  });
});

describe("a change after locking", () => {
  it("is seen at once: which keys, old and new", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    ws.edit(RERANKER, csat, looser);
    ws.edit("metrics/chat.yaml", "order: 0.95", "order: 0.9");
    const { standing, checks } = await statusOf(ws);
    expect(standing.changed).toEqual([
      { path: "metrics.p95_chatbot_turn_latency_ms.order", before: 0.95, after: 0.9 },
      { path: csatPath, before: -0.01, after: -0.02 },
    ]);
    expect(checks!.find(({ id }) => id === "unchanged")!.status).toBe("failed");
    expect(
      (await ws.run("sign", { registration: RERANKER, role: "pm", as: "Ada" })).stderr,
    ).toMatch(/^CHANGED_SINCE_REGISTRATION /);
    const verified = await ws.run("verify");
    expect(verified.exitCode).toBe(1);
    expect(verified.stdout).toContain(`CHANGED_SINCE_REGISTRATION  ${RERANKER_ID}`);
    expect((await ws.run("status", { registration: RERANKER, requireLocked: true })).exitCode).toBe(
      1,
    );
  });

  it("becomes an amendment only with a reason; then everybody signs again, and it stays visible", async () => {
    const ws = await testWorkspace(everybody);
    await locked(ws);
    expect(
      (await ws.run("amend", { registration: RERANKER, reason: "noise in the proxy" })).stderr,
    ).toMatch(/^NOTHING_CHANGED /);
    ws.edit(RERANKER, csat, looser);
    expect((await ws.run("amend", { registration: RERANKER })).stderr).toMatch(/^INPUT_INVALID/);
    await ws.json("amend", { registration: RERANKER, reason: "noise in the proxy" });
    const { standing } = await statusOf(ws);
    expect(standing).toMatchObject({ state: "unsigned", changed: [] });
    expect(standing.amendments).toMatchObject([
      {
        reason: "noise in the proxy",
        looksBefore: 0,
        changes: [{ path: csatPath, before: -0.01, after: -0.02 }],
      },
    ]);
    for (const [role, as] of STAFF) await ws.json("sign", { registration: RERANKER, role, as });
    expect((await statusOf(ws)).standing.sentence).toBe(
      "Locked on 2026-06-20 by 4 signatures. Amended on 2026-06-20, before any look.",
    );
    // Back to the first text: signatures of the first version do not count again.
    ws.edit(RERANKER, looser, csat);
    await ws.json("amend", { registration: RERANKER, reason: "back to what it was" });
    expect((await statusOf(ws)).standing.state).toBe("unsigned");
  });

  it("does not pass for an experiment locked in time when the lock came after the start", async () => {
    const ws = await testWorkspace(everybody);
    const late = "2026-07-07T00:00:00.000Z";
    await ws.json("register", { registration: RERANKER }, late);
    for (const [role, as] of STAFF)
      await ws.json("sign", { registration: RERANKER, role, as }, late);
    const { checks } = await statusOf(ws);
    expect(checks!.filter(({ status }) => status === "failed").map(({ id }) => id)).toEqual([
      "before_start",
      "limits_kept",
    ]);
  });
});

describe("outside a workspace", () => {
  it("every command says so, and makes nothing", async () => {
    const ws = await testWorkspace([]);
    const alone = join(ws.root, "..", "alone");
    mkdirSync(alone);
    writeFileSync(join(alone, "x.yaml"), "experiment_id: x\n");
    const { stderr } = await ws.run("register", { registration: join(alone, "x.yaml") });
    expect(stderr).toMatch(/^NO_WORKSPACE /);
  });
});

it("docs/signatures.md lists every code of a RegistrationError, and no other", () => {
  const page = readFileSync(new URL("../../../../../docs/signatures.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf("## Errors"));
  const listed = [...table.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code]) => code);
  expect(listed).toEqual([...registrationErrorCodes]);
});
