/**
 * Signing a registration in the browser. The bytes are made here and not taken from the server: what is signed is the statement that
 * the page shows, over the hash that the page computed itself (DSSE 1, in-toto Statement 1, RFC 8785, ed25519).
 */
import canonicalize from "canonicalize";
import { base64Bytes, base64Of, hexOf, joined, sha256, utf8 } from "../parts/bytes.js";
import type { BrowserKey } from "./browser-keys.js";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const STATEMENT = "https://in-toto.io/Statement/v1";
const SIGN_OFF = "urn:plumbline:sign-off:v1";

export interface ToSign {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly at: string;
}

export interface Meant {
  readonly experiment: string;
  /** SHA-256 of the registered content, hex. */
  readonly document: string;
  readonly role: string;
  readonly person: string;
}

/** SHA-256 over the canonical JSON of what was registered: the hash that is signed. */
export async function contentHash(content: unknown): Promise<string> {
  return hexOf(await sha256(utf8(canonicalize(content) ?? "")));
}

/** "DSSEv1" SP len(type) SP type SP len(body) SP body; lengths in bytes, in decimal. */
export function preAuthentication(
  payloadType: string,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const type = utf8(payloadType);
  return joined(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/** The statement for what is meant, as it must be to the byte. */
const statement = ({ experiment, document, role, person }: Meant, at: string): string =>
  canonicalize({
    _type: STATEMENT,
    subject: [{ name: experiment, digest: { sha256: document } }],
    predicateType: SIGN_OFF,
    predicate: { role, person, at },
  }) ?? "";

/** Whether the server asks to sign what is meant, and nothing else. */
export function isMeant({ payloadType, payload, at }: ToSign, meant: Meant): boolean {
  return payloadType === PAYLOAD_TYPE && payload === base64Of(utf8(statement(meant, at)));
}

/** The envelope for `POST /api/v1/signature`. */
export async function signedEnvelope(
  { payloadType, payload }: ToSign,
  { fingerprint, privateKey }: Pick<BrowserKey, "fingerprint" | "privateKey">,
) {
  const bytes = preAuthentication(payloadType, base64Bytes(payload));
  const sig = new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, bytes));
  return { payloadType, payload, signatures: [{ keyid: fingerprint, sig: base64Of(sig) }] };
}
