// The types of the console's client are those of the routes as they are now.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { clientText } from "../../../console/scripts/client.mjs";
import { makeDemo } from "./testing/demo.js";
import { startServer } from "./testing/server.js";

it("has the types that npm run client writes now", async () => {
  const demo = await makeDemo();
  const server = await startServer(demo.root);
  const made = await clientText(server.contract.document);
  await server.close();
  demo.remove();
  const kept = readFileSync(
    new URL("../../../console/src/api/schema.generated.ts", import.meta.url),
    "utf8",
  );
  expect(kept, "run npm run client").toBe(made);
});
