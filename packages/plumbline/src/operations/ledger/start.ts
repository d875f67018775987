import { isLocked, type LockCheck, type LockCheckId, type Standing } from "@plumbline/primitives";
import { z } from "zod";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { version } from "../version.js";
import { RegistrationError } from "./errors.js";
import { lockState } from "./lock-state.js";
import { onlyPersonHere } from "./own-keys.js";
import { type CurrentRegistration, loadRegistration, standingFrom } from "./registration.js";
import { absolute, openWorkspace, type WritingSession, writing } from "./session.js";
import { lines, minute, plainText } from "./text.js";

const input = z.strictObject({
  registration: z.string().min(1),
  json: z.boolean().default(false),
});

type StartInput = z.output<typeof input>;

export interface StartOutput {
  readonly experiment: string;
  readonly path: string;
  readonly seq: number;
  readonly at: string;
  readonly document: string;
  /** Whose key is here; null: nobody's, or those of several people. */
  readonly by: string | null;
  readonly checks: readonly LockCheck[];
}

async function run(context: OperationContext, { registration }: StartInput): Promise<StartOutput> {
  const file = absolute(context, registration);
  const surroundings = openWorkspace(file);
  const current = loadRegistration(surroundings.workspace, file);
  const now = context.now();
  const by = onlyPersonHere(surroundings.people, now);
  return writing(surroundings, (session) => append(session, current, by, now.toISOString()));
}

async function append(
  session: WritingSession,
  current: CurrentRegistration,
  by: string | null,
  at: string,
): Promise<StartOutput> {
  const { experiment, path, content } = current;
  const { standing, checks } = await lockState(session, {
    experiment,
    current,
    firstExposure: null,
    startAsked: at,
  });
  assertNotStarted(standing);
  const document = assertLocked(standing, checks, path);
  const body = { document, path, by, version };
  // Looked at again while nobody else can append: a start or an amendment may have come in between.
  const guard = (history: Parameters<typeof standingFrom>[1]) => {
    const now = standingFrom(experiment, history, session.people.keys, content);
    assertNotStarted(now);
    if (now.version?.seq !== standing.version?.seq) throw meanwhile(experiment);
  };
  const draft = { type: "started", at, subject: experiment, body } as const;
  const { seq } = await session.store.append(draft, { guard });
  return { experiment, path, seq, at, document, by, checks };
}

function assertNotStarted({ experiment, started }: Standing): void {
  if (started === null) return;
  throw new RegistrationError(
    "ALREADY_STARTED",
    `${experiment} started on ${minute(started.at)} (entry ${started.seq}).`,
    "Nothing is left to do; plumb status shows how it stands.",
  );
}

/** What to do about a lock check that failed. */
const MENDS: Readonly<Record<LockCheckId, (path: string) => string>> = {
  registered: (path) => `Register it with plumb register ${path}.`,
  signatures: (path) => `Have each of them sign with plumb sign ${path} --role ROLE.`,
  unchanged: (path) =>
    `Undo the change, or make it one that everybody sees with plumb amend ${path} --reason "...".`,
  before_start: () =>
    "Have it signed first; if it is, the clock here is behind that of the last signature.",
  limits_kept: () => "Have the version in force signed, with its guardrails and cohorts.",
  guardrails_committed: () => "Commit the registration to git, then start.",
  anchored: () => "Anchor the ledger with plumb anchor --push origin.",
};

/** The document that is locked. Throws `EXPERIMENT_NOT_LOCKED` with every check that failed. */
function assertLocked(
  { experiment, version: inForce }: Standing,
  checks: readonly LockCheck[],
  path: string,
): string {
  if (inForce !== null && isLocked(checks)) return inForce.document;
  const failed = checks.filter(({ status }) => status === "failed");
  const reasons = failed.map(({ id, sentence }) => plainText(`${sentence}  ${MENDS[id](path)}`));
  throw RegistrationError.listing(
    "EXPERIMENT_NOT_LOCKED",
    `${experiment} cannot start: its registration is not locked.`,
    reasons,
    "Nothing was written; plumb status says how it stands.",
  );
}

function meanwhile(experiment: string): RegistrationError {
  return new RegistrationError(
    "CHANGED_MEANWHILE",
    `${experiment} was amended by somebody else at this very moment; it was not started.`,
    "Read the amendment with plumb status, have it signed, then start.",
  );
}

function render(output: StartOutput, { json }: StartInput): Rendered {
  if (json) {
    const document = { schema: "plumbline.started/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: 0 };
  }
  const open = output.checks.filter(({ status }) => status === "not_checked");
  const stdout = lines(
    `Started ${output.experiment} on ${minute(output.at)}${output.by === null ? "" : ` by ${plainText(output.by)}`}, entry ${output.seq}`,
    `sha256 ${output.document}`,
    ...(open.length === 0
      ? []
      : ["Not checked:", open.map(({ sentence }) => `  ${plainText(sentence)}`)]),
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const startOperation: OperationBody<StartInput, StartOutput> = { input, run, render };
