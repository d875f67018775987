// docs/server.md lists what the code has: codes with their statuses, roles with what they may, routes with whom they ask for.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { GRANTS, SERVER_ROLES } from "./access.js";
import { SERVER_ERROR_CODES, SERVER_ERROR_STATUS } from "./errors.js";
import { NOT_SERVED, SERVED } from "./served.js";

const page = readFileSync(new URL("../../../../docs/server.md", import.meta.url), "utf8");

/** The first cells of each row of the table under a heading, without code marks. */
function table(heading: string, cells: number): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, 1 + cells)
      .map((cell) => cell.replaceAll("`", "").trim()),
  );
}

it("lists every code with its status", () => {
  const codes = SERVER_ERROR_CODES.map((code) => [code, String(SERVER_ERROR_STATUS[code])]);
  expect(table("Errors", 2)).toEqual(codes);
});

it("lists every role with what it may", () => {
  expect(table("Who may do what", 2)).toEqual(
    SERVER_ROLES.map((role) => [role, GRANTS[role].join(", ")]),
  );
});

it("lists every operation that is a route, and those that are not", () => {
  expect(table("Operations", 3)).toEqual(
    SERVED.map(({ method, path, operation, access }) => [`${method} ${path}`, operation, access]),
  );
  expect(table("What is no route", 2)).toEqual(Object.entries(NOT_SERVED).map((each) => [...each]));
});
