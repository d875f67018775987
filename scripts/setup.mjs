// Brings a fresh clone to a runnable state: dependencies as locked, then the build. Plain Node, no dependencies,
// so that it runs before anything is installed. Doing nothing when nothing changed keeps `npm start` quick.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".plumbline-lock-hash");

export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Plumbline needs Node 20.19 or newer; this is ${process.versions.node}.`);
  console.error("Install a current Node from https://nodejs.org and run the command again.");
  process.exit(1);
}

export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(process.platform + process.arch)
    .digest("hex");
}

export function install() {
  const wanted = lockHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("Installing dependencies (once) ...");
  // Not `npm ci`: it refuses a lock file without the binaries of other platforms, and registries that mirror
  // only their own platform write such locks. What is locked is installed as locked either way.
  // npm on Windows is a .cmd file, which needs a shell.
  const status = run(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      shell: process.platform === "win32",
    },
  );
  if (status !== 0) {
    console.error("npm install failed; see the lines above. Is the npm registry reachable?");
    process.exit(status);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** The packages, then the console, which is made from them. */
export function build() {
  for (const [script, ...args] of [
    [join("node_modules", "ts7", "bin", "tsc"), "-b"],
    [
      join("node_modules", "vite", "bin", "vite.js"),
      "build",
      "--logLevel",
      "warn",
      join("packages", "console"),
    ],
  ]) {
    const status = run(process.execPath, [script, ...args]);
    if (status !== 0) process.exit(status);
  }
}

export function setup() {
  requireNode();
  install();
  build();
}
