// Several processes on one SQLite ledger at the same moment. They run the build, as a user's processes do.
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger } from "@plumbline/ledger";
import { beforeAll, describe, expect, it } from "vitest";
import { RERANKER, STAFF, type TestWorkspace, testWorkspace } from "./testing/workspace.js";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const program = fileURLToPath(new URL("./testing/signing-process.mjs", import.meta.url));

interface Answer {
  readonly seq?: number;
  readonly state?: string;
  readonly code?: string;
}

interface Task {
  readonly id: string;
  readonly input: object;
}

/** Starts one process for each task, lets all loaded ones go at once, and gives their answers. */
async function atOnce(ws: TestWorkspace, tasks: readonly Task[]): Promise<Answer[]> {
  const running = tasks.map((task) => {
    const child = spawn(
      process.execPath,
      [program, JSON.stringify({ ...task, workingDirectory: ws.root })],
      {
        env: { ...process.env, PLUMB_KEYS: ws.keys },
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    let text = "";
    const ready = new Promise<void>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.startsWith("ready\n")) resolve();
      });
    });
    const answer = new Promise<Answer>((resolve) => {
      child.on("close", () => resolve(JSON.parse(text.split("\n")[1]!)));
    });
    return { child, ready, answer };
  });
  await Promise.all(running.map(({ ready }) => ready));
  for (const { child } of running) child.stdin.write("go\n");
  return Promise.all(running.map(({ answer }) => answer));
}

describe("processes at the same moment", () => {
  beforeAll(() => {
    execFileSync(process.execPath, ["node_modules/ts7/bin/tsc", "-b", "packages/plumbline"], {
      cwd: root,
      stdio: "pipe",
    });
  });

  it("register one experiment once", async () => {
    const ws = await testWorkspace([]);
    const task = { id: "register", input: { registration: RERANKER } };
    const answers = await atOnce(ws, [task, task, task]);
    expect(answers.filter(({ seq }) => seq === 1)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === "ALREADY_REGISTERED")).toHaveLength(2);
  });

  it("sign without losing a signature, and one signature only once", async () => {
    const ws = await testWorkspace(STAFF.map(([, person]) => person));
    await ws.json("register", { registration: RERANKER });
    const sign = (role: string, as: string) => ({
      id: "sign",
      input: { registration: RERANKER, role, as },
    });
    const everybody = STAFF.map(([role, person]) => sign(role, person));
    const answers = await atOnce(ws, [...everybody, sign("pm", "Ada")]);
    expect(
      answers
        .map(({ seq }) => seq)
        .filter(Boolean)
        .sort(),
    ).toEqual([2, 3, 4, 5]);
    expect(answers.filter(({ code }) => code === "ALREADY_SIGNED")).toHaveLength(1);
    const store = await openLedger(join(ws.root, ".plumbline/ledger.db"), { readOnly: true });
    expect(await store.read()).toHaveLength(5);
    await store.close();
    expect((await ws.run("status", { registration: RERANKER, requireLocked: true })).exitCode).toBe(
      0,
    );
    expect((await ws.run("verify")).exitCode).toBe(0);
  });
});
