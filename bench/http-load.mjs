// Requests per second of the server's main routes, each beside a bare Fastify route that answers as many bytes of JSON, in processes of
// their own, in the same run. Ten connections without pause.
//   node bench/http-load.mjs [--json]
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";

const plumb = fileURLToPath(new URL("../packages/plumbline/bin/plumb.js", import.meta.url));
const bare = fileURLToPath(new URL("./baselines/bare-fastify.mjs", import.meta.url));
const SECONDS = 4;
const CONNECTIONS = 10;
const REGISTRATION = "experiments/us_mle_02.yaml";
const query = `registration=${encodeURIComponent(REGISTRATION)}`;

const ROUTES = [
  "/healthz",
  "/launches",
  "/api/v1/session",
  "/api/v1/documents",
  `/api/v1/document?path=${encodeURIComponent(REGISTRATION)}`,
  "/api/v1/experiments",
  "/api/v1/ledger/entries",
  `/api/v1/status?${query}`,
  `/api/v1/check?path=${encodeURIComponent(REGISTRATION)}`,
  `/api/v1/design/audit?${query}`,
];

/** A program that prints its address; killed at the end. */
async function started(args) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((done, failed) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part) => {
      text += part;
      const found = / at (http:\S+)\n/.exec(text)?.[1];
      if (found !== undefined) done(found);
    });
    child.once("close", (code) => failed(new Error(`ended with ${code}`)));
  });
  return { child, url };
}

/** Requests a second, and milliseconds at the median and the 99th percentile. Throws when an answer was no success. */
async function load(url, headers = {}) {
  const result = await autocannon({ url, headers, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were no success, ${result.errors} failed`);
  }
  const { p50, p99 } = result.latency;
  return { perSecond: result.requests.average, p50, p99 };
}

export async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-load-"));
  const running = [];
  try {
    const root = join(folder, "demo");
    const run = (...args) =>
      execFileSync(process.execPath, [plumb, ...args], { cwd: folder, stdio: "pipe" }).toString();
    run("demo", "--users", "2000", "--directory", root);
    const made = run(
      "tokens",
      "new",
      "--name",
      "load",
      "--roles",
      "admin",
      "--json",
      "--workspace",
      root,
    );
    const { token } = JSON.parse(made);
    // One address asks for everything here, and its limit would be all that is measured.
    const quiet = ["--log-level", "silent", "--no-work", "--requests-per-minute", "100000000"];
    const served = await started([plumb, "serve", "--port", "0", "--workspace", root, ...quiet]);
    const plain = await started([bare]);
    running.push(served.child, plain.child);
    const headers = { authorization: `Bearer ${token}`, accept: "application/json, text/html" };
    const rows = [];
    for (const path of ROUTES) {
      const once = await fetch(`${served.url}${path}`, { headers });
      const bytes = (await once.text()).length;
      const baseline = await load(`${plain.url}/${bytes}`);
      const own = await load(`${served.url}${path}`, headers);
      rows.push({
        path,
        bytes,
        ...own,
        baseline: baseline.perSecond,
        ratio: own.perSecond / baseline.perSecond,
      });
    }
    return rows;
  } finally {
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await measure();
  if (process.argv.includes("--json")) console.log(JSON.stringify(rows, null, 2));
  else {
    for (const { path, bytes, perSecond, p50, p99, ratio } of rows) {
      const figures = `${perSecond.toFixed(0)} a second, p50 ${p50} ms, p99 ${p99} ms`;
      console.log(
        `${path.split("?")[0]} (${bytes} bytes): ${figures}; ${ratio.toFixed(3)} of bare Fastify`,
      );
    }
  }
}
