/**
 * Signing away from the server: it says what is to be signed, the person signs with their own key wherever that is, and the server
 * verifies the envelope against people.yaml before it appends. No private key comes here.
 */
import {
  canonicalBytes,
  type LedgerEntry,
  openSignOff,
  preAuthenticationEncoding,
  type SignedBody,
  type Signer,
  type SignOff,
  signOff,
} from "@plumbline/ledger";
import type { Standing } from "@plumbline/primitives";
import { RegistrationError } from "../operations/ledger/errors.js";
import { keysOf, PEOPLE_FILE } from "../operations/ledger/people.js";
import {
  type CurrentRegistration,
  loadRegistration,
  standingFrom,
  standingOf,
} from "../operations/ledger/registration.js";
import {
  openWorkspace,
  reading,
  type Surroundings,
  type WritingSession,
  writing,
} from "../operations/ledger/session.js";
import {
  assertFirst,
  assertHolder,
  assertSignable,
  type SignOutput,
  signedOutput,
} from "../operations/ledger/sign.js";
import { ServerError } from "./errors.js";

/** How old a statement may be when its signature comes in: an envelope from before an amendment must not be kept for later. */
const FRESH_MINUTES = 10;
const CLOCK_MINUTES = 1;

export interface SignatureRequest {
  /** Absolute path of the registration. */
  readonly file: string;
  readonly role: string;
  readonly person: string;
  readonly now: Date;
}

function assertEntitled(surroundings: Surroundings, role: string, person: string): void {
  if (!surroundings.people.names.includes(person)) {
    throw new RegistrationError(
      "PERSON_UNKNOWN",
      `${person} is not in ${PEOPLE_FILE}.`,
      `Add their public key to ${PEOPLE_FILE}, and commit it.`,
    );
  }
  assertHolder(surroundings, role, person);
}

/** A signer that keeps what it is given and signs nothing: so the statement is made by the code that the command signs with. */
function payloadOf(statement: SignOff) {
  const unsigned: Signer = { keyId: "", sign: () => Buffer.alloc(0) };
  const { envelope } = signOff(statement, unsigned);
  const bytes = Buffer.from(envelope.payload, "base64");
  return {
    payloadType: envelope.payloadType,
    payload: envelope.payload,
    pae: preAuthenticationEncoding(envelope.payloadType, bytes).toString("base64"),
  };
}

/** What a person would sign now. Refused for the reasons for which the signature would be. */
export async function signaturePayload(request: SignatureRequest) {
  const { file, role, person, now } = request;
  return reading(file, async (session) => {
    const current = loadRegistration(session.workspace, file);
    assertEntitled(session, role, person);
    const standing = await standingOf(session, current.experiment, current.content);
    const { document } = assertSignable(standing, role);
    assertFirst(standing, role, person);
    const at = now.toISOString();
    const statement = { subject: current.experiment, document, role, person, at };
    const keys = keysOf(session.people, person, now).map(({ keyId }) => keyId);
    return {
      experiment: current.experiment,
      document,
      role,
      person,
      at,
      keys,
      ...payloadOf(statement),
    };
  });
}

function assertFresh({ at }: SignOff, now: Date): void {
  const age = (now.getTime() - Date.parse(at)) / 60_000;
  if (age <= FRESH_MINUTES && age >= -CLOCK_MINUTES) return;
  throw new ServerError(
    "SIGNATURE_STALE",
    "The statement was not made in the last ten minutes.",
    "Ask for a new one with GET /api/v1/signature, and sign that.",
  );
}

function assertOwn(statement: SignOff, person: string | null): void {
  if (person === null || statement.person === person) return;
  throw new ServerError(
    "SIGNATURE_FOREIGN",
    `This sign-in is ${person}'s, and the signature is by ${statement.person}.`,
    `Have ${statement.person} hand it in.`,
  );
}

function assertSubject(
  statement: SignOff,
  { experiment }: CurrentRegistration,
  document: string,
): void {
  if (statement.subject === experiment && statement.document === document) return;
  throw new RegistrationError(
    "CHANGED_MEANWHILE",
    `The signature is not for the version of ${experiment} that is in force.`,
    "Read what changed in its status, then sign that version.",
  );
}

export interface HandedIn {
  /** Absolute path of the registration. */
  readonly file: string;
  readonly envelope: unknown;
  /** Whose sign-in hands it in; null: tied to nobody. */
  readonly person: string | null;
  readonly now: Date;
}

/** Verifies an envelope and appends it. Throws as `plumb sign`, `LedgerError` for an envelope that does not hold, `ServerError`. */
export async function handInSignature(handed: HandedIn): Promise<SignOutput> {
  const surroundings = openWorkspace(handed.file);
  const current = loadRegistration(surroundings.workspace, handed.file);
  const { key: _, ...statement } = openSignOff(
    handed.envelope,
    surroundings.people.keys.filter(({ validFrom, validUntil }) => {
      const time = handed.now.getTime();
      return (
        (validFrom === undefined || time >= Date.parse(validFrom)) &&
        (validUntil === undefined || time <= Date.parse(validUntil))
      );
    }),
  );
  assertOwn(statement, handed.person);
  assertFresh(statement, handed.now);
  assertEntitled(surroundings, statement.role, statement.person);
  return writing(surroundings, (session) => append(session, current, statement, handed));
}

async function append(
  session: WritingSession,
  current: CurrentRegistration,
  statement: SignOff,
  { envelope, now }: HandedIn,
): Promise<SignOutput> {
  const { people, store } = session;
  const { experiment, content } = current;
  const { role, person, document } = statement;
  const assertAll = (standing: Standing) => {
    assertSubject(statement, current, assertSignable(standing, role).document);
    assertFirst(standing, role, person);
  };
  assertAll(await standingOf(session, experiment, content));
  // Looked at again while nobody else can append.
  const guard = (history: readonly LedgerEntry[]) =>
    assertAll(standingFrom(experiment, history, people.keys, content));
  const body = { document, role, person, envelope: plainEnvelope(envelope) };
  const at = now.toISOString();
  const { seq } = await store.append({ type: "signed", at, subject: experiment, body }, { guard });
  return signedOutput(session, current, { role, person, document, seq });
}

/** Exactly the fields of an envelope: what else a client put beside them is not kept for ever. */
function plainEnvelope(envelope: unknown): SignedBody["envelope"] {
  const { payload, payloadType, signatures } = JSON.parse(
    Buffer.from(canonicalBytes(envelope)).toString("utf8"),
  );
  return {
    payload,
    payloadType,
    signatures: signatures.map(({ keyid, sig }: { keyid: string; sig: string }) => ({
      keyid,
      sig,
    })),
  };
}
