// The types of the client are those of the routes as they are now.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { makeDemo } from "../../../plumbline/src/http/testing/demo.js";
import { startServer } from "../../../plumbline/src/http/testing/server.js";
import { clientText } from "../../scripts/client.mjs";

it("has the types that npm run client writes now", async () => {
  const demo = await makeDemo();
  const server = await startServer(demo.root);
  const made = await clientText(server.contract.document);
  await server.close();
  demo.remove();
  const kept = readFileSync(new URL("./schema.generated.ts", import.meta.url), "utf8");
  expect(kept, "run npm run client").toBe(made);
});
