/** Leaf and node hashes of RFC 6962, section 2.1 (RFC 9162, section 2.1.1): the prefixes keep a leaf from passing as a node. */
import { sha256 } from "../canonical/hash.js";

const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

/** H(0x00 || data) */
export function leafHash(data: Uint8Array): Buffer {
  return sha256(leafPrefix, data);
}

/** H(0x01 || left || right) */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(nodePrefix, left, right);
}

/** The root of the tree without leaves: H(). */
export function emptyRoot(): Buffer {
  return sha256();
}

/** The largest power of two below n, for n >= 2: where RFC 6962 splits a tree of n leaves. */
export function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}
