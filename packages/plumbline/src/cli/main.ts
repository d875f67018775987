import { version } from "../operations/version.js";

/** Asked for by scripts and shells all day: answered without loading the parser of command lines. */
const asksVersion = (args: readonly string[]): boolean =>
  args.length === 1 && (args[0] === "--version" || args[0] === "-v");

async function run(args: readonly string[]): Promise<number> {
  const { runProgram } = await import("./program.js");
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  process.once("SIGTERM", () => interrupted.abort());
  const color =
    process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return runProgram(args, version, {
    context: {
      workingDirectory: process.cwd(),
      now: () => new Date(),
      signal: interrupted.signal,
      progress: (line) => {
        if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
      },
    },
    debug: process.env.PLUMB_DEBUG === "1",
    rendering: { color, width: Math.min(process.stdout.columns ?? 100, 100) },
    write: ({ stdout, stderr }) => {
      if (stdout) process.stdout.write(stdout);
      if (stderr) process.stderr.write(stderr);
    },
  });
}

// A closed pipe (`plumb readout ... | head`) is the reader's choice, not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const given = process.argv.slice(2);
if (asksVersion(given)) process.stdout.write(`${version}\n`);
else process.exitCode = await run(given);
