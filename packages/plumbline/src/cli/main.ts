import { version } from "../operations/version.js";
import { runProgram } from "./program.js";

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());
process.once("SIGTERM", () => interrupted.abort());

// A closed pipe (`plumb readout ... | head`) is the reader's choice, not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const color = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";

process.exitCode = await runProgram(process.argv.slice(2), version, {
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
