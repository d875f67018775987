// `npm test`: sets everything up, then format + lint, types, unused code, unit and end-to-end tests.
// Closes with a line counted from the runner's own report; exits 1 on any failure or when no test ran.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lostFile } from "./lost-workers-reporter.mjs";
import { root, run, setup } from "./setup.mjs";
import { installSystemPackages } from "./system-packages.mjs";

const reportFile = join(root, "artefacts", "vitest.json");
const tsc = join("node_modules", "ts7", "bin", "tsc");
const bin = (name, ...path) => join("node_modules", name, ...path);

/** Static checks: each is one named check in the count. */
const checks = [
  { name: "format and lint", args: [bin("@biomejs/biome", "bin", "biome"), "check", "."] },
  { name: "types of the console", args: [tsc, "-p", "packages/console"] },
  {
    name: "types of the console's tests",
    args: [tsc, "-p", "packages/console/tsconfig.tests.json"],
  },
  { name: "types of the tests", args: [tsc, "-p", "tsconfig.tests.json"] },
  { name: "unused code", args: [bin("knip", "bin", "knip.js"), "--no-progress"] },
];

function runChecks() {
  return checks.map(({ name, args }) => {
    const result = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    const passed = result.status === 0;
    console.log(`${passed ? "ok    " : "FAILED"} ${name}`);
    if (!passed) console.log(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    return passed;
  });
}

function runVitest(args) {
  mkdirSync(join(root, "artefacts"), { recursive: true });
  for (const file of [reportFile, lostFile]) rmSync(file, { force: true });
  const status = run(process.execPath, [
    bin("vitest", "vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reportFile}`,
    `--reporter=${join(root, "scripts", "lost-workers-reporter.mjs")}`,
    ...args,
  ]);
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: 0, status };
  const report = JSON.parse(readFileSync(reportFile, "utf8"));
  // A file that fails to load runs no test of its own; it still counts as a failure.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((t) => t.status === "failed"),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    status,
  };
}

/**
 * A worker that dies (a machine short of memory, a fault of an engine) says nothing about the tests of its file.
 * Those files are named and run once more, alone; a second death, or any other error, is red.
 */
function runTests() {
  const first = runVitest(process.argv.slice(2));
  const lost = existsSync(lostFile) ? JSON.parse(readFileSync(lostFile, "utf8")) : null;
  if (first.failed > 0 || !lost?.onlyDeaths || lost.files.length === 0) return first;
  console.log(`\nA worker died under ${lost.files.join(", ")}. Run once more, alone:`);
  const second = runVitest(lost.files);
  return {
    passed: first.passed + second.passed,
    failed: second.failed,
    skipped: first.skipped + second.skipped,
    status: second.status,
  };
}

setup();
installSystemPackages();
const statics = process.argv.length > 2 ? [] : runChecks();
const tests = runTests();
const passed = tests.passed + statics.filter(Boolean).length;
const failed = tests.failed + statics.filter((ok) => !ok).length;
console.log(
  `\n${passed} passed, ${failed} failed${tests.skipped ? `, ${tests.skipped} skipped` : ""}`,
);
process.exit(failed > 0 || tests.passed === 0 || tests.status !== 0 ? 1 : 0);
