import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const worker = fileURLToPath(new URL("./worker.mjs", import.meta.url));

/** Builds the package when its sources are newer: workers run the build. One test process at a time. */
export async function ensureBuilt(): Promise<void> {
  const dist = join(root, "packages/ledger/dist");
  mkdirSync(dist, { recursive: true });
  const lock = join(dist, ".build-lock");
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      // A run that was killed must not lock all later ones out.
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 60_000)
        rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  try {
    execFileSync(process.execPath, ["node_modules/ts7/bin/tsc", "-b", "packages/ledger"], {
      cwd: root,
      stdio: "pipe",
    });
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

export interface Worker {
  readonly process: ChildProcess;
  /** Every complete line so far, parsed; a line cut by a kill is not one. */
  lines(): unknown[];
  readonly exit: Promise<{ code: number | null; errors: string }>;
}

export interface WorkerOptions {
  /** Program and arguments that start the worker, e.g. in a namespace of its own. */
  readonly through?: readonly string[];
  readonly nodeOptions?: readonly string[];
}

export function startWorker(command: string, options: object, how: WorkerOptions = {}): Worker {
  const node = [
    process.execPath,
    ...(how.nodeOptions ?? []),
    worker,
    command,
    JSON.stringify(options),
  ];
  const [program = process.execPath, ...args] = [...(how.through ?? []), ...node];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exit = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, errors }));
  });
  const lines = (): unknown[] =>
    output
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  return { process: child, lines, exit };
}

/** Runs a worker to its end and gives its last line. */
export async function runWorker(
  command: string,
  options: object,
  how: WorkerOptions = {},
): Promise<Record<string, unknown>> {
  const started = startWorker(command, options, how);
  const { code, errors } = await started.exit;
  const last = started.lines().at(-1);
  if (code !== 0 || last === undefined)
    throw new Error(`worker ${command} ended with ${code}: ${errors}`);
  return last as Record<string, unknown>;
}

/** How to run a program with mounts of its own, or null where that is not allowed. */
export const ownMounts: readonly string[] | null = findOwnMounts();

function findOwnMounts(): readonly string[] | null {
  const asUser = process.getuid?.() === 0 ? ["-m"] : ["-r", "-m"];
  const probe = spawnSync("unshare", [...asUser, "mount", "-t", "tmpfs", "tmpfs", "/tmp"], {
    stdio: "ignore",
  });
  return probe.status === 0 ? ["unshare", ...asUser] : null;
}
