/** A workspace, its people and its ledger, for as long as one operation takes. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import {
  type LedgerEntry,
  LedgerError,
  type LedgerStore,
  openLedger,
  readEntry,
  type StoredEntry,
} from "@plumbline/ledger";
import { findWorkspaceRoot, loadWorkspace, type Workspace } from "../../documents/workspace.js";
import { PlumbError } from "../../errors.js";
import type { OperationContext } from "../operation.js";
import { writeWhole } from "../write-whole.js";
import { RegistrationError } from "./errors.js";
import { type People, readPeople } from "./people.js";

export interface Surroundings {
  readonly workspace: Workspace;
  readonly people: People;
}

export interface Session extends Surroundings {
  /** Null when reading a ledger that does not exist yet: it is empty. */
  readonly store: LedgerStore | null;
}

export interface WritingSession extends Session {
  readonly store: LedgerStore;
}

const LEDGER_FILE = join(".plumbline", "ledger.db");

/** Where the ledger is: a file in the workspace, or the database named by the environment (never by a file: it holds a password). */
export function ledgerLocation(root: string): string {
  return process.env.PLUMB_LEDGER_URL || join(root, LEDGER_FILE);
}

export const absolute = (context: OperationContext, path: string) =>
  isAbsolute(path) ? path : resolve(context.workingDirectory, path);

function workspaceAt(path: string): Workspace {
  const root = findWorkspaceRoot(path);
  if (root !== null) return loadWorkspace(root);
  throw new PlumbError(
    "NO_WORKSPACE",
    `There is no plumbline.yaml at or above ${path}.`,
    "Run the command in a workspace; plumb init makes one.",
  );
}

/** Reads the workspace at or above a path (absolute) and its people; touches no ledger. */
export function openWorkspace(path: string): Surroundings {
  const workspace = workspaceAt(path);
  return { workspace, people: readPeople(workspace.root) };
}

/** Work on a ledger that may append to it. Only the first registration makes a ledger; without one, anything else is refused. */
export async function writing<T>(
  surroundings: Surroundings,
  work: (session: WritingSession) => Promise<T>,
  options: { readonly create: boolean } = { create: false },
): Promise<T> {
  const location = ledgerLocation(surroundings.workspace.root);
  if (!options.create && isFile(location) && !existsSync(location)) {
    throw new RegistrationError(
      "LEDGER_EMPTY",
      "There is no ledger yet: nothing was registered.",
      "Register an experiment with plumb register.",
    );
  }
  const store = await openLedger(location);
  try {
    if (options.create && isInWorkspace(location, surroundings))
      await keepOutOfGit(dirname(location));
    return await work({ ...surroundings, store });
  } finally {
    await store.close();
  }
}

/** The same for reading: makes nothing, changes nothing. */
export async function reading<T>(path: string, work: (session: Session) => Promise<T>): Promise<T> {
  const surroundings = openWorkspace(path);
  const store = await openExisting(ledgerLocation(surroundings.workspace.root));
  try {
    return await work({ ...surroundings, store });
  } finally {
    await store?.close();
  }
}

const isInWorkspace = (location: string, { workspace }: Surroundings) =>
  location === join(workspace.root, LEDGER_FILE);

/** A database file in use has no place in a repository; the tree heads beside it do. */
async function keepOutOfGit(folder: string): Promise<void> {
  const file = join(folder, ".gitignore");
  if (!existsSync(file)) await writeWhole(file, "ledger.db*\n");
}

const isFile = (location: string) => !location.includes("://");

async function openExisting(location: string): Promise<LedgerStore | null> {
  if (isFile(location) && !existsSync(location)) return null;
  try {
    return await openLedger(location, { readOnly: true });
  } catch (error) {
    // A database without the table is a ledger that nobody wrote to yet; a file that is no ledger is a fault.
    if (!isFile(location) && error instanceof LedgerError && error.code === "STORE_NOT_A_LEDGER")
      return null;
    throw error;
  }
}

export async function storedEntries({ store }: Session, subject?: string): Promise<StoredEntry[]> {
  if (store === null) return [];
  return await store.read(subject === undefined ? {} : { subject });
}

/** Entries that can be read; the others are for `plumb verify` to find. */
export function readable(stored: readonly StoredEntry[]): LedgerEntry[] {
  return stored.flatMap(({ text }) => {
    try {
      return [readEntry(text)];
    } catch (error) {
      if (error instanceof LedgerError) return [];
      throw error;
    }
  });
}
