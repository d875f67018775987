/** From new entries of the ledger to deliveries, one for each target that wants to be told. */
import { type LedgerEntry, LedgerError, readEntry, type StoredEntry } from "@plumbline/ledger";
import { reading } from "../operations/ledger/session.js";
import type { Target } from "./deliver.js";
import type { Job, JobStore, NewJob } from "./job-store.js";
import { failureMessage, type Message, messageOf, wants } from "./messages.js";

const BATCH = 500;
export const DELIVERY = "webhook";

function delivery(target: Target, key: string, message: Message, now: Date): NewJob {
  const id = `${DELIVERY}:${target.name}:${key}`;
  return {
    id,
    kind: DELIVERY,
    subject: message.data.subject,
    payload: { target: target.name, message },
    lane: id,
    due: now,
  };
}

function legible({ text }: StoredEntry): LedgerEntry[] {
  try {
    return [readEntry(text)];
  } catch (error) {
    // What cannot be read is for plumb verify to find.
    if (error instanceof LedgerError) return [];
    throw error;
  }
}

export interface Notifying {
  readonly root: string;
  readonly store: JobStore;
  readonly now: Date;
  readonly publicUrl: URL | null;
}

/** A target that is new is told of what comes, not of the past. */
export async function announce(
  { root, store, now, publicUrl }: Notifying,
  targets: readonly Target[],
): Promise<void> {
  if (targets.length === 0) return;
  await reading(root, async ({ store: ledger }) => {
    const head = (await ledger?.head())?.seq ?? 0;
    for (const target of targets) {
      await store.advance(`notify:${target.name}`, head, async (after) => {
        const fresh = (await ledger?.read({ after, limit: BATCH })) ?? [];
        const jobs = fresh
          .flatMap(legible)
          .filter(({ type }) => wants(target.events, type))
          .map((entry) => delivery(target, String(entry.seq), messageOf(entry, publicUrl), now));
        return { jobs, seq: fresh.at(-1)?.seq ?? after };
      });
    }
  });
}

/** Tells of work that was given up; a delivery that failed is shown on the page of scheduled work, and told to nobody. */
export async function announceFailure(
  { store, now, publicUrl }: Notifying,
  targets: readonly Target[],
  job: Job,
  why: string,
): Promise<void> {
  const message = failureMessage(job, why, now, publicUrl);
  const jobs = targets
    .filter(({ events }) => wants(events, "work_failed"))
    .map((target) => delivery(target, `failed:${job.id}:${now.getTime()}`, message, now));
  await store.add(jobs);
}
