/**
 * Sign-offs: one person, in one role, over the hash of one document. The statement is an in-toto Statement v1 in a DSSE
 * envelope, so that a signature for one experiment, document or role cannot be used for another.
 */
import { canonicalBytes } from "../canonical/canonical-json.js";
import { isDigest } from "../canonical/hash.js";
import { isJsonObject } from "../canonical/json-value.js";
import { parseJson } from "../canonical/parse-json.js";
import { type Envelope, type Signer, signEnvelope, verifyEnvelope } from "../dsse/envelope.js";
import type { PublicKey } from "../dsse/public-key.js";
import { LedgerError } from "../errors.js";

export const signOffPayloadType = "application/vnd.in-toto+json";
const statementType = "https://in-toto.io/Statement/v1";
const predicateType = "urn:plumbline:sign-off:v1";

export interface SignOff {
  /** Subject of the entries it belongs to, e.g. the experiment's id. */
  readonly subject: string;
  /** Hash of the document signed (`documentHash`). */
  readonly document: string;
  readonly role: string;
  readonly person: string;
  readonly at: string;
}

/** A type, so that it is a body of an entry (`JsonObject`) as it stands. */
export type SignedBody = {
  readonly document: string;
  readonly role: string;
  readonly person: string;
  readonly envelope: Envelope;
};

/** Body of a `signed` entry: what was signed in the clear, and the envelope that proves it. */
export function signOff(statement: SignOff, signer: Signer): SignedBody {
  const { subject, document, role, person, at } = statement;
  const payload = canonicalBytes({
    _type: statementType,
    subject: [{ name: subject, digest: { sha256: document } }],
    predicateType,
    predicate: { role, person, at },
  });
  return { document, role, person, envelope: signEnvelope(signOffPayloadType, payload, [signer]) };
}

/** The statement inside an envelope, signed by a key of the person it names. Throws as `verifyEnvelope`, or `BAD_SIGNATURE`. */
export function openSignOff<Key extends PublicKey>(
  envelope: unknown,
  keys: readonly Key[],
): SignOff & { readonly key: Key } {
  const verified = verifyEnvelope(envelope, { keys, payloadType: signOffPayloadType });
  const statement = readStatement(parseJson(verified.payload));
  const key = verified.keys.find((each) => each.holder === statement.person);
  if (key !== undefined) return { ...statement, key };
  throw new LedgerError(
    "BAD_SIGNATURE",
    `The sign-off names ${statement.person}, but no key of ${statement.person} signed it.`,
    { mend: "The person named must sign with a key that is trusted as theirs." },
  );
}

function readStatement(value: unknown): SignOff {
  const statement = statementFields(value);
  if (statement !== null) return statement;
  throw new LedgerError("BAD_ENVELOPE", "The signed statement is not a sign-off.", {
    mend: "Sign the document again with this program.",
  });
}

function statementFields(value: unknown): SignOff | null {
  if (!isJsonObject(value) || value._type !== statementType) return null;
  if (value.predicateType !== predicateType || !isJsonObject(value.predicate)) return null;
  const subjects = value.subject;
  const subject: unknown = Array.isArray(subjects) && subjects.length === 1 ? subjects[0] : null;
  if (!isJsonObject(subject) || !isJsonObject(subject.digest)) return null;
  const { name, digest } = subject;
  const { role, person, at } = value.predicate;
  const document = digest.sha256;
  if (typeof name !== "string" || !isDigest(document)) return null;
  if (typeof role !== "string" || typeof person !== "string" || typeof at !== "string") return null;
  return { subject: name, document, role, person, at };
}
