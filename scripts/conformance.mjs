#!/usr/bin/env node
// npm run conformance -- DIR: every reference file in DIR against the public API of @plumbline/stats and @plumbline/primitives.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = resolve(root, "node_modules/ts7/bin/tsc");
const entry = resolve(root, "validation/dist/index.js");

const [directory, ...rest] = process.argv.slice(2);
if (directory === undefined || rest.length > 0) {
  console.error("usage: npm run conformance -- DIR    (a directory of reference files, *.json)");
  process.exit(1);
}

// Incremental and quick when nothing changed: a stale build must not answer for changed sources.
if (existsSync(compiler)) {
  const build = spawnSync(process.execPath, [compiler, "-b", "validation"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (build.status !== 0) {
    console.error("The build of validation/ and packages/stats failed, so nothing was compared.");
    process.exit(1);
  }
} else if (!existsSync(entry)) {
  console.error("There is no build and no compiler: run `npm install` first.");
  process.exit(1);
}

const { isConformant, runDirectory } = await import(pathToFileURL(entry).href);
// npm runs scripts at the root of the workspace; a relative DIR is meant from where the user stood.
const startedFrom =
  process.env.npm_lifecycle_event === "conformance"
    ? (process.env.INIT_CWD ?? process.cwd())
    : process.cwd();
const report = runDirectory(resolve(startedFrom, directory));
for (const line of report.lines) console.log(line);
console.log(`${report.passed} passed, ${report.failed} failed`);
process.exitCode = isConformant(report) ? 0 : 1;
