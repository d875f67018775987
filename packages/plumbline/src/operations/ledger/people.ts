/** `people.yaml` at the root of a workspace: who the people are, by their public keys. Committed, never secret. */
import { createPublicKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LedgerError, publicKey, type TrustedKey } from "@plumbline/ledger";
import { parseDocument } from "@plumbline/primitives";
import { z } from "zod";
import { placed } from "../../documents/document.js";
import { type DocumentProblem, sortProblems } from "../../documents/problem.js";
import { parseYaml, type YamlText } from "../../documents/yaml.js";
import { DocumentsError } from "../documents-error.js";

export const PEOPLE_FILE = "people.yaml";

const personName = z
  .string()
  .regex(/^\P{C}{1,200}$/u, "a name has 1 to 200 printable characters")
  .refine((text) => text.trim() === text, "a name cannot begin or end with a space");

const keyText = z
  .string()
  .refine(isPublicKey, "expected an ed25519 public key as `plumb keys new` prints it");

const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/, "expected a date such as 2026-01-31")
  .refine((text) => Number.isFinite(Date.parse(text)), "this date does not exist");

const key = z.union(
  [
    keyText,
    z.strictObject({
      key: keyText,
      from: day.optional().meta({ description: "Signatures before this date do not count." }),
      until: day.optional().meta({ description: "Signatures after this date do not count." }),
    }),
  ],
  { error: "expected a public key as `plumb keys new` prints it, or {key, from, until}" },
);

export const peopleSchema = z
  .strictObject({
    people: z
      .record(personName, z.strictObject({ keys: z.array(key).min(1, "give at least one key") }))
      .meta({ description: "People by name, with their public keys." }),
  })
  .meta({ title: "Plumbline people" });

export interface People {
  readonly names: readonly string[];
  readonly keys: readonly TrustedKey[];
}

/** The key as it stands in people.yaml: SubjectPublicKeyInfo in base64, one line. */
export function keyLine(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, "");
}

function pemOf(line: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${keyLine(line)}\n-----END PUBLIC KEY-----\n`;
}

function isPublicKey(line: string): boolean {
  if (line.includes("PRIVATE")) return false;
  try {
    return createPublicKey(pemOf(line)).asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}

/** Reads the people of a workspace; nobody when there is no such file. Throws `DocumentsError` with every problem placed. */
export function readPeople(root: string): People {
  const file = join(root, PEOPLE_FILE);
  if (!existsSync(file)) return { names: [], keys: [] };
  const yaml = parseYaml(readFileSync(file, "utf8"), file);
  if (yaml.problems.length > 0) throw new DocumentsError(yaml.problems);
  const { value, problems } = parseDocument(peopleSchema, "workspace", yaml.value);
  if (value === null) {
    throw new DocumentsError(sortProblems(problems.map((problem) => placed(problem, yaml))));
  }
  const keys = Object.entries(value.people).flatMap(([holder, person]) =>
    person.keys.map((each) => trusted(each, holder)),
  );
  refuseShared(keys, yaml);
  return { names: Object.keys(value.people), keys };
}

function trusted(given: z.output<typeof key>, holder: string): TrustedKey {
  const {
    key: line,
    from,
    until,
  } = typeof given === "string" ? { key: given, from: undefined, until: undefined } : given;
  return {
    ...publicKey(pemOf(line), holder),
    ...(from === undefined ? {} : { validFrom: new Date(from).toISOString() }),
    ...(until === undefined ? {} : { validUntil: new Date(until).toISOString() }),
  };
}

/** One key for two people would let one person count twice. */
function refuseShared(keys: readonly TrustedKey[], yaml: YamlText): void {
  const holderOf = new Map<string, string>();
  const problems: DocumentProblem[] = [];
  for (const { keyId, holder } of keys) {
    const other = holderOf.get(keyId);
    holderOf.set(keyId, holder);
    if (other === undefined || other === holder) continue;
    problems.push({
      ...yaml.locate(["people", holder], { key: true }),
      code: "KEY_SHARED",
      severity: "error",
      message: `${holder} and ${other} have the same key.`,
      mend: "Each person makes a key of their own with plumb keys new.",
    });
  }
  if (problems.length > 0) throw new DocumentsError(problems);
}

/** Keys of a person that count at a time; validity by the time of the entry. */
export function keysOf(people: People, person: string, at: Date): readonly TrustedKey[] {
  const time = at.getTime();
  return people.keys.filter(
    ({ holder, validFrom, validUntil }) =>
      holder === person &&
      (validFrom === undefined || time >= Date.parse(validFrom)) &&
      (validUntil === undefined || time <= Date.parse(validUntil)),
  );
}

/** A fault of the ledger's key code is told apart from any other. */
export const isLedgerError = (error: unknown): error is LedgerError => error instanceof LedgerError;
