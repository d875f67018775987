import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LedgerError, openLedger, verifyStore } from "../index.js";
import { expectRejection } from "../testing/expect-code.js";
import { describeStore, learned } from "../testing/store-suite.js";

describeStore("a ledger in SQLite", () => Promise.resolve(sqliteHost()), false);

function sqliteHost() {
  const directory = mkdtempSync(join(tmpdir(), "plumbline-sqlite-"));
  let count = 0;
  return {
    fresh: () => {
      count += 1;
      return join(directory, `ledger-${count}`, "ledger.db");
    },
    tamper: (location: string, sql: string): string | null => {
      const database = new DatabaseSync(location, { timeout: 5000 });
      try {
        database.exec(sql);
        return null;
      } catch (error) {
        return String(error);
      } finally {
        database.close();
      }
    },
    stop: () => rmSync(directory, { recursive: true, force: true }),
  };
}

describe("the file of a SQLite ledger", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "plumbline-file-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("is a write-ahead log with full synchronisation and strict columns", async () => {
    const path = join(directory, "modes.db");
    const store = await openLedger(path);
    await store.append(learned(1));
    const database = new DatabaseSync(path);
    expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    const table = database
      .prepare("select strict from pragma_table_list where name = 'ledger_entries'")
      .get();
    expect(table).toEqual({ strict: 1 });
    database.close();
    await store.close();
  });

  it("may not be somebody else's database, nor any other file, nor a folder", async () => {
    const foreign = join(directory, "foreign.db");
    const database = new DatabaseSync(foreign);
    database.exec("create table customers (id integer)");
    database.close();
    const before = readFileSync(foreign);
    await expectRejection("STORE_NOT_A_LEDGER", openLedger(foreign));
    expect(readFileSync(foreign).equals(before)).toBe(true);
    const text = join(directory, "notes.txt");
    writeFileSync(text, "not a database at all, but long enough to be looked at as one");
    await expectRejection("STORE_NOT_A_LEDGER", openLedger(text));
    await expectRejection("STORE_UNREACHABLE", openLedger(directory));
    await expectRejection("STORE_LOCATION", openLedger("mysql://somewhere/x"));
    await expectRejection("STORE_LOCATION", openLedger(""));
  });

  it("can be read from a copy on a medium that takes no writes", async () => {
    const path = join(directory, "original.db");
    const store = await openLedger(path);
    const entry = await store.append(learned(1));
    await store.close();
    const copy = join(directory, "copy.db");
    copyFileSync(path, copy);
    chmodSync(copy, 0o444);
    const reader = await openLedger(copy, { readOnly: true });
    expect(await reader.read()).toEqual([entry]);
    await reader.close();
  });

  it("says when another process keeps it locked", async () => {
    const path = join(directory, "busy.db");
    const store = await openLedger(path, { busyTimeout: 60 });
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    const error = await expectRejection("STORE_BUSY", store.append(learned(1)));
    expect(error.outcome).toBe("not_written");
    other.exec("rollback");
    other.close();
    expect((await store.append(learned(1))).seq).toBe(1);
    await store.close();
  });

  it("shows a changed byte, or has lost nothing of what was written", async () => {
    const path = join(directory, "bytes.db");
    const store = await openLedger(path);
    for (let number = 1; number <= 3; number += 1) await store.append(learned(number));
    const entries = await store.read();
    await store.close();
    const original = readFileSync(path);
    const altered = join(directory, "altered.db");
    const missed: number[] = [];
    for (const index of bytesToTry(
      original,
      entries.map((entry) => entry.text),
    )) {
      const bytes = Buffer.from(original);
      bytes[index]! ^= 1;
      writeFileSync(altered, bytes);
      if (!(await isFoundOrHarmless(altered, entries))) missed.push(index);
    }
    expect(missed).toEqual([]);
  });
});

/** Every byte of one entry's text, and one byte in 97 of the whole file. */
function bytesToTry(file: Buffer, texts: readonly string[]): number[] {
  const text = texts[1]!;
  const start = file.indexOf(text);
  const ofText = Array.from({ length: Buffer.byteLength(text) }, (_, offset) => start + offset);
  const sampled = Array.from({ length: Math.ceil(file.length / 97) }, (_, step) => step * 97);
  return [...ofText, ...sampled];
}

async function isFoundOrHarmless(path: string, entries: unknown): Promise<boolean> {
  try {
    const store = await openLedger(path, { readOnly: true, busyTimeout: 50 });
    try {
      const verification = await verifyStore(store, { keys: [], heads: [] });
      if (!verification.ok) return true;
      expect(await store.read()).toEqual(entries);
      return true;
    } catch (error) {
      return error instanceof LedgerError;
    } finally {
      await store.close();
    }
  } catch (error) {
    return error instanceof LedgerError;
  }
}
