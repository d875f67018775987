// The tests use three real parts that npm cannot deliver: a browser, a PostgreSQL server and the program openssl.
// Where Debian's apt and the right to use it are at hand they are installed; elsewhere the tests that need them skip,
// and say so.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

const chromiumPaths = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const hasChromium = () => chromiumPaths.some((path) => path && existsSync(path));

function hasPostgres() {
  const base = "/usr/lib/postgresql";
  if (!existsSync(base)) return false;
  return readdirSync(base).some((version) => existsSync(`${base}/${version}/bin/initdb`));
}

const hasOpenssl = () => spawnSync("openssl", ["version"], { stdio: "ignore" }).status === 0;

function apt(args) {
  const isRoot = process.getuid?.() === 0;
  const command = isRoot ? "apt-get" : "sudo";
  const all = isRoot ? args : ["-n", "apt-get", ...args];
  return spawnSync(command, all, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  }).status;
}

export function installSystemPackages() {
  const missing = [];
  if (!hasChromium()) missing.push("chromium");
  if (!hasPostgres()) missing.push("postgresql");
  if (!hasOpenssl()) missing.push("openssl");
  if (missing.length === 0) return;
  if (!existsSync("/usr/bin/apt-get")) {
    console.log(`Not found: ${missing.join(", ")}. The tests that need them will be skipped.`);
    return;
  }
  console.log(`Installing Debian packages for the tests: ${missing.join(", ")} ...`);
  const installed =
    apt(["update", "-qq"]) === 0 &&
    apt(["install", "-y", "-qq", "--no-install-recommends", ...missing]) === 0;
  if (!installed) {
    console.log(
      `Could not install ${missing.join(", ")}. The tests that need them will be skipped.`,
    );
  }
}
