/** Paths that clients give: relative, inside the workspace after every link is followed, and of a kind the operation reads. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { DEFAULT_DOCUMENTS } from "@plumbline/primitives";
import { readDocument, WORKSPACE_FILE } from "../documents/document.js";
import { isMatched, matchFiles } from "../documents/glob.js";
import { PEOPLE_FILE } from "../operations/ledger/people.js";
import { ServerError } from "./errors.js";
import { ACCESS_FILE } from "./oidc.js";

function refused(path: string, why: string): ServerError {
  return new ServerError(
    "PATH_REFUSED",
    `The path ${JSON.stringify(path.slice(0, 200))} ${why}.`,
    "Give the path of a document relative to the workspace; GET /api/v1/documents lists them.",
  );
}

/** As one writes it in the workspace, with "/". Throws `PATH_REFUSED`. */
function plainPath(path: string): string {
  if (/\p{C}/u.test(path)) throw refused(path, "holds characters that no path has");
  const steps = path.split(/[\\/]/);
  if (steps.some((step) => step === ".." || step === "" || step === ".")) {
    throw refused(path, "is not a plain relative path");
  }
  if (/^[A-Za-z]:/.test(path)) throw refused(path, "is not a plain relative path");
  return steps.join("/");
}

/** Links are followed: what lies outside is outside, whatever it is called. */
function isInside(root: string, path: string): boolean {
  try {
    const real = relative(realpathSync(root), realpathSync(join(root, path)));
    return real !== "" && real !== ".." && !real.startsWith(`..${sep}`);
  } catch {
    return false;
  }
}

function globsOf(root: string): readonly string[] {
  const own = readDocument(join(root, WORKSPACE_FILE));
  const named = own.document?.kind === "workspace" ? own.document.value.documents : null;
  return named ?? DEFAULT_DOCUMENTS;
}

/** Every document of the workspace, plumbline.yaml and people.yaml included, by path; sorted. */
export function documentPaths(root: string): string[] {
  const matched = matchFiles(root, globsOf(root)).matches.map((file) =>
    relative(root, file).split(sep).join("/"),
  );
  const all = [...matched, WORKSPACE_FILE, PEOPLE_FILE];
  return [...new Set(all)].filter((path) => isInside(root, path)).sort();
}

/** A document of the workspace. Throws `PATH_REFUSED` for anything else. */
export function documentPath(root: string, given: string): string {
  const path = plainPath(given);
  if (documentPaths(root).includes(path)) return path;
  throw refused(given, "names no document of the workspace");
}

/** Files that say who may do what: whoever writes documents must not write these. */
const RULES = new Set([WORKSPACE_FILE, PEOPLE_FILE, ACCESS_FILE]);
const MOST_NAME = 200;

/** No folder on the way to a file is a link. */
function hasPlainFolders(root: string, path: string): boolean {
  let folder = dirname(path);
  while (!existsSync(join(root, folder)) && folder !== ".") folder = dirname(folder);
  try {
    return realpathSync(join(root, folder)) === join(realpathSync(root), folder);
  } catch {
    return false;
  }
}

/**
 * Where a document may be written, whether there is one or not: where `documents:` of the workspace looks for documents, as YAML, and
 * never a file that says who may do what. Throws `PATH_REFUSED`.
 */
export function writablePath(root: string, given: string): string {
  const path = plainPath(given);
  const name = (path.split("/").at(-1) ?? "").toLowerCase();
  if (RULES.has(name)) throw refused(given, "says who may do what, and is changed by hand");
  const isYaml = /^[^.].*\.ya?ml$/.test(name) && name.length <= MOST_NAME;
  if (!isYaml) throw refused(given, "is no name of a document, which ends in .yaml");
  const globs = globsOf(root);
  if (!isMatched(path, globs)) {
    throw refused(given, `is not where the workspace looks for documents (${globs.join(", ")})`);
  }
  if (!hasPlainFolders(root, path)) throw refused(given, "leads through a link");
  return path;
}
