import { resolve } from "node:path";
import { isLocked, type LockCheck, type Standing } from "@plumbline/primitives";
import { z } from "zod";
import { DocumentsError } from "../documents-error.js";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { changeLines } from "./amend.js";
import { knownHeads } from "./heads.js";
import { interventionLines } from "./intervention-lines.js";
import { lockState, outsideOf } from "./lock-state.js";
import { type MissingRole, roleLine, rolesOf } from "./register.js";
import { type CurrentRegistration, loadRegistration, standingFrom } from "./registration.js";
import { absolute, readable, reading, type Session, storedEntries } from "./session.js";
import { entryCount, lines, minute, plainText } from "./text.js";

const input = z.strictObject({
  registration: z.string().min(1).optional(),
  requireLocked: z.boolean().default(false),
  json: z.boolean().default(false),
});

type StatusInput = z.output<typeof input>;

interface ExperimentStatus {
  readonly path: string | null;
  readonly standing: Standing;
  readonly missing: readonly MissingRole[];
  /** Only for one experiment asked for by its file. */
  readonly checks: readonly LockCheck[] | null;
  /** The file has errors, so it was not compared. */
  readonly unreadable: boolean;
}

export interface StatusOutput {
  readonly experiments: readonly ExperimentStatus[];
  readonly entries: number;
  /** Entries, from the first, that a tree head outside covers. */
  readonly anchored: number;
}

async function run(context: OperationContext, given: StatusInput): Promise<StatusOutput> {
  const path = absolute(context, given.registration ?? ".");
  return reading(path, async (session) => {
    const stored = await storedEntries(session);
    const { heads } = await knownHeads(session.workspace.root, session.people.keys, null);
    const anchored = Math.max(0, ...outsideOf(heads, stored).map(({ size }) => size));
    const experiments =
      given.registration === undefined ? await all(session) : [await one(session, path)];
    return { experiments, entries: stored.length, anchored };
  });
}

async function one(session: Session, file: string): Promise<ExperimentStatus> {
  const current = loadRegistration(session.workspace, file);
  const { experiment } = current;
  const { standing, checks } = await lockState(session, {
    experiment,
    current,
    firstExposure: null,
  });
  return { ...summary(session, standing, current), checks };
}

function summary(
  session: Session,
  standing: Standing,
  current: CurrentRegistration | null,
): ExperimentStatus {
  const required = standing.version?.missing ?? current?.content.required_roles ?? [];
  return {
    path: current?.path ?? null,
    standing,
    missing: rolesOf(session, required),
    checks: null,
    unreadable: false,
  };
}

/** Every experiment of the workspace, and those of the ledger whose file is gone. */
async function all(session: Session): Promise<ExperimentStatus[]> {
  const { workspace, people } = session;
  const entries = readable(await storedEntries(session));
  const of = (experiment: string) => entries.filter(({ subject }) => subject === experiment);
  const seen = new Set<string>();
  const listed = workspace.registrations.map(({ value, yaml }) => {
    const experiment = value.experiment_id;
    seen.add(experiment);
    const current = tryLoad(session, resolve(yaml.file));
    const content = current?.content ?? null;
    const standing = standingFrom(experiment, of(experiment), people.keys, content);
    return { ...summary(session, standing, current), unreadable: current === null };
  });
  const gone = [
    ...new Set(entries.filter(({ type }) => type === "registered").map(({ subject }) => subject)),
  ].filter((experiment) => !seen.has(experiment));
  const left = gone.map((experiment) =>
    summary(session, standingFrom(experiment, of(experiment), people.keys, null), null),
  );
  return [...listed, ...left];
}

function tryLoad({ workspace }: Session, file: string): CurrentRegistration | null {
  try {
    return loadRegistration(workspace, file);
  } catch (error) {
    if (error instanceof DocumentsError) return null;
    throw error;
  }
}

const STATE_WORDS: Readonly<Record<Standing["state"], string>> = {
  unregistered: "not registered",
  unsigned: "unsigned",
  half_signed: "half signed",
  locked: "locked",
};

const CHECK_WORDS: Readonly<Record<LockCheck["status"], string>> = {
  passed: "passed     ",
  failed: "FAILED     ",
  not_checked: "not checked",
};

const changedWord = ({ changed }: Standing) =>
  changed !== null && changed.length > 0 ? ", changed since" : "";

function briefly({ standing, path, unreadable }: ExperimentStatus): string[] {
  const state = `${STATE_WORDS[standing.state]}${changedWord(standing)}`;
  const note = unreadable
    ? ["  The file has errors; see plumb check."]
    : path === null
      ? ["  Its file is no longer in the workspace."]
      : [];
  return [
    `${plainText(standing.experiment)}: ${state}`,
    `  ${plainText(standing.sentence)}`,
    ...note,
  ];
}

function lookLine({ number, at, seq, verdict, version, read }: Standing["looks"][number]): string {
  const astray =
    version === null
      ? ", before it was registered"
      : read === "changed"
        ? ", read a changed file"
        : "";
  return `  ${number}  ${minute(at)}  ${plainText(verdict)} (entry ${seq})${astray}`;
}

function inFull(status: ExperimentStatus): string[] {
  const { standing, missing, checks } = status;
  const { version, amendments, looks, changed, rejected, started } = standing;
  const signed = (version?.counted ?? []).map(
    ({ role, person, at, seq }) => `  ${role}  ${plainText(person)}, ${minute(at)} (entry ${seq})`,
  );
  const idle = (version?.uncounted ?? []).map(
    ({ role, person }) =>
      `  ${role}  ${plainText(person)} signed, but counts for another role or too late`,
  );
  const section = (title: string, body: readonly string[]) =>
    body.length === 0 ? [] : ["", title, ...body];
  return [
    ...briefly(status),
    ...(version === null ? [] : [`  sha256 ${version.document}`]),
    ...section("Signed", [...signed, ...idle]),
    ...section(
      version === null ? "To be signed by, once registered" : "Missing",
      missing.map(roleLine),
    ),
    ...section(
      "Signatures that do not hold",
      rejected.map(
        ({ role, person, seq }) => `  ${plainText(role)}  ${plainText(person)} (entry ${seq})`,
      ),
    ),
    ...section("Changed since, in the files", changeLines(changed ?? [])),
    ...amendments.flatMap(({ at, reason, changes, looksBefore, seq }) => [
      "",
      `Amended ${minute(at)} (entry ${seq}), after ${looksBefore} look${looksBefore === 1 ? "" : "s"}: ${plainText(reason)}`,
      ...changeLines(changes),
    ]),
    ...section(
      "Started",
      started === null ? [] : [`  ${minute(started.at)} (entry ${started.seq})`],
    ),
    ...interventionLines(standing),
    ...section("Looks", looks.map(lookLine)),
    ...section(
      "May it start, may its readout ship",
      (checks ?? []).map(
        ({ status: word, sentence }) => `  ${CHECK_WORDS[word]}  ${plainText(sentence)}`,
      ),
    ),
  ];
}

function exitCode({ experiments }: StatusOutput, { requireLocked }: StatusInput): number {
  if (!requireLocked) return 0;
  const bad = experiments.some(
    ({ standing, checks }) =>
      standing.state !== "locked" ||
      (standing.changed !== null && standing.changed.length > 0) ||
      (checks !== null && !isLocked(checks)),
  );
  return bad ? 1 : 0;
}

function render(output: StatusOutput, given: StatusInput): Rendered {
  const code = exitCode(output, given);
  if (given.json) {
    const document = { schema: "plumbline.status/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: code };
  }
  const { experiments, entries, anchored } = output;
  const body =
    given.registration === undefined ? experiments.flatMap(briefly) : experiments.flatMap(inFull);
  const ledger =
    entries === 0
      ? "The ledger is empty."
      : `Ledger: ${entryCount(entries)}, ${anchored === 0 ? "none" : `the first ${anchored}`} covered by a tree head outside.`;
  return { stdout: lines(body, "", ledger), stderr: "", exitCode: code };
}

export const statusOperation: OperationBody<StatusInput, StatusOutput> = { input, run, render };
