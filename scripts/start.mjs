// `npm start`: from a fresh clone to a verdict. Sets up, then hands over to the demo of the product itself.
import { join } from "node:path";
import { run, setup } from "./setup.mjs";

setup();
process.exit(
  run(process.execPath, [
    join("packages", "plumbline", "bin", "plumb.js"),
    "demo",
    ...process.argv.slice(2),
  ]),
);
