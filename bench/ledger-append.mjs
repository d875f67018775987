// Durable appends per second of the ledger on SQLite, beside the bare durable insert of one row by the same driver in the same run.
// Only the ratio travels between machines: what a commit costs is what the disk takes for a flush.
//   node bench/ledger-append.mjs [--json]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseSync } from "@photostructure/sqlite";
import { openLedger } from "@plumbline/ledger";

const rounds = 7;
const perRound = 200;

function draft(number) {
  const body = {
    number,
    moments: "ab".repeat(32),
    note: "a look, about as large as most entries are",
  };
  const at = new Date(Date.UTC(2026, 0, 1) + number).toISOString();
  return { type: "looked", at, subject: "bench", body };
}

async function perSecond(count, work) {
  const begin = performance.now();
  for (let number = 0; number < count; number += 1) await work(number);
  return (1000 * count) / (performance.now() - begin);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Rounds of both, in turn, so that a busy moment of the disk meets both. */
export async function measure() {
  const directory = mkdtempSync(join(tmpdir(), "plumbline-bench-"));
  try {
    const store = await openLedger(join(directory, "ledger.db"));
    const bare = new DatabaseSync(join(directory, "bare.db"));
    bare.exec("pragma journal_mode = wal; pragma synchronous = full");
    bare.exec("create table entry (seq integer primary key, text text) strict");
    const insert = bare.prepare("insert into entry (text) values (?)");
    const text = JSON.stringify(draft(0));
    await perSecond(50, (number) => store.append(draft(number)));
    await perSecond(50, () => insert.run(text));
    const ledger = [];
    const plain = [];
    for (let round = 0; round < rounds; round += 1) {
      plain.push(await perSecond(perRound, () => insert.run(text)));
      ledger.push(await perSecond(perRound, (number) => store.append(draft(number))));
    }
    await store.close();
    bare.close();
    const ratios = ledger.map((rate, round) => rate / plain[round]);
    return {
      appendsPerSecond: median(ledger),
      bareInsertsPerSecond: median(plain),
      ratio: median(ratios),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await measure();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else {
    console.log(`ledger appends, durable     ${result.appendsPerSecond.toFixed(0)} per second`);
    console.log(`bare SQLite insert, durable ${result.bareInsertsPerSecond.toFixed(0)} per second`);
    console.log(`ratio                       ${result.ratio.toFixed(2)}`);
  }
}
