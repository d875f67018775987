/** Workspaces with a timestamp authority, for tests. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { openLedger, type StoredEntry } from "@plumbline/ledger";
import { type Certified, served } from "./timestamp-authority.js";
import { locked, type TestWorkspace, testWorkspace } from "./workspace.js";

export const EVERYBODY = ["Ada", "Ben", "Cleo", "Dev"];
export const CERTIFICATE = "trust/authority.pem";

/** Sets the authority of a workspace. */
export function configure(ws: TestWorkspace, url: string, { certificate }: Certified): void {
  mkdirSync(join(ws.root, "trust"), { recursive: true });
  writeFileSync(join(ws.root, CERTIFICATE), certificate);
  const file = join(ws.root, "plumbline.yaml");
  const kept = readFileSync(file, "utf8").replace(/\nanchors:[\s\S]*$/, "\n");
  const block = `anchors:\n  timestamp:\n    url: ${url}\n    certificate: ${CERTIFICATE}\n`;
  writeFileSync(file, `${kept.trimEnd()}\n${block}`);
}

export async function entriesOf(ws: TestWorkspace): Promise<StoredEntry[]> {
  const store = await openLedger(join(ws.root, ".plumbline/ledger.db"), { readOnly: true });
  const entries = await store.read();
  await store.close();
  return entries;
}

export const headFiles = (ws: TestWorkspace) => {
  const folder = join(ws.root, ".plumbline/heads");
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

/** A locked workspace, outside git, that trusts `root` and whose authority answers as told. */
export async function stampedWorkspace(
  root: Certified,
  reply: (query: Buffer, response: ServerResponse) => void,
) {
  const ws = await testWorkspace(EVERYBODY);
  await locked(ws);
  const server = await served(reply);
  configure(ws, server.url, root);
  return { ws, server };
}
