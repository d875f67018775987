/** The demo workspace on little data, as `plumb demo --users 2000` makes it, in a folder of one test file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoOperation } from "../../operations/demo.js";
import type { OperationContext } from "../../operations/operation.js";
import { operations } from "../../operations/table.js";

export const RERANKER = "experiments/us_mle_02.yaml";
/** Not yet registered. */
export const FRESH = "experiments/fresh.yaml";
export const FRESH_ID = "us_mle_99_fresh";
/** After the demo's run. */
export const NOW = "2026-08-20T12:00:00.000Z";

export interface Demo {
  readonly root: string;
  /** Private keys of the demo's people. */
  readonly keys: string;
  /** What the command prints with --json. */
  json(id: string, input?: Record<string, unknown>): Promise<unknown>;
  edit(path: string, from: string, to: string): void;
  remove(): void;
}

const contextAt = (workingDirectory: string): OperationContext => ({
  workingDirectory,
  now: () => new Date(NOW),
  signal: new AbortController().signal,
  progress: () => {},
});

export async function makeDemo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-http-"));
  const root = join(folder, "workspace");
  const input = demoOperation.input.parse({ users: 2000, directory: root });
  await demoOperation.run(contextAt(folder), input);
  const text = readFileSync(join(root, "experiments/us_mle_01.yaml"), "utf8");
  writeFileSync(
    join(root, FRESH),
    text.replace(/^experiment_id:.*$/m, `experiment_id: ${FRESH_ID}`),
  );
  return {
    root,
    keys: join(root, ".plumbline", "demo-keys"),
    json: async (id, given = {}) => {
      const body = await operations.find((row) => row.id === id)?.load();
      if (body === undefined) throw new Error(`there is no row ${id}`);
      const parsed = body.input.parse({ ...given, json: true }) as never;
      const output = (await body.run(contextAt(root), parsed)) as never;
      return JSON.parse(body.render(output, parsed, { color: false, width: 100 }).stdout);
    },
    edit: (path, from, to) => {
      const text = readFileSync(join(root, path), "utf8");
      if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
      writeFileSync(join(root, path), text.replace(from, to));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
