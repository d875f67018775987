import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import { beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each package may import of ours; any other edge is a defect (docs/architecture.md). */
const mayImport: Record<string, readonly string[]> = {
  stats: [],
  ledger: [],
  primitives: ["stats", "ledger"],
  warehouse: ["stats"],
  plumbline: ["stats", "ledger", "primitives", "warehouse"],
  console: ["stats", "plumbline"],
};

/** Inside `primitives`, siblings meet only in shared/ and launch/. */
const primitiveFolders = [
  "framing",
  "portfolio",
  "design",
  "correlation",
  "guardrails",
  "cohorts",
  "triage",
];

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly circular: boolean;
}

const walk = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === "node_modules" || name === "dist") return [];
    return statSync(path).isDirectory() ? walk(path) : [path];
  });

const packageOf = (path: string) => /^packages\/([^/]+)\//.exec(path)?.[1];
const primitiveOf = (path: string) => /^packages\/primitives\/src\/([^/]+)\//.exec(path)?.[1];

/** `@plumbline/stats` resolves to the package's build or source, as installed; both name the package. */
const packageNamed = (specifier: string) => /^@plumbline\/([a-z]+)/.exec(specifier)?.[1];

describe("the directions of imports", () => {
  let edges: Edge[] = [];
  let modules = 0;

  beforeAll(async () => {
    const result = await cruise(["packages"], {
      baseDir: root,
      doNotFollow: { path: "node_modules|dist" },
      exclude: { path: "(\\.test\\.ts$|/dist/|/bin/|/testing/)" },
      tsPreCompilationDeps: true,
      enhancedResolveOptions: { extensionAlias: { ".js": [".ts", ".js"] } } as never,
    });
    const output = result.output as unknown as {
      modules: {
        source: string;
        dependencies: { module: string; resolved: string; circular: boolean }[];
      }[];
    };
    modules = output.modules.filter((m) => packageOf(m.source)).length;
    edges = output.modules
      .filter((m) => packageOf(m.source))
      .flatMap((m) =>
        m.dependencies.map((d) => {
          const named = packageNamed(d.module);
          return {
            from: m.source,
            to: named ? `packages/${named}/src/index.ts` : d.resolved,
            circular: d.circular,
          };
        }),
      );
  }, 120_000);

  it("sees the modules of every package (a cruise of nothing proves nothing)", () => {
    expect(modules).toBeGreaterThan(60);
    for (const name of Object.keys(mayImport)) {
      expect(edges.some((edge) => packageOf(edge.from) === name)).toBe(true);
    }
    expect(edges.some((e) => packageOf(e.from) !== packageOf(e.to) && packageOf(e.to))).toBe(true);
  });

  it("crosses packages only along the allowed edges", () => {
    const wrong = edges.filter(({ from, to }) => {
      const a = packageOf(from);
      const b = packageOf(to);
      return a && b && a !== b && !mayImport[a]?.includes(b);
    });
    expect(wrong).toEqual([]);
  });

  it("keeps sibling primitives apart", () => {
    const wrong = edges.filter(({ from, to }) => {
      const a = primitiveOf(from);
      const b = primitiveOf(to);
      return a && b && a !== b && primitiveFolders.includes(a) && b !== "shared";
    });
    expect(wrong).toEqual([]);
  });

  it("has no cycle", () => {
    expect(edges.filter((edge) => edge.circular)).toEqual([]);
  });

  it("keeps clocks, files, environment and hidden randomness out of the pure packages", () => {
    const pure = ["stats", "primitives"].flatMap((name) =>
      walk(join(root, "packages", name, "src")),
    );
    const sources = pure.filter(
      (path) => path.endsWith(".ts") && !/\.test\.ts$|[\\/]testing[\\/]/.test(path),
    );
    expect(sources.length).toBeGreaterThan(20);
    const forbidden = /Math\.random|Date\.now|new Date\(\)|process\.|from "node:|\bfetch\(/;
    const wrong = sources.filter((path) =>
      forbidden.test(readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")),
    );
    expect(wrong.map((path) => relative(root, path))).toEqual([]);
  });
});

describe("the size of rooms", () => {
  it("keeps source files at 400 lines or fewer", () => {
    const files = ["packages", "validation", "scripts", "bench", "tests"]
      .flatMap((folder) => walk(join(root, folder)))
      .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith(".generated.ts"));
    expect(files.length).toBeGreaterThan(60);
    const long = files
      .map((path) => ({
        path: relative(root, path),
        lines: readFileSync(path, "utf8").split("\n").length - 1,
      }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
});
