/** The few things asked of git: always by its program, never with a shell, never over the network unless told to. */
import { execFile } from "node:child_process";
import { RegistrationError } from "./errors.js";

/** Output of git commands is a list of heads or one document; nobody means more. */
const MAX_OUTPUT = 64 * 1024 * 1024;

export interface GitResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git in a folder; a failure is a result. Throws `GIT_FAILED` when there is no git. */
export function tryGit(
  folder: string,
  args: readonly string[],
  input?: string,
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "git",
      // A repository may configure a program to run on status; none is needed here.
      ["-C", folder, "-c", "core.fsmonitor=false", ...args],
      {
        maxBuffer: MAX_OUTPUT,
        env: { ...process.env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" },
      },
      (error, stdout, stderr) => {
        if (error && (error as NodeJS.ErrnoException).code === "ENOENT") {
          reject(
            new RegistrationError(
              "GIT_FAILED",
              "The program git was not found.",
              "Install git, or anchor with plumb witness.",
              error,
            ),
          );
        } else resolve({ ok: error === null, stdout, stderr });
      },
    );
    // A git that ended early closes its input; its exit code says why.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}

/** The output of a git command. Throws `GIT_FAILED` with git's own words. */
export async function git(
  folder: string,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const { ok, stdout, stderr } = await tryGit(folder, args, input);
  if (ok) return stdout;
  throw gitFailed(args[0] ?? "", stderr, "Mend what git says, then run the command again.");
}

/** Git's own first words; a user name or password in an address is left out. */
export function gitFailed(command: string, stderr: string, mend: string): RegistrationError {
  const said = stderr.split("\n").filter((line) => line.trim() !== "");
  const words = said
    .slice(0, 2)
    .join(" ")
    .replace(/\/\/[^@/\s]+@/g, "//")
    .replace(/\.+$/, "");
  return new RegistrationError(
    "GIT_FAILED",
    `git ${command} failed: ${words || "no reason given"}.`,
    mend,
  );
}

export async function isRepository(folder: string): Promise<boolean> {
  const { ok, stdout } = await tryGit(folder, ["rev-parse", "--is-inside-work-tree"]);
  return ok && stdout.trim() === "true";
}

export interface FileCommit {
  readonly commit: string;
  /** Committer's date, ISO 8601: the word of whoever committed. */
  readonly at: string;
}

/** How many commits of one file are looked through. */
const MAX_COMMITS = 500;

/**
 * The first commit since when a file holds what it holds now, in the unbroken run of commits up to HEAD; null when HEAD does
 * not hold it. `same` judges the text of the file at a commit.
 */
export async function firstCommitWith(
  folder: string,
  path: string,
  same: (text: string) => boolean,
): Promise<FileCommit | null> {
  const log = await tryGit(folder, [
    "log",
    `--max-count=${MAX_COMMITS}`,
    "--follow",
    "--format=%x00%H %cI",
    "--name-only",
    "--relative",
    "--",
    path,
  ]);
  if (!log.ok) return null;
  let first: FileCommit | null = null;
  for (const record of log.stdout.split("\0").slice(1)) {
    const [head = "", ...names] = record.split("\n").filter((line) => line !== "");
    const [commit = "", at = ""] = head.split(" ");
    const name = names.at(-1) ?? path;
    const { ok, stdout } = await tryGit(folder, ["show", `${commit}:./${name}`]);
    if (!ok || !same(stdout)) break;
    first = { commit, at };
  }
  return first;
}
