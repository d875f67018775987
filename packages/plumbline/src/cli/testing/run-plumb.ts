import { runProgram } from "../program.js";

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** One command line in this process, as the terminal would run it when piped. */
export async function runPlumb(args: readonly string[], workingDirectory: string): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const exitCode = await runProgram(args, "0.0.0-test", {
    context: {
      workingDirectory,
      now: () => new Date("2026-08-20T12:00:00Z"),
      signal: new AbortController().signal,
      progress: () => {},
    },
    rendering: { color: false, width: 100 },
    debug: true,
    write: (rendered) => {
      stdout += rendered.stdout;
      stderr += rendered.stderr;
    },
  });
  return { stdout, stderr, exitCode };
}
