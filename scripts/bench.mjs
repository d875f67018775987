// `npm run bench [-- NAME ...]`: runs the benchmarks behind the README's figures, one after the other.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root, run, setup } from "./setup.mjs";

setup();
const folder = join(root, "bench");
const all = readdirSync(folder)
  .filter((name) => name.endsWith(".mjs"))
  .map((name) => name.slice(0, -4));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark named ${unknown.join(", ")}; there are: ${all.join(", ")}.`);
  process.exit(1);
}
let failed = 0;
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n== ${name}`);
  if (run(process.execPath, [join(folder, `${name}.mjs`)]) !== 0) failed += 1;
}
process.exit(failed > 0 ? 1 : 0);
