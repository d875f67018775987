import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { digestBytes, sha256Hex } from "../canonical/hash.js";
import { LedgerError } from "../errors.js";
import { leafHash } from "../merkle/hashes.js";
import { verifyConsistency, verifyInclusion } from "../merkle/verify.js";
import { expectCode } from "../testing/expect-code.js";
import {
  at,
  chain,
  people,
  type SmallLedger,
  smallLedger,
  subject,
} from "../testing/small-ledger.js";
import {
  chainEntry,
  type EntryDraft,
  entryInclusion,
  exportEntries,
  genesis,
  headConsistency,
  importEntries,
  type LedgerVerification,
  openTreeHead,
  readEntry,
  type StoredEntry,
  signTreeHead,
  type Trust,
  treeHead,
  verifyLedger,
} from "./index.js";

let ledger: SmallLedger;
let trust: Trust;
beforeAll(() => {
  ledger = smallLedger();
  trust = { keys: ledger.keys, heads: [ledger.anchor] };
});

/** Without keys and anchors: what the chain alone must show. */
const bare: Trust = { keys: [], heads: [] };

function codes(verification: LedgerVerification): string[] {
  return verification.steps.flatMap((step) => step.findings.map((finding) => finding.code));
}

/** Verifies an export as `plumb verify` would: an export that cannot be read is a finding too. */
function accepts(bytes: Uint8Array, against: Trust): boolean {
  try {
    return verifyLedger(importEntries(bytes), against).ok;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

describe("verifyLedger", () => {
  it("passes every step of an untouched ledger and says what is proved", () => {
    const verification = verifyLedger(ledger.entries, trust);
    expect(verification.steps.map(({ name, status }) => [name, status])).toEqual([
      ["entries", "passed"],
      ["hashes", "passed"],
      ["sequence", "passed"],
      ["links", "passed"],
      ["times", "passed"],
      ["signatures", "passed"],
      ["checkpoints", "passed"],
      ["anchors", "passed"],
    ]);
    expect(verification).toMatchObject({
      ok: true,
      size: 6,
      anchoredSize: 6,
      root: ledger.anchor.root,
    });
    expect(codes(verification)).toEqual([]);
    expect(verification.proved.join(" ")).toContain("the tag ledger/6");
  });

  it("says without keys and anchors what stays unproved", () => {
    const verification = verifyLedger(ledger.entries, { keys: [], heads: [] });
    expect(verification).toMatchObject({ ok: true, anchoredSize: 0 });
    const unchecked = verification.steps.filter((step) => step.status === "not_checked");
    expect(unchecked.map((step) => step.name)).toEqual(["signatures", "checkpoints", "anchors"]);
    expect(verification.unproved.join(" ")).toContain(
      "could have been rewritten by whoever keeps it",
    );
    expect(verifyLedger([], trust).ok).toBe(false);
    expect(verifyLedger([], { keys: [], heads: [] })).toMatchObject({ ok: true, proved: [] });
  });

  it("finds the change of any single byte of the exported ledger, to any other value tried", () => {
    const bytes = Buffer.from(exportEntries(ledger.entries));
    expect(accepts(bytes, bare)).toBe(true);
    const missed: string[] = [];
    for (let index = 0; index < bytes.length; index += 1) {
      const original = bytes[index]!;
      for (const value of [original ^ 1, original ^ 0x20, 0x0a]) {
        if (value === original) continue;
        bytes[index] = value;
        if (accepts(bytes, bare)) missed.push(`${index}: ${original} to ${value}`);
      }
      bytes[index] = original;
    }
    expect(missed).toEqual([]);
  });

  it("finds every byte removed or inserted", () => {
    const bytes = Buffer.from(exportEntries(ledger.entries));
    const missed: string[] = [];
    for (let index = 0; index <= bytes.length; index += 1) {
      const before = bytes.subarray(0, index);
      if (
        index < bytes.length &&
        accepts(Buffer.concat([before, bytes.subarray(index + 1)]), bare)
      ) {
        missed.push(`${index} removed`);
      }
      for (const value of [0x0a, 0x20]) {
        const longer = Buffer.concat([before, Buffer.from([value]), bytes.subarray(index)]);
        if (accepts(longer, bare)) missed.push(`${index}: ${value} inserted`);
      }
    }
    expect(missed).toEqual([]);
  });

  it("finds any entry removed, and all removed from the end only with a head kept outside", () => {
    const withoutAnchor: Trust = { keys: ledger.keys, heads: [] };
    ledger.entries.forEach((_, index) => {
      const rest = ledger.entries.filter((_entry, other) => other !== index);
      expect(verifyLedger(rest, trust).ok).toBe(false);
      const renumbered = importEntries(exportEntries(rest));
      expect(verifyLedger(renumbered, withoutAnchor).ok).toBe(index === ledger.entries.length - 1);
      expect(codes(verifyLedger(renumbered, trust))).toContain("ENTRIES_MISSING");
    });
  });

  it("finds any two entries exchanged, any moved, any doubled", () => {
    const count = ledger.entries.length;
    for (let from = 0; from < count; from += 1) {
      for (let to = 0; to < count; to += 1) {
        const moved = [...ledger.entries];
        const [entry] = moved.splice(from, 1);
        moved.splice(to, 0, entry!);
        const renumbered = importEntries(exportEntries(moved));
        expect(verifyLedger(renumbered, bare).ok).toBe(from === to);
        const doubled = ledger.entries.toSpliced(to, 0, ledger.entries[from]!);
        expect(verifyLedger(importEntries(exportEntries(doubled)), bare).ok).toBe(false);
      }
    }
  });

  it("finds an entry exchanged together with its own hash, by the link of the next one", () => {
    ledger.entries.forEach(({ seq, text }, index) => {
      const altered = text.replace(subject, "another-subject").replace('"main"', '"other"');
      const entries = ledger.entries.with(index, { seq, text: altered, hash: sha256Hex(altered) });
      const last = index === ledger.entries.length - 1;
      expect(codes(verifyLedger(entries, bare))).toEqual(last ? [] : ["LINK_BROKEN"]);
      expect(codes(verifyLedger(entries, trust))).toContain("ANCHOR_MISMATCH");
    });
  });

  it("finds any alteration even when all later hashes are recomputed: by the checkpoint, and by the anchor", () => {
    const property = fc.property(fc.nat({ max: 5 }), fc.boolean(), (index, insert) => {
      const extra: EntryDraft = { type: "learned", at: at(9), subject, body: { note: "forged" } };
      const drafts = ledger.drafts.toSpliced(index, insert ? 0 : 1, extra);
      const forged = chain(drafts);
      expect(verifyLedger(forged, bare).ok).toBe(true);
      expect(codes(verifyLedger(forged, trust))).toContain("ANCHOR_MISMATCH");
      const byCheckpoint = verifyLedger(forged, { keys: ledger.keys, heads: [] });
      // The checkpoint is the fourth entry and covers the three before it.
      expect(codes(byCheckpoint).includes("CHECKPOINT_MISMATCH")).toBe(index < 3);
    });
    fc.assert(property, { seed: 1, numRuns: 60 });
  });

  it("never throws, whatever stands in the texts", () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(...ledger.entries.map((each) => each.text)),
    );
    const entry = fc.record({ seq: fc.integer(), hash: fc.string(), text });
    const property = fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
      expect(verifyLedger(entries, trust).ok).toBe(false);
    });
    fc.assert(property, { seed: 1, numRuns: 300 });
  });

  it("notes a clock that was set back, and still passes", () => {
    const back: EntryDraft = { type: "paused", at: at(2), subject, body: {} };
    const again: EntryDraft = { type: "resolved", at: at(9), subject, body: {} };
    const verification = verifyLedger(chain([...ledger.drafts, back, again]), trust);
    expect(verification.ok).toBe(true);
    const findings = verification.steps.flatMap((step) => step.findings);
    expect(findings).toEqual([
      expect.objectContaining({ code: "TIME_BACKWARDS", severity: "note", seq: 7 }),
    ]);
  });
});

describe("signatures in a ledger", () => {
  const replace = (index: number, body: EntryDraft["body"]): StoredEntry[] => {
    const drafts = [...ledger.drafts];
    drafts[index] = { ...drafts[index]!, body };
    return chain(drafts);
  };
  const signatureCodes = (entries: StoredEntry[], keys = ledger.keys): string[] =>
    codes(verifyLedger(entries, { keys, heads: [] })).filter((code) =>
      code.startsWith("SIGNATURE"),
    );

  it("must sign what the entry says", () => {
    const body = ledger.drafts[1]!.body;
    const lies = { role: "director", person: "ben", document: "0".repeat(64) };
    for (const [field, value] of Object.entries(lies)) {
      expect(signatureCodes(replace(1, { ...body, [field]: value }))).toEqual([
        "SIGNATURE_MISMATCH",
      ]);
    }
    const drafts = [...ledger.drafts];
    drafts[1] = { ...drafts[1]!, subject: "another experiment" };
    expect(signatureCodes(chain(drafts))).toEqual(["SIGNATURE_MISMATCH"]);
  });

  it("must be there, be by a trusted key, and by the person named", () => {
    expect(signatureCodes(replace(1, {}))).toEqual(["SIGNATURE_INVALID"]);
    const withoutAnna = ledger.keys.filter((key) => key.holder !== "anna");
    expect(signatureCodes([...ledger.entries], withoutAnna)).toEqual(["SIGNATURE_INVALID"]);
    const renamed = ledger.keys.map((key) =>
      key.holder === "anna" ? { ...key, holder: "eve" } : key,
    );
    expect(signatureCodes([...ledger.entries], renamed)).toEqual(["SIGNATURE_INVALID"]);
  });

  it("must be by a key valid at the time", () => {
    const from = (validFrom: string) => ledger.keys.map((key) => ({ ...key, validFrom }));
    const until = (validUntil: string) => ledger.keys.map((key) => ({ ...key, validUntil }));
    const all = [...ledger.entries];
    const expired = (keys: typeof trust.keys) =>
      verifyLedger(all, { keys, heads: [] }).steps.flatMap((step) =>
        step.findings.map((finding) => [finding.code, finding.seq]),
      );
    expect(expired(from(at(1)))).toEqual([]);
    expect(expired(from(at(2)))).toEqual([["SIGNATURE_KEY_EXPIRED", 2]]);
    expect(expired(until(at(2)))).toEqual([["SIGNATURE_KEY_EXPIRED", 4]]);
    expect(expired(until("some day"))).toHaveLength(3);
  });

  it("is checked on other entries that carry an envelope", () => {
    const envelope = ledger.drafts[1]!.body.envelope!;
    expect(signatureCodes(replace(4, { envelope }))).toEqual([]);
    const other = { ...(envelope as object), payload: "e30=" };
    expect(signatureCodes(replace(4, { envelope: other }))).toEqual(["SIGNATURE_INVALID"]);
  });
});

describe("checkpoints and tree heads", () => {
  it("lead from a signed head to one entry, and from an older head to a newer one", () => {
    const head = treeHead(ledger.entries, "main", at(6));
    const envelope = signTreeHead(head, [ledger.people.ledger!.signer]);
    expect(openTreeHead(envelope, ledger.keys).head).toEqual(head);
    const root = digestBytes(head.root);
    for (let seq = 1; seq <= 6; seq += 1) {
      const proof = entryInclusion(ledger.entries, seq).map(digestBytes);
      const leaf = leafHash(Buffer.from(ledger.entries[seq - 1]!.text));
      expect(verifyInclusion({ index: seq - 1, size: 6, leaf, proof, root })).toBe(true);
    }
    const firstRoot = digestBytes(treeHead(ledger.entries.slice(0, 3), "main", at(3)).root);
    const proof = headConsistency(ledger.entries, 3).map(digestBytes);
    const claim = { firstSize: 3, secondSize: 6, firstRoot, secondRoot: root, proof };
    expect(verifyConsistency(claim)).toBe(true);
  });

  it("are refused when a stranger signed them, or when they belong to another ledger", () => {
    const stranger = people("eve");
    const envelope = signTreeHead(treeHead(ledger.entries, "main", at(6)), [stranger.eve!.signer]);
    expectCode("BAD_SIGNATURE", () => openTreeHead(envelope, ledger.keys));
    const drafts = [...ledger.drafts];
    drafts[3] = { ...drafts[3]!, subject: "another ledger" };
    expect(codes(verifyLedger(chain(drafts), { keys: ledger.keys, heads: [] }))).toEqual([
      "CHECKPOINT_MISMATCH",
    ]);
    drafts[3] = {
      ...drafts[3]!,
      subject: "main",
      body: { envelope: signTreeHead(treeHead([], "main", at(3)), [stranger.eve!.signer]) },
    };
    expect(codes(verifyLedger(chain(drafts), { keys: ledger.keys, heads: [] }))).toEqual([
      "CHECKPOINT_INVALID",
    ]);
  });
});

describe("entries", () => {
  const draft: EntryDraft = { type: "learned", at: at(0), subject, body: {} };

  it("carry number, previous hash and the hash of their canonical text", () => {
    const first = chainEntry(draft, genesis);
    expect(first.text).toBe(
      `{"at":"2026-01-01T00:00:00.000Z","body":{},"previous":"${"0".repeat(64)}","seq":1,"subject":"${subject}","type":"learned"}`,
    );
    expect(first.hash).toBe(sha256Hex(first.text));
    const second = chainEntry(draft, first);
    expect(readEntry(second.text)).toEqual({ ...draft, seq: 2, previous: first.hash });
  });

  it.each([
    ["an unknown type", { type: "forgotten" }],
    ["a local time", { at: "2026-01-01T00:00:00+01:00" }],
    ["a date only", { at: "2026-01-01" }],
    ["a day that does not exist", { at: "2026-02-30T00:00:00.000Z" }],
    ["an empty subject", { subject: "" }],
    ["a subject with a line feed", { subject: "a\nb" }],
    ["a subject that is too long", { subject: "x".repeat(201) }],
    ["a body that is a list", { body: [] }],
  ])("refuse %s", (_name, change) => {
    expectCode("BAD_ENTRY", () => chainEntry({ ...draft, ...change } as EntryDraft, genesis));
  });

  it("refuse a field too many, a field too few and more than 16 MiB", () => {
    const entry = readEntry(chainEntry(draft, genesis).text);
    expectCode("BAD_ENTRY", () => readEntry(JSON.stringify({ ...entry, more: 1 })));
    expectCode("BAD_ENTRY", () => readEntry(JSON.stringify({ ...entry, at: undefined })));
    const body = { text: "x".repeat(16 * 1024 * 1024) };
    expectCode("BAD_ENTRY", () => chainEntry({ ...draft, body }, genesis));
  });

  it("are exported line by line and come back the same", () => {
    const text = exportEntries(ledger.entries);
    expect(text.split("\n")).toHaveLength(7);
    expect(importEntries(text)).toEqual(ledger.entries);
    expect(importEntries("")).toEqual([]);
    for (const bad of ["x", text.slice(0, -1), `${text}\n`, text.replace(" ", "\t")]) {
      expectCode("BAD_EXPORT", () => importEntries(bad));
    }
  });
});
