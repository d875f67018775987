/** Pages say what is: links lead somewhere, commands and options exist, codes are those of the code. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PLUMB_ERROR_CODES } from "../packages/plumbline/src/errors.js";
import { operations } from "../packages/plumbline/src/operations/table.js";
import { WAREHOUSE_ERROR_CODES } from "../packages/warehouse/src/errors.js";

const root = fileURLToPath(new URL("..", import.meta.url));

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

const read = (page: string): string => readFileSync(join(root, page), "utf8");
const FENCE = /^```[^\n]*\n[\s\S]*?^```/gm;
const withoutCode = (text: string): string =>
  text.replace(FENCE, "").replace(/`[^`\n]*`/g, (code) => "x".repeat(code.length));

/** As GitHub makes them: lower case, signs dropped, blanks to hyphens; a repeated one gets -1, -2. */
function anchors(text: string): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, title = ""] of text.replace(FENCE, "").matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replace(/ /g, "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    found.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return found;
}

function deadLinks(page: string): string[] {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)[^)]*\)/g)];
  return links.flatMap(([, link = ""]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? join(root, page) : resolve(root, dirname(page), path);
    if (!existsSync(target)) return [link];
    const inside = !relative(root, target).startsWith("..");
    if (!inside) return [link];
    if (anchor === undefined || !statSync(target).isFile()) return [];
    return anchors(readFileSync(target, "utf8")).has(anchor) ? [] : [link];
  });
}

interface Called {
  readonly page: string;
  readonly line: string;
  readonly words: readonly string[];
}

/** Every line of a code block that calls the command, its comment cut off. */
function calls(page: string): Called[] {
  const blocks = read(page).match(FENCE) ?? [];
  return blocks.flatMap((block) =>
    block.split("\n").flatMap((line) => {
      const called = /^\s*(?:\$ )?(?:npx )?plumb +(.*)$/.exec(line.replace(/ +#.*$/, ""));
      return called ? [{ page, line, words: (called[1] ?? "").trim().split(/ +/) }] : [];
    }),
  );
}

const every = pages.flatMap(calls);

function rowOf(words: readonly string[]) {
  const fits = operations.filter((row) =>
    row.id.split(" ").every((word, at) => words[at] === word),
  );
  return fits.sort((a, b) => b.id.length - a.id.length)[0];
}

function unknownOptions({ words }: Called): string[] {
  const known =
    rowOf(words)?.options.flatMap(({ flags }) => flags.match(/--?[a-z-]+/g) ?? []) ?? [];
  return words
    .map((word) => word.replace(/^\[|\]$/g, "").replace(/=.*$/, ""))
    .filter((word) => /^--?[a-z]/.test(word) && ![...known, "--help", "--version"].includes(word));
}

describe("the pages", () => {
  it.each(pages)("%s has no dead link and no dead anchor", (page) => {
    expect(deadLinks(page)).toEqual([]);
  });

  it("are all reached from the README", () => {
    const readme = read("README.md");
    const missing = pages.filter((page) => page !== "README.md" && !readme.includes(`(${page}`));
    expect(missing).toEqual([]);
  });

  it("call only commands that exist, with options that exist", () => {
    expect(every.length).toBeGreaterThan(10);
    const unknown = every.filter(
      ({ words }) =>
        !words[0]?.startsWith("-") && words[0] !== "help" && rowOf(words) === undefined,
    );
    expect(unknown.map(({ page, line }) => `${page}: ${line}`)).toEqual([]);
    const options = every.flatMap((called) =>
      unknownOptions(called).map((option) => `${called.page}: ${option} in ${called.line}`),
    );
    expect(options).toEqual([]);
  });

  it("name npm scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm (?:run )?([a-z][a-z:-]*)/g)].map((match) => match[1] ?? ""),
    );
    const own = named.filter((name) => !["install", "ci", "run", "workspace"].includes(name));
    expect(own.length).toBeGreaterThan(3);
    expect([...new Set(own)].filter((name) => !(name in scripts))).toEqual([]);
  });
});

/** The codes of the first column of the table under a heading. */
function listed(page: string, heading: string): string[] {
  const section =
    read(page)
      .split(/^## /m)
      .find((part) => part.startsWith(heading)) ?? "";
  return [...section.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map((match) => match[1] ?? "");
}

describe("docs/errors.md", () => {
  it("lists every code of reading data, and no other", () => {
    expect(listed("docs/errors.md", "Of data")).toEqual([...WAREHOUSE_ERROR_CODES]);
  });

  it("lists every code of a command, and no other", () => {
    expect(listed("docs/errors.md", "Of a command")).toEqual([
      ...PLUMB_ERROR_CODES,
      "INPUT_INVALID",
      "INTERNAL",
    ]);
  });

  it("lists every code of a statistic, and no other", () => {
    const source = read("packages/stats/src/errors.ts");
    const [union = ""] = /StatsErrorCode =[^;]+;/.exec(source) ?? [];
    const codes = [...union.matchAll(/"([A-Z_]+)"/g)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(0);
    expect(listed("docs/errors.md", "Of a statistic")).toEqual(codes);
  });
});
