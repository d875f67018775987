import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { sha256Hex } from "../canonical/hash.js";
import { LedgerError } from "../errors.js";

/** An ed25519 public key and the person (or service) it belongs to. */
export interface PublicKey {
  /** SHA-256 of the SubjectPublicKeyInfo (DER), hex: the fingerprint. */
  readonly keyId: string;
  readonly holder: string;
  /** SubjectPublicKeyInfo as PEM. */
  readonly pem: string;
}

const parsed = new Map<string, KeyObject>();

/** Reads a PEM public key for a holder. Throws `KEY_INVALID` for anything but one ed25519 public key. */
export function publicKey(pem: string, holder: string): PublicKey {
  // createPublicKey would also accept a private key and derive the public one: a private key must not travel this way.
  if (pem.includes("PRIVATE KEY")) throw invalid("is a private key");
  const key = readPublicKey(pem);
  return { keyId: fingerprint(key), holder, pem: exportPem(key) };
}

/** SHA-256 over the DER form, hex. */
export function fingerprint(key: KeyObject): string {
  return sha256Hex(key.export({ type: "spki", format: "der" }));
}

export function exportPem(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

/** The fingerprint computed from the key, whatever its label says. */
export function keyFingerprint(key: PublicKey): string {
  return fingerprint(cachedKey(key.pem));
}

/** ed25519 verification (RFC 8032). */
export function verifySignature(
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64) return false;
  return verify(null, message, cachedKey(key.pem), signature);
}

function cachedKey(pem: string): KeyObject {
  const known = parsed.get(pem);
  if (known !== undefined) return known;
  const key = readPublicKey(pem);
  parsed.set(pem, key);
  return key;
}

function readPublicKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw invalid("cannot be read", cause);
  }
  if (key.asymmetricKeyType !== "ed25519") throw invalid("is not an ed25519 key");
  return key;
}

function invalid(what: string, cause?: unknown): LedgerError {
  return new LedgerError("KEY_INVALID", `The public key ${what}.`, {
    mend: "Export the public key again (it begins with BEGIN PUBLIC KEY).",
    cause,
  });
}
