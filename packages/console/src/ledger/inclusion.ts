/** The proof that an entry is in the ledger, computed in the browser: the server is not asked to vouch for itself. */
import { hexBytes, hexOf, sha256, utf8 } from "../parts/bytes.js";

export interface InclusionProof {
  readonly seq: number;
  readonly text: string;
  /** Hex, as the others. */
  readonly hash: string;
  readonly size: number;
  readonly root: string;
  readonly path: readonly string[];
}

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** RFC 9162, section 2.1.3.2: whether the proof leads from the entry's text to the root. */
export async function isIncluded(proof: InclusionProof): Promise<boolean> {
  const text = utf8(proof.text);
  if (hexOf(await sha256(text)) !== proof.hash || proof.seq < 1 || proof.seq > proof.size)
    return false;
  let node = proof.seq - 1;
  let last = proof.size - 1;
  let hash = await sha256(LEAF, text);
  for (const sibling of proof.path.map(hexBytes)) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = await sha256(NODE, sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = await sha256(NODE, hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hexOf(hash) === proof.root;
}
