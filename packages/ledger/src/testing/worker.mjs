// One process of the multi-process tests. Plain JavaScript on the built package, so that it starts like a user's process.
// Each acknowledged entry is one line on standard output, written at once: a killed process cannot take it back.
import { execFileSync } from "node:child_process";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { loadSigner, openLedger, signOff, verifyStore } from "../../dist/index.js";

const noTrust = { keys: [], heads: [] };
const at = (number) => new Date(Date.UTC(2026, 0, 1) + number).toISOString();
const say = (value) => writeSync(1, `${JSON.stringify(value)}\n`);
const draft = (writer, number, size = 40) => ({
  type: "learned",
  at: at(number),
  subject: "worker",
  body: { writer, number, filling: "x".repeat(size) },
});

const commands = {
  /** Appends until killed, or until `count`. */
  async append({ location, writer, count = Number.POSITIVE_INFINITY, size }) {
    const store = await openLedger(location);
    say({ ready: true });
    for (let number = 0; number < count; number += 1) {
      const { seq, hash } = await store.append(draft(writer, number, size));
      say({ seq, hash });
    }
    await store.close();
  },

  /** Signs once as a person; a second sign-off of the same person is refused by the guard. */
  async sign({ location, keys, person, role, document, subject }) {
    const signer = loadSigner(keys, person);
    const body = signOff({ subject, document, role, person, at: at(1) }, signer);
    const guard = (history) => {
      if (history.some((entry) => entry.type === "signed" && entry.body.person === person)) {
        throw new Error("signed already");
      }
    };
    const store = await openLedger(location);
    const signed = { type: "signed", at: at(1), subject, body };
    say({
      outcome: await store.append(signed, { guard }).then(
        () => "signed",
        (error) => error.message,
      ),
    });
    await store.close();
  },

  /** Fills a small disk of its own, then gets more space. To be run in a mount namespace of its own. */
  async fullDisk({ directory }) {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=700k", "tmpfs", directory]);
    const store = await openLedger(join(directory, "ledger.db"));
    const acknowledged = await appendUntilError(store);
    const full = await verifyStore(store, noTrust);
    const head = await store.head();
    execFileSync("mount", ["-o", "remount,size=8m", directory]);
    const next = await store.append(draft("full", 0));
    const after = await verifyStore(store, noTrust);
    say({ ...acknowledged, head, fullOk: full.ok, next: next.seq, afterOk: after.ok });
    await store.close();
  },

  /** Appends until the operating system refuses to let the file grow (RLIMIT_FSIZE, set by the parent). */
  async grow({ location }) {
    const store = await openLedger(location);
    say(await appendUntilError(store));
  },

  /** Meets a ledger in a directory that takes no writes. To be run in a mount namespace of its own. */
  async readOnlyDisk({ directory, location }) {
    execFileSync("mount", ["--bind", directory, directory]);
    execFileSync("mount", ["-o", "remount,bind,ro", directory]);
    const writing = await attempt(async () => {
      const store = await openLedger(location);
      await store.append(draft("ro", 1));
    });
    const fresh = await attempt(() => openLedger(join(directory, "other.db")));
    const reader = await openLedger(location, { readOnly: true });
    const { ok, size } = await verifyStore(reader, noTrust);
    say({ writing, fresh, ok, size });
  },
};

async function appendUntilError(store) {
  let count = 0;
  const error = await attempt(async () => {
    for (;;) {
      await store.append(draft("full", count, 8000));
      count += 1;
    }
  });
  return { count, ...error };
}

async function attempt(work) {
  try {
    await work();
    return { code: null };
  } catch (error) {
    return { name: error.name, code: error.code, outcome: error.outcome };
  }
}

const [command, options] = process.argv.slice(2);
await commands[command](JSON.parse(options));
