/**
 * Writing a document of the workspace: only one without errors, only over the version that was read, and whole or not at all. All of it
 * happens in one go (no await), so of two requests to one server for the same version one is refused.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type CheckResult, checkDraft } from "../documents/check.js";
import { readDocumentText } from "../documents/document.js";
import { type DocumentProblem, hasErrors } from "../documents/problem.js";
import { MAX_DOCUMENT_BYTES } from "../documents/yaml.js";
import { PlumbError } from "../errors.js";
import { DocumentsError } from "../operations/documents-error.js";
import { etagOf, namesTag } from "./caching.js";
import { ServerError } from "./errors.js";

/** The version a writer saw; `new`: there was none. */
type Seen = { readonly kind: "new" } | { readonly kind: "version"; readonly tags: string };

export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** Throws `PRECONDITION_MISSING`. */
function seenBy({ ifMatch, ifNoneMatch }: Preconditions): Seen {
  if (ifNoneMatch?.trim() === "*" && ifMatch === undefined) return { kind: "new" };
  const isAny = (ifMatch ?? "").split(",").some((tag) => tag.trim() === "*");
  const named = ifMatch !== undefined && !isAny && ifNoneMatch === undefined;
  if (named) return { kind: "version", tags: ifMatch };
  throw new ServerError(
    "PRECONDITION_MISSING",
    "The request does not say which version it replaces.",
    "Send If-Match with the ETag of GET /api/v1/document, or If-None-Match: * for a new document.",
  );
}

interface Existing {
  readonly text: string;
  readonly mode: number;
}

/** Null: there is nothing. Throws `DOCUMENT_FOREIGN` for what is no document; one that has errors is one. */
function existingDocument(file: string, path: string): Existing | null {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isFile() && stats.size <= MAX_DOCUMENT_BYTES) {
    const text = decoded(readFileSync(file));
    const isForeign = text === null || isOther(text, file);
    if (!isForeign) return { text, mode: stats.mode & 0o777 };
  }
  throw new ServerError(
    "DOCUMENT_FOREIGN",
    `What lies at ${path} is no document of Plumbline.`,
    "Choose another name, or move the file away by hand.",
  );
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Readable, and of none of our kinds. What is no YAML at the moment may be a document in the middle of a change. */
function isOther(text: string, file: string): boolean {
  const { kind, yaml } = readDocumentText(text, file);
  return kind === null && yaml !== null && yaml.problems.length === 0;
}

function assertSeen(seen: Seen, existing: Existing | null, path: string): void {
  const same =
    seen.kind === "new"
      ? existing === null
      : existing !== null && namesTag(seen.tags, etagOf(existing.text));
  if (!same) throw changed(seen, path);
}

const changed = (seen: Seen, path: string) =>
  new ServerError(
    "DOCUMENT_CHANGED",
    seen.kind === "new"
      ? `There is a document at ${path} already.`
      : `${path} is not any more what this change began with.`,
    "Read the version that is there, and decide which one stands.",
  );

/** Beside its place first; then it takes the place of the version seen, or of nothing. */
function putInPlace(file: string, text: string, existing: Existing | null): void {
  const partial = join(
    dirname(file),
    `.${basename(file)}.${randomBytes(6).toString("hex")}.partial`,
  );
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(partial, "wx", existing?.mode ?? 0o666);
    try {
      writeFileSync(handle, text, "utf8");
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (existing === null) {
      linkSync(partial, file);
      return;
    }
    chmodSync(partial, existing.mode);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
}

export interface GivenDocument extends Preconditions {
  /** Absolute, of the workspace. */
  readonly root: string;
  /** As `writablePath` gives it. */
  readonly path: string;
  readonly text: string;
}

export interface WrittenDocument {
  readonly path: string;
  readonly kind: string;
  readonly created: boolean;
  /** The version that is there now, for the next `If-Match`. */
  readonly etag: string;
  /** Warnings; and what is wrong elsewhere because of it, as an evidence file that no longer fits. */
  readonly problems: readonly DocumentProblem[];
}

/** What `plumb check` would say. Throws `DocumentsError` for a text that is too large. */
export function checkedText({
  root,
  path,
  text,
}: Pick<GivenDocument, "root" | "path" | "text">): CheckResult {
  const file = join(root, path);
  if (Buffer.byteLength(text, "utf8") <= MAX_DOCUMENT_BYTES) return checkDraft(root, file, text);
  throw new DocumentsError([
    {
      file,
      line: 1,
      column: 1,
      code: "DOCUMENT_TOO_LARGE",
      severity: "error",
      message: `The document is larger than ${MAX_DOCUMENT_BYTES} bytes.`,
      mend: "Data belong in a source, not in a document.",
    },
  ]);
}

/** Throws `ServerError`, `DocumentsError` with every problem placed, or `OUTPUT_UNWRITABLE`; then nothing was written. */
export function writeDocument(given: GivenDocument): WrittenDocument {
  const { root, path, text } = given;
  const file = join(root, path);
  const seen = seenBy(given);
  const existing = existingDocument(file, path);
  assertSeen(seen, existing, path);
  const { problems } = checkedText(given);
  const own = problems.filter((problem) => problem.file === file);
  if (hasErrors(own)) throw new DocumentsError(own);
  try {
    putInPlace(file, text, existing);
  } catch (error) {
    // Another process was first.
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      throw changed(seen, path);
    throw PlumbError.unwritable(file, error);
  }
  const kind = readDocumentText(text, file).kind ?? "registration";
  return { path, kind, created: existing === null, etag: etagOf(text), problems };
}
