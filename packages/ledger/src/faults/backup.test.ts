// The backup of docs/team.md: a copy that SQLite itself makes of a file in use is the whole ledger.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backup, DatabaseSync } from "@photostructure/sqlite";
import { expect, it } from "vitest";
import { openLedger, verifyStore } from "../index.js";

it("a backup of a ledger in use has the head of that moment, verifies, and goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-backup-"));
  try {
    const place = (name: string) => join(folder, name);
    const learned = (note: string) => ({
      type: "learned" as const,
      at: "2026-01-01T00:00:00.000Z",
      subject: "e",
      body: { note },
    });
    const ledger = await openLedger(place("ledger.db"));
    await ledger.append(learned("before"));
    const newest = await ledger.append(learned("newest, still in the log"));
    const source = new DatabaseSync(place("ledger.db"));
    // What `.backup` of the sqlite3 program calls.
    await backup(source, place("backup.db"));
    source.close();
    await ledger.append(learned("after"));
    await ledger.close();
    const restored = await openLedger(place("backup.db"));
    expect(await restored.head()).toEqual({ seq: newest.seq, hash: newest.hash });
    expect((await verifyStore(restored, { keys: [], heads: [] })).ok).toBe(true);
    expect((await restored.append(learned("on"))).seq).toBe(newest.seq + 1);
    await restored.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
