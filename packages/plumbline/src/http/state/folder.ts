/**
 * What the server remembers beside the ledger: one small JSON file per record, in folders that only the server's user can read. A
 * record appears whole or not at all (written beside its place, then linked), so that several processes (a server and
 * `plumb tokens`) need no lock: of two that create the same record one wins, and of two that take it one gets it.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { link, mkdir, readdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PlumbError } from "../../errors.js";

const PLAIN = /^[a-z0-9]{1,64}$/;

const isMissing = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "ENOENT";
const isTaken = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "EEXIST";

export class StateFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** The state of the server of a workspace; makes the folder, and keeps it out of git. Throws `OUTPUT_UNWRITABLE`. */
  static open(root: string): StateFolder {
    const path = join(root, ".plumbline", "server");
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      writeFileSync(join(path, ".gitignore"), "*\n", { mode: 0o600 });
    } catch (error) {
      throw PlumbError.unwritable(path, error);
    }
    return new StateFolder(path);
  }

  private file(kind: string, id: string): string | null {
    return PLAIN.test(kind) && PLAIN.test(id) ? join(this.path, kind, `${id}.json`) : null;
  }

  private async draft(kind: string, value: unknown): Promise<string> {
    await mkdir(join(this.path, kind), { recursive: true, mode: 0o700 });
    const path = join(this.path, kind, `.${randomBytes(9).toString("hex")}.partial`);
    await writeFile(path, JSON.stringify(value), { mode: 0o600, flag: "wx" });
    return path;
  }

  /** False: there is one of that id already, which is kept. */
  async create(kind: string, id: string, value: unknown): Promise<boolean> {
    const file = this.place(kind, id);
    const draft = await this.draft(kind, value);
    try {
      await link(draft, file);
      return true;
    } catch (error) {
      if (isTaken(error)) return false;
      throw PlumbError.unwritable(file, error);
    } finally {
      await unlink(draft);
    }
  }

  async replace(kind: string, id: string, value: unknown): Promise<void> {
    await rename(await this.draft(kind, value), this.place(kind, id));
  }

  /** Null: there is none, or the id cannot be one. */
  async read(kind: string, id: string): Promise<unknown> {
    const file = this.file(kind, id);
    if (file === null) return null;
    try {
      return JSON.parse(await readFile(file, "utf8"));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** True for exactly one caller. */
  async remove(kind: string, id: string): Promise<boolean> {
    const file = this.file(kind, id);
    if (file === null) return false;
    try {
      await unlink(file);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async ids(kind: string): Promise<string[]> {
    try {
      const names = await readdir(join(this.path, kind));
      return names
        .filter((name) => name.endsWith(".json"))
        .map((name) => name.slice(0, -5))
        .sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  private place(kind: string, id: string): string {
    const file = this.file(kind, id);
    if (file === null) throw new TypeError(`not a name of a record: ${kind}/${id}`);
    return file;
  }
}
