import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../canonical/hash.js";
import { expectCode } from "../testing/expect-code.js";
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  MerkleFrontier,
  merkleRoot,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from "./index.js";

// The reference tree of Certificate Transparency (leaves, roots and proofs).
const leaves = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((hex) => leafHash(Buffer.from(hex, "hex")));

const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** Nodes of the reference tree that its published proofs name. */
const h = {
  a: "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
  b: "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
  c: "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  d: "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
  e: "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
  f: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  g: "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
};

/** RFC 6962, section 2.1, word for word: the slow second implementation. */
function rootByDefinition(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 0) return sha256();
  if (data.length === 1) return data[0]!;
  const split = 2 ** Math.floor(Math.log2(data.length - 1));
  return nodeHash(rootByDefinition(data.slice(0, split)), rootByDefinition(data.slice(split)));
}

describe("roots", () => {
  it("are those of the reference tree", () => {
    expect(emptyRoot().toString("hex")).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(merkleRoot([])).toEqual(emptyRoot());
    roots.forEach((root, index) => {
      expect(merkleRoot(leaves.slice(0, index + 1)).toString("hex")).toBe(root);
    });
  });

  it("grow leaf by leaf as the definition says, up to 70 leaves", () => {
    const frontier = new MerkleFrontier();
    const data: Buffer[] = [];
    for (let size = 0; size <= 70; size += 1) {
      expect(frontier.size).toBe(size);
      expect(frontier.root()).toEqual(rootByDefinition(data));
      const leaf = leafHash(Buffer.from([size]));
      data.push(leaf);
      frontier.push(leaf);
    }
  });
});

describe("consistency proofs", () => {
  it.each([
    [6, 8, [h.d, h.e, h.f]],
    [2, 5, [h.b, h.g]],
    [1, 8, [h.a, h.b, h.c]],
  ])("from %i to %i are those of the reference tree", (first, second, expected) => {
    const proof = consistencyProof(leaves.slice(0, second), first);
    expect(proof.map((hash) => hash.toString("hex"))).toEqual(expected);
  });

  it("hold for all m <= n <= 8 and for no other pair of roots", () => {
    for (let second = 0; second <= 8; second += 1) {
      const tree = leaves.slice(0, second);
      for (let first = 0; first <= second; first += 1) {
        const proof = consistencyProof(tree, first);
        const claim = {
          firstSize: first,
          secondSize: second,
          firstRoot: merkleRoot(leaves.slice(0, first)),
          secondRoot: merkleRoot(tree),
          proof,
        };
        expect(verifyConsistency(claim)).toBe(true);
        const other = merkleRoot([leafHash(Buffer.from("other"))]);
        if (first > 0) expect(verifyConsistency({ ...claim, secondRoot: other })).toBe(false);
        expect(verifyConsistency({ ...claim, firstRoot: other })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, other] })).toBe(false);
        if (proof.length > 0)
          expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false);
      }
    }
  });
});

describe("inclusion proofs", () => {
  it.each([
    [0, 8, [h.a, h.b, h.c]],
    [5, 8, [h.g, h.e, h.f]],
    [1, 5, [roots[0], h.b, h.g]],
  ])("of leaf %i of %i are those of the reference tree", (index, size, expected) => {
    const proof = inclusionProof(leaves.slice(0, size), index);
    expect(proof.map((hash) => hash.toString("hex"))).toEqual(expected);
  });

  it("hold for every leaf of every tree up to 8 leaves, and for no other place, leaf or tree", () => {
    for (let size = 1; size <= 8; size += 1) {
      const tree = leaves.slice(0, size);
      const root = merkleRoot(tree);
      for (let index = 0; index < size; index += 1) {
        const proof = inclusionProof(tree, index);
        const claim = { index, size, leaf: leaves[index]!, proof, root };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
        for (let other = 0; other < size; other += 1) {
          if (other === index) continue;
          expect(verifyInclusion({ ...claim, leaf: leaves[other]! })).toBe(false);
          expect(verifyInclusion({ ...claim, index: other })).toBe(false);
        }
        if (proof.length > 0)
          expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
      }
    }
  });
});

describe("proofs of random trees", () => {
  const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const tree = fc.array(digest, { minLength: 1, maxLength: 200 });

  it("hold, and fail when one bit of the proof, leaf or root is changed", () => {
    const property = fc.property(tree, fc.nat(), fc.nat(), fc.nat(), (hashes, pick, cut, bit) => {
      const size = hashes.length;
      const index = pick % size;
      const inclusion = {
        index,
        size,
        leaf: hashes[index]!,
        proof: inclusionProof(hashes, index),
        root: merkleRoot(hashes),
      };
      expect(verifyInclusion(inclusion)).toBe(true);
      const flippedRoot = flip(inclusion.root, bit);
      expect(verifyInclusion({ ...inclusion, root: flippedRoot })).toBe(false);
      expect(verifyInclusion({ ...inclusion, leaf: flip(inclusion.leaf, bit) })).toBe(false);
      inclusion.proof.forEach((hash, place) => {
        const proof = inclusion.proof.with(place, flip(hash, bit));
        expect(verifyInclusion({ ...inclusion, proof })).toBe(false);
      });
      const firstSize = 1 + (cut % size);
      const consistency = {
        firstSize,
        secondSize: size,
        firstRoot: merkleRoot(hashes.slice(0, firstSize)),
        secondRoot: inclusion.root,
        proof: consistencyProof(hashes, firstSize),
      };
      expect(verifyConsistency(consistency)).toBe(true);
      consistency.proof.forEach((hash, place) => {
        const proof = consistency.proof.with(place, flip(hash, bit));
        expect(verifyConsistency({ ...consistency, proof })).toBe(false);
      });
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
  });

  it("are refused, never thrown at, when they are malformed", () => {
    const root = merkleRoot(leaves);
    const claim = { index: 0, size: 8, leaf: leaves[0]!, proof: inclusionProof(leaves, 0), root };
    expect(verifyInclusion({ ...claim, index: -1 })).toBe(false);
    expect(verifyInclusion({ ...claim, index: 0.5 })).toBe(false);
    expect(verifyInclusion({ ...claim, size: Number.NaN })).toBe(false);
    expect(verifyInclusion({ ...claim, proof: [Buffer.alloc(31)] })).toBe(false);
    const heads = { firstRoot: root, secondRoot: root, proof: [] };
    expect(verifyConsistency({ firstSize: 9, secondSize: 8, ...heads })).toBe(false);
    expect(verifyConsistency({ firstSize: 4, secondSize: 8, ...heads })).toBe(false);
    expectCode("BAD_PROOF_REQUEST", () => inclusionProof(leaves, 8));
    expectCode("BAD_PROOF_REQUEST", () => consistencyProof(leaves, 9));
  });
});

function flip(hash: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(hash);
  const place = bit % 256;
  changed[place >> 3]! ^= 1 << (place & 7);
  return changed;
}
