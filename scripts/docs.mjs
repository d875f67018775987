// `npm run docs`: writes the pages of docs/ that are made from code. A test fails when one is out of date.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, setup } from "./setup.mjs";

setup();
const load = (path) => import(pathToFileURL(join(root, path)).href);
const { commandsPage } = await load("packages/plumbline/dist/operations/commands-page.js");
const { operations } = await load("packages/plumbline/dist/operations/table.js");
writeFileSync(join(root, "docs", "commands.md"), commandsPage(operations));
console.log("docs/commands.md");
