import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PlumbError } from "../errors.js";

const refused = (path: string, why: string): PlumbError =>
  new PlumbError(
    "OUTPUT_UNWRITABLE",
    `${path} cannot be written (${why}).`,
    "Choose a new name, or the name of an earlier report.",
  );

/**
 * Writes a page. A slip of the hand (`--html experiments/trial.yaml`) must not cost a registration: of
 * files that exist, only pages are replaced, and never a device or a folder.
 */
export async function writePage(path: string, text: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found && !found.isFile() && !found.isSymbolicLink()) throw refused(path, "it is not a file");
  if (found && !/\.html?$/i.test(path))
    throw refused(path, "it exists, and is no page by its name");
  await writeWhole(path, text);
}

/**
 * Writes a file whole or not at all: beside its place first, then renamed. A reader never sees half,
 * and a failure leaves the previous file as it was.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(partial, "w");
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw PlumbError.unwritable(path, error);
  }
}
