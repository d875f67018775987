/** Paths that clients give: relative, inside the workspace after every link is followed, and of a kind the operation reads. */
import { realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { DEFAULT_DOCUMENTS } from "@plumbline/primitives";
import { readDocument, WORKSPACE_FILE } from "../documents/document.js";
import { matchFiles } from "../documents/glob.js";
import { PEOPLE_FILE } from "../operations/ledger/people.js";
import { ServerError } from "./errors.js";

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

/** Every document of the workspace, plumbline.yaml and people.yaml included, by path; sorted. */
export function documentPaths(root: string): string[] {
  const own = readDocument(join(root, WORKSPACE_FILE));
  const globs =
    (own.document?.kind === "workspace" ? own.document.value.documents : null) ?? DEFAULT_DOCUMENTS;
  const matched = matchFiles(root, globs).matches.map((file) =>
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
