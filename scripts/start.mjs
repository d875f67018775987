// `npm start`: from a fresh clone to a verdict and the console. Sets up, then hands over to the product's own commands: the demo, and
// the server of its workspace. `--no-serve` ends after the verdict, `--no-open` opens no browser; the rest goes to the demo.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { root, run, setup } from "./setup.mjs";

const plumb = join("packages", "plumbline", "bin", "plumb.js");
const own = ["--no-serve", "--no-open"];
const given = process.argv.slice(2);
const forDemo = given.filter((argument) => !own.includes(argument));

setup();
const status = run(process.execPath, [plumb, "demo", ...forDemo]);
if (status !== 0 || given.includes("--no-serve") || given.includes("--help")) process.exit(status);

const at = forDemo.findIndex((argument) => argument.startsWith("--directory"));
const directory =
  at === -1
    ? join("demo", "mangaassist")
    : (forDemo[at].split("=", 2)[1] ?? forDemo[at + 1] ?? ".");
const args = [plumb, "serve", "--workspace", resolve(root, directory), "--log-level", "warn"];
const serving = spawn(process.execPath, given.includes("--no-open") ? args : [...args, "--open"], {
  cwd: root,
  stdio: "inherit",
});
// Ctrl-C reaches the server by itself; this process waits until it has stopped.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => serving.kill("SIGTERM"));
serving.on("close", (code) => process.exit(code ?? 1));
