import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (name: string) =>
  fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url));

// Tests run on the sources of our packages, not on their build, so a red test never hides behind a stale dist.
export default defineConfig({
  resolve: {
    alias: {
      // Before the package whose name it begins with.
      "@plumbline/primitives/format": fileURLToPath(
        new URL("./packages/primitives/src/shared/format.ts", import.meta.url),
      ),
      "@plumbline/primitives/design": fileURLToPath(
        new URL("./packages/primitives/src/design/index.ts", import.meta.url),
      ),
      "@plumbline/stats": source("stats"),
      "@plumbline/ledger": source("ledger"),
      "@plumbline/primitives": source("primitives"),
      "@plumbline/warehouse": source("warehouse"),
    },
  },
  test: {
    include: ["packages/**/src/**/*.test.ts", "validation/src/**/*.test.ts", "tests/**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
