/**
 * The Merkle tree of RFC 6962 over leaf hashes: roots, inclusion proofs (RFC 9162, section 2.1.3.1) and
 * consistency proofs (section 2.1.4.1). Leaves are numbered from 0.
 */
import { LedgerError } from "../errors.js";
import { emptyRoot, nodeHash, splitPoint } from "./hashes.js";

/** Root of the tree over these leaf hashes, in their order. */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  const frontier = new MerkleFrontier();
  for (const leaf of leaves) frontier.push(leaf);
  return frontier.root();
}

/** Sibling hashes from leaf `index` up to the root of the whole tree. Throws `BAD_PROOF_REQUEST` outside the tree. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): Buffer[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw badRequest(`The tree has ${leaves.length} leaves; there is no leaf ${index}.`);
  }
  return path(leaves, index);
}

/** Hashes showing that the tree of the first `size` leaves is a prefix of the whole. Throws `BAD_PROOF_REQUEST`. */
export function consistencyProof(leaves: readonly Uint8Array[], size: number): Buffer[] {
  if (!Number.isInteger(size) || size < 0 || size > leaves.length) {
    throw badRequest(`The tree has ${leaves.length} leaves; it has no prefix of ${size}.`);
  }
  return size === 0 ? [] : subproof(leaves, size, true);
}

/** Adds leaves one by one and gives the root at any moment; holds only the roots of the complete subtrees (at most 53). */
export class MerkleFrontier {
  private readonly peaks: Buffer[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(leaf: Uint8Array): void {
    let node: Buffer = Buffer.from(leaf);
    for (let rest = this.count; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.peaks.pop();
      if (left !== undefined) node = nodeHash(left, node);
    }
    this.peaks.push(node);
    this.count += 1;
  }

  root(): Buffer {
    const last = this.peaks.at(-1);
    if (last === undefined) return emptyRoot();
    return this.peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
  }
}

function path(leaves: readonly Uint8Array[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  const split = splitPoint(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return index < split
    ? [...path(left, index), merkleRoot(right)]
    : [...path(right, index - split), merkleRoot(left)];
}

function subproof(leaves: readonly Uint8Array[], size: number, known: boolean): Buffer[] {
  if (size === leaves.length) return known ? [] : [merkleRoot(leaves)];
  const split = splitPoint(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return size <= split
    ? [...subproof(left, size, known), merkleRoot(right)]
    : [...subproof(right, size - split, false), merkleRoot(left)];
}

function badRequest(message: string): LedgerError {
  return new LedgerError("BAD_PROOF_REQUEST", message, {
    mend: "Ask for a leaf or a size inside the tree.",
  });
}
