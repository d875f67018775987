/**
 * Registers and signs the demo's experiments as a team would have: before the run, by four people with keys of their own, in
 * a repository of its own. The run lies in July 2026, so all this happens on the demo's clock; whoever looks is told so.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { generateKey } from "@plumbline/ledger";
import { stringify } from "yaml";
import { keyLine, PEOPLE_FILE } from "../operations/ledger/people.js";
import { registerOperation } from "../operations/ledger/register.js";
import { signOperation } from "../operations/ledger/sign.js";
import type { OperationContext } from "../operations/operation.js";

/** A week before the first exposure. */
export const DEMO_REGISTERED = "2026-06-29T09:00:00.000Z";

const STATE = ".plumbline";
/** Roles of the default workspace, each with an invented person. */
const PEOPLE = {
  pm: "Demo PM",
  applied_ml_eng: "Demo ML engineer",
  ds_partner: "Demo data scientist",
  eng_manager: "Demo engineering manager",
} as const;

async function git(workspace: string, args: readonly string[]): Promise<void> {
  const identity = { NAME: "Plumbline demo", EMAIL: "demo@example.invalid", DATE: DEMO_REGISTERED };
  const env = Object.fromEntries(
    Object.entries(identity).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  await promisify(execFile)("git", ["-C", workspace, ...args], { env: { ...process.env, ...env } });
}

/** The limits' history is part of the lock; a machine without git has none, and the check says so. */
async function commit(workspace: string): Promise<void> {
  try {
    await git(workspace, ["init", "--quiet", "--initial-branch=main"]);
    await git(workspace, ["add", "."]);
    await git(workspace, ["commit", "--quiet", "--message", "Register the demo's experiments"]);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
}

async function makePeople(workspace: string, keys: string): Promise<void> {
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const people = Object.entries(PEOPLE).map(([role, person]) => {
    const { pem } = generateKey(keys, `demo-${role.replaceAll("_", "-")}`, person);
    return [person, { keys: [keyLine(pem)] }];
  });
  await writeFile(join(workspace, PEOPLE_FILE), stringify({ people: Object.fromEntries(people) }));
}

async function registrations(workspace: string): Promise<string[]> {
  const files = await readdir(join(workspace, "experiments"));
  return files
    .filter((file) => file.endsWith(".yaml") && !file.endsWith(".evidence.yaml"))
    .sort()
    .map((file) => join("experiments", file));
}

/** True when it registered; false when the workspace has a ledger already, which is left as it is. */
export async function registerDemo(context: OperationContext, workspace: string): Promise<boolean> {
  if (existsSync(join(workspace, STATE, "ledger.db"))) return false;
  const keys = join(workspace, STATE, "demo-keys");
  await makePeople(workspace, keys);
  await writeFile(join(workspace, ".gitignore"), `data/\nreports/\n${STATE}/\n`);
  await commit(workspace);
  const clock = new Date(DEMO_REGISTERED);
  const then: OperationContext = {
    ...context,
    workingDirectory: workspace,
    now: () => clock,
    keyDirectory: keys,
  };
  for (const registration of await registrations(workspace)) {
    await registerOperation.run(then, { registration, json: false });
    for (const [role, person] of Object.entries(PEOPLE)) {
      await signOperation.run(then, { registration, role, as: person, json: false });
    }
  }
  return true;
}
