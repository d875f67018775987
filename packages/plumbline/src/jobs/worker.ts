/** The part of a server that does scheduled work: plans it, claims it, does it, and tries again what failed. */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { DocumentsError } from "../operations/documents-error.js";
import { openWorkspace } from "../operations/ledger/session.js";
import type { OperationRow } from "../operations/operation.js";
import type { ServerDatabase } from "../state/database.js";
import { DELIVERY_PAUSES, DeliveryError, deliver, type Target } from "./deliver.js";
import { type ClaimedJob, type Ending, JobStore } from "./job-store.js";
import { announce, announceFailure, DELIVERY, type Notifying } from "./notifications.js";
import { doReading, plannedWork, READING_KINDS } from "./readings.js";

export interface WorkerSettings {
  /** Absolute, of the workspace. */
  readonly root: string;
  readonly now: () => Date;
  readonly database: ServerDatabase;
  readonly operations: readonly OperationRow[];
  readonly publicUrl: URL | null;
  /** An empty place: whatever asks for a private key finds none. */
  readonly keyDirectory: string;
  readonly log: WorkLog;
  /** Milliseconds between two rounds; 5000 unless given. */
  readonly interval?: number;
  /** Milliseconds for which work is claimed, and after which another server takes over from one that died; 60,000 unless given. */
  readonly lease?: number;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface WorkLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Milliseconds before the second, third, ... attempt at a reading. */
const READING_PAUSES = [1, 5, 30, 120, 360].map((minutes) => minutes * 60_000);

const MOST_PROBLEMS = 3;

function messageOf(error: unknown): string {
  if (error instanceof DocumentsError) {
    const told = error.problems.slice(0, MOST_PROBLEMS);
    return told.map(({ code, message }) => `${code} ${message}`).join(" ");
  }
  return error instanceof Error ? error.message : String(error);
}

const pausesOf = ({ kind }: ClaimedJob) => (kind === DELIVERY ? DELIVERY_PAUSES : READING_PAUSES);

export class Worker {
  private readonly stopping = new AbortController();
  private readonly store: JobStore;
  private readonly name = `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`;
  private readonly interval: number;
  private readonly lease: number;
  private loops: Promise<unknown> = Promise.resolve();

  constructor(private readonly settings: WorkerSettings) {
    this.store = new JobStore(settings.database);
    this.interval = settings.interval ?? 5000;
    this.lease = settings.lease ?? 60_000;
  }

  start(): void {
    this.loops = Promise.all([
      this.loop(() => this.plan()),
      this.loop(() => this.drain(READING_KINDS)),
      this.loop(() => this.drain([DELIVERY])),
    ]);
  }

  /** Interrupts what is under way, which is then anybody's again, and waits until it is given back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loops;
  }

  private async loop(round: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await round();
      } catch (error) {
        // A database that does not answer now may answer in the next round.
        this.settings.log.warn({ err: error }, "scheduled work could not be looked after");
      }
      // Servers side by side do not ask in step.
      const pause = this.interval * (0.75 + Math.random() / 2);
      await wait(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private targets(): readonly Target[] {
    return openWorkspace(this.settings.root).workspace.config.notifications ?? [];
  }

  private notifying(): Notifying {
    const { root, now, publicUrl } = this.settings;
    return { root, store: this.store, now: now(), publicUrl };
  }

  private async plan(): Promise<void> {
    const { jobs } = await plannedWork(this.settings.root);
    const added = await this.store.add(jobs);
    for (const id of added) this.settings.log.info({ job: id }, "planned");
    await announce(this.notifying(), this.targets());
  }

  private async drain(kinds: readonly string[]): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const job = await this.store.claim(this.name, kinds, this.settings.now(), this.lease);
      if (job === null) return;
      await this.work(job);
    }
  }

  private async work(job: ClaimedJob): Promise<void> {
    const lost = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, lost.signal]);
    const renewal = setInterval(() => void this.renew(job, lost), this.lease / 3);
    try {
      const ending = await this.attempt(job, signal);
      const held = await this.store.end(job, ending, this.settings.now());
      this.settings.log.info({ job: job.id, state: ending.state, held }, ending.outcome);
      if (held && ending.state === "failed" && job.kind !== DELIVERY) {
        await announceFailure(this.notifying(), this.targets(), job, ending.outcome);
      }
    } finally {
      clearInterval(renewal);
    }
  }

  private async renew(job: ClaimedJob, lost: AbortController): Promise<void> {
    try {
      if (!(await this.store.renew(job, this.lease))) lost.abort();
    } catch (error) {
      this.settings.log.warn({ err: error, job: job.id }, "a claim could not be renewed");
    }
  }

  private async attempt(job: ClaimedJob, signal: AbortSignal): Promise<Ending> {
    // Work that ends its server each time must not end one server after the other for ever.
    if (job.attempts > pausesOf(job).length + 1) {
      const outcome = `It was begun ${job.attempts - 1} times, and no server that began it came to its end.`;
      return { state: "failed", outcome };
    }
    try {
      return job.kind === DELIVERY ? await this.deliver(job, signal) : await this.read(job, signal);
    } catch (error) {
      if (this.stopping.signal.aborted) {
        const outcome = "Interrupted: the server stopped.";
        return { state: "waiting", outcome, interrupted: true };
      }
      return this.failure(job, error);
    }
  }

  private failure(job: ClaimedJob, error: unknown): Ending {
    const pause = pausesOf(job)[job.attempts - 1];
    const outcome = messageOf(error);
    const final = error instanceof DeliveryError && error.final;
    if (final || pause === undefined) return { state: "failed", outcome };
    const asked = error instanceof DeliveryError ? error.wait : 0;
    // A little more each time, so that what failed together does not come back together.
    const time = Math.max(asked, pause * (1 + Math.random() / 10));
    const retryAt = new Date(this.settings.now().getTime() + time);
    return { state: "waiting", outcome, retryAt };
  }

  private async deliver(job: ClaimedJob, signal: AbortSignal): Promise<Ending> {
    const target = this.targets().find(({ name }) => name === job.payload.target);
    if (target === undefined) {
      return { state: "dropped", outcome: "plumbline.yaml no longer names the target." };
    }
    const { now, environment = process.env } = this.settings;
    return deliver({ target, job, now: now(), environment, signal });
  }

  private read(job: ClaimedJob, signal: AbortSignal): Promise<Ending> {
    const { root, now, operations, keyDirectory, log } = this.settings;
    const context = {
      workingDirectory: root,
      now,
      signal,
      progress: (line: string) => log.info({ job: job.id }, line),
      keyDirectory,
    };
    return doReading({ operations, context }, job);
  }
}
