import { join } from "node:path";
import { generateKey } from "@plumbline/ledger";
import { z } from "zod";
import { findWorkspaceRoot } from "../../documents/workspace.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { keyDirectory, keyFileName, ownKeys } from "./own-keys.js";
import { keyLine, PEOPLE_FILE, type People, readPeople } from "./people.js";
import { lines, plainText } from "./text.js";

const newInput = z.strictObject({
  name: z
    .string({ error: 'say whose key it is, with --name "NAME"' })
    .trim()
    .regex(/^\P{C}{1,200}$/u, "a name has 1 to 200 printable characters"),
  file: z.string().min(1).optional(),
  json: z.boolean().default(false),
});

type NewInput = z.output<typeof newInput>;

export interface NewKey {
  readonly person: string;
  readonly file: string;
  readonly fingerprint: string;
  readonly publicKey: string;
}

async function make(_context: OperationContext, { name, file }: NewInput): Promise<NewKey> {
  const directory = keyDirectory();
  const keyName = file ?? keyFileName(name);
  const { keyId, pem } = generateKey(directory, keyName, name);
  return {
    person: name,
    file: join(directory, `${keyName}.key.pem`),
    fingerprint: keyId,
    publicKey: keyLine(pem),
  };
}

function renderNew({ person, file, fingerprint, publicKey }: NewKey, { json }: NewInput): Rendered {
  if (json) {
    const document = {
      schema: "plumbline.key/1",
      person,
      file,
      fingerprint,
      public_key: publicKey,
    };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const stdout = lines(
    `A key for ${person}: ${file}`,
    "It can sign in your name: it is readable by you alone, and belongs in no repository.",
    `fingerprint sha256:${fingerprint}`,
    "",
    `Add the public half to ${PEOPLE_FILE} at the root of the workspace, and commit it:`,
    "",
    "people:",
    `  ${JSON.stringify(person)}:`,
    "    keys:",
    `      - ${publicKey}`,
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const newKeyOperation: OperationBody<NewInput, NewKey> = {
  input: newInput,
  run: make,
  render: renderNew,
};

const listInput = z.strictObject({ json: z.boolean().default(false) });
type ListInput = z.output<typeof listInput>;

interface ListedKey {
  readonly name: string;
  readonly fingerprint: string | null;
  readonly public_key: string | null;
  /** Whose it is by people.yaml of the workspace here; null: nobody's, or there is none that can be read. */
  readonly person: string | null;
  readonly fault: string | null;
}

interface KeyList {
  readonly directory: string;
  readonly keys: readonly ListedKey[];
}

async function list(context: OperationContext): Promise<KeyList> {
  const root = findWorkspaceRoot(context.workingDirectory);
  const people = root === null ? null : peopleOrNull(root);
  const directory = keyDirectory();
  const keys = ownKeys(directory).map(({ name, keyId, pem, fault }) => ({
    name,
    fingerprint: keyId,
    public_key: pem === null ? null : keyLine(pem),
    person: people?.keys.find((each) => each.keyId === keyId)?.holder ?? null,
    fault,
  }));
  return { directory, keys };
}

/** Keys are listed also, and then above all, while people.yaml is being written. */
function peopleOrNull(root: string): People | null {
  try {
    return readPeople(root);
  } catch (error) {
    if (error instanceof DocumentsError) return null;
    throw error;
  }
}

function renderList({ directory, keys }: KeyList, { json }: ListInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.keys/1", directory, keys };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  if (keys.length === 0) {
    return { stdout: lines(`No key in ${directory}`), stderr: "", exitCode: 0 };
  }
  const rows = keys.flatMap(({ name, fingerprint, person, public_key, fault }) =>
    fault !== null
      ? [`${name}  cannot be used: ${plainText(fault)}`]
      : [
          `${name}  ${person ?? `nobody's by ${PEOPLE_FILE}`}`,
          `  sha256:${fingerprint}`,
          `  ${public_key}`,
        ],
  );
  return { stdout: lines(`Keys in ${directory}`, rows), stderr: "", exitCode: 0 };
}

export const listKeysOperation: OperationBody<ListInput, KeyList> = {
  input: listInput,
  run: list,
  render: renderList,
};
