/**
 * Verification of Merkle proofs by the algorithms of RFC 9162: inclusion (section 2.1.3.2) and consistency
 * (section 2.1.4.2). Proofs come from others, so nothing here throws: a proof holds or it does not.
 *
 * Sizes may pass 2^32, hence arithmetic instead of the 32-bit operators of JavaScript.
 */
import { emptyRoot, nodeHash } from "./hashes.js";

export interface InclusionClaim {
  /** Leaf number from 0. */
  readonly index: number;
  /** Leaves in the tree. */
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** True when the proof leads from the leaf hash to the root. */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { index, size, leaf, proof, root } = claim;
  if (!isCount(index) || !isCount(size) || index >= size || !areDigests([leaf, root, ...proof])) {
    return false;
  }
  let node = index;
  let last = size - 1;
  let hash: Uint8Array = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equal(hash, root);
}

export interface ConsistencyClaim {
  readonly firstSize: number;
  readonly secondSize: number;
  readonly firstRoot: Uint8Array;
  readonly secondRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** True when the proof shows the first tree to be a prefix of the second: nothing removed, altered or inserted before. */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { firstSize, secondSize, firstRoot, secondRoot, proof } = claim;
  if (!isCount(firstSize) || !isCount(secondSize) || firstSize > secondSize) return false;
  if (!areDigests([firstRoot, secondRoot, ...proof])) return false;
  if (firstSize === 0) return proof.length === 0 && equal(firstRoot, emptyRoot());
  if (firstSize === secondSize) return proof.length === 0 && equal(firstRoot, secondRoot);
  return foldConsistency(claim);
}

function foldConsistency(claim: ConsistencyClaim): boolean {
  const path = isPowerOfTwo(claim.firstSize) ? [claim.firstRoot, ...claim.proof] : claim.proof;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let node = claim.firstSize - 1;
  let last = claim.secondSize - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  let first: Uint8Array = start;
  let second: Uint8Array = start;
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      first = nodeHash(hash, first);
      second = nodeHash(hash, second);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      second = nodeHash(second, hash);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equal(first, claim.firstRoot) && equal(second, claim.secondRoot);
}

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areDigests(values: readonly Uint8Array[]): boolean {
  return values.every((value) => value instanceof Uint8Array && value.length === 32);
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
