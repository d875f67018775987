/** SHA-256 (FIPS 180-4) from node:crypto; digests are written as 64 lower-case hex digits. */
import { createHash } from "node:crypto";
import { LedgerError } from "../errors.js";
import { canonicalBytes } from "./canonical-json.js";

const hexDigest = /^[0-9a-f]{64}$/;

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Hex digest of bytes, or of the UTF-8 bytes of a string. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** The hash of a document: SHA-256 over its canonical JSON, as hex. Equal documents, equal hash, whatever the order of keys. */
export function documentHash(document: unknown): string {
  return sha256Hex(canonicalBytes(document));
}

export function isDigest(text: unknown): text is string {
  return typeof text === "string" && hexDigest.test(text);
}

/** 32 bytes from a hex digest. Throws `BAD_HASH` for anything but 64 lower-case hex digits. */
export function digestBytes(hex: string): Buffer {
  if (!isDigest(hex)) {
    throw new LedgerError("BAD_HASH", "A SHA-256 digest has 64 lower-case hex digits.", {
      mend: "Copy the whole digest.",
    });
  }
  return Buffer.from(hex, "hex");
}
