/** The private keys of whoever runs the command: in a directory of their own, never in the workspace. */
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { listKeys, loadPublicKey, loadSigner, type Signer } from "@plumbline/ledger";
import { RegistrationError } from "./errors.js";
import { isLedgerError, keysOf, PEOPLE_FILE, type People } from "./people.js";

export function keyDirectory(): string {
  const given = process.env.PLUMB_KEYS;
  return given ? resolve(given) : join(homedir(), ".config", "plumbline", "keys");
}

export interface OwnKey {
  readonly name: string;
  /** Null when the key cannot be used; then `fault` says why. */
  readonly keyId: string | null;
  readonly pem: string | null;
  readonly fault: string | null;
}

export function ownKeys(directory: string): readonly OwnKey[] {
  return listKeys(directory).map((name) => {
    try {
      const { keyId, pem } = loadPublicKey(directory, name);
      return { name, keyId, pem, fault: null };
    } catch (error) {
      if (!isLedgerError(error)) throw error;
      return { name, keyId: null, pem: null, fault: `${error.code}  ${error.message}` };
    }
  });
}

/** A file name for a person's key. Names that have no letters in common with file names get one from their hash. */
export function keyFileName(person: string): string {
  const plain = person
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  if (/^[a-z0-9]/.test(plain)) return plain;
  return `key-${createHash("sha256").update(person).digest("hex").slice(0, 12)}`;
}

export interface SigningPerson {
  readonly person: string;
  readonly signer: Signer;
}

/** Whoever signs: the person named, or the only one whose key is here. The key must be theirs by people.yaml. */
export function signingPerson(
  people: People,
  as: string | undefined,
  now: Date,
  directory = keyDirectory(),
): SigningPerson {
  const own = ownKeys(directory);
  const person = as ?? onlyPerson(people, own);
  if (!people.names.includes(person)) {
    throw new RegistrationError(
      "PERSON_UNKNOWN",
      `${person} is not in ${PEOPLE_FILE}.`,
      `Make a key with plumb keys new --name "${person}", add what it prints to ${PEOPLE_FILE}, and commit it.`,
    );
  }
  const trusted = keysOf(people, person, now).map(({ keyId }) => keyId);
  const key = own.find(({ keyId }) => keyId !== null && trusted.includes(keyId));
  if (key !== undefined) return { person, signer: loadSigner(directory, key.name) };
  throw new RegistrationError(
    "KEY_NOT_HERE",
    `No private key of ${person} is in ${directory}${unusable(own)}.`,
    "Sign where that key is, or have a new public key added to people.yaml; PLUMB_KEYS names another directory.",
  );
}

/** A key with wrong permissions is the likeliest reason why one is missing. */
function unusable(own: readonly OwnKey[]): string {
  const fault = own.find((key) => key.fault !== null)?.fault;
  return fault ? ` (one key there cannot be used: ${fault})` : "";
}

/** The only person whose key is here and valid now; null: nobody's is, or those of several people. */
export function onlyPersonHere(people: People, now: Date): string | null {
  const own = ownKeys(keyDirectory());
  const ids = own.map(({ keyId }) => keyId);
  const valid = holdersHere(people, own).filter((person) =>
    keysOf(people, person, now).some(({ keyId }) => ids.includes(keyId)),
  );
  return valid.length === 1 ? (valid[0] ?? null) : null;
}

function holdersHere(people: People, own: readonly OwnKey[]): string[] {
  const ids = own.flatMap(({ keyId }) => (keyId === null ? [] : [keyId]));
  const held = people.keys.filter(({ keyId }) => ids.includes(keyId));
  return [...new Set(held.map(({ holder }) => holder))];
}

function onlyPerson(people: People, own: readonly OwnKey[]): string {
  const found = holdersHere(people, own);
  const [person] = found;
  if (person !== undefined && found.length === 1) return person;
  throw new RegistrationError(
    "PERSON_UNCLEAR",
    found.length === 0
      ? `None of the keys in ${keyDirectory()} belongs to anybody in ${PEOPLE_FILE}${unusable(own)}.`
      : `Keys of several people are here: ${found.join(", ")}.`,
    'Say who signs, with --as "NAME".',
  );
}
