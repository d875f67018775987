import { readFileSync } from "node:fs";

/** The one lock-step version of the product. */
export const version: string = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
).version;
