/**
 * Work to be done once, by whichever server comes first. It is claimed in a transaction of the database that servers share, under a
 * lease: a server that dies loses it, another takes it up. A claim has a number, so whoever lost the work cannot finish it.
 * What a job changes carries the job's id, so work that was done and not yet marked so is found done, not done again.
 */
import type { Selectable } from "kysely";
import { type JobRow, type ServerDatabase, skipLocked } from "../state/database.js";

export type JobState = JobRow["state"];

export interface NewJob {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly lane: string;
  readonly due: Date;
}

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly due: string;
  readonly state: JobState;
  readonly notBefore: string;
  /** Times it was begun. */
  readonly attempts: number;
  readonly worker: string;
  readonly outcome: string;
  readonly finished: string | null;
}

/** Work that this server holds, and may finish as long as nobody took it over. */
export interface ClaimedJob extends Job {
  readonly claim: number;
}

export interface JobFilter {
  readonly kinds?: readonly string[];
  readonly states?: readonly JobState[];
  /** Of the job before, in the order of the list: newest due first, then by id. */
  readonly after?: { readonly due: string; readonly id: string };
  readonly limit: number;
}

/** How a piece of work ended: for good, or to be tried again from `retryAt` on. */
export interface Ending {
  readonly state: "done" | "failed" | "dropped" | "waiting";
  readonly outcome: string;
  readonly retryAt?: Date;
  /** The attempt was interrupted from outside, and is none. */
  readonly interrupted?: boolean;
}

const OPEN: readonly JobState[] = ["waiting", "running"];

function jobOf(row: Selectable<JobRow>): ClaimedJob {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    payload: JSON.parse(row.payload) as Record<string, unknown>,
    due: row.due,
    state: row.state,
    notBefore: row.not_before,
    attempts: row.attempts,
    worker: row.worker,
    outcome: row.outcome,
    finished: row.finished,
    claim: row.claim,
  };
}

const rowOf = ({ id, kind, subject, payload, lane, due }: NewJob): JobRow => ({
  id,
  kind,
  subject,
  payload: JSON.stringify(payload),
  lane,
  due: due.toISOString(),
  state: "waiting",
  not_before: due.toISOString(),
  attempts: 0,
  claim: 0,
  lease: 0,
  worker: "",
  outcome: "",
  finished: null,
});

export class JobStore {
  constructor(private readonly database: ServerDatabase) {}

  /** Adds what is not there yet, whatever became of it; gives the ids of what is new. */
  async add(jobs: readonly NewJob[]): Promise<string[]> {
    if (jobs.length === 0) return [];
    const added = await this.database.query((db) =>
      db
        .insertInto("server_jobs")
        .values(jobs.map(rowOf))
        .onConflict((conflict) => conflict.column("id").doNothing())
        .returning("id")
        .execute(),
    );
    return added.map(({ id }) => id);
  }

  /**
   * The entries of a ledger after those already seen, turned into jobs, and the cursor moved, all or nothing: two servers at once
   * do it once. `jobsAfter` gives the jobs, and the number of the last entry they cover. Unless it was there, the cursor begins at `start`.
   */
  async advance(
    cursor: string,
    start: number,
    jobsAfter: (seq: number) => Promise<{ readonly jobs: readonly NewJob[]; readonly seq: number }>,
  ): Promise<void> {
    const at = await this.cursor(cursor, start);
    const { jobs, seq } = await jobsAfter(at);
    if (seq === at) return;
    await this.database.transaction(async (transaction) => {
      const moved = await transaction
        .updateTable("server_cursors")
        .set({ seq })
        .where("name", "=", cursor)
        .where("seq", "=", at)
        .returning("name")
        .executeTakeFirst();
      if (moved === undefined || jobs.length === 0) return;
      await transaction
        .insertInto("server_jobs")
        .values(jobs.map(rowOf))
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute();
    });
  }

  private async cursor(name: string, start: number): Promise<number> {
    return this.database.query(async (db) => {
      await db
        .insertInto("server_cursors")
        .values({ name, seq: start })
        .onConflict((conflict) => conflict.column("name").doNothing())
        .execute();
      const row = await db
        .selectFrom("server_cursors")
        .select("seq")
        .where("name", "=", name)
        .executeTakeFirstOrThrow();
      return Number(row.seq);
    });
  }

  /** The next piece of work that is due, for `lease` milliseconds; null: there is none. `now` is the time of due dates. */
  async claim(
    worker: string,
    kinds: readonly string[],
    now: Date,
    lease: number,
  ): Promise<ClaimedJob | null> {
    const clock = await this.database.clock();
    const time = now.toISOString();
    return this.database.transaction(async (transaction) => {
      const found = await transaction
        .selectFrom("server_jobs as job")
        .selectAll()
        .where("kind", "in", kinds)
        .where("due", "<=", time)
        .where("not_before", "<=", time)
        .where((or) =>
          or.or([
            or("state", "=", "waiting"),
            or.and([or("state", "=", "running"), or("lease", "<", clock)]),
          ]),
        )
        .where((not) =>
          not.not(
            not.exists(
              not
                .selectFrom("server_jobs as before")
                .select("before.id")
                .whereRef("before.lane", "=", "job.lane")
                .where("before.state", "in", OPEN)
                .whereRef("before.id", "<>", "job.id")
                .where((earlier) =>
                  earlier.or([
                    earlier("before.due", "<", earlier.ref("job.due")),
                    earlier.and([
                      earlier("before.due", "=", earlier.ref("job.due")),
                      earlier("before.id", "<", earlier.ref("job.id")),
                    ]),
                  ]),
                ),
            ),
          ),
        )
        .orderBy("due")
        .orderBy("id")
        .limit(1)
        .modifyEnd(skipLocked(this.database.kind))
        .executeTakeFirst();
      if (found === undefined) return null;
      const taken = await transaction
        .updateTable("server_jobs")
        .set({
          state: "running",
          worker,
          claim: found.claim + 1,
          attempts: found.attempts + 1,
          lease: clock + lease,
        })
        .where("id", "=", found.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return jobOf(taken);
    });
  }

  /** False: the work is no longer held. */
  async renew({ id, claim }: ClaimedJob, lease: number): Promise<boolean> {
    const clock = await this.database.clock();
    return this.held(id, claim, { lease: clock + lease });
  }

  /** False: the work was taken over, and this end of it does not count. */
  async end(job: ClaimedJob, ending: Ending, now: Date): Promise<boolean> {
    const { id, claim } = job;
    const { state, outcome, retryAt = now, interrupted = false } = ending;
    const attempts = job.attempts - (interrupted ? 1 : 0);
    const finished = state === "waiting" ? null : now.toISOString();
    const not_before = retryAt.toISOString();
    return this.held(id, claim, { state, outcome, finished, not_before, attempts, lease: 0 });
  }

  private async held(id: string, claim: number, set: Partial<JobRow>): Promise<boolean> {
    const row = await this.database.query((db) =>
      db
        .updateTable("server_jobs")
        .set(set)
        .where("id", "=", id)
        .where("claim", "=", claim)
        .where("state", "=", "running")
        .returning("id")
        .executeTakeFirst(),
    );
    return row !== undefined;
  }

  /** Failed work is begun anew. False: there is none of that id that failed. */
  async retry(id: string, now: Date): Promise<boolean> {
    const row = await this.database.query((db) =>
      db
        .updateTable("server_jobs")
        .set({ state: "waiting", attempts: 0, finished: null, not_before: now.toISOString() })
        .where("id", "=", id)
        .where("state", "=", "failed")
        .returning("id")
        .executeTakeFirst(),
    );
    return row !== undefined;
  }

  async get(id: string): Promise<Job | null> {
    const row = await this.database.query((db) =>
      db.selectFrom("server_jobs").selectAll().where("id", "=", id).executeTakeFirst(),
    );
    return row === undefined ? null : jobOf(row);
  }

  /** Latest due first. */
  async list({ kinds, states, after, limit }: JobFilter): Promise<Job[]> {
    const rows = await this.database.query((db) => {
      let query = db.selectFrom("server_jobs").selectAll().orderBy("due", "desc").orderBy("id");
      if (kinds !== undefined) query = query.where("kind", "in", kinds);
      if (states !== undefined) query = query.where("state", "in", states);
      if (after !== undefined) {
        query = query.where((or) =>
          or.or([
            or("due", "<", after.due),
            or.and([or("due", "=", after.due), or("id", ">", after.id)]),
          ]),
        );
      }
      return query.limit(limit).execute();
    });
    return rows.map(jobOf);
  }

  async counts(): Promise<Readonly<Record<JobState, number>>> {
    const rows = await this.database.query((db) =>
      db
        .selectFrom("server_jobs")
        .select(["state", ({ fn }) => fn.countAll().as("count")])
        .groupBy("state")
        .execute(),
    );
    const none = { waiting: 0, running: 0, done: 0, failed: 0, dropped: 0 };
    return Object.assign(none, ...rows.map(({ state, count }) => ({ [state]: Number(count) })));
  }
}
