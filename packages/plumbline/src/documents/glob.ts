/** Files of a workspace by pattern. `*` and `?` stop at a slash, `**` does not. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

/** The pattern as a regular expression over a relative path with forward slashes. */
export function globToRegExp(glob: string): RegExp {
  let source = "";
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob.charAt(at);
    if (character === "*" && glob.charAt(at + 1) === "*") {
      const folder = glob.charAt(at + 2) === "/";
      source += folder ? "(?:[^/]+/)*" : ".*";
      at += folder ? 2 : 1;
    } else if (character === "*") source += "[^/]*";
    else if (character === "?") source += "[^/]";
    else source += character.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "u");
}

/** Folders that hold no documents, however wide the pattern. */
const SKIPPED = new Set(["node_modules", "dist"]);

/** How deep the widest pattern is followed. */
const DEEPEST = 32;

/** Whether `matchFiles` would find a file of this relative path. */
export function isMatched(path: string, globs: readonly string[]): boolean {
  const folders = path.split("/").slice(0, -1);
  if (folders.length >= DEEPEST) return false;
  if (folders.some((name) => name.startsWith(".") || SKIPPED.has(name))) return false;
  return globs.some((glob) => globToRegExp(glob).test(path));
}

/** How deep a pattern can reach; null: any depth. */
function depthOf(glob: string): number | null {
  return glob.includes("**") ? null : glob.split("/").length;
}

/** Absolute paths, sorted: files under `root` that match a pattern, and folders that cannot be read. */
export interface Matches {
  readonly matches: readonly string[];
  readonly unreadable: readonly string[];
}

/** Hidden folders are skipped, and links to folders are not followed. */
export function matchFiles(root: string, globs: readonly string[]): Matches {
  const patterns = globs.map(globToRegExp);
  const depths = globs.map(depthOf);
  const deepest = depths.includes(null) ? DEEPEST : Math.max(...depths.map(Number));
  const matches: string[] = [];
  const unreadable: string[] = [];
  const list = (folder: string): Dirent[] => {
    try {
      return readdirSync(join(root, folder), { withFileTypes: true });
    } catch {
      unreadable.push(join(root, folder));
      return [];
    }
  };
  const walk = (folder: string, prefix: string, depth: number): void => {
    for (const entry of list(folder)) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) {
        const enter = !entry.name.startsWith(".") && !SKIPPED.has(entry.name);
        if (enter && depth < deepest) walk(join(folder, entry.name), `${path}/`, depth + 1);
      } else if (patterns.some((pattern) => pattern.test(path))) matches.push(join(root, path));
    }
  };
  walk("", "", 1);
  return { matches: matches.sort(), unreadable: unreadable.sort() };
}
