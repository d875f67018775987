// Kills writers of a ledger with SIGKILL 100 times (or as often as the first argument says) at random moments and verifies it:
//   node packages/ledger/scripts/kill-writers.mjs [kills]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const kills = process.argv[2] ?? "100";
const args = ["node_modules/vitest/vitest.mjs", "run", "packages/ledger/src/faults/kill.test.ts"];
const env = { ...process.env, PLUMBLINE_KILLS: kills };
const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" });
process.exitCode = status ?? 1;
