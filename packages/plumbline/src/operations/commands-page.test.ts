import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { commandsPage } from "./commands-page.js";
import { operations } from "./table.js";

it("docs/commands.md is what the table of operations says (npm run docs writes it)", () => {
  const page = readFileSync(new URL("../../../../docs/commands.md", import.meta.url), "utf8");
  expect(page).toBe(commandsPage(operations));
});
