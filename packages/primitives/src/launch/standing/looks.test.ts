// What the standing says of looks: which version was in force, whether the files still said it, and what they took from the plan.
import type { JsonObject, LedgerEntry } from "@plumbline/ledger";
import { describe, expect, it } from "vitest";
import {
  type RegisteredDocument,
  registrationFacts,
  registrationStanding,
  type Standing,
} from "./index.js";

const content: RegisteredDocument = {
  registration: { experiment_id: "x" },
  metrics: {},
  sources: {},
  defaults: {},
  required_roles: ["pm"],
};

/** Entries numbered from 1, a day apart from 1 June. */
function standing(...drafts: readonly (readonly [LedgerEntry["type"], JsonObject])[]): Standing {
  const entries = drafts.map(([type, body], at): LedgerEntry => {
    const time = `2026-06-0${at + 1}T00:00:00.000Z`;
    return { type, body, subject: "x", previous: "0".repeat(64), seq: at + 1, at: time };
  });
  return registrationStanding(
    "x",
    registrationFacts(entries, () => true),
    null,
  );
}

const registered = ["registered", { document: "a", content }] as const;
const amended = ["amended", { document: "b", content, reason: "because" }] as const;
const looked = (document: string | null, verdict: JsonObject = { verdict: "continue" }) =>
  ["looked", { document, verdict }] as const;

describe("a look in the standing", () => {
  it("is held against the version in force at that moment, not against the newest", () => {
    const { looks } = standing(
      looked("a"),
      registered,
      looked("a"),
      looked("b"),
      amended,
      looked("b"),
      looked("a"),
      looked(null),
    );
    expect(looks.map(({ number, version, read }) => [number, version, read])).toEqual([
      [1, null, "unknown"],
      [2, 2, "registered"],
      [3, 2, "changed"],
      [4, 5, "registered"],
      [5, 5, "changed"],
      [6, 5, "unknown"],
    ]);
  });

  it("that read a changed file is named in the sentence", () => {
    expect(standing(registered, looked("a")).sentence).toMatch(/ 1 look recorded\.$/);
    expect(standing(registered, looked("a"), looked("b")).sentence).toMatch(
      / 2 looks recorded\. Look 2 read a changed file\.$/,
    );
    expect(standing(registered, looked("c"), looked("a"), looked("b")).sentence).toMatch(
      / 3 looks recorded\. Looks 1 and 3 read a changed file\.$/,
    );
  });

  it("changes nothing of what is said about the registration", () => {
    const before = standing(registered);
    const after = standing(registered, looked("a"), looked("b"));
    expect(after.registrationSentence).toBe(before.registrationSentence);
    expect(after.sentence.startsWith(`${before.sentence} `)).toBe(true);
    expect(standing(looked("a")).sentence).toBe("Not registered. 1 look recorded.");
  });

  it("holds what its verdict says of the plan", () => {
    const arm = { treatment: "new", z: 2.5, information: 40, fraction: 0.5, boundary: 2.96 };
    const arms = [
      { ...arm, decision: "continue" },
      { ...arm, treatment: "other" },
    ];
    const plan = { day: 7, moment: "planned_look", lastDay: 14, arms };
    const { looks } = standing(looked("a", { verdict: "continue", plan }));
    const known = { treatment: "new", z: 2.5, information: 40, fraction: 0.5 };
    const [first, second] = [
      { ...known, decision: "continue" },
      { ...known, treatment: "other", decision: null },
    ];
    expect(looks[0]?.plan).toEqual({
      day: 7,
      moment: "planned_look",
      lastDay: 14,
      arms: [first, second],
    });
  });

  it.each([
    ["no plan", undefined],
    ["a plan that is none", "weekly"],
    ["a list", [1]],
    ["a plan without arms", { day: 7 }],
    ["arms that are no list", { arms: { a: 1 } }],
  ])("with %s has none", (_what, plan) => {
    const verdict = plan === undefined ? {} : { plan: plan as JsonObject };
    expect(standing(looked("a", verdict)).looks[0]).toMatchObject({
      plan: null,
      verdict: "unknown",
    });
  });

  it("takes what it can read of a plan, and null for the rest", () => {
    const plan = { day: "7", arms: [{ treatment: "new", z: "2.5" }, { z: 1 }, null] };
    expect(standing(looked("a", { plan })).looks[0]?.plan).toEqual({
      day: null,
      moment: null,
      lastDay: null,
      arms: [{ treatment: "new", z: null, information: null, fraction: null, decision: null }],
    });
  });
});

describe("the start", () => {
  it("is the first entry that says so, and stands in the sentence", () => {
    const { started, sentence } = standing(registered, ["started", {}], ["started", {}]);
    expect(started).toEqual({ seq: 2, at: "2026-06-02T00:00:00.000Z" });
    expect(sentence).toContain("missing: pm. Started on 2026-06-02.");
  });
});
