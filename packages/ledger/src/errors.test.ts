import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findingCodes, ledgerErrorCodes } from "./index.js";

const page = readFileSync(new URL("../../../docs/ledger.md", import.meta.url), "utf8");

/** The codes in the first column of the table under a heading. */
function documented(heading: string): string[] {
  const section = page.split(new RegExp(`^#+ ${heading}$`, "m"))[1]?.split(/^#/m)[0] ?? "";
  return [...section.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map((match) => match[1] ?? "");
}

describe("the ledger's page", () => {
  it("explains every error code and no other", () => {
    expect(documented("Errors").sort()).toEqual([...ledgerErrorCodes].sort());
  });

  it("explains every finding and no other", () => {
    expect(documented("Findings").sort()).toEqual([...findingCodes].sort());
  });
});
