import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type EntryDraft,
  exportEntries,
  genesis,
  importEntries,
  LedgerError,
  type LedgerStore,
  openLedger,
  readEntry,
  verifyLedger,
  verifyStore,
} from "../index.js";
import { expectRejection } from "./expect-code.js";
import { must } from "./must.js";
import { at, type SmallLedger, smallLedger, subject } from "./small-ledger.js";

/** One database under test: how to make room for ledgers, and how to reach behind the store. */
export interface Host {
  /** Location of a fresh, empty ledger. */
  fresh(): string;
  /** Runs SQL behind the store's back; gives the error's text, or null when the database accepted it. */
  tamper(location: string, sql: string): string | null;
  stop(): void;
}

export function learned(number: number, about = subject): EntryDraft {
  return { type: "learned", at: at(number), subject: about, body: { number } };
}

/** What every store must do, whatever database holds it. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests, as in the test files.
export function describeStore(title: string, startHost: () => Promise<Host>, skip: boolean): void {
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: the same.
  describe.skipIf(skip)(title, () => {
    let host: Host;
    let location = "";
    let store: LedgerStore;
    let ledger: SmallLedger;
    const opened: LedgerStore[] = [];
    const open = async (...args: Parameters<typeof openLedger>): Promise<LedgerStore> => {
      const each = await openLedger(...args);
      opened.push(each);
      return each;
    };

    beforeAll(async () => {
      host = await startHost();
      ledger = smallLedger();
    });
    afterAll(() => host.stop());
    beforeEach(async () => {
      location = host.fresh();
      store = await open(location);
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
    });

    it("begins empty and links each entry to the one before", async () => {
      expect(await store.head()).toEqual(genesis);
      expect(await store.read()).toEqual([]);
      const first = await store.append(learned(1));
      const second = await store.append(learned(2));
      expect(readEntry(first.text)).toMatchObject({ seq: 1, previous: genesis.hash });
      expect(readEntry(second.text)).toMatchObject({ seq: 2, previous: first.hash });
      expect(await store.head()).toEqual({ seq: 2, hash: second.hash });
      expect(await store.read()).toEqual([first, second]);
    });

    it("holds a signed ledger that verifies, also when opened again, and exports it", async () => {
      for (const draft of ledger.drafts) await store.append(draft);
      const trust = { keys: ledger.keys, heads: [ledger.anchor] };
      const verification = await verifyStore(store, trust);
      expect(verification.steps.map((step) => [step.name, step.status])).toContainEqual([
        "store",
        "passed",
      ]);
      expect(verification).toMatchObject({ ok: true, size: 6, anchoredSize: 6 });
      await store.close();
      const again = await open(location);
      expect(await again.read()).toEqual(ledger.entries);
      expect(verifyLedger(importEntries(exportEntries(await again.read())), trust).ok).toBe(true);
    });

    it("keeps every text: escapes, other scripts, a NUL escaped, numbers, 1 MiB", async () => {
      const body = {
        text: '\u0000\u001f"\\ ü € 字 \u{1f600} e\u0301',
        __proto_: [1e-27, 1e30, -0.5],
        large: "x".repeat(1024 * 1024),
      };
      const entry = await store.append({ ...learned(1, "Größe 字 \u{1f600}"), body });
      expect(await store.read()).toEqual([entry]);
      expect(readEntry(must((await store.read())[0]).text).body).toEqual(body);
      expect((await verifyStore(store, { keys: [], heads: [] })).ok).toBe(true);
    });

    it("reads by number, subject and count", async () => {
      for (let number = 1; number <= 6; number += 1) {
        await store.append(learned(number, number % 2 === 0 ? "even" : "odd"));
      }
      const numbers = async (options: Parameters<LedgerStore["read"]>[0]) =>
        (await store.read(options)).map((entry) => entry.seq);
      expect(await numbers({ after: 4 })).toEqual([5, 6]);
      expect(await numbers({ subject: "even" })).toEqual([2, 4, 6]);
      expect(await numbers({ subject: "even", after: 2, limit: 1 })).toEqual([4]);
      expect(await numbers({ subject: "'; drop table ledger_entries; --" })).toEqual([]);
      expect(await numbers({ limit: 0 })).toEqual([]);
    });

    it("appends several entries together or none", async () => {
      const entries = await store.appendAll([learned(1), learned(2)]);
      expect(entries.map((entry) => entry.seq)).toEqual([1, 2]);
      expect(await store.appendAll([])).toEqual([]);
      const bad = { ...learned(4), at: "yesterday" };
      const error = await expectRejection("BAD_ENTRY", store.appendAll([learned(3), bad]));
      expect(error.outcome).toBe("not_written");
      expect((await store.head()).seq).toBe(2);
    });

    it("asks the guard with the subject's history and writes nothing when it refuses", async () => {
      await store.append(learned(1));
      await store.append(learned(2, "another"));
      await store.append(learned(3));
      const seen: number[] = [];
      const refusal = new Error("no");
      const guard = (history: readonly { seq: number }[]): void => {
        seen.push(...history.map((entry) => entry.seq));
        throw refusal;
      };
      await expect(store.append(learned(4), { guard })).rejects.toBe(refusal);
      expect(seen).toEqual([1, 3]);
      expect((await store.head()).seq).toBe(3);
      await store.append(learned(4), { guard: () => undefined });
      expect((await store.head()).seq).toBe(4);
    });

    it("lets one of many win where a guard allows one, through several connections", async () => {
      const others = [store, await open(location), await open(location)];
      const guard = (history: readonly unknown[]): void => {
        if (history.length > 0) throw new RangeError("taken");
      };
      const attempts = Array.from({ length: 12 }, (_, index) =>
        must(others[index % 3])
          .append(learned(index), { guard })
          .then(
            () => "written",
            (error: unknown) => (error instanceof RangeError ? "refused" : String(error)),
          ),
      );
      const outcomes = await Promise.all(attempts);
      expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "refused")).toHaveLength(11);
      expect(await store.read()).toHaveLength(1);
    });

    it("loses and forks nothing when many append at once through several connections", async () => {
      const others = [store, await open(location), await open(location)];
      const appended = await Promise.all(
        Array.from({ length: 60 }, (_, index) => must(others[index % 3]).append(learned(index))),
      );
      const entries = await store.read();
      expect(entries).toHaveLength(60);
      expect(new Set(entries.map((entry) => entry.hash))).toEqual(
        new Set(appended.map((entry) => entry.hash)),
      );
      expect((await verifyStore(store, { keys: [], heads: [] })).ok).toBe(true);
    });

    it("keeps ledgers of one database apart", async () => {
      const other = await open(location, { ledger: "other" });
      await store.append(learned(1));
      await store.append(learned(2));
      await other.append(learned(3));
      expect((await store.head()).seq).toBe(2);
      expect((await other.head()).seq).toBe(1);
    });

    it("can be opened for reading only", async () => {
      await store.append(learned(1));
      const reader = await open(location, { readOnly: true });
      expect((await reader.head()).seq).toBe(1);
      const error = await expectRejection("STORE_READ_ONLY", reader.append(learned(2)));
      expect(error.outcome).toBe("not_written");
      await expectRejection("STORE_NOT_A_LEDGER", openLedger(host.fresh(), { readOnly: true }));
    });

    it("refuses to work after it was closed", async () => {
      await store.close();
      await store.close();
      await expectRejection("STORE_CLOSED", store.head());
      await expectRejection("STORE_CLOSED", store.append(learned(1)));
    });

    it("is refused by the database itself when an entry is changed, removed, doubled or slipped in", async () => {
      await store.append(learned(1));
      await store.append(learned(2));
      const before = await store.read();
      const row = (seq: number, previous: string): string =>
        `insert into ledger_entries (ledger, seq, hash, previous, type, subject, entry)
         values ('main', ${seq}, 'x', '${previous}', 'learned', 's', '{}')`;
      const attempts = [
        "update ledger_entries set entry = '{}' where seq = 1",
        "delete from ledger_entries where seq = 2",
        row(2, must(before[0]).hash),
        row(4, must(before[1]).hash),
        row(3, must(before[0]).hash),
      ];
      for (const sql of attempts) expect(host.tamper(location, sql)).not.toBeNull();
      expect(await store.read()).toEqual(before);
    });

    it("finds what was changed by someone who took the guards away", async () => {
      for (const draft of ledger.drafts) await store.append(draft);
      const trust = { keys: ledger.keys, heads: [] };
      const findings = async (): Promise<string[]> =>
        (await verifyStore(store, trust)).steps.flatMap((step) =>
          step.findings.map(({ code, seq }) => `${code} ${seq}`),
        );
      const drop = host.tamper(location, dropGuards(store.kind));
      expect(drop).toBeNull();
      expect(await findings()).toEqual([
        "STORE_UNGUARDED null",
        "STORE_UNGUARDED null",
        "STORE_UNGUARDED null",
      ]);
      expect((await verifyStore(store, trust)).ok).toBe(true);
      const set = (sql: string): void =>
        expect(host.tamper(location, `update ledger_entries set ${sql}`)).toBeNull();
      set("subject = 'hidden' where seq = 2");
      expect(await findings()).toContain("STORE_COLUMN_ALTERED 2");
      expect((await verifyStore(store, trust)).ok).toBe(false);
      set(`subject = '${subject}' where seq = 2`);
      set("entry = replace(entry, 'anna', 'emma') where seq = 2");
      expect(await findings()).toEqual(
        expect.arrayContaining([
          "HASH_MISMATCH 2",
          "LINK_BROKEN 3",
          "SIGNATURE_MISMATCH 2",
          "CHECKPOINT_MISMATCH 4",
        ]),
      );
      set("entry = replace(entry, 'emma', 'anna') where seq = 2");
      expect((await verifyStore(store, trust)).ok).toBe(true);
      expect(host.tamper(location, "delete from ledger_entries where seq = 1")).toBeNull();
      expect(await findings()).toEqual(
        expect.arrayContaining(["SEQUENCE_BROKEN 1", "LINK_BROKEN 1"]),
      );
    });

    it("reports an altered schema version instead of guessing", async () => {
      const sql = `insert into kysely_migration (name, timestamp) values ('9999_future', '2030-01-01')`;
      expect(host.tamper(location, sql)).toBeNull();
      await expectRejection("STORE_VERSION", openLedger(location));
    });

    it("throws nothing but LedgerError when the table is gone", async () => {
      expect(host.tamper(location, "drop table ledger_entries")).toBeNull();
      const works = [
        () => store.head(),
        () => store.read(),
        () => store.append(learned(1)),
        () => store.inspect(),
      ];
      for (const work of works) {
        await expect(work()).rejects.toBeInstanceOf(LedgerError);
      }
    });
  });
}

function dropGuards(kind: LedgerStore["kind"]): string {
  const names = ["ledger_entries_chain", "ledger_entries_no_update", "ledger_entries_no_delete"];
  const on = kind === "postgres" ? " on ledger_entries" : "";
  return names.map((name) => `drop trigger ${name}${on}`).join("; ");
}
