/**
 * Tree heads: size and Merkle root over the first `size` entries. A head signed by the ledger's key is a checkpoint; kept
 * or signed outside, it is an anchor: no history with another beginning can have the same head.
 */
import { canonicalBytes } from "../canonical/canonical-json.js";
import { isDigest } from "../canonical/hash.js";
import { isJsonObject } from "../canonical/json-value.js";
import { parseJson } from "../canonical/parse-json.js";
import { type Envelope, type Signer, signEnvelope, verifyEnvelope } from "../dsse/envelope.js";
import type { PublicKey } from "../dsse/public-key.js";
import { LedgerError } from "../errors.js";
import { leafHash } from "../merkle/hashes.js";
import { consistencyProof, inclusionProof, merkleRoot } from "../merkle/tree.js";
import type { EntryDraft, StoredEntry } from "./entry.js";

export const treeHeadType = "application/vnd.plumbline.tree-head+json";

export interface TreeHead {
  /** Name of the ledger, so that the head of one cannot stand for another. */
  readonly origin: string;
  readonly size: number;
  /** Merkle root (RFC 6962) over the canonical texts of the entries, hex. */
  readonly root: string;
  /** When the head was taken, by the clock of whoever took it. */
  readonly at: string;
}

/** The Merkle leaves of entries: RFC 6962 leaf hashes of their canonical texts. */
export function entryLeaves(entries: readonly StoredEntry[]): Buffer[] {
  return entries.map((entry) => leafHash(Buffer.from(entry.text, "utf8")));
}

/** The head over all these entries. */
export function treeHead(entries: readonly StoredEntry[], origin: string, at: string): TreeHead {
  const root = merkleRoot(entryLeaves(entries)).toString("hex");
  return { origin, size: entries.length, root, at };
}

export function signTreeHead(head: TreeHead, signers: readonly Signer[]): Envelope {
  return signEnvelope(treeHeadType, canonicalBytes(head), signers);
}

/** The head inside a signed envelope and the keys that signed it. Throws as `verifyEnvelope` does. */
export function openTreeHead<Key extends PublicKey>(
  envelope: unknown,
  keys: readonly Key[],
): { head: TreeHead; keys: readonly Key[] } {
  const verified = verifyEnvelope(envelope, { keys, payloadType: treeHeadType });
  return { head: readTreeHead(parseJson(verified.payload)), keys: verified.keys };
}

/** A checkpoint to append: the signed head over `entries`. */
export function checkpointDraft(
  entries: readonly StoredEntry[],
  options: { readonly origin: string; readonly at: string; readonly signers: readonly Signer[] },
): EntryDraft {
  const head = treeHead(entries, options.origin, options.at);
  const envelope = signTreeHead(head, options.signers);
  return { type: "checkpoint", at: options.at, subject: options.origin, body: { envelope } };
}

/** Proof, for someone who holds only a tree head, that entry `seq` is among the first `entries.length`; hex hashes. */
export function entryInclusion(entries: readonly StoredEntry[], seq: number): string[] {
  return inclusionProof(entryLeaves(entries), seq - 1).map((hash) => hash.toString("hex"));
}

/** Proof, for someone who holds an older tree head, that nothing before it was touched; hex hashes. */
export function headConsistency(entries: readonly StoredEntry[], size: number): string[] {
  return consistencyProof(entryLeaves(entries), size).map((hash) => hash.toString("hex"));
}

function readTreeHead(value: unknown): TreeHead {
  if (isJsonObject(value) && Object.keys(value).sort().join() === "at,origin,root,size") {
    const { at, origin, root, size } = value;
    const isSize = typeof size === "number" && Number.isSafeInteger(size) && size >= 0;
    if (typeof at === "string" && typeof origin === "string" && isDigest(root) && isSize) {
      return { at, origin, root, size };
    }
  }
  throw new LedgerError("BAD_ENVELOPE", "The signed tree head has another shape than expected.", {
    mend: "Take a new checkpoint with this program.",
  });
}
