import { readFileSync } from "node:fs";
import { DEFAULTS, PROBLEM_CODES } from "@plumbline/primitives";
import { describe, expect, it } from "vitest";
import { checkWorkspace } from "./check.js";
import { readDocumentText } from "./document.js";
import { FILE_PROBLEM_CODES } from "./problem.js";
import { temporaryFolder } from "./testing/folder.js";

const PAGE = readFileSync(new URL("../../../../docs/documents.md", import.meta.url), "utf8");

const examples = [...PAGE.matchAll(/```yaml(?: file=(\S+))?\n(.*?)```/gs)].map((match) => ({
  file: match[1],
  text: match[2] ?? "",
}));

describe("docs/documents.md", () => {
  it("lists every code, and no other", () => {
    const listed = [...PAGE.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map((match) => match[1]);
    expect(listed).toEqual([...FILE_PROBLEM_CODES, ...PROBLEM_CODES]);
  });

  it("shows documents that are valid", () => {
    expect(examples).toHaveLength(4);
    for (const { file, text } of examples) {
      expect(readDocumentText(text, file ?? "x.yaml").problems).toEqual([]);
    }
  });

  it("shows documents that agree with each other", () => {
    const [workspace, library, registration, evidence] = examples.map(({ text }) => text);
    const root = temporaryFolder({
      "plumbline.yaml": workspace ?? "",
      "metrics/m.yaml": library ?? "",
      "experiments/r.yaml": registration ?? "",
      "experiments/e.yaml": evidence ?? "",
    });
    expect(checkWorkspace(root)).toMatchObject({ ok: true, problems: [] });
  });

  it("names every default that a document may set", () => {
    const keys = Object.values(DEFAULTS).map(({ name }) => name.split(".")[0] ?? name);
    for (const key of keys) expect(PAGE).toContain(`\`${key}\``);
  });
});
