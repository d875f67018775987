/** A workspace of one test, with people, their keys, and commands run through the rows of the table. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeFailure } from "../../../cli/failure.js";
import { temporaryFolder } from "../../../documents/testing/folder.js";
import type { Rendered } from "../../operation.js";
import { operations } from "../../table.js";

const example = fileURLToPath(new URL("../../../../../../examples/mangaassist", import.meta.url));

export const RERANKER = "experiments/us_mle_02.yaml";
export const RERANKER_ID = "us_mle_02_reranker_l6_to_l12_2026q3";
export const INTENT = "experiments/us_mle_01.yaml";

/** Who holds which role in the workspace. */
export const STAFF: readonly (readonly [role: string, person: string])[] = [
  ["pm", "Ada"],
  ["applied_ml_eng", "Ben"],
  ["ds_partner", "Cleo"],
  ["eng_manager", "Dev"],
];

const ROLES = `
roles:
  pm: [Ada, Fay]
  applied_ml_eng: [Ben, Ada]
  ds_partner: [Cleo]
  eng_manager: [Dev]
  director: [Eva]
`;

export interface TestWorkspace {
  readonly root: string;
  readonly keys: string;
  /** Runs a row by its id, e.g. run("keys new", { name: "Ada" }); `at` is the clock. */
  run(id: string, input?: Record<string, unknown>, at?: string): Promise<Rendered>;
  /** The same with --json, parsed. Fails the test when the command failed. */
  json<T = Record<string, unknown>>(
    id: string,
    input?: Record<string, unknown>,
    at?: string,
  ): Promise<T>;
  edit(path: string, from: string, to: string): void;
}

export const BEFORE = "2026-06-20T10:00:00.000Z";

/** `PLUMB_KEYS` is set for this process: one test at a time. */
export async function testWorkspace(people: readonly string[]): Promise<TestWorkspace> {
  const folder = temporaryFolder();
  const root = join(folder, "workspace");
  const keys = join(folder, "keys");
  cpSync(example, root, {
    recursive: true,
    filter: (path) => !/[\\/](data|reports|\.plumbline)$/.test(path),
  });
  mkdirSync(keys, { recursive: true });
  process.env.PLUMB_KEYS = keys;
  delete process.env.PLUMB_LEDGER_URL;
  writeFileSync(
    join(root, "plumbline.yaml"),
    `${readFileSync(join(root, "plumbline.yaml"), "utf8")}${ROLES}`,
  );
  const workspace = commands(root, keys);
  let file = "people:\n";
  for (const name of people) {
    const made = await workspace.json<{ public_key: string }>("keys new", { name });
    file += `  ${JSON.stringify(name)}:\n    keys: [${JSON.stringify(made.public_key)}]\n`;
  }
  if (people.length > 0) writeFileSync(join(root, "people.yaml"), file);
  return workspace;
}

function commands(root: string, keys: string): TestWorkspace {
  const run: TestWorkspace["run"] = async (id, input = {}, at = BEFORE) => {
    const row = operations.find((each) => each.id === id);
    if (row === undefined) throw new Error(`there is no row ${id}`);
    const context = {
      workingDirectory: root,
      now: () => new Date(at),
      signal: new AbortController().signal,
      progress: () => {},
    };
    try {
      const body = await row.load();
      const parsed = body.input.parse(input) as never;
      const output = (await body.run(context, parsed)) as never;
      return body.render(output, parsed, { color: false, width: 100 });
    } catch (error) {
      return describeFailure(error, root, true);
    }
  };
  return {
    root,
    keys,
    run,
    json: async (id, input = {}, at = BEFORE) => {
      const { stdout, stderr } = await run(id, { ...input, json: true }, at);
      if (stderr !== "") throw new Error(stderr);
      return JSON.parse(stdout);
    },
    edit: (path, from, to) => {
      const text = readFileSync(join(root, path), "utf8");
      if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
      writeFileSync(join(root, path), text.replace(from, to));
    },
  };
}

/** Registered and signed by all four, one second apart. */
export async function locked(workspace: TestWorkspace, registration = RERANKER): Promise<void> {
  const { json } = workspace;
  await json("register", { registration });
  let second = 1;
  for (const [role, as] of STAFF) {
    const at = new Date(Date.parse(BEFORE) + second * 1000).toISOString();
    await json("sign", { registration, role, as }, at);
    second += 1;
  }
}
