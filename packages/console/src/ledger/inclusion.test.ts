// The browser's own check of a proof, held against the ledger's tree for every entry of trees of many sizes.
import { createHash } from "node:crypto";
import { entryInclusion, type StoredEntry, treeHead } from "@plumbline/ledger";
import { describe, expect, it } from "vitest";
import { type InclusionProof, isIncluded } from "./inclusion.js";

const hex = (text: string) => createHash("sha256").update(text).digest("hex");

function proofOf(size: number, seq: number): InclusionProof {
  const entries: StoredEntry[] = Array.from({ length: size }, (_, index) => {
    const text = `{"seq":${index + 1},"word":"ü${index}"}`;
    return { seq: index + 1, hash: hex(text), text };
  });
  const { root } = treeHead(entries, "main", "2026-01-01T00:00:00.000Z");
  const { hash, text } = entries[seq - 1]!;
  return { seq, hash, text, size, root, path: entryInclusion(entries, seq) };
}

describe("isIncluded", () => {
  it("accepts the proof of every entry of trees of 1 to 17", async () => {
    for (let size = 1; size <= 17; size += 1) {
      for (let seq = 1; seq <= size; seq += 1) {
        expect([size, seq, await isIncluded(proofOf(size, seq))]).toEqual([size, seq, true]);
      }
    }
  });

  const proof = proofOf(11, 6);
  it.each<[string, Partial<InclusionProof>]>([
    ["another text", { text: '{"seq":6}', hash: hex('{"seq":6}') }],
    ["a hash that is not the text's", { hash: hex("other") }],
    ["another number", { seq: 7 }],
    ["another size", { size: 8 }],
    ["another root", { root: hex("root") }],
    ["a step too few", { path: proof.path.slice(1) }],
    ["a step too many", { path: [...proof.path, hex("step")] }],
    ["a number outside the tree", { seq: 12 }],
  ])("refuses %s", async (_, change) => {
    expect(await isIncluded({ ...proof, ...change })).toBe(false);
  });
});
