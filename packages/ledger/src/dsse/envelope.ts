/**
 * DSSE, the Dead Simple Signing Envelope (protocol version 1) with ed25519 (RFC 8032, node:crypto). What is signed is
 * the pre-authentication encoding of type and payload, so a payload can never be read as another type.
 */
import { LedgerError } from "../errors.js";
import { decodeBase64 } from "./base64.js";
import { keyFingerprint, type PublicKey, verifySignature } from "./public-key.js";

/** A type, not an interface, so that an envelope can stand in the body of an entry (`JsonObject`). */
export type Envelope = {
  readonly payload: string;
  readonly payloadType: string;
  /** `keyid` is a hint which key to try first, never a reason to believe; `sig` is base64. */
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
};

/** Whoever can sign: holds the private key and gives only signatures. */
export interface Signer {
  /** Fingerprint of the public key. */
  readonly keyId: string;
  sign(data: Uint8Array): Buffer;
}

export interface VerifiedEnvelope<Key extends PublicKey> {
  readonly payload: Buffer;
  readonly payloadType: string;
  /** The distinct keys that signed, in the order of their signatures. */
  readonly keys: readonly Key[];
}

export interface EnvelopePolicy<Key extends PublicKey> {
  readonly keys: readonly Key[];
  /** Distinct holders that must have signed; 1 unless given. */
  readonly threshold?: number;
  /** The only payload type accepted. */
  readonly payloadType: string;
}

/** "DSSEv1" SP len(type) SP type SP len(body) SP body; lengths in bytes, in decimal. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

/** An envelope with one signature per signer. */
export function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
): Envelope {
  const message = preAuthenticationEncoding(payloadType, payload);
  return {
    payload: Buffer.from(payload).toString("base64"),
    payloadType,
    signatures: signers.map((signer) => ({
      keyid: signer.keyId,
      sig: signer.sign(message).toString("base64"),
    })),
  };
}

/**
 * Checks the shape, then the signatures, and only then hands out the payload for parsing. Counts distinct holders: two keys of
 * one person, or one signature twice, count once. Throws `BAD_ENVELOPE`, `BAD_SIGNATURE`, `THRESHOLD_NOT_MET`, `BAD_THRESHOLD`.
 */
export function verifyEnvelope<Key extends PublicKey>(
  candidate: unknown,
  policy: EnvelopePolicy<Key>,
): VerifiedEnvelope<Key> {
  const threshold = policy.threshold ?? 1;
  if (!Number.isInteger(threshold) || threshold < 1) {
    throw new LedgerError("BAD_THRESHOLD", "At least one signature must be asked for.", {
      mend: "Set the threshold to a whole number from 1.",
    });
  }
  const { payload, payloadType, signatures } = readEnvelope(candidate);
  const message = preAuthenticationEncoding(payloadType, payload);
  const keys = signingKeys(message, signatures, policy.keys);
  if (keys.length === 0) {
    throw new LedgerError("BAD_SIGNATURE", "No signature on this document is by a trusted key.", {
      mend: "Ask the signer to sign again, or add the signer's public key to the trusted keys.",
    });
  }
  const holders = new Set(keys.map((key) => key.holder));
  if (holders.size < threshold) {
    throw new LedgerError(
      "THRESHOLD_NOT_MET",
      `${threshold} people must sign; ${holders.size} did.`,
      { mend: "Collect the missing signatures; one person counts once, whatever keys they hold." },
    );
  }
  if (payloadType !== policy.payloadType) {
    throw malformed("is of another type than the one expected here");
  }
  return { payload, payloadType, keys };
}

interface SignatureBytes {
  readonly keyid: string;
  readonly bytes: Buffer;
}

function signingKeys<Key extends PublicKey>(
  message: Buffer,
  signatures: readonly SignatureBytes[],
  trusted: readonly Key[],
): Key[] {
  const found = new Map<string, Key>();
  for (const signature of signatures) {
    const hinted = [...trusted].sort(
      (a, b) => Number(b.keyId === signature.keyid) - Number(a.keyId === signature.keyid),
    );
    const key = hinted.find((each) => verifySignature(each, message, signature.bytes));
    if (key === undefined) continue;
    // By the key itself, not by its label: one key listed for two people still counts once.
    const actual = keyFingerprint(key);
    if (!found.has(actual)) found.set(actual, key);
  }
  return [...found.values()];
}

const maximumSignatures = 64;

function readEnvelope(candidate: unknown): {
  payload: Buffer;
  payloadType: string;
  signatures: SignatureBytes[];
} {
  if (typeof candidate !== "object" || candidate === null) throw malformed("is not an object");
  const { payload, payloadType, signatures } = candidate as Record<string, unknown>;
  if (typeof payloadType !== "string") throw malformed("has no payloadType");
  const body = typeof payload === "string" ? decodeBase64(payload) : null;
  if (body === null) throw malformed("has no payload in base64");
  if (!Array.isArray(signatures) || signatures.length === 0) throw malformed("has no signatures");
  if (signatures.length > maximumSignatures) {
    throw malformed(`has more than ${maximumSignatures} signatures`);
  }
  return { payload: body, payloadType, signatures: signatures.map(readSignature) };
}

function readSignature(candidate: unknown): SignatureBytes {
  if (typeof candidate !== "object" || candidate === null) throw malformed("has a bad signature");
  const { keyid, sig } = candidate as Record<string, unknown>;
  const bytes = typeof sig === "string" ? decodeBase64(sig) : null;
  if (bytes === null) throw malformed("has a signature that is not base64");
  return { keyid: typeof keyid === "string" ? keyid : "", bytes };
}

function malformed(what: string): LedgerError {
  return new LedgerError("BAD_ENVELOPE", `The signature envelope ${what}.`, {
    mend: "Sign the document again with this program, or restore the envelope from an unaltered copy.",
  });
}
