// `npm run client`: writes the types of the interface from the OpenAPI document that the server gives of itself.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const HEAD = "// Made by `npm run client` from /openapi.json; not to be edited.\n";

/** The text of src/api/schema.generated.ts for an OpenAPI document. */
export async function clientText(document) {
  return `${HEAD}${astToString(await openapiTS(document))}`;
}

async function describedNow() {
  const dist = new URL("../../plumbline/dist/", import.meta.url);
  const { buildServer } = await import(new URL("http/app.js", dist));
  const { operations } = await import(new URL("operations/table.js", dist));
  const { ServerState } = await import(new URL("state/server-state.js", dist));
  const root = mkdtempSync(join(tmpdir(), "plumbline-client-"));
  mkdirSync(join(root, ".plumbline"));
  const state = await ServerState.open(root);
  const app = await buildServer({
    root,
    now: () => new Date(),
    state,
    operations,
    publicUrl: null,
  });
  await app.ready();
  const document = app.swagger();
  await app.close();
  rmSync(root, { recursive: true });
  return JSON.parse(JSON.stringify(document));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const file = fileURLToPath(new URL("../src/api/schema.generated.ts", import.meta.url));
  writeFileSync(file, await clientText(await describedNow()));
}
