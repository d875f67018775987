// The standing of a registration and its lock checks. Expectations follow from the rules in docs/signatures.md.
import { canonicalJson, type JsonValue, type LedgerEntry } from "@plumbline/ledger";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  documentChanges,
  isLocked,
  type LockInput,
  lockChecks,
  type RegisteredDocument,
  registeredDocument,
  registrationFacts,
  registrationStanding,
} from "./index.js";

const content = (threshold = -0.01): RegisteredDocument => ({
  registration: {
    experiment_id: "x",
    alpha: 0.05,
    guardrails: [
      { name: "csat", threshold_relative: threshold },
      { name: "latency", threshold_absolute: 50 },
    ],
  },
  metrics: { csat: { kind: "mean" }, primary: { kind: "mean" } },
  sources: {},
  defaults: {},
  required_roles: ["ds", "pm"],
});

type Draft = Pick<LedgerEntry, "type" | "body"> & { at?: string };

/** Entries numbered from 1, a day apart from 1 June unless dated. */
function ledger(...drafts: Draft[]): LedgerEntry[] {
  return drafts.map(({ type, body, at }, index) => ({
    type,
    body,
    subject: "x",
    previous: "0".repeat(64),
    seq: index + 1,
    at: at ?? `2026-06-${String(index + 1).padStart(2, "0")}T00:00:00.000Z`,
  }));
}

const registered = (document = "a", version = content()): Draft => ({
  type: "registered",
  body: { document, content: version },
});
const amended = (document: string, version: RegisteredDocument): Draft => ({
  type: "amended",
  body: { document, content: version, reason: "because", changes: [{ path: "p", before: 1 }] },
});
const signed = (role: string, person: string, document = "a", good = true): Draft => ({
  type: "signed",
  body: { document, role, person, good },
});
const looked: Draft = { type: "looked", body: { verdict: { verdict: "continue" } } };

const standingOf = (entries: readonly LedgerEntry[], current: RegisteredDocument | null = null) =>
  registrationStanding(
    "x",
    registrationFacts(entries, ({ body }) => body.good === true),
    current,
  );

describe("the standing", () => {
  it("goes from unregistered over unsigned and half signed to locked", () => {
    const entries = ledger(registered(), signed("pm", "Ada"), signed("ds", "Ben"));
    const states = [0, 1, 2, 3].map((count) => standingOf(entries.slice(0, count)).state);
    expect(states).toEqual(["unregistered", "unsigned", "half_signed", "locked"]);
    expect(standingOf(entries).version?.locked?.seq).toBe(3);
    expect(standingOf(entries.slice(0, 2)).version?.missing).toEqual(["ds"]);
  });

  it("is locked by the signature that completed the roles, not by a later one", () => {
    const entries = ledger(
      registered(),
      signed("pm", "Ada"),
      signed("ds", "Ada"),
      signed("ds", "Ben"),
      signed("pm", "Cleo"),
    );
    expect(standingOf(entries.slice(0, 3)).state).toBe("half_signed");
    expect(standingOf(entries).version?.locked?.seq).toBe(4);
  });

  it("counts no signature that does not hold, is for another document, or came before its version", () => {
    const wrong = [signed("ds", "Ben", "a", false), signed("ds", "Ben", "b")];
    for (const one of wrong) {
      expect(standingOf(ledger(registered(), signed("pm", "Ada"), one)).state).toBe("half_signed");
    }
    const early = ledger(signed("pm", "Ada"), signed("ds", "Ben"), registered());
    expect(standingOf(early).state).toBe("unsigned");
    const [bad] = standingOf(ledger(registered(), wrong[0]!)).rejected;
    expect(bad).toMatchObject({ role: "ds", person: "Ben" });
  });

  it("starts signatures again with an amendment, also with one back to an earlier text", () => {
    const entries = ledger(
      registered(),
      signed("pm", "Ada"),
      signed("ds", "Ben"),
      looked,
      looked,
      amended("b", content(-0.02)),
      amended("a", content()),
    );
    const standing = standingOf(entries);
    expect(standing.state).toBe("unsigned");
    expect(standing.amendments.map(({ looksBefore }) => looksBefore)).toEqual([2, 2]);
    expect(standing.sentence).toContain("Amended on 2026-06-06, after 2 looks.");
    expect(standing.versions[0]?.locked?.seq).toBe(3);
  });

  it("says which keys the files changed, and leaves alone what a workspace asks for now", () => {
    const current = { ...content(-0.02), required_roles: ["pm"] };
    expect(standingOf(ledger(registered()), current).changed).toEqual([
      { path: "registration.guardrails[csat].threshold_relative", before: -0.01, after: -0.02 },
    ]);
    expect(standingOf(ledger(registered())).changed).toBeNull();
  });

  it("takes nothing from entries of another shape", () => {
    const odd: Draft[] = [
      { type: "registered", body: {} },
      { type: "registered", body: { document: "a", content: { registration: 1 } } },
      { type: "signed", body: { role: 1 } },
      { type: "looked", body: {} },
      { type: "learned", body: { document: "a" } },
    ];
    const standing = standingOf(ledger(...odd));
    expect(standing.state).toBe("unregistered");
    expect(standing.looks).toMatchObject([{ verdict: "unknown" }]);
  });

  it("with no role to sign is never locked", () => {
    const nobody = { ...content(), required_roles: [] };
    expect(standingOf(ledger(registered("a", nobody), signed("pm", "Ada"))).state).toBe("unsigned");
  });
});

describe("the registered document", () => {
  const library = {
    metrics: {
      primary: { source: "turns", covariate: "before" },
      before: { source: "history" },
      guard: { source: "turns", denominator: { source: "visits" } },
      other: { source: "unused" },
    },
    sources: { turns: {}, history: {}, visits: {}, exposures: {}, unused: {} },
  };
  const build = (registration: Record<string, JsonValue>) =>
    registeredDocument({ ...library, registration, defaults: {}, requiredRoles: ["pm", "ds"] });

  it("holds every metric and source the registration leads to, and no other", () => {
    const { metrics, sources } = build({
      primary_metric: { name: "primary" },
      guardrails: [{ name: "guard" }],
      exposure: { source: "exposures" },
    });
    expect(Object.keys(metrics)).toEqual(["primary", "before", "guard"]);
    expect(Object.keys(sources)).toEqual(["turns", "history", "visits", "exposures"]);
  });

  it("leaves out pre_registration, and does not depend on the order of roles", () => {
    const bare = build({ experiment_id: "x" });
    expect(build({ experiment_id: "x", pre_registration: { document_hash: "y" } })).toEqual(bare);
    expect(bare.required_roles).toEqual(["ds", "pm"]);
  });

  it("takes no metric from what objects inherit", () => {
    expect(build({ primary_metric: { name: "constructor" } }).metrics).toEqual({});
  });
});

describe("documentChanges", () => {
  // Few words, so that drawn pairs are often alike in most of their keys.
  const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4, depthIdentifier: "json" },
      fc.constantFrom<JsonValue>(null, 0, -0, 1, "x", "y", true),
      fc.array(tie("json"), { maxLength: 3, depthIdentifier: "json" }),
      fc.dictionary(fc.constantFrom("a", "name"), tie("json"), { depthIdentifier: "json" }),
    ),
  }));

  it("is empty exactly when both have the same canonical JSON", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(documentChanges(a, a)).toEqual([]);
        expect(documentChanges(a, b).length === 0).toBe(canonicalJson(a) === canonicalJson(b));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("says added, removed, changed and moved", () => {
    const list = (...names: string[]) => names.map((name) => ({ name }));
    expect(documentChanges({ a: 1, b: 2 }, { b: 3, c: null })).toEqual([
      { path: "a", before: 1 },
      { path: "b", before: 2, after: 3 },
      { path: "c", after: null },
    ]);
    expect(documentChanges({ g: list("a", "b") }, { g: list("b", "a") })).toEqual([
      { path: "g (order)", before: ["a", "b"], after: ["b", "a"] },
    ]);
    expect(documentChanges({ g: list("a") }, { g: list("a", "b") })).toEqual([
      { path: "g[b]", after: { name: "b" } },
    ]);
    expect(documentChanges({ g: [1, 2] }, { g: [1] })).toEqual([{ path: "g[1]", before: 2 }]);
  });
});

describe("the lock checks", () => {
  const lockedEntries = ledger(registered(), signed("pm", "Ada"), signed("ds", "Ben"));
  const input = (changes: Partial<LockInput> = {}): LockInput => ({
    standing: standingOf(lockedEntries, content()),
    start: { at: "2026-06-04T00:00:00Z", source: "data" },
    guardrailsCommit: { kind: "commit", commit: "c".repeat(40), at: "2026-06-01T00:00:00Z" },
    anchors: [{ size: 3, at: "2026-06-03T12:00:00Z", source: "the tag t" }],
    ...changes,
  });
  const failing = (given: LockInput) =>
    lockChecks(given)
      .filter(({ status }) => status === "failed")
      .map(({ id }) => id);

  it("all pass for what was signed, committed and anchored before the start", () => {
    expect(lockChecks(input()).map(({ status }) => status)).toEqual(Array(7).fill("passed"));
    expect(isLocked(lockChecks(input()))).toBe(true);
  });

  it("fail at the instant of the first exposure, and after it", () => {
    const at = (time: string) => failing(input({ start: { at: time, source: "data" } }));
    expect(at("2026-06-03T00:00:00.000Z")).toContain("before_start");
    expect(at("2026-06-03T00:00:00.001Z")).not.toContain("before_start");
    expect(at("2026-05-01T00:00:00Z")).toEqual([
      "before_start",
      "limits_kept",
      "guardrails_committed",
    ]);
  });

  it("fail for an unregistered, an unsigned and a changed experiment", () => {
    expect(failing(input({ standing: standingOf([]) }))).toEqual(["registered"]);
    expect(failing(input({ standing: standingOf(lockedEntries.slice(0, 2)) }))).toContain(
      "signatures",
    );
    expect(failing(input({ standing: standingOf(lockedEntries, content(-0.5)) }))).toEqual([
      "unchanged",
    ]);
  });

  const afterStart = (version: RegisteredDocument) =>
    standingOf(
      ledger(
        registered(),
        signed("pm", "Ada"),
        signed("ds", "Ben"),
        amended("b", version),
        signed("pm", "Ada", "b"),
        signed("ds", "Ben", "b"),
      ),
      version,
    );

  it("fail for guardrails amended after the start, signed or not", () => {
    expect(failing(input({ standing: afterStart(content(-0.02)) }))).toEqual(["limits_kept"]);
    const redefined = {
      ...content(),
      metrics: { csat: { kind: "rank" }, primary: { kind: "mean" } },
    };
    expect(failing(input({ standing: afterStart(redefined) }))).toEqual(["limits_kept"]);
  });

  it("pass for an amendment that leaves guardrails and cohorts alone", () => {
    const other = { ...content(), registration: { ...content().registration, alpha: 0.01 } };
    expect(failing(input({ standing: afterStart(other) }))).toEqual([]);
  });

  it("without a known start hold amended limits against what was locked before the first look", () => {
    const entries = ledger(
      registered(),
      signed("pm", "Ada"),
      signed("ds", "Ben"),
      looked,
      amended("b", content(-0.02)),
      signed("pm", "Ada", "b"),
      signed("ds", "Ben", "b"),
    );
    const given = input({ start: null, standing: standingOf(entries, content(-0.02)) });
    expect(failing(given)).toEqual(["limits_kept"]);
  });

  it("say not checked, never passed, where there is nothing to hold against", () => {
    const given = input({ start: null, guardrailsCommit: { kind: "no_git" }, anchors: [] });
    const checks = lockChecks({ ...given, standing: standingOf(lockedEntries) });
    const open = checks.filter(({ status }) => status === "not_checked").map(({ id }) => id);
    expect(open).toEqual(["unchanged", "before_start", "guardrails_committed", "anchored"]);
  });

  it("never take an anchor that is too short, undated or late for a proof", () => {
    const anchored = (size: number, at: string | null) =>
      lockChecks(input({ anchors: [{ size, at, source: "t" }] })).find(
        ({ id }) => id === "anchored",
      )?.status;
    expect(anchored(2, "2026-06-03T12:00:00Z")).toBe("not_checked");
    expect(anchored(3, null)).toBe("not_checked");
    expect(anchored(3, "2026-06-05T00:00:00Z")).toBe("not_checked");
    expect(anchored(3, "2026-06-03T12:00:00Z")).toBe("passed");
  });
});
