/** `plumb init`: a new workspace, whole or not at all. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { PlumbError } from "../errors.js";
import { draftFiles } from "./init-drafts.js";
import { exampleFiles, type Files } from "./init-example.js";
import type { DataProfile } from "./init-profile.js";

export interface InitOptions {
  /** Draft over this file's columns instead of writing the example. */
  readonly from?: DataProfile;
}

export interface InitResult {
  /** Absolute. */
  readonly root: string;
  /** Relative paths of what was written. */
  readonly files: readonly string[];
}

function plan(root: string, options: InitOptions): Files {
  const name =
    basename(root)
      .replace(/\p{Cc}/gu, " ")
      .trim() || "workspace";
  if (options.from === undefined) return exampleFiles(name);
  const drafts = draftFiles(name, options.from, root);
  if (drafts !== null) return drafts;
  throw new PlumbError(
    "COLUMNS_UNUSABLE",
    "No column of the file can be measured: none is a number, or true and false, with two values or more.",
    "Give a file with an outcome a row.",
  );
}

function refuseUnlessEmpty(root: string): void {
  if (!existsSync(root)) return;
  if (statSync(root).isDirectory() && readdirSync(root).length === 0) return;
  throw new PlumbError(
    "DIRECTORY_NOT_EMPTY",
    `${root} exists and is not an empty folder.`,
    "Name a new folder; nothing is ever overwritten.",
  );
}

/** Writes beside the target and renames, so that the folder appears whole. */
function writeWhole(root: string, files: Files): void {
  mkdirSync(dirname(root), { recursive: true });
  const draft = `${root}.${process.pid}.draft`;
  mkdirSync(draft);
  try {
    for (const [path, content] of files) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), content);
    }
    if (existsSync(root)) rmdirSync(root);
    renameSync(draft, root);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Makes a workspace in `directory`, which must not exist or be empty. Throws `PlumbError`
 * (DIRECTORY_NOT_EMPTY, COLUMNS_UNUSABLE, OUTPUT_UNWRITABLE) and then has written nothing.
 */
export function initWorkspace(directory: string, options: InitOptions = {}): InitResult {
  const root = resolve(directory);
  refuseUnlessEmpty(root);
  const files = plan(root, options);
  try {
    writeWhole(root, files);
  } catch (error) {
    throw PlumbError.unwritable(root, error);
  }
  return { root, files: [...files.keys()] };
}
