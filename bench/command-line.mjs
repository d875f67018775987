// How long a user waits for the command itself: `plumb --version` against bare Node, and `plumb check` on 200 documents.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const plumb = join(root, "packages/plumbline/bin/plumb.js");

function time(args, runs = 15) {
  const durations = [];
  for (let i = 0; i <= runs; i++) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
    if (i > 0) durations.push(performance.now() - start);
  }
  durations.sort((a, b) => a - b);
  return { min: durations[0], median: durations[Math.floor(durations.length / 2)] };
}

const format = ({ min, median }) => `median ${median.toFixed(0)} ms, minimum ${min.toFixed(0)} ms`;

const bare = time(["-e", "0"]);
const version = time([plumb, "--version"]);
console.log(`node -e 0           ${format(bare)}`);
console.log(
  `plumb --version     ${format(version)}; ratio to bare Node ${(version.median / bare.median).toFixed(2)}; limit 150 ms`,
);

const workspace = mkdtempSync(join(tmpdir(), "plumbline-bench-"));
try {
  const target = join(workspace, "team");
  const made = spawnSync(process.execPath, [plumb, "init", target], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
  const template = readFileSync(
    join(root, "examples/mangaassist/experiments/us_mle_02.yaml"),
    "utf8",
  );
  const metrics = readFileSync(join(root, "examples/mangaassist/metrics/chat.yaml"), "utf8");
  writeFileSync(join(target, "metrics", "chat.yaml"), metrics);
  mkdirSync(join(target, "experiments"), { recursive: true });
  for (let i = 0; i < 200; i++) {
    const text = template.replace(/^experiment_id: .*$/m, `experiment_id: bench_${i}`);
    writeFileSync(join(target, "experiments", `bench_${i}.yaml`), text);
  }
  const check = time([plumb, "check", target], 5);
  console.log(`plumb check, 200 documents and more   ${format(check)}; limit 1000 ms`);
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
