/** What whoever looks after a workspace does by hand: the people file, and commits. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";

/** Adds the lines that `plumb keys new` or the console shows. */
export function addToPeople(root: string, lines: string): void {
  const file = join(root, "people.yaml");
  const { people } = parse(readFileSync(file, "utf8"));
  writeFileSync(file, stringify({ people: { ...people, ...parse(lines).people } }));
}

/** Commits whatever lies in the workspace. */
export function commitAll(root: string, date: string): void {
  const who = { NAME: "Keeper", EMAIL: "keeper@example.invalid", DATE: date };
  const env = { ...process.env };
  for (const [name, value] of Object.entries(who)) {
    env[`GIT_AUTHOR_${name}`] = value;
    env[`GIT_COMMITTER_${name}`] = value;
  }
  for (const args of [
    ["add", "."],
    ["commit", "--quiet", "--message", "What the console wrote"],
  ]) {
    execFileSync("git", ["-C", root, ...args], { env, stdio: "pipe" });
  }
}
