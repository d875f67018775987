/** The readings that registrations call for, as work of the server: which there are, and how one is done. */
import { relative, resolve } from "node:path";
import { isJsonObject, type JsonValue, type LedgerEntry, parseJson } from "@plumbline/ledger";
import {
  type HoldbackDue,
  type PlannedReading,
  plannedReadings,
  type ReadingSchedule,
  type Standing,
} from "@plumbline/primitives";
import { DocumentsError } from "../operations/documents-error.js";
import { loadRegistration, standingFrom } from "../operations/ledger/registration.js";
import {
  openWorkspace,
  readable,
  reading,
  type Session,
  storedEntries,
  writing,
} from "../operations/ledger/session.js";
import type { AnyOperationBody, OperationContext, OperationRow } from "../operations/operation.js";
import type { ReadoutOutput } from "../operations/readout/operation.js";
import type { Ending, Job, NewJob } from "./job-store.js";

const HOUR = 3_600_000;
const DEFAULT_DELAY_HOURS = 6;

export const READING_KINDS = ["look", "maturation", "holdback"] as const;

interface ScheduledExperiment {
  readonly experiment: string;
  /** Absolute, of the registration. */
  readonly file: string;
  readonly standing: Standing;
  readonly schedule: ReadingSchedule;
}

export interface Planned {
  readonly jobs: readonly NewJob[];
  /** Registered experiments for which nothing is planned though they are not finished, and why. */
  readonly unplanned: readonly { readonly experiment: string; readonly reason: string }[];
}

const idOf = (experiment: string, { kind, at }: PlannedReading) => `${kind}:${experiment}:${at}`;

/** The look that shipped, unless what became of its holdback is on record. */
function holdbackDue(
  entries: readonly LedgerEntry[],
  holdback: { readonly days: number } | undefined,
): HoldbackDue | null {
  if (holdback === undefined) return null;
  const shipped = entries.findLast(
    ({ type, body }) =>
      type === "looked" && isJsonObject(body.verdict) && body.verdict.verdict === "ship",
  );
  const read = entries.some(
    ({ type, body, seq }) =>
      type === "learned" && body.kind === "holdback" && seq > (shipped?.seq ?? 0),
  );
  if (shipped === undefined || read) return null;
  return { look: shipped.seq, launched: shipped.at, days: holdback.days };
}

function scheduleOf(
  session: Session,
  file: string,
  all: readonly LedgerEntry[],
): ScheduledExperiment {
  const { experiment, content, study, registration } = loadRegistration(session.workspace, file);
  const entries = all.filter(({ subject }) => subject === experiment);
  const standing = standingFrom(experiment, entries, session.people.keys, content);
  const due = holdbackDue(entries, registration.value.holdback);
  return { experiment, file, standing, schedule: plannedReadings(study, standing, due) };
}

/** Every reading that is still to be made. Registrations with errors plan nothing; `plumb check` reports them. */
export async function plannedWork(root: string): Promise<Planned> {
  return reading(root, async (session) => {
    const all = readable(await storedEntries(session));
    const registered = new Set(
      all.filter(({ type }) => type === "registered").map(({ subject }) => subject),
    );
    const hours = session.workspace.config.schedule?.delay_hours ?? DEFAULT_DELAY_HOURS;
    const found = session.workspace.registrations
      .filter(({ value }) => registered.has(value.experiment_id))
      .flatMap(({ yaml }) => {
        try {
          return [scheduleOf(session, resolve(yaml.file), all)];
        } catch (error) {
          if (error instanceof DocumentsError) return [];
          throw error;
        }
      });
    return {
      jobs: found.flatMap((each) =>
        each.schedule.readings.map((one) => jobOf(root, each, one, hours)),
      ),
      unplanned: found.flatMap(({ experiment, schedule: { reason } }) =>
        reason === null ? [] : [{ experiment, reason }],
      ),
    };
  });
}

/** The file is named from the workspace: another server may have its checkout elsewhere. */
function jobOf(
  root: string,
  { experiment, file }: ScheduledExperiment,
  planned: PlannedReading,
  delayHours: number,
): NewJob {
  return {
    id: idOf(experiment, planned),
    kind: planned.kind,
    subject: experiment,
    payload: { file: relative(root, file), at: planned.at, sentence: planned.sentence },
    lane: `reading:${experiment}`,
    due: new Date(Date.parse(planned.at) + delayHours * HOUR),
  };
}

const fileOf = ({ workingDirectory }: OperationContext, { payload }: Job): string =>
  resolve(workingDirectory, String(payload.file));

/** `context`: works in the workspace's root. */
interface Readings {
  readonly operations: readonly OperationRow[];
  readonly context: OperationContext;
}

async function bodyOf(operations: readonly OperationRow[], id: string): Promise<AnyOperationBody> {
  const row = operations.find((each) => each.id === id);
  if (row === undefined) throw new TypeError(`the table of operations has no ${id}`);
  return row.load();
}

/** What the ledger says of the reading already, e.g. by a server that did it and died before it could say so. */
function onRecord({ standing }: ScheduledExperiment, { id, payload }: Job): string | null {
  const at = Date.parse(String(payload.at));
  const look = standing.looks.find(({ plan }) => {
    const start = standing.version?.content.registration.exposure;
    const from = isJsonObject(start) ? Date.parse(String(start.start)) : Number.NaN;
    return plan?.day === Math.floor((at - from) / 86_400_000);
  });
  if (look === undefined || id.startsWith("holdback:")) return null;
  return `Look ${look.number} is on record as entry ${look.seq}: ${look.verdict}.`;
}

/** Does one reading, or finds that it is done or no longer called for. Throws what the operation throws. */
export async function doReading({ operations, context }: Readings, job: Job): Promise<Ending> {
  const file = fileOf(context, job);
  const current = await reading(file, async (session) =>
    scheduleOf(session, file, readable(await storedEntries(session))),
  );
  const wanted = current.schedule.readings.some(
    (each) => idOf(current.experiment, each) === job.id,
  );
  if (!wanted) {
    const sentence = onRecord(current, job);
    return sentence === null
      ? { state: "dropped", outcome: "The registration no longer calls for it." }
      : { state: "done", outcome: sentence };
  }
  return job.kind === "holdback"
    ? readHoldback(operations, context, job)
    : readLook(operations, context, job);
}

async function readLook(
  operations: readonly OperationRow[],
  context: OperationContext,
  job: Job,
): Promise<Ending> {
  const body = await bodyOf(operations, "readout");
  const input = body.input.parse({
    registration: fileOf(context, job),
    asOf: job.payload.at,
    json: true,
  }) as never;
  const output = (await body.run(context, input)) as ReadoutOutput;
  const found = output.kind === "readout" ? output : null;
  const verdict = found?.readout.verdict ?? "";
  return { state: "done", outcome: `${verdict}. ${found?.recorded ?? ""}`.trim() };
}

/** Leaves the append without an entry. */
class OnRecord extends Error {}

async function readHoldback(
  operations: readonly OperationRow[],
  context: OperationContext,
  job: Job,
): Promise<Ending> {
  const body = await bodyOf(operations, "holdback");
  const file = fileOf(context, job);
  const given = { registration: file, asOf: job.payload.at, json: true };
  const input = body.input.parse(given) as never;
  const output = (await body.run(context, input)) as never;
  const text = body.render(output, input, { color: false, width: 100 }).stdout;
  const result: JsonValue = parseJson(text);
  const draft = {
    type: "learned" as const,
    at: context.now().toISOString(),
    subject: job.subject,
    body: { kind: "holdback", job: job.id, result },
  };
  const guard = (history: readonly LedgerEntry[]) => {
    if (history.some(({ type, body }) => type === "learned" && body.job === job.id))
      throw new OnRecord();
  };
  try {
    const { seq } = await writing(openWorkspace(file), ({ store }) =>
      store.append(draft, { guard }),
    );
    return { state: "done", outcome: `The holdback is on record as entry ${seq}.` };
  } catch (error) {
    if (!(error instanceof OnRecord)) throw error;
    return { state: "done", outcome: "The holdback is on record." };
  }
}
